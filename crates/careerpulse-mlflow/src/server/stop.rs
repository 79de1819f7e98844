//! Ending a server with all its processes.

use std::path::Path;
use std::time::Duration;

use tokio::time::Instant;

use super::group::{self, Signal};
use super::state::{self, Running};
use crate::error::MlflowError;

/// How long the group may take to end in order.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long the system may take to end it.
const LAST_WAIT: Duration = Duration::from_secs(5);
/// How often is looked.
const LOOK: Duration = Duration::from_millis(50);

/// Ends the server of `folder` and returns what ran; `None` where nothing did. The whole process
/// group is asked to end, and made to after 10 s: a worker outlives its killed parent. A stale pid
/// file is removed.
///
/// # Errors
/// [`MlflowError::NotStopped`] where processes are left; [`MlflowError::Folder`].
pub async fn stop(folder: &Path) -> Result<Option<Running>, MlflowError> {
    let Ok(folder) = folder.canonicalize() else {
        return Ok(None);
    };
    let running = state::status(&folder)?;
    if let Some(running) = &running {
        end(running.pid, &folder).await?;
    }
    state::remove(&folder)?;
    Ok(running)
}

/// Ends the group.
pub(super) async fn end(pid: u32, folder: &Path) -> Result<(), MlflowError> {
    for (signal, patience) in [(Signal::Term, PATIENCE), (Signal::Kill, LAST_WAIT)] {
        group::signal(pid, signal);
        let until = Instant::now() + patience;
        while Instant::now() < until {
            if !group::is_alive(pid, folder) {
                return Ok(());
            }
            tokio::time::sleep(LOOK).await;
        }
    }
    Err(MlflowError::NotStopped { pid })
}
