//! Bronze: what the source sent, unchanged, and how much of it was reached.

use careerpulse_lake::{Column, Kind, TableSpec};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

const INGEST_ID: Column =
    Column::required("ingest_id", Kind::Text, "The crawl that fetched the page");

/// Pages as received.
pub const MUSE_PAGES: TableSpec = TableSpec {
    schema: "careerpulse_bronze",
    name: "muse_pages",
    comment: "One response page of The Muse API as received, with where and when it came from",
    columns: &[
        INGEST_ID,
        Column::required(
            "slice",
            Kind::Text,
            "The query's filters, such as category=Sales; all is unfiltered",
        ),
        Column::required("page", Kind::Int, "The page number of the query, from 0"),
        Column::required(
            "url",
            Kind::Text,
            "The address that was fetched, without the API key",
        ),
        Column::required("http_status", Kind::Int, "The response's HTTP status"),
        Column::required("fetched_at", Kind::Timestamp, "When the page arrived, UTC"),
        Column::required("payload", Kind::Text, "The body as received"),
        Column::required(
            "payload_sha256",
            Kind::Text,
            "SHA-256 of the body's bytes, hexadecimal",
        ),
        Column::required(
            "ingest_date",
            Kind::Date,
            "The UTC day on which the page arrived",
        ),
    ],
    keys: &["ingest_id", "slice", "page"],
    partition_by: &["ingest_date"],
    append_only: true,
};

/// What each crawl reached; a crawl's rows are written at once when it has ended, so a crawl without
/// rows here was interrupted and is resumed.
pub const COVERAGE: TableSpec = TableSpec {
    schema: "careerpulse_bronze",
    name: "coverage",
    comment: "One slice of one finished crawl: what the source reported, what paging reaches, what was fetched",
    columns: &[
        INGEST_ID,
        Column::required(
            "slice",
            Kind::Text,
            "The query's filters; all is unfiltered",
        ),
        Column::optional(
            "total_reported",
            Kind::Int,
            "Postings that the source reported, which overstates",
        ),
        Column::required(
            "reachable",
            Kind::Int,
            "Postings that paging can reach, by what was seen",
        ),
        Column::required(
            "pages_fetched",
            Kind::Int,
            "Pages of the slice in muse_pages",
        ),
        Column::required(
            "complete",
            Kind::Bool,
            "Whether the slice was read to its end",
        ),
        Column::required(
            "started_at",
            Kind::Timestamp,
            "When the slice's first request was sent, UTC",
        ),
        Column::required(
            "finished_at",
            Kind::Timestamp,
            "When the slice's last answer arrived, UTC",
        ),
        Column::optional("error", Kind::Text, "Why the slice ended early, if it did"),
    ],
    keys: &["ingest_id", "slice"],
    partition_by: &[],
    append_only: true,
};

/// Which pages Silver has read: what is in `muse_pages` and not here is due.
pub const PAGES_READ: TableSpec = TableSpec {
    schema: "careerpulse_bronze",
    name: "pages_read",
    comment: "A page whose postings are in Silver; without its row a page is read again",
    columns: &[
        INGEST_ID,
        Column::required(
            "slice",
            Kind::Text,
            "The query's filters; all is unfiltered",
        ),
        Column::required("page", Kind::Int, "The page number"),
        Column::required(
            "reader",
            Kind::Text,
            "The id of the job_postings table that took the postings; one made anew has read nothing",
        ),
    ],
    keys: &["ingest_id", "slice", "page", "reader"],
    partition_by: &[],
    append_only: true,
};

/// A row of `careerpulse_bronze.muse_pages`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the table's column comments say it")]
pub struct MusePage {
    pub ingest_id: String,
    pub slice: String,
    pub page: i64,
    pub url: String,
    pub http_status: i64,
    pub fetched_at: DateTime<Utc>,
    pub payload: String,
    pub payload_sha256: String,
    pub ingest_date: NaiveDate,
}

/// A row of `careerpulse_bronze.coverage`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the table's column comments say it")]
pub struct CoverageRow {
    pub ingest_id: String,
    pub slice: String,
    pub total_reported: Option<i64>,
    pub reachable: i64,
    pub pages_fetched: i64,
    pub complete: bool,
    pub started_at: DateTime<Utc>,
    pub finished_at: DateTime<Utc>,
    pub error: Option<String>,
}
