//! The pinned files in their folder: found, measured, hashed.

use std::env;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;
use sha2::{Digest, Sha256};

use super::{FILES, MODEL, TOKENIZER, WeightsError};

/// A file that is only ever accepted with these contents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PinnedFile {
    /// Its name in the folder.
    pub name: &'static str,
    /// Its length.
    pub bytes: u64,
    /// Its sum, in lower-case hexadecimal digits.
    pub sha256: &'static str,
}

impl PinnedFile {
    /// Where it lies in `dir`.
    pub fn path(&self, dir: &Path) -> PathBuf {
        dir.join(self.name)
    }
}

/// A folder that holds files of the right names and lengths.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located {
    /// The folder.
    pub dir: PathBuf,
    /// The weights.
    pub model: PathBuf,
    /// The vocabulary.
    pub tokenizer: PathBuf,
}

/// What [`verify`] read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The folder.
    pub dir: PathBuf,
    /// One entry a file, all as pinned.
    pub files: Vec<FileReport>,
}

/// One verified file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileReport {
    /// Its name.
    pub name: &'static str,
    /// Its length.
    pub bytes: u64,
    /// Its sum as computed.
    pub sha256: String,
}

/// The folder used where none is given: `CAREERPULSE_ENCODER_DIR`, else
/// `careerpulse/all-MiniLM-L6-v2` in the platform's cache folder.
pub fn default_dir() -> Result<PathBuf, WeightsError> {
    if let Some(dir) = env::var_os("CAREERPULSE_ENCODER_DIR").filter(|dir| !dir.is_empty()) {
        return Ok(dir.into());
    }
    let platform = etcetera::choose_base_strategy().map_err(|_| WeightsError::NoCacheFolder)?;
    Ok(platform
        .cache_dir()
        .join("careerpulse")
        .join("all-MiniLM-L6-v2"))
}

/// Looks for the files in `dir`, or in [`default_dir`]: names and lengths only, so it is cheap.
pub fn locate(dir: Option<&Path>) -> Option<Located> {
    let dir = dir
        .map_or_else(default_dir, |dir| Ok(dir.to_owned()))
        .ok()?;
    let whole = |file: &PinnedFile| {
        fs::metadata(file.path(&dir))
            .is_ok_and(|found| found.is_file() && found.len() == file.bytes)
    };
    FILES.iter().all(whole).then(|| Located {
        model: MODEL.path(&dir),
        tokenizer: TOKENIZER.path(&dir),
        dir,
    })
}

/// Hashes every file of `dir`; the first that is not as pinned is the error.
pub fn verify(dir: &Path) -> Result<Report, WeightsError> {
    let files = FILES.iter().map(|file| verify_file(file, &file.path(dir)));
    Ok(Report {
        dir: dir.to_owned(),
        files: files.collect::<Result<_, _>>()?,
    })
}

/// Checks that `path` holds the pinned contents.
pub(super) fn verify_file(file: &PinnedFile, path: &Path) -> Result<FileReport, WeightsError> {
    let read = |source| WeightsError::read(path, source);
    let mut opened = File::open(path).map_err(read)?;
    let bytes = opened.metadata().map_err(read)?.len();
    check_size(file, path, bytes)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 18];
    loop {
        match opened.read(&mut buffer).map_err(read)? {
            0 => break,
            length => hash.update(&buffer[..length]),
        }
    }
    check_sum(file, path, hash)
}

/// Checks bytes already in memory; `path` is named in the error.
pub(crate) fn verify_bytes(
    file: &PinnedFile,
    path: &Path,
    bytes: &[u8],
) -> Result<FileReport, WeightsError> {
    check_size(file, path, bytes.len() as u64)?;
    check_sum(file, path, Sha256::new_with_prefix(bytes))
}

fn check_size(file: &PinnedFile, path: &Path, found: u64) -> Result<(), WeightsError> {
    if found == file.bytes {
        return Ok(());
    }
    Err(WeightsError::Size {
        path: path.to_owned(),
        wanted: file.bytes,
        found,
    })
}

fn check_sum(file: &PinnedFile, path: &Path, hash: Sha256) -> Result<FileReport, WeightsError> {
    let found: String = hash
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    if found == file.sha256 {
        return Ok(FileReport {
            name: file.name,
            bytes: file.bytes,
            sha256: found,
        });
    }
    Err(WeightsError::Checksum {
        path: path.to_owned(),
        wanted: file.sha256,
        found,
    })
}
