//! Whether a candidate may replace the model in production: both judged on the same rows, by resampling.

mod bootstrap;
mod counts;
mod shift;
mod verdict;

use serde::{Deserialize, Serialize};

pub use bootstrap::compare;
pub use shift::{Shift, shift};
pub use verdict::{Decision, Verdict, decide};

/// What two models say of the same rows, as class numbers over one list of classes.
///
/// A class may be unknown to one of the models: it never predicts it then.
#[derive(Debug, Clone, Copy)]
pub struct Paired<'a> {
    /// The true class of each row.
    pub truth: &'a [u32],
    /// The candidate's prediction for each row.
    pub candidate: &'a [u32],
    /// The prediction of the model in production for each row.
    pub production: &'a [u32],
    /// The group of each row; rows of one group are copies and say the same thing once.
    pub groups: &'a [u64],
    /// Classes in the list.
    pub classes: usize,
}

/// How two models are compared and what counts as a loss.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct GateParams {
    /// Bootstrap draws.
    pub draws: usize,
    /// Seed of the draws.
    pub seed: u64,
    /// Level of the two-sided intervals; 0.9 makes each bound one of 95 %, as tests of
    /// non-inferiority have it (Schuirmann 1987).
    pub level: f64,
    /// Chance that a candidate without a loss is failed, over all its classes at once.
    pub fail_error: f64,
    /// Chance that a candidate without a loss comes under suspicion by any class.
    pub doubt_error: f64,
    /// Groups that a class must have to be judged on its own; smaller ones are judged together.
    pub min_support: usize,
    /// F1 that a class may lose.
    pub class_tolerance: f64,
    /// Macro F1 that may be lost.
    pub macro_tolerance: f64,
}

impl Default for GateParams {
    fn default() -> Self {
        Self {
            draws: 2_000,
            seed: 42,
            level: 0.9,
            fail_error: 0.02,
            doubt_error: 0.3,
            min_support: 30,
            class_tolerance: 0.05,
            macro_tolerance: 0.05,
        }
    }
}

/// A figure of both models and its change, candidate minus production.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// The candidate's.
    pub candidate: f64,
    /// That of the model in production.
    pub production: f64,
    /// The candidate's less production's.
    pub change: f64,
    /// Lower end of the change's percentile interval.
    pub low: f64,
    /// Upper end of the same.
    pub high: f64,
    /// Standard deviation of the change over the draws.
    pub standard_error: f64,
    /// Upper bound of the change that holds at `fail_error` for macro F1 and all classes at once.
    pub upper: f64,
}

/// What the rows show about one class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Finding {
    /// A loss above the tolerance that chance explains at most at `fail_error`, however many classes.
    Shown,
    /// A loss above the tolerance that chance explains at most at `doubt_error`.
    Suspected,
    /// Neither.
    Fine,
    /// Too few groups to say anything.
    Unjudged,
}

/// The change of one class, or of all small classes taken together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClassChange {
    /// The class; several where they are too small to be judged alone.
    pub classes: Vec<u32>,
    /// Rows of these classes.
    pub support: usize,
    /// F1; of several classes that of their summed counts.
    pub f1: Change,
    /// What the change means.
    pub finding: Finding,
}

/// Two models on the same rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// Rows.
    pub rows: usize,
    /// Groups, the units that are resampled.
    pub groups: usize,
    /// Mean F1 over the classes that rows truly have.
    pub macro_f1: Change,
    /// What its change means, by `macro_tolerance`.
    pub finding: Finding,
    /// Share of rows predicted right.
    pub accuracy: Change,
    /// Every class, the worst regression first.
    pub classes: Vec<ClassChange>,
}
