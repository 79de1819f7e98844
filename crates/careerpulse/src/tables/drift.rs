//! Monitoring: what was measured on each window, what was compared, and how good the model is by its own account.

use careerpulse_lake::{Column, Kind, TableSpec};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

const SCHEMA: &str = "careerpulse_monitoring";

/// The severity of what retraining mends.
pub const RETRAIN: &str = "retrain";
/// The severity of what a person should look at.
pub const WARN: &str = "warn";

/// Which of a posting's dates puts it into a window.
pub const BASIS: Column = Column::required(
    "basis",
    Kind::Text,
    "ingested: by the crawl that first held the posting; published: by its day of publication; crawl: about the latest crawl itself; late_labels: by the arrival of late labels",
);
/// What was asked.
pub const CHECK: Column = Column::required(
    "check",
    Kind::Text,
    "The check; `monitor --list` explains each",
);
/// Of what it was asked.
pub const SUBJECT: Column = Column::required(
    "subject",
    Kind::Text,
    "The category, language, slice, reason or field that it is about; empty for the whole",
);
/// What to do about it.
pub const SEVERITY: Column = Column::required(
    "severity",
    Kind::Text,
    "retrain: a new model mends it, and the next run trains one; warn: a person should look",
);
const VERSION: Column = Column::required(
    "model_version",
    Kind::Int,
    "The production version whose postings are the reference",
);
const WINDOW: Column = Column::required(
    "window_id",
    Kind::Text,
    "The window: the last crawl in it, or its last day",
);

/// Every check on every window.
pub const MEASUREMENTS: TableSpec = TableSpec {
    schema: SCHEMA,
    name: "measurements",
    comment: "One check on one window, alarm or not; a window with rows here has been measured",
    columns: &[
        VERSION,
        BASIS,
        WINDOW,
        CHECK,
        SUBJECT,
        Column::required("window_start", Kind::Date, "The first day of the window"),
        Column::required("window_end", Kind::Date, "The last day of the window"),
        SEVERITY,
        Column::required("statistic", Kind::Text, "What was computed"),
        Column::optional(
            "value",
            Kind::Float,
            "Its value; null where the check was passed over",
        ),
        Column::optional(
            "critical",
            Kind::Float,
            "The value from which on it is an alarm",
        ),
        Column::optional(
            "p_value",
            Kind::Float,
            "The chance of such a value, or a more extreme one, without drift",
        ),
        Column::optional(
            "false_alarm_rate",
            Kind::Float,
            "The share of windows without drift that raise the alarm, measured on the reference",
        ),
        Column::required("alarm", Kind::Bool, "Whether it is an alarm"),
        Column::required(
            "reference_rows",
            Kind::Int,
            "Distinct adverts of the reference",
        ),
        Column::required("window_rows", Kind::Int, "Distinct adverts of the window"),
        Column::required(
            "words",
            Kind::Text,
            "It in a sentence, or why the check was passed over",
        ),
        Column::required("measured_at", Kind::Timestamp, "When, UTC"),
    ],
    keys: &["model_version", "basis", "window_id", "check", "subject"],
    partition_by: &[],
    append_only: true,
};

/// Shares then and now.
pub const DISTRIBUTIONS: TableSpec = TableSpec {
    schema: SCHEMA,
    name: "distributions",
    comment: "The share of one name or bin in the reference and in one window",
    columns: &[
        VERSION,
        BASIS,
        WINDOW,
        Column::required("window_start", Kind::Date, "The first day of the window"),
        Column::required("window_end", Kind::Date, "The last day of the window"),
        Column::required(
            "distribution",
            Kind::Text,
            "What is counted, such as categories",
        ),
        Column::required("name", Kind::Text, "The category, language or bin"),
        Column::required(
            "reference_count",
            Kind::Int,
            "Distinct adverts of the reference",
        ),
        Column::required("reference_share", Kind::Float, "Their share"),
        Column::required("window_count", Kind::Int, "Distinct adverts of the window"),
        Column::required("window_share", Kind::Float, "Their share"),
    ],
    keys: &[
        "model_version",
        "basis",
        "window_id",
        "distribution",
        "name",
    ],
    partition_by: &[],
    append_only: true,
};

