//! What can go wrong between a folder of weights and an encoder.

use std::path::PathBuf;

use crate::Precision;
use crate::weights::WeightsError;

/// Why no encoder could be made. Encoding itself cannot fail.
#[derive(Debug, thiserror::Error)]
pub enum EncoderError {
    /// The precision was asked for by name and needs instructions that the processor lacks.
    #[error(
        "precision {precision} needs {lacking}, which this processor lacks: choose f32, or auto for the fastest that it can"
    )]
    Unsupported {
        /// The precision.
        precision: Precision,
        /// The instructions that are not there.
        lacking: &'static str,
    },
    /// A word that names no precision, or no way with long texts.
    #[error("\"{found}\" is not known: write {known}")]
    Word {
        /// The word.
        found: String,
        /// The words that are.
        known: &'static str,
    },
    /// The files are missing, unreadable, truncated or not the pinned ones.
    #[error(transparent)]
    Weights(#[from] WeightsError),
    /// The file does not parse as safetensors.
    #[error("{} is no readable safetensors file: {reason}; fetch the weights again", path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// What the parser said.
        reason: String,
    },
    /// A tensor of the architecture is not in the file.
    #[error("tensor `{name}` is missing: these are not the weights of all-MiniLM-L6-v2")]
    MissingTensor {
        /// Name of the tensor.
        name: String,
    },
    /// A tensor holds another number type than 32-bit floats.
    #[error("tensor `{name}` holds {found}, F32 is needed: use the full-precision weights")]
    TensorType {
        /// Name of the tensor.
        name: String,
        /// The type found.
        found: String,
    },
    /// A tensor has another shape than the architecture's.
    #[error(
        "tensor `{name}` has shape {found:?}, {wanted:?} is needed: these are not the weights of all-MiniLM-L6-v2"
    )]
    TensorShape {
        /// Name of the tensor.
        name: String,
        /// The architecture's shape.
        wanted: Vec<usize>,
        /// The shape found.
        found: Vec<usize>,
    },
    /// A weight is infinite or no number.
    #[error(
        "tensor `{name}` holds {value} at index {index}: the file is damaged, fetch the weights again"
    )]
    NotFinite {
        /// Name of the tensor.
        name: String,
        /// Position in the flattened tensor.
        index: usize,
        /// The value.
        value: f32,
    },
    /// The tokenizer file holds no usable WordPiece vocabulary.
    #[error("{} holds no usable vocabulary: {reason}; fetch the weights again", path.display())]
    Vocabulary {
        /// The file.
        path: PathBuf,
        /// What was missing or odd.
        reason: String,
    },
}
