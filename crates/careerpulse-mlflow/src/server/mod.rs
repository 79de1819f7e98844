//! A local MLflow server: found, started as a process group of its own, looked at and ended.
//!
//! Everything of a server is in its folder: `mlflow.db` (its database), `artifacts/`,
//! `mlflow.log`, and `mlflow.pid` while it runs.

mod find;
mod group;
mod start;
mod state;
mod stop;

pub use find::{MLFLOW_VARIABLE, find_mlflow};
pub use start::{ServerSettings, start};
pub use state::{Running, status};
pub use stop::stop;

use std::path::Path;

use crate::error::MlflowError;

/// The error of a file or folder.
fn folder_error(path: &Path, error: &std::io::Error) -> MlflowError {
    MlflowError::Folder {
        path: path.to_owned(),
        detail: error.to_string(),
    }
}