/// How good the model is without labels, and what late labels say of that.
pub const ESTIMATES: TableSpec = TableSpec {
    schema: SCHEMA,
    name: "estimates",
    comment: "The model's performance on one window's postings without a category: estimated from its probabilities, and scored where labels arrived late; a row per state of knowledge",
    columns: &[
        VERSION,
        BASIS,
        WINDOW,
        Column::required("metric", Kind::Text, "accuracy or macro_f1"),
        Column::required(
            "late_labels",
            Kind::Int,
            "Postings of the window whose label had arrived when this was computed",
        ),
        Column::required("window_start", Kind::Date, "The first day of the window"),
        Column::required("window_end", Kind::Date, "The last day of the window"),
        Column::required(
            "data_until",
            Kind::Timestamp,
            "When the last posting of the window arrived, UTC: later ones of its days are not in it",
        ),
        Column::required(
            "window_rows",
            Kind::Int,
            "Its scored postings, distinct adverts",
        ),
        Column::optional(
            "estimate",
            Kind::Float,
            "The estimate for all of them (CBPE)",
        ),
        Column::optional("estimate_lo", Kind::Float, "Lower end of its interval"),
        Column::optional("estimate_hi", Kind::Float, "Upper end of its interval"),
        Column::optional(
            "late_estimate",
            Kind::Float,
            "The estimate for those whose label has arrived",
        ),
        Column::optional("late_lo", Kind::Float, "Lower end of its interval"),
        Column::optional("late_hi", Kind::Float, "Upper end of its interval"),
        Column::optional("truth", Kind::Float, "The truth on those"),
        Column::required("estimated_at", Kind::Timestamp, "When, UTC"),
    ],
    keys: &[
        "model_version",
        "basis",
        "window_id",
        "metric",
        "late_labels",
    ],
    partition_by: &[],
    append_only: true,
};

/// What resampling the reference gave.
pub const CRITICAL_VALUES: TableSpec = TableSpec {
    schema: SCHEMA,
    name: "critical_values",
    comment: "What a statistic does without drift, by resampling a version's reference at a window's size; drawn once",
    columns: &[
        VERSION,
        Column::required(
            "vectors",
            Kind::Text,
            "What texts were compared by: words, or an encoder's revision",
        ),
        CHECK,
        Column::required(
            "reference_rows",
            Kind::Int,
            "Adverts of the reference that the check looks at",
        ),
        Column::required(
            "window_rows",
            Kind::Int,
            "Adverts of a window, rounded down",
        ),
        Column::required("seed", Kind::Int, "The seed of the draws"),
        Column::required("draws_made", Kind::Int, "How many draws"),
        Column::required(
            "draws",
            Kind::List(&Kind::Float),
            "The statistic in each, descending",
        ),
    ],
    keys: &[
        "model_version",
        "vectors",
        "check",
        "reference_rows",
        "window_rows",
        "seed",
        "draws_made",
    ],
    partition_by: &[],
    append_only: true,
};

/// A row of `careerpulse_monitoring.measurements`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the table's column comments say it")]
pub struct MeasurementRow {
    pub model_version: i64,
    pub basis: String,
    pub window_id: String,
    pub check: String,
    pub subject: String,
    pub window_start: NaiveDate,
    pub window_end: NaiveDate,
    pub severity: String,
    pub statistic: String,
    pub value: Option<f64>,
    pub critical: Option<f64>,
    pub p_value: Option<f64>,
    pub false_alarm_rate: Option<f64>,
    pub alarm: bool,
    pub reference_rows: i64,
    pub window_rows: i64,
    pub words: String,
    pub measured_at: DateTime<Utc>,
}

/// A row of `careerpulse_monitoring.distributions`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the table's column comments say it")]
pub struct DistributionRow {
    pub model_version: i64,
    pub basis: String,
    pub window_id: String,
    pub window_start: NaiveDate,
    pub window_end: NaiveDate,
    pub distribution: String,
    pub name: String,
    pub reference_count: i64,
    pub reference_share: f64,
    pub window_count: i64,
    pub window_share: f64,
}

/// A row of `careerpulse_monitoring.estimates`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the table's column comments say it")]
pub struct EstimateRow {
    pub model_version: i64,
    pub basis: String,
    pub window_id: String,
    pub metric: String,
    pub late_labels: i64,
    pub window_start: NaiveDate,
    pub window_end: NaiveDate,
    pub data_until: DateTime<Utc>,
    pub window_rows: i64,
    pub estimate: Option<f64>,
    pub estimate_lo: Option<f64>,
    pub estimate_hi: Option<f64>,
    pub late_estimate: Option<f64>,
    pub late_lo: Option<f64>,
    pub late_hi: Option<f64>,
    pub truth: Option<f64>,
    pub estimated_at: DateTime<Utc>,
}

/// A row of `careerpulse_monitoring.critical_values`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the table's column comments say it")]
pub struct CriticalValue {
    pub model_version: i64,
    pub vectors: String,
    pub check: String,
    pub reference_rows: i64,
    pub window_rows: i64,
    pub seed: i64,
    pub draws_made: i64,
    pub draws: Vec<f64>,
}
