//! What the model says of postings without a category, and on what grounds.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::category::PostingLine;

/// Which predictions to show.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PredictionFilter {
    /// Words in title or employer, in any case.
    pub q: Option<String>,
    /// The predicted category.
    pub category: Option<String>,
    /// Only those the model was too unsure of, or only others.
    pub abstained: Option<bool>,
    /// From this probability on.
    pub min_probability: Option<f64>,
    /// Up to this probability.
    pub max_probability: Option<f64>,
    /// The page, from 1.
    pub page: Option<u32>,
    /// Rows a page, 1 to 200; 50 by default.
    pub per_page: Option<u32>,
}

/// A page of rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Predictions {
    /// The rows.
    pub rows: Vec<PostingLine>,
    /// Rows on all pages.
    pub total: u64,
    /// The page, from 1.
    pub page: u32,
    /// Rows a page.
    pub per_page: u32,
    /// The version that predicted.
    pub model_version: Option<i64>,
    /// The categories that it knows, for the filter.
    pub categories: Vec<String>,
}

/// One prediction with its grounds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PredictionDetail {
    /// The posting.
    pub posting: PostingLine,
    /// Its level.
    pub level: Option<String>,
    /// Its page at the source, http(s).
    pub landing_page: Option<String>,
    /// Its description as HTML: a source gives what it has, and pages and API hand it out sanitised.
    pub description_html: String,
    /// The same as text.
    pub description: String,
    /// All categories with their probabilities, the most probable first.
    pub probabilities: Vec<Scored>,
    /// The lead of the first over the second.
    pub gap: f64,
    /// From which probability on a prediction counts.
    pub min_probability: f64,
    /// From which lead on.
    pub min_gap: f64,
    /// Why it abstained, in a sentence; none where it did not.
    pub why_abstained: Option<String>,
    /// The nearest labelled postings, the nearest first.
    pub neighbours: Vec<Neighbour>,
}

/// A category with its probability.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Scored {
    /// The category.
    pub category: String,
    /// Its calibrated probability.
    pub probability: f64,
}

/// A labelled posting that is near.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Neighbour {
    /// The posting.
    pub posting_id: i64,
    /// How near, 1 for the same text.
    pub similarity: f64,
    /// Its title.
    pub title: String,
    /// Its employer.
    pub company: Option<String>,
    /// The category that the source gave.
    pub category: String,
    /// Its description as text, cut.
    pub description: String,
}

/// A label that the model doubts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Suspect {
    /// The posting.
    pub posting_id: i64,
    /// Its title.
    pub title: String,
    /// The category that the source gave.
    pub category: String,
    /// What the model would say.
    pub suggestion: String,
    /// The given category's probability, by fits that have not seen the posting.
    pub probability: f64,
    /// The suggestion's.
    pub suggested_probability: f64,
}
