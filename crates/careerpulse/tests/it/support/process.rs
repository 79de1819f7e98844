//! Processes that run beside a test, and the files that they leave.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, SystemTime};

/// Sends a signal, by its name, to a process.
#[track_caller]
pub fn signal(name: &str, child: &Child) {
    let mut kill = Command::new("kill");
    let status = kill.args(["-s", name, &child.id().to_string()]).status();
    assert!(status.expect("kill can be started").success());
}

/// Waits until something holds that a process brings about; the process must not end before.
#[track_caller]
pub fn until(child: &mut Child, is_so: impl Fn() -> bool) {
    while !is_so() {
        let ended = child.try_wait().expect("a child can be asked");
        assert_eq!(ended, None, "it ended too early");
        // What is due depends on another process, so there is nothing to wait on but the clock.
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Every file under a folder with its length and time of change.
pub fn files(folder: &Path) -> BTreeMap<PathBuf, (u64, SystemTime)> {
    let mut found = BTreeMap::new();
    let Ok(entries) = std::fs::read_dir(folder) else {
        return found;
    };
    for entry in entries {
        let entry = entry.expect("an entry can be read");
        let metadata = entry.metadata().expect("an entry has metadata");
        if metadata.is_dir() {
            found.extend(files(&entry.path()));
        } else {
            let changed = metadata.modified().expect("the file system keeps times");
            found.insert(entry.path(), (metadata.len(), changed));
        }
    }
    found
}
