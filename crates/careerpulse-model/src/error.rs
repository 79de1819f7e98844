//! What can go wrong with a model and with its file.

use careerpulse_learn::LearnError;

/// Why a model cannot say anything of some postings.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// Features or scores that the fitted parts do not admit.
    #[error(transparent)]
    Learn(#[from] LearnError),
    /// Postings without the embeddings that the model looks at.
    #[error("the model needs embeddings by {0}, and none were given")]
    NoVectors(String),
    /// Vectors and postings that cannot belong together.
    #[error("{vectors} vectors for {postings} postings")]
    Vectors {
        /// Rows of vectors.
        vectors: usize,
        /// Postings.
        postings: usize,
    },
    /// A vectoriser without any block of text.
    #[error("the model has neither words nor embedding")]
    NoText,
    /// A model that holds no training rows.
    #[error("the model has no labelled postings to compare with")]
    NoEvidence,
    /// An encoder of another revision than the model was fitted with, or none.
    #[error(
        "the model needs the encoder {needed}, or the same in f32, and this program has {found}: load that one, or train and promote again"
    )]
    Encoder {
        /// The revision it was fitted with.
        needed: String,
        /// The revision at hand, or "none".
        found: String,
    },
}

/// Why a model file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It is missing or cannot be read.
    #[error(
        "the model file {path} cannot be read ({source}): restore it, or train and promote again"
    )]
    Unreadable {
        /// The file.
        path: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// It is another file than the one that was registered.
    #[error(
        "the model file {path} is not the one that was registered (its SHA-256 differs): restore it, or train and promote again"
    )]
    Altered {
        /// The file.
        path: String,
    },
    /// It was written by a later version of the program.
    #[error(
        "the model file {path} has format {found}, and this program reads format {known}: update this program, or train and promote again"
    )]
    Newer {
        /// The file.
        path: String,
        /// The format it has.
        found: u32,
        /// The format this program reads.
        known: u32,
    },
    /// It is no model, damaged, or of an older format.
    #[error("the model file {path} cannot be used: {reason}; train and promote again")]
    Unusable {
        /// The file.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
    /// It cannot be written.
    #[error("the model file {path} cannot be written ({source}): see to space and permissions")]
    Unwritable {
        /// The file.
        path: String,
        /// What the system says.
        source: std::io::Error,
    },
}
