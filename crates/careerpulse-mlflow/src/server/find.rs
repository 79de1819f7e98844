//! Where the `mlflow` program is.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::error::MlflowError;

/// The environment variable that names the program, before any search.
pub const MLFLOW_VARIABLE: &str = "CAREERPULSE_MLFLOW";

/// The `mlflow` program: what `CAREERPULSE_MLFLOW` names, else the first one in `PATH`.
///
/// # Errors
/// [`MlflowError::NotInstalled`] where the variable names no program, or `PATH` has none.
pub fn find_mlflow() -> Result<PathBuf, MlflowError> {
    find(std::env::var_os(MLFLOW_VARIABLE), std::env::var_os("PATH"))
}

fn find(named: Option<OsString>, path: Option<OsString>) -> Result<PathBuf, MlflowError> {
    if let Some(named) = named.filter(|named| !named.is_empty()) {
        let named = PathBuf::from(named);
        if is_program(&named) {
            return Ok(named);
        }
        return Err(MlflowError::NotInstalled {
            reason: format!(
                "{MLFLOW_VARIABLE} names {}, which is no program",
                named.display()
            ),
        });
    }
    let name = if cfg!(windows) {
        "mlflow.exe"
    } else {
        "mlflow"
    };
    let folders = path.iter().flat_map(std::env::split_paths);
    let found = folders
        .map(|folder| folder.join(name))
        .find(|program| is_program(program));
    found.ok_or_else(|| MlflowError::NotInstalled {
        reason: "there is no program mlflow in PATH".to_owned(),
    })
}

#[cfg(unix)]
fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    let metadata = path.metadata();
    metadata.is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(path: &Path) -> bool {
    path.is_file()
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn the_variable_comes_first_and_a_file_that_cannot_be_run_is_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        let make = |place: &str, mode: u32| {
            let program = folder.path().join(place).join("mlflow");
            std::fs::create_dir_all(program.parent().unwrap()).unwrap();
            std::fs::write(&program, "").unwrap();
            std::fs::set_permissions(&program, PermissionsExt::from_mode(mode)).unwrap();
            program
        };
        let text = make("first", 0o644);
        let program = make("second", 0o755);
        let path = std::env::join_paths([text.parent().unwrap(), program.parent().unwrap()]);
        let path = Some(path.unwrap());
        assert_eq!(find(None, path.clone()).unwrap(), program);
        assert_eq!(find(Some(OsString::new()), path.clone()).unwrap(), program);
        let error = find(Some(text.clone().into()), path)
            .unwrap_err()
            .to_string();
        assert!(error.contains(MLFLOW_VARIABLE), "{error}");
        let error = find(None, None).unwrap_err().to_string();
        assert!(error.contains("pip install mlflow"), "{error}");
    }
}
