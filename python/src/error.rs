//! One exception for everything that a caller can mend.

use arrow_schema::ArrowError;
use careerpulse_embed::EncoderError;
use careerpulse_model::{FileError, ModelError};
use pyo3::PyErr;
use pyo3::create_exception;
use pyo3::exceptions::PyValueError;

create_exception!(
    careerpulse,
    CareerPulseError,
    PyValueError,
    "What was wrong, where, and what to do about it."
);

/// Why a call failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A model file that cannot be read or used.
    #[error(transparent)]
    File(#[from] FileError),
    /// A model file of a later program.
    #[error(
        "the model {path} has format {found}, and this wheel (careerpulse {}) reads format {}: update it with `pip install --upgrade careerpulse`",
        env!("CARGO_PKG_VERSION"),
        careerpulse_model::FORMAT
    )]
    Newer {
        /// The file.
        path: String,
        /// Its format.
        found: u32,
    },
    /// A model and inputs that do not belong together.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// Weights that cannot be used.
    #[error(transparent)]
    Encoder(#[from] EncoderError),
    /// No weights where they were looked for.
    #[error(
        "the encoder's weights are not {place}: `careerpulse encoder pull` fetches them, CAREERPULSE_ENCODER_DIR names another folder, and so does the argument {argument}"
    )]
    NoWeights {
        /// Where they were looked for, as words after "are not".
        place: String,
        /// The argument of the call at hand.
        argument: &'static str,
    },
    /// What the other library hands over is no Arrow data.
    #[error("the Arrow data cannot be read: {}", first_words(.0))]
    Arrow(#[from] ArrowError),
    /// Input of another kind or shape than asked for.
    #[error("{0}")]
    Input(String),
    /// A fault of ours, or a model file that was altered and carries no checksum.
    #[error(
        "the model cannot be asked: it is damaged, or this is a fault of careerpulse; load it with its SHA-256 to see which"
    )]
    Panicked,
}

impl From<Error> for PyErr {
    fn from(error: Error) -> PyErr {
        let error = match error {
            Error::File(FileError::Newer { path, found, .. }) => Error::Newer { path, found },
            other => other,
        };
        CareerPulseError::new_err(error.to_string())
    }
}

/// What the other side says, without the trace that pyarrow appends.
fn first_words(error: &ArrowError) -> String {
    let words = error.to_string();
    let words = words.split(". Detail:").next().unwrap_or_default();
    words.lines().next().unwrap_or_default().to_owned()
}
