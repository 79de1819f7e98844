//! What a crawl hands out: its pages, its progress and its report.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::Serialize;

/// One page for Bronze. Pages without postings, which only mark the end, are never sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchedPage {
    /// Name of the slice.
    pub slice: String,
    /// Page number, from 0.
    pub page: u32,
    /// The address asked, without the key.
    pub url: String,
    /// The status, 200.
    pub http_status: u16,
    /// When the body was complete.
    pub fetched_at: DateTime<Utc>,
    /// The body as received.
    pub payload: String,
}

/// How far a crawl has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CrawlProgress {
    /// Requests made, retries included.
    pub requests: u32,
    /// Pages fetched in this run.
    pub pages: u32,
    /// A guess from what the slices say of themselves; it overstates and may grow.
    pub expected_pages: u64,
    /// Slices that are done.
    pub slices_done: usize,
    /// Slices known so far.
    pub slices: usize,
    /// How long the rate limit holds the crawl back, if it does.
    pub waiting: Option<Duration>,
}

/// What a crawl did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CrawlReport {
    /// Every slice that was planned, in the order of planning.
    pub slices: Vec<SliceCoverage>,
    /// Requests of this run, retries included.
    pub requests: u32,
    /// Those of them that repeated another.
    pub retries: u32,
    /// Refusals for the rate limit.
    pub rate_limited: u32,
    /// Pages fetched in this run; those of a resumed crawl are only in the slices.
    pub pages: u32,
    /// Whether the budget ended the crawl before its plan did.
    pub budget_exhausted: bool,
}

/// What one slice reported, could give and gave. Pages stored by an interrupted run of the
/// same crawl count as fetched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SliceCoverage {
    /// Name of the slice.
    pub slice: String,
    /// Postings the source claims; it overstates.
    pub total_reported: Option<u64>,
    /// Postings that paging can reach: as many as were found where the slice was walked to
    /// its end, otherwise the claim, cut at the last page the source serves.
    pub reachable: u64,
    /// Pages with postings, and unreadable ones.
    pub pages_fetched: u32,
    /// Postings on them, repeats between slices included.
    pub postings_fetched: u64,
    /// Whether every reachable page was fetched and could be read.
    pub complete: bool,
    /// When the slice was opened.
    pub started_at: DateTime<Utc>,
    /// When its last answer came.
    pub finished_at: DateTime<Utc>,
    /// Whether the source stopped answering before the slice was done, so that a later run may go on.
    pub is_cut_off: bool,
    /// What went wrong, if anything did.
    pub error: Option<String>,
}
