//! One category.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::demand::{Forecast, Series};

/// One category.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CategoryPage {
    /// Its series.
    pub series: Series,
    /// What is expected; none before there are enough days.
    pub forecast: Option<Forecast>,
    /// Corrected new postings by level, over the last 28 days and as many before.
    pub levels: Vec<Segment>,
    /// The same by location.
    pub locations: Vec<Segment>,
    /// What the production version is worth on it; none where it does not know it.
    pub score: Option<CategoryScore>,
    /// The newest postings, of the source's and of imputed category.
    pub latest: Vec<PostingLine>,
}

/// A part of a category's postings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Segment {
    /// The level or location.
    pub name: String,
    /// New postings in the last 28 days.
    pub recent: f64,
    /// The same of the 28 days before.
    pub before: f64,
}

/// What a model version is worth on a category, on postings held out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CategoryScore {
    /// The category.
    pub category: String,
    /// The version.
    pub model_version: i64,
    /// Share of its predictions of the category that are right.
    pub precision: f64,
    /// Share of the category's postings that it finds.
    pub recall: f64,
    /// Harmonic mean of both.
    pub f1: f64,
    /// Held-out postings of the category.
    pub support: u64,
}

/// A posting in a line. All texts are the source's: to be escaped.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PostingLine {
    /// The Muse's id.
    pub posting_id: i64,
    /// Its title.
    pub title: String,
    /// The employer.
    pub company: Option<String>,
    /// Its first location.
    pub location: Option<String>,
    /// When it was published.
    pub published: Option<NaiveDate>,
    /// Its category, by the source or imputed.
    pub category: Option<String>,
    /// Whether that is imputed.
    pub is_imputed: bool,
    /// The imputed category's probability.
    pub probability: Option<f64>,
    /// Whether the model is too unsure of it to count.
    pub is_abstained: bool,
    /// When it was scored.
    pub scored_at: Option<DateTime<Utc>>,
}
