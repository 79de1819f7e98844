//! The lake's lock: one command writes at a time, and none waits for a dead one.
//!
//! The lock is the kernel's, on a hidden file in the lake's folder (`flock`; `LockFileEx` on
//! Windows), so it ends with its holder however that dies. Who holds it stands in a record beside
//! it, which Windows would not let anyone read in the locked file itself. A record without a lock
//! is what a dead holder leaves.

use std::fmt;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::error::LakeError;
use crate::lake::Lake;

/// Who holds a lake's lock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// The command, as in `run`.
    pub command: String,
    /// Its process.
    pub pid: u32,
    /// The machine or container that the process runs on.
    pub host: String,
    /// When it took the lock, by the command's own clock.
    pub since: DateTime<Utc>,
}

impl Holder {
    /// This process, running a command since a moment.
    pub fn this_process(command: &str, since: DateTime<Utc>) -> Self {
        Self {
            command: command.to_owned(),
            pid: std::process::id(),
            host: host(),
            since,
        }
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`careerpulse {}` (process {} on {}, since {} UTC)",
            self.command,
            self.pid,
            self.host,
            self.since.format("%Y-%m-%d %H:%M:%S")
        )
    }
}

/// The lock of a lake, held for as long as this value lives.
#[derive(Debug)]
#[must_use = "the lock is let go of when this value is dropped"]
pub struct LakeLock {
    file: File,
    record: PathBuf,
    taken_over: Option<Holder>,
}

impl LakeLock {
    /// The holder before, if it died without letting go.
    pub fn taken_over(&self) -> Option<&Holder> {
        self.taken_over.as_ref()
    }
}

impl Drop for LakeLock {
    fn drop(&mut self) {
        // The record goes first: the next holder may write its own as soon as the lock is free.
        // A record that stays only makes the next holder say that it takes over.
        let _ = std::fs::remove_file(&self.record);
        let _ = self.file.unlock();
    }
}

impl Lake {
    /// Takes the lake's lock, and makes the lake's folder where it is absent. Reading needs no lock.
    ///
    /// # Errors
    /// [`LakeError::Locked`] where another command holds it, this process's own included;
    /// [`LakeError::Unlockable`] where the file system has no locks; otherwise by cause, such as
    /// [`LakeError::Denied`] for a lake that may not be written.
    pub fn lock(&self, holder: Holder) -> Result<LakeLock, LakeError> {
        let failed = |error: std::io::Error| unlockable(self.location(), &error);
        std::fs::create_dir_all(self.root()).map_err(failed)?;
        let record = self.root().join(RECORD);
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(self.root().join(LOCK))
            .map_err(failed)?;
        if !self.try_lock(&file)? {
            // A holder writes its record just after it takes the lock, and removes it just before
            // it lets go: after a moment the record is the holder's, or the lock is free.
            std::thread::sleep(MOMENT);
            if !self.try_lock(&file)? {
                return Err(LakeError::Locked {
                    location: self.location().to_owned(),
                    holder: read_record(&record)
                        .map_or_else(|| "another command".to_owned(), |holder| holder.to_string()),
                });
            }
        }
        let lock = LakeLock {
            file,
            taken_over: read_record(&record),
            record,
        };
        let text = serde_json::to_string(&holder).map_err(|e| failed(e.into()))?;
        std::fs::write(&lock.record, text + "\n").map_err(failed)?;
        Ok(lock)
    }

    /// Whether the lock could be had.
    fn try_lock(&self, file: &File) -> Result<bool, LakeError> {
        match file.try_lock() {
            Ok(()) => Ok(true),
            Err(TryLockError::WouldBlock) => Ok(false),
            Err(TryLockError::Error(e)) => Err(unlockable(self.location(), &e)),
        }
    }
}

const LOCK: &str = ".careerpulse.lock";
const RECORD: &str = ".careerpulse.holder.json";
const MOMENT: Duration = Duration::from_millis(100);

/// Why a lake cannot be locked, in words that the user can act on.
fn unlockable(location: &str, error: &std::io::Error) -> LakeError {
    let (location, detail) = (location.to_owned(), error.to_string());
    match error.kind() {
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            LakeError::Denied { location, detail }
        }
        ErrorKind::StorageFull => LakeError::Full { location },
        _ => LakeError::Unlockable { location, detail },
    }
}

/// The record, unless there is none or its writer died half-way. Whoever may write to the lake's folder may
/// have written it, so its words are made fit for a log: printable ASCII alone.
fn read_record(path: &Path) -> Option<Holder> {
    let mut holder: Holder = serde_json::from_str(&std::fs::read_to_string(path).ok()?).ok()?;
    for word in [&mut holder.command, &mut holder.host] {
        word.retain(|c| c == ' ' || c.is_ascii_graphic());
        word.truncate(100);
    }
    Some(holder)
}

