//! A fitted model: how postings become features, what they say, and how far it is to be believed.
//!
//! Training, inference, `classify` and the Python package share this crate, so that a text becomes the
//! same features and the same probabilities in all of them.

mod classifier;
mod digest;
mod encoder;
mod error;
mod file;
mod names;
mod predict;
mod prediction;
mod predictor;
#[cfg(test)]
mod testing;
mod vectoriser;

use careerpulse_learn::{Calibration, Features};
use serde::{Deserialize, Serialize};

pub use classifier::{Classifier, ClassifierParams, fit_classifier, scores, shift_again};
pub use digest::sha256_hex;
pub use encoder::encoder_for;
pub use error::{FileError, ModelError};
pub use file::{FORMAT, load_model, model_from_bytes, model_to_bytes, read_model, save_model};
pub use names::{ClassifierName, Method};
pub use predict::{predict, predict_probabilities, predict_whole};
pub use prediction::{NeighbourRow, Prediction, Scored};
pub use predictor::{Answer, Predictor};
pub use vectoriser::{
    Blocks, Extras, Inputs, PostingText, Vectoriser, boosted_texts, join, vectorise,
};

/// Everything a prediction needs, but for the encoder of an embedding model, which it names.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Model {
    /// How a posting becomes features.
    pub vectoriser: Vectoriser,
    /// The fitted classifier.
    pub classifier: Classifier,
    /// Makes honest probabilities of the classifier's scores; fitted on out-of-fold scores.
    pub calibration: Calibration,
    /// From where on a prediction counts.
    pub thresholds: Thresholds,
    /// The training rows that evidence is looked for in; none where the classifier holds them itself.
    pub evidence: Option<Features>,
    /// The posting of each training row.
    pub posting_ids: Vec<i64>,
}

impl Model {
    /// The encoder that it needs, if any.
    pub fn encoder_revision(&self) -> Option<&str> {
        self.vectoriser.embedding.as_deref()
    }
}

/// The lowest figures of a prediction that counts, picked from the accuracy-coverage curve.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Thresholds {
    /// Of the probability.
    pub min_probability: f64,
    /// Of its lead over the runner-up.
    pub min_gap: f64,
}

impl Thresholds {
    /// Whether a prediction of this probability and lead counts.
    pub fn admit(&self, probability: f64, gap: f64) -> bool {
        probability >= self.min_probability && gap >= self.min_gap
    }
}
