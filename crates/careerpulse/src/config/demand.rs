//! How postings are counted and what is made of the counts.

use serde::{Deserialize, Serialize};

/// How postings are counted and what is made of the counts.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields)]
pub struct Demand {
    /// The longest range of days that is published; what has left it stays as it was.
    pub max_days: u64,
    /// Days after which a day's figures change only with its postings or the model, and no longer because
    /// the others tell more of the mix.
    pub settle_days: u64,
    /// The share of what could be reached that a day's crawl must have fetched for its stock to count.
    pub min_coverage: f64,
    /// The probability that the intervals of corrected figures hold the truth.
    pub interval: f64,
    /// Bootstrap draws behind those intervals.
    pub draws: usize,
    /// How many locations are told apart, the largest.
    pub locations: usize,
    /// The day on which the index is 100, as `YYYY-MM-DD`; empty is the first with a whole week.
    pub index_base: String,
    /// Days ahead that are forecast; 0 is no forecast.
    pub horizon: usize,
}

impl Default for Demand {
    fn default() -> Self {
        Self {
            max_days: 730,
            settle_days: 28,
            min_coverage: 0.9,
            interval: 0.9,
            draws: 400,
            locations: 10,
            index_base: String::new(),
            horizon: 28,
        }
    }
}
