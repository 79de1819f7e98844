//! Silver: postings, checked and typed, each id once.

use careerpulse_lake::{Column, Kind, TableSpec};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

const TEXTS: Kind = Kind::List(&Kind::Text);

/// The day that a posting `p` counts on, in SQL: that of its publication; where the source gives none, or
/// one that was still to come, that of its first sighting.
pub const DAY: &str =
    "cast(least(coalesce(p.publication_date, p.first_seen_at), p.first_seen_at) as date)";

/// Postings as the source first gave them.
pub const JOB_POSTINGS: TableSpec = TableSpec {
    schema: "careerpulse_silver",
    name: "job_postings",
    comment: "One posting of The Muse as first seen; insert-only",
    columns: &[
        Column::required("posting_id", Kind::Int, "The Muse's id of the posting"),
        Column::optional(
            "title",
            Kind::Text,
            "The title, white space folded, control characters removed",
        ),
        Column::optional("description", Kind::Text, "The description as HTML"),
        Column::optional(
            "category",
            Kind::Text,
            "The source's first category; null where missing or a sentinel such as Unknown",
        ),
        Column::required("categories", TEXTS, "All of the source's category names"),
        Column::optional("level", Kind::Text, "The first level, such as Senior Level"),
        Column::required("levels", TEXTS, "All levels"),
        Column::required("locations", TEXTS, "All locations, in the source's order"),
        Column::optional("company_id", Kind::Int, "The Muse's id of the company"),
        Column::optional("company_name", Kind::Text, "The company's name"),
        Column::required("tags", TEXTS, "Names of the posting's tags"),
        Column::optional("posting_type", Kind::Text, "external or native"),
        Column::optional(
            "publication_date",
            Kind::Timestamp,
            "When the posting was published by its own account, UTC",
        ),
        Column::optional(
            "landing_page",
            Kind::Text,
            "The posting's page on The Muse, http(s) only",
        ),
        Column::required(
            "first_seen_at",
            Kind::Timestamp,
            "When the first page that held the posting arrived, UTC",
        ),
        Column::required(
            "ingest_id",
            Kind::Text,
            "The crawl that first held the posting",
        ),
    ],
    keys: &["posting_id"],
    partition_by: &[],
    append_only: false,
};

/// On which days a posting was seen.
pub const SIGHTINGS: TableSpec = TableSpec {
    schema: "careerpulse_silver",
    name: "sightings",
    comment: "A posting was seen on a day; the source of active stock and of labels that arrive late",
    columns: &[
        Column::required("posting_id", Kind::Int, "The posting"),
        Column::required(
            "seen_date",
            Kind::Date,
            "A UTC day on which a crawl held it",
        ),
        Column::optional(
            "category",
            Kind::Text,
            "The source's category on that day; null where missing or a sentinel",
        ),
    ],
    keys: &["posting_id", "seen_date"],
    partition_by: &[],
    append_only: true,
};

/// What could not be read, or only after a repair.
pub const REJECTS: TableSpec = TableSpec {
    schema: "careerpulse_silver",
    name: "rejects",
    comment: "A page or posting that was rejected or repaired, and why; the original stays in Bronze",
    columns: &[
        Column::required("ingest_id", Kind::Text, "The crawl"),
        Column::required("slice", Kind::Text, "The query's filters"),
        Column::required("page", Kind::Int, "The page number"),
        Column::required(
            "position",
            Kind::Int,
            "The posting's place on the page, from 0; -1 is the page itself",
        ),
        Column::required(
            "action",
            Kind::Text,
            "rejected: no row came of it; repaired: a row came of it, changed as the reason says",
        ),
        Column::required("reason", Kind::Text, "What was wrong"),
        Column::optional(
            "fragment",
            Kind::Text,
            "The beginning of what was wrong, control characters escaped",
        ),
    ],
    keys: &["ingest_id", "slice", "page", "position"],
    partition_by: &[],
    append_only: true,
};

/// Fields of the source that this program does not know.
pub const UNKNOWN_FIELDS: TableSpec = TableSpec {
    schema: "careerpulse_silver",
    name: "unknown_fields",
    comment: "A field of the source's JSON that no column is made of, where it was first met; its values stay in Bronze",
    columns: &[
        Column::required(
            "field",
            Kind::Text,
            "Its path within a posting, control characters escaped, cut at 100 characters",
        ),
        Column::required(
            "kind",
            Kind::Text,
            "What was in it: null, boolean, number, text, list or object",
        ),
        Column::required("posting_id", Kind::Int, "The posting that it was met in"),
        Column::required("ingest_id", Kind::Text, "The crawl"),
        Column::required(
            "first_seen_at",
            Kind::Timestamp,
            "When that page arrived, UTC",
        ),
    ],
    keys: &["field"],
    partition_by: &[],
    append_only: true,
};

/// A row of `careerpulse_silver.job_postings`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the table's column comments say it")]
pub struct JobPosting {
    pub posting_id: i64,
    pub title: Option<String>,
    pub description: Option<String>,
    pub category: Option<String>,
    pub categories: Vec<String>,
    pub level: Option<String>,
    pub levels: Vec<String>,
    pub locations: Vec<String>,
    pub company_id: Option<i64>,
    pub company_name: Option<String>,
    pub tags: Vec<String>,
    pub posting_type: Option<String>,
    pub publication_date: Option<DateTime<Utc>>,
    pub landing_page: Option<String>,
    pub first_seen_at: DateTime<Utc>,
    pub ingest_id: String,
}

/// A row of `careerpulse_silver.sightings`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the table's column comments say it")]
pub struct Sighting {
    pub posting_id: i64,
    pub seen_date: NaiveDate,
    pub category: Option<String>,
}

/// A row of `careerpulse_silver.rejects`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the table's column comments say it")]
pub struct Reject {
    pub ingest_id: String,
    pub slice: String,
    pub page: i64,
    pub position: i64,
    pub action: String,
    pub reason: String,
    pub fragment: Option<String>,
}

/// A row of `careerpulse_silver.unknown_fields`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the table's column comments say it")]
pub struct UnknownField {
    pub field: String,
    pub kind: String,
    pub posting_id: i64,
    pub ingest_id: String,
    pub first_seen_at: DateTime<Utc>,
}
