//! Sweeps: what was tried on which rows, and where the program stood.

use careerpulse_lake::{Column, Kind, TableSpec};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// One sweep: the parent of its runs.
pub const SWEEPS: TableSpec = TableSpec {
    schema: "careerpulse_ml",
    name: "sweeps",
    comment: "One sweep: the rows and settings that all its runs share",
    columns: &[
        Column::required(
            "sweep_key",
            Kind::Text,
            "Digest of the training rows and the sweep's settings; the same inputs give the same key",
        ),
        Column::required("run_timestamp", Kind::Timestamp, "When it began, UTC"),
        Column::required(
            "table_version",
            Kind::Int,
            "Version of careerpulse_gold.category_labeled_postings that it read",
        ),
        Column::required(
            "data_digest",
            Kind::Text,
            "SHA-256 of the rows it read, hexadecimal",
        ),
        Column::required("postings", Kind::Int, "Labelled postings it read"),
        Column::required("categories", Kind::Int, "Categories among them"),
        Column::required("settings", Kind::Text, "The settings of [train], as JSON"),
        Column::required("program", Kind::Text, "Version of CareerPulse"),
        Column::optional(
            "git_commit",
            Kind::Text,
            "Commit of the working folder, where that is a Git repository",
        ),
        Column::required("reasons", Kind::List(&Kind::Text), "Why it was run"),
    ],
    keys: &["sweep_key"],
    partition_by: &[],
    append_only: true,
};

/// A row of `careerpulse_ml.sweeps`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the table's column comments say it")]
pub struct Sweep {
    pub sweep_key: String,
    pub run_timestamp: DateTime<Utc>,
    pub table_version: i64,
    pub data_digest: String,
    pub postings: i64,
    pub categories: i64,
    pub settings: String,
    pub program: String,
    pub git_commit: Option<String>,
    pub reasons: Vec<String>,
}
