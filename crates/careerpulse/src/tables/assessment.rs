//! The assessment of a sweep's winner: confusions, coverage, reliability, learning curve, doubtful labels.

use careerpulse_lake::{Column, Kind, TableSpec};
use serde::{Deserialize, Serialize};

/// What stands for a category where a row is about all of them.
pub const ALL_CATEGORIES: &str = "*";

const SCHEMA: &str = "careerpulse_ml";

const SWEEP_KEY: Column = Column::required(
    "sweep_key",
    Kind::Text,
    "The sweep whose winner is assessed; careerpulse_ml.model_versions has its version",
);

/// The confusion matrix, without its zeros.
pub const CONFUSION: TableSpec = TableSpec {
    schema: SCHEMA,
    name: "confusion",
    comment: "How often the winner takes one category for another, out of fold",
    columns: &[
        SWEEP_KEY,
        Column::required("category", Kind::Text, "The category that the source gave"),
        Column::required("predicted", Kind::Text, "The category that was predicted"),
        Column::required("postings", Kind::Int, "Postings"),
    ],
    keys: &["sweep_key", "category", "predicted"],
    partition_by: &[],
    append_only: true,
};

/// The accuracy-coverage curves.
pub const COVERAGE_CURVE: TableSpec = TableSpec {
    schema: SCHEMA,
    name: "coverage_curve",
    comment: "What share of predictions is kept at a threshold, and how many of those are right, out of fold",
    columns: &[
        SWEEP_KEY,
        Column::required(
            "category",
            Kind::Text,
            "The predicted category, or * for all together",
        ),
        Column::required(
            "threshold",
            Kind::Float,
            "The lowest calibrated probability that is kept",
        ),
        Column::required(
            "coverage",
            Kind::Float,
            "Share of the predictions that is kept",
        ),
        Column::required("precision", Kind::Float, "Share of the kept that is right"),
        Column::required("postings", Kind::Int, "Postings that are kept"),
    ],
    keys: &["sweep_key", "category", "threshold"],
    partition_by: &[],
    append_only: true,
};

/// The reliability diagram.
pub const RELIABILITY: TableSpec = TableSpec {
    schema: SCHEMA,
    name: "reliability",
    comment: "How often predictions of some probability are right, out of fold",
    columns: &[
        SWEEP_KEY,
        Column::required("probability_from", Kind::Float, "The bin's lower end"),
        Column::required("probability_to", Kind::Float, "The bin's upper end"),
        Column::required(
            "mean_probability",
            Kind::Float,
            "Mean calibrated probability of the bin's predictions",
        ),
        Column::required("accuracy", Kind::Float, "Share of them that is right"),
        Column::required("postings", Kind::Int, "Postings in the bin"),
    ],
    keys: &["sweep_key", "probability_from"],
    partition_by: &[],
    append_only: true,
};

/// The learning curve.
pub const LEARNING_CURVE: TableSpec = TableSpec {
    schema: SCHEMA,
    name: "learning_curve",
    comment: "The winner's configuration fitted on ever more postings, judged on the held-out ones",
    columns: &[
        SWEEP_KEY,
        Column::required(
            "postings",
            Kind::Int,
            "Postings fitted on; each number contains the lower ones",
        ),
        Column::required("accuracy", Kind::Float, "Accuracy on the held-out postings"),
        Column::required("macro_f1", Kind::Float, "Macro F1 on the same"),
    ],
    keys: &["sweep_key", "postings"],
    partition_by: &[],
    append_only: true,
};

/// Labels that look wrong.
pub const LABEL_SUSPECTS: TableSpec = TableSpec {
    schema: SCHEMA,
    name: "label_suspects",
    comment: "A labelled posting whose category the winner doubts when it has not seen it (confident learning), for a person to look at",
    columns: &[
        SWEEP_KEY,
        Column::required("posting_id", Kind::Int, "The posting"),
        Column::required("rank", Kind::Int, "1 is the most doubtful"),
        Column::required("title", Kind::Text, "Its title"),
        Column::required("category", Kind::Text, "The category that the source gave"),
        Column::required(
            "suggested",
            Kind::Text,
            "The category that the winner suggests",
        ),
        Column::required(
            "category_probability",
            Kind::Float,
            "Calibrated probability of the given category",
        ),
        Column::required(
            "suggested_probability",
            Kind::Float,
            "Calibrated probability of the suggested category",
        ),
    ],
    keys: &["sweep_key", "posting_id"],
    partition_by: &[],
    append_only: true,
};

/// What the winner says of each posting that it has not seen.
pub const OUT_OF_FOLD: TableSpec = TableSpec {
    schema: SCHEMA,
    name: "out_of_fold",
    comment: "The winner's calibrated probabilities for a labelled posting, by fits without its fold; what counts are corrected by",
    columns: &[
        SWEEP_KEY,
        Column::required("posting_id", Kind::Int, "The labelled posting"),
        Column::required("category", Kind::Text, "The category that the source gave"),
        Column::required(
            "probabilities",
            Kind::List(&Kind::Float32),
            "The probability of every category, in the order of the version's categories in careerpulse_ml.model_versions",
        ),
    ],
    keys: &["sweep_key", "posting_id"],
    partition_by: &[],
    append_only: true,
};

/// A row of `careerpulse_ml.confusion`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the table's column comments say it")]
pub struct ConfusionRow {
    pub sweep_key: String,
    pub category: String,
    pub predicted: String,
    pub postings: i64,
}

/// A row of `careerpulse_ml.coverage_curve`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the table's column comments say it")]
pub struct CoverageRow {
    pub sweep_key: String,
    pub category: String,
    pub threshold: f64,
    pub coverage: f64,
    pub precision: f64,
    pub postings: i64,
}

/// A row of `careerpulse_ml.reliability`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the table's column comments say it")]
pub struct ReliabilityRow {
    pub sweep_key: String,
    pub probability_from: f64,
    pub probability_to: f64,
    pub mean_probability: f64,
    pub accuracy: f64,
    pub postings: i64,
}

/// A row of `careerpulse_ml.learning_curve`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the table's column comments say it")]
pub struct LearningCurvePoint {
    pub sweep_key: String,
    pub postings: i64,
    pub accuracy: f64,
    pub macro_f1: f64,
}

/// A row of `careerpulse_ml.label_suspects`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the table's column comments say it")]
pub struct LabelSuspect {
    pub sweep_key: String,
    pub posting_id: i64,
    pub rank: i64,
    pub title: String,
    pub category: String,
    pub suggested: String,
    pub category_probability: f64,
    pub suggested_probability: f64,
}

/// A row of `careerpulse_ml.out_of_fold`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the table's column comments say it")]
pub struct OutOfFold {
    pub sweep_key: String,
    pub posting_id: i64,
    pub category: String,
    pub probabilities: Vec<f32>,
}
