//! What the gate asks of a version.

use serde::{Deserialize, Serialize};

/// What a version must show to become production.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields)]
pub struct Promote {
    /// The lowest held-out macro F1.
    pub min_macro_f1: f64,
    /// Macro F1 that a candidate may lose against production; a larger loss must be excluded.
    pub max_loss: f64,
    /// F1 that a category may lose; a larger loss counts where chance does not explain it.
    pub max_category_loss: f64,
    /// Held-out adverts that a category needs to be judged on its own.
    pub min_category_postings: usize,
    /// The chance that a candidate without a loss is refused.
    pub fail_error: f64,
    /// The chance that a candidate without a loss is held back by a category's suspicious figure.
    pub doubt_error: f64,
    /// Bootstrap draws.
    pub draws: usize,
    /// Unlabelled postings, the newest, that a candidate is tried on.
    pub recent_postings: usize,
    /// By how much more of those it may abstain than on held-out postings.
    pub max_more_abstained: f64,
    /// The share of those that may be predicted otherwise than held-out postings are.
    pub max_shift: f64,
}

impl Default for Promote {
    fn default() -> Self {
        Self {
            min_macro_f1: 0.1,
            max_loss: 0.05,
            max_category_loss: 0.05,
            min_category_postings: 30,
            fail_error: 0.02,
            doubt_error: 0.3,
            draws: 2_000,
            recent_postings: 1_000,
            max_more_abstained: 0.3,
            max_shift: 0.5,
        }
    }
}
