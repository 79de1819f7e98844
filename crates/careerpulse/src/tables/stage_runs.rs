//! Monitoring: what ran, stage by stage.

use careerpulse_lake::{Column, Kind, TableSpec};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// What ran. The pipeline writes it, so no stage names it.
pub const STAGE_RUNS: TableSpec = TableSpec {
    schema: "careerpulse_monitoring",
    name: "stage_runs",
    comment: "One stage of one run: when, how it ended, and how many rows it read and wrote; a stage that was killed has none",
    columns: &[
        Column::required(
            "run_id",
            Kind::Text,
            "The start of the program: its moment, UTC, and its process",
        ),
        Column::required("stage", Kind::Text, "The stage"),
        Column::required(
            "status",
            Kind::Text,
            "done; unchanged: there was nothing new to do; skipped: it could not do its work for a reason that is no failure; refused: the gate said no; failed",
        ),
        Column::required("started_at", Kind::Timestamp, "When it began, UTC"),
        Column::required("finished_at", Kind::Timestamp, "When it ended, UTC"),
        Column::required("seconds", Kind::Float, "Wall-clock seconds"),
        Column::required("rows_read", Kind::Int, "Rows it read; 0 where it failed"),
        Column::required(
            "rows_written",
            Kind::Int,
            "Rows it added, over all its tables; 0 where it failed, though some may be written",
        ),
        Column::required("rows_rejected", Kind::Int, "Rows it could not use"),
        Column::optional(
            "note",
            Kind::Text,
            "What it said, or why it failed, cut at 2000 characters",
        ),
        Column::required("program", Kind::Text, "Version of CareerPulse"),
    ],
    keys: &["run_id", "stage"],
    partition_by: &[],
    append_only: true,
};

/// A row of `careerpulse_monitoring.stage_runs`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the table's column comments say it")]
pub struct StageRunRow {
    pub run_id: String,
    pub stage: String,
    pub status: String,
    pub started_at: DateTime<Utc>,
    pub finished_at: DateTime<Utc>,
    pub seconds: f64,
    pub rows_read: i64,
    pub rows_written: i64,
    pub rows_rejected: i64,
    pub note: Option<String>,
    pub program: String,
}
