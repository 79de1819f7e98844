//! What a model says of one posting.

use serde::{Deserialize, Serialize};

/// The most probable category with what speaks for and against it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Prediction {
    /// The most probable category.
    pub category: String,
    /// Its calibrated probability.
    pub probability: f64,
    /// The second most probable category, where any other has a chance.
    pub runner_up: Option<String>,
    /// The lead of the first over the second.
    pub gap: f64,
    /// The three most probable categories.
    pub top3: Vec<Scored>,
    /// The nearest labelled postings, nearest first.
    pub neighbours: Vec<NeighbourRow>,
    /// Whether it is too uncertain to count.
    pub abstained: bool,
}

/// A category with its probability.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Scored {
    /// The category.
    pub category: String,
    /// Its calibrated probability.
    pub probability: f64,
}

/// A labelled posting that is near.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NeighbourRow {
    /// The posting.
    pub posting_id: i64,
    /// 1 is the same text: 1 - cosine distance, or 1 / (1 + euclidean distance).
    pub similarity: f64,
}
