//! What ran, on what, and what it left.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The pipeline page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Pipeline {
    /// The stages in order, with what they read and write.
    pub stages: Vec<StageCard>,
    /// What ran, the newest first.
    pub runs: Vec<StageRun>,
    /// The slices of the latest crawl.
    pub slices: Vec<SliceCoverage>,
    /// Every table.
    pub tables: Vec<TableCard>,
}

/// A stage of the road.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct StageCard {
    /// Its name.
    pub name: String,
    /// What it does.
    pub about: String,
    /// The tables it reads.
    pub reads: Vec<String>,
    /// Tables of an earlier run that it goes by.
    pub heeds: Vec<String>,
    /// The tables it writes.
    pub writes: Vec<String>,
}

/// One stage of one run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct StageRun {
    /// The run.
    pub run_id: String,
    /// The stage.
    pub stage: String,
    /// done, unchanged, skipped, refused or failed.
    pub status: String,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// Wall-clock seconds.
    pub seconds: f64,
    /// Rows read.
    pub rows_read: u64,
    /// Rows written.
    pub rows_written: u64,
    /// Rows rejected.
    pub rows_rejected: u64,
    /// What it said.
    pub note: Option<String>,
}

/// How much of a slice the latest crawl reached.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SliceCoverage {
    /// The slice.
    pub slice: String,
    /// Postings that paging can reach.
    pub reachable: u64,
    /// Pages fetched.
    pub pages: u64,
    /// The share fetched.
    pub share: Option<f64>,
    /// When its last answer arrived.
    pub finished_at: DateTime<Utc>,
    /// Why it ended early.
    pub error: Option<String>,
}

/// A table of the lake.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TableCard {
    /// `schema.table`.
    pub name: String,
    /// What a row is.
    pub comment: String,
    /// Its version; none where it is not there yet.
    pub version: Option<u64>,
}
