//! The server's process group: a process of its own that no terminal ends, and who is in it.
//!
//! A process number may be another program's by the time it is read from a file, so members are
//! known by [`MARK`] in their environment, which workers inherit.

use std::path::Path;
use std::process::Command;

use crate::error::MlflowError;

/// The environment variable that holds the server's folder, in the server and its workers.
pub(super) const MARK: &str = "CAREERPULSE_MLFLOW_FOLDER";

/// A signal to the whole group.
#[derive(Debug, Clone, Copy)]
pub(super) enum Signal {
    /// End in order.
    Term,
    /// End.
    Kill,
}

/// Makes the process that `command` starts the first of a group of its own.
#[cfg(unix)]
pub(super) fn lead_own_group(command: &mut Command) -> Result<(), MlflowError> {
    use std::os::unix::process::CommandExt;
    command.process_group(0);
    Ok(())
}

/// Sends a signal to the group; one that is gone is no error.
#[cfg(unix)]
pub(super) fn signal(group: u32, signal: Signal) {
    let signal = match signal {
        Signal::Term => rustix::process::Signal::TERM,
        Signal::Kill => rustix::process::Signal::KILL,
    };
    let group = i32::try_from(group)
        .ok()
        .and_then(rustix::process::Pid::from_raw);
    if let Some(group) = group {
        // What is left of the group is looked at afterwards, so an error here is no news.
        let _ = rustix::process::kill_process_group(group, signal);
    }
}

/// Whether a process of the group `group` is alive and belongs to the server of `folder`.
#[cfg(target_os = "linux")]
pub(super) fn is_alive(group: u32, folder: &Path) -> bool {
    use std::os::unix::ffi::OsStrExt;
    let mark = [MARK.as_bytes(), b"=", folder.as_os_str().as_bytes()].concat();
    let Ok(processes) = std::fs::read_dir("/proc") else {
        return false;
    };
    processes.flatten().any(|process| {
        let path = process.path();
        let stat = std::fs::read_to_string(path.join("stat")).unwrap_or_default();
        let Some(member) = member_of(&stat) else {
            return false;
        };
        let is_marked = || {
            std::fs::read(path.join("environ"))
                .is_ok_and(|all| all.split(|&byte| byte == 0).any(|entry| entry == mark))
        };
        member.group == group && (member.is_ending || is_marked())
    })
}

/// What a process's line in `/proc` says of it.
#[cfg(target_os = "linux")]
#[derive(Debug, PartialEq)]
struct Member {
    group: u32,
    /// Its memory is given back, and with it its environment, but not yet its files: a port may
    /// still be its own.
    is_ending: bool,
}

/// Reads a process's line in `/proc`, unless it is dead and only not yet buried. The program's name
/// stands in brackets and may hold anything, so fields are counted behind it.
#[cfg(target_os = "linux")]
fn member_of(stat: &str) -> Option<Member> {
    /// Behind the name: the group, and the size of its memory in bytes.
    const GROUP: usize = 2;
    const MEMORY: usize = 20;
    let (_, fields) = stat.rsplit_once(") ")?;
    let fields: Vec<&str> = fields.split(' ').collect();
    let is_dead = matches!(fields.first(), Some(&("Z" | "X")) | None);
    let group = fields.get(GROUP)?.parse().ok()?;
    (!is_dead).then(|| Member {
        group,
        // The kernel's own threads have no memory either, and the group 0.
        is_ending: group != 0 && fields.get(MEMORY) == Some(&"0"),
    })
}

/// Whether a process of the group `group` is alive and is an MLflow server: the environment of
/// others is not to be read here, so their command lines have to do.
#[cfg(all(unix, not(target_os = "linux")))]
pub(super) fn is_alive(group: u32, _folder: &Path) -> bool {
    let mut ps = Command::new("ps");
    let Ok(output) = ps.args(["-A", "-o", "pgid=,stat=,args="]).output() else {
        return false;
    };
    String::from_utf8_lossy(&output.stdout).lines().any(|line| {
        let mut words = line.split_whitespace();
        let is_of_group = words.next().and_then(|word| word.parse().ok()) == Some(group);
        let is_living = words.next().is_some_and(|state| !state.starts_with('Z'));
        is_of_group && is_living && words.any(|word| word.contains("mlflow"))
    })
}

/// Groups of processes are led on Unix only.
#[cfg(not(unix))]
pub(super) fn lead_own_group(_command: &mut Command) -> Result<(), MlflowError> {
    Err(MlflowError::Unsupported)
}

/// Nothing runs where nothing is started.
#[cfg(not(unix))]
pub(super) fn signal(_group: u32, _signal: Signal) {}

/// Nothing runs where nothing is started.
#[cfg(not(unix))]
pub(super) fn is_alive(_group: u32, _folder: &Path) -> bool {
    false
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_member_is_read_behind_a_name_that_looks_like_fields() {
        let member = |group: u32, is_ending| Some(Member { group, is_ending });
        let line = |name: &str, state: &str, memory: u64| {
            format!("12 ({name}) {state} 1 77 0 0 -1 4 9 7 3 0 272 24 0 0 20 0 1 0 332 {memory} 0")
        };
        assert_eq!(member_of(&line("a) S 9 (b", "S", 4096)), member(77, false));
        assert_eq!(member_of(&line("mlflow", "R", 0)), member(77, true));
        assert_eq!(member_of(&line("mlflow", "Z", 0)), None);
        assert_eq!(
            member_of(&line("kthreadd", "S", 0).replace("77", "0")),
            member(0, false)
        );
        assert_eq!(member_of(""), None);
    }

    #[test]
    fn another_programs_process_is_not_taken_for_the_server() {
        let own = std::fs::read_to_string("/proc/self/stat").unwrap();
        let group = member_of(&own).unwrap().group;
        assert!(!is_alive(group, Path::new("/no/such/folder")));
    }
}
