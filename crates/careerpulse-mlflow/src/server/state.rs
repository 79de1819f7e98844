//! What is known of a server by its folder.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{folder_error, group};
use crate::error::MlflowError;

/// A server that runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Running {
    /// Its address, such as `http://127.0.0.1:5000`.
    pub uri: String,
    /// Its first process, which is also its process group.
    pub pid: u32,
}

/// What `mlflow.pid` holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct PidFile {
    /// The process group.
    pub pid: u32,
    /// The port.
    pub port: u16,
}

impl PidFile {
    /// The server's address.
    pub(super) fn uri(self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

/// The server of `folder`, or `None` where none runs. A pid file whose process is gone, or is
/// another program's by now, means none. Whether it is well tells
/// [`Client::server_info`](crate::Client::server_info).
///
/// # Errors
/// [`MlflowError::Folder`] where the pid file cannot be read.
pub fn status(folder: &Path) -> Result<Option<Running>, MlflowError> {
    // A folder that is not there, or not yet, runs no server.
    let Ok(folder) = folder.canonicalize() else {
        return Ok(None);
    };
    let running = read(&folder)?.filter(|file| group::is_alive(file.pid, &folder));
    Ok(running.map(|file| Running {
        uri: file.uri(),
        pid: file.pid,
    }))
}

/// The pid file; `None` where it is missing or was never finished.
pub(super) fn read(folder: &Path) -> Result<Option<PidFile>, MlflowError> {
    let path = path_in(folder);
    match std::fs::read(&path) {
        Ok(bytes) => Ok(serde_json::from_slice(&bytes).ok()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(folder_error(&path, &error)),
    }
}

/// Writes the pid file.
pub(super) fn write(folder: &Path, file: PidFile) -> Result<(), MlflowError> {
    let path = path_in(folder);
    let text = serde_json::to_vec(&file).expect("two numbers are JSON");
    std::fs::write(&path, text).map_err(|error| folder_error(&path, &error))
}

/// Removes the pid file, if it is there.
pub(super) fn remove(folder: &Path) -> Result<(), MlflowError> {
    let path = path_in(folder);
    match std::fs::remove_file(&path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(folder_error(&path, &error))
        }
        _ => Ok(()),
    }
}

fn path_in(folder: &Path) -> PathBuf {
    folder.join("mlflow.pid")
}
