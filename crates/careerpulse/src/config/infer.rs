//! How missing categories are imputed.

use careerpulse_model::Thresholds;
use serde::{Deserialize, Serialize};

/// How missing categories are imputed.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields)]
pub struct Infer {
    /// A posting whose best category has a lower probability is marked `abstained`; the model's own
    /// threshold, picked in training, counts where it is higher.
    pub min_probability: f64,
    /// As `min_probability`, for the lead over the runner-up.
    pub min_gap: f64,
    /// Postings per commit.
    pub batch: usize,
}

impl Infer {
    /// The floors, which may raise a model's own thresholds.
    pub fn floors(&self) -> Thresholds {
        Thresholds {
            min_probability: self.min_probability,
            min_gap: self.min_gap,
        }
    }
}

impl Default for Infer {
    fn default() -> Self {
        Self {
            min_probability: 0.0,
            min_gap: 0.0,
            batch: 2_048,
        }
    }
}