/// What this machine is called; the standard library does not say it.
fn host() -> String {
    let named = std::fs::read_to_string("/proc/sys/kernel/hostname").ok();
    let named = named
        .or_else(|| std::env::var("HOSTNAME").ok())
        .or_else(|| std::env::var("COMPUTERNAME").ok());
    let named = named.map(|name| name.trim().to_owned());
    named
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| "an unnamed host".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holder(command: &str, pid: u32) -> Holder {
        Holder {
            command: command.to_owned(),
            pid,
            host: "db1".to_owned(),
            since: DateTime::UNIX_EPOCH,
        }
    }

    fn lake_at(path: &Path) -> Lake {
        Lake::open(&path.to_string_lossy()).unwrap()
    }

    #[test]
    fn a_second_holder_is_told_of_the_first_and_may_follow_it() {
        let folder = tempfile::tempdir().unwrap();
        // A lake's folder that does not exist yet is made.
        let lake = lake_at(&folder.path().join("new/lake"));
        let first = lake.lock(holder("run", 4_711)).unwrap();
        let refused = lake.lock(holder("gold", 4_712)).unwrap_err();
        assert!(refused.is_users());
        let words = refused.to_string();
        for part in [
            "`careerpulse run`",
            "process 4711 on db1",
            "since 1970-01-01 00:00:00 UTC",
            "wait",
        ] {
            assert!(words.contains(part), "{words}");
        }
        drop(first);
        let second = lake.lock(holder("gold", 4_712)).unwrap();
        assert_eq!(second.taken_over(), None, "the first let go");
        // What the lock leaves is nothing that a lake would not hold.
        lake_at(&folder.path().join("new/lake"));
    }

    #[test]
    fn a_dead_holders_lock_is_taken_over_and_said_so_once() {
        let folder = tempfile::tempdir().unwrap();
        let lake = lake_at(folder.path());
        // The kernel frees a dead process's lock; its record stays.
        let record = serde_json::to_string(&holder("run", 4_711)).unwrap();
        std::fs::write(folder.path().join(RECORD), record).unwrap();
        let lock = lake.lock(holder("gold", 4_712)).unwrap();
        assert_eq!(lock.taken_over(), Some(&holder("run", 4_711)));
        let refused = lake.lock(holder("silver", 4_713)).unwrap_err().to_string();
        assert!(refused.contains("process 4712"), "{refused}");
        drop(lock);
        let lock = lake.lock(holder("silver", 4_713)).unwrap();
        assert_eq!(lock.taken_over(), None);
    }

    #[test]
    fn half_a_record_stops_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let lake = lake_at(folder.path());
        std::fs::write(folder.path().join(RECORD), "{\"command\":\"ru").unwrap();
        let lock = lake.lock(holder("gold", 4_712)).unwrap();
        assert_eq!(lock.taken_over(), None);
        std::fs::remove_file(folder.path().join(RECORD)).unwrap();
        let refused = lake.lock(holder("silver", 4_713)).unwrap_err().to_string();
        assert!(refused.contains("held by another command"), "{refused}");
    }

    #[test]
    fn what_cannot_be_locked_is_the_users_to_mend() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join(LOCK)).unwrap();
        let refused = lake_at(folder.path()).lock(holder("run", 1)).unwrap_err();
        assert!(refused.is_users(), "{refused}");
        assert!(
            refused.to_string().contains("cannot be locked"),
            "{refused}"
        );
        let of = |kind: ErrorKind| unlockable("lake", &std::io::Error::from(kind));
        for kind in [ErrorKind::PermissionDenied, ErrorKind::ReadOnlyFilesystem] {
            assert!(matches!(of(kind), LakeError::Denied { .. }), "{kind}");
        }
        assert!(matches!(of(ErrorKind::StorageFull), LakeError::Full { .. }));
        let without_locks = of(ErrorKind::Unsupported).to_string();
        assert!(without_locks.contains("file locks"), "{without_locks}");
    }

    /// A server that a command starts outlives it, and must not keep its lock.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_process_that_is_started_meanwhile_does_not_inherit_the_lock() {
        let folder = tempfile::tempdir().unwrap();
        let lock = lake_at(folder.path()).lock(holder("run", 1)).unwrap();
        let mut child = std::process::Command::new("cat")
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let open = std::fs::read_dir(format!("/proc/{}/fd", child.id())).unwrap();
        let targets: Vec<_> = open
            .filter_map(|entry| std::fs::read_link(entry.unwrap().path()).ok())
            .collect();
        drop(child.stdin.take());
        child.wait().unwrap();
        drop(lock);
        assert!(targets.len() >= 2, "{targets:?}");
        assert!(
            !targets.iter().any(|target| target.ends_with(LOCK)),
            "{targets:?}"
        );
    }
}
