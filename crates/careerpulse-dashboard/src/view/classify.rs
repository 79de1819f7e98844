//! A text, and what the production model says of it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::imputation::{Neighbour, Scored};

/// A text to be classified.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// The posting's title.
    #[serde(default)]
    pub title: String,
    /// Its description, text or HTML.
    #[serde(default)]
    pub description: String,
    /// Its level, such as `Senior Level`.
    #[serde(default)]
    pub level: Option<String>,
    /// Its location.
    #[serde(default)]
    pub location: Option<String>,
}

/// What the model says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Classified {
    /// The most probable category.
    pub category: String,
    /// Its probability.
    pub probability: f64,
    /// The lead over the second.
    pub gap: f64,
    /// Whether that is too little to count.
    pub abstained: bool,
    /// The three most probable.
    pub top3: Vec<Scored>,
    /// The nearest labelled postings.
    pub neighbours: Vec<Neighbour>,
    /// The version that answered.
    pub model_version: i64,
}
