//! Inference: what the production model says of postings without a category.

use careerpulse_lake::{Column, Kind, TableSpec};
use careerpulse_model::Prediction;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Imputed categories.
pub const CATEGORY_PREDICTIONS: TableSpec = TableSpec {
    schema: "careerpulse_inference",
    name: "category_predictions",
    comment: "One version's prediction for one posting without a category, with its evidence",
    columns: &[
        Column::required("posting_id", Kind::Int, "The posting"),
        Column::required("model_version", Kind::Int, "The version that predicted"),
        Column::required(
            "model_name",
            Kind::Text,
            "The registered model that the version is of",
        ),
        Column::required(
            "duplicate_group",
            Kind::Text,
            "The posting's group of near duplicates when it was scored",
        ),
        Column::required("category", Kind::Text, "The most probable category"),
        Column::required(
            "probability",
            Kind::Float,
            "Its calibrated probability: of predictions with 0.8, eight in ten are right",
        ),
        Column::optional("runner_up", Kind::Text, "The second most probable category"),
        Column::required("gap", Kind::Float, "The lead of the first over the second"),
        Column::required(
            "top3",
            Kind::List(&Kind::Struct(SCORED)),
            "The three most probable categories",
        ),
        Column::required(
            "probabilities",
            Kind::List(&Kind::Float32),
            "The probability of every category, in the order of the version's categories in careerpulse_ml.model_versions",
        ),
        Column::required(
            "neighbours",
            Kind::List(&Kind::Struct(NEIGHBOUR)),
            "The nearest labelled postings, the evidence",
        ),
        Column::required(
            "abstained",
            Kind::Bool,
            "Whether probability or gap is under the threshold; do not count such a row as known",
        ),
        Column::required("run_id", Kind::Text, "The run that the version came of"),
        Column::required("scored_at", Kind::Timestamp, "When, UTC"),
    ],
    keys: &["posting_id", "model_version"],
    partition_by: &[],
    append_only: true,
};

const SCORED: &[Column] = &[
    Column::required("category", Kind::Text, "The category"),
    Column::required("probability", Kind::Float, "Its probability"),
];

const NEIGHBOUR: &[Column] = &[
    Column::required("posting_id", Kind::Int, "The labelled posting"),
    Column::required(
        "similarity",
        Kind::Float,
        "1 is the same text: 1 - cosine distance, or 1 / (1 + euclidean distance)",
    ),
];

/// A row of `careerpulse_inference.category_predictions`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the table's column comments say it")]
pub struct CategoryPrediction {
    pub posting_id: i64,
    pub model_version: i64,
    pub model_name: String,
    pub duplicate_group: String,
    #[serde(flatten)]
    pub prediction: Prediction,
    pub probabilities: Vec<f32>,
    pub run_id: String,
    pub scored_at: DateTime<Utc>,
}

/// Probabilities in the half of the room that tables give them.
pub fn narrowed(probabilities: &[f64]) -> Vec<f32> {
    probabilities.iter().map(|&p| p as f32).collect()
}
