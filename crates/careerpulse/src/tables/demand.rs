//! Demand: how many postings appear and are open, per day and category.

use careerpulse_lake::{Column, Kind, TableSpec};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// The category of labelled postings that Gold set aside, as those of thin categories.
pub const OTHER: &str = "(other)";

pub(super) const SCHEMA: &str = "careerpulse_gold";

const DATE: Column = Column::required(
    "date",
    Kind::Date,
    "The UTC day of publication; the day of the first sighting where the source gives none or a later one",
);
const CATEGORY: Column = Column::required(
    "category",
    Kind::Text,
    "The canonical category; (other) for labelled postings that Gold set aside",
);
const OBSERVED: Column = Column::optional(
    "new_observed",
    Kind::Int,
    "New postings that the source labelled with the category",
);
const IMPUTED: Column = Column::optional(
    "new_imputed",
    Kind::Int,
    "New postings without a category that the production version put here: classify and count, which is biased",
);
const CORRECTED: Column = Column::optional(
    "new_corrected",
    Kind::Float,
    "New postings of the category, expected: the observed ones, and of those without a category what their corrected probabilities add up to. Over all categories it adds up to the new postings",
);
const LO: Column = Column::optional(
    "corrected_lo",
    Kind::Float,
    "Lower end of the interval that holds the imputation's uncertainty, of the level that [demand] interval had when the day was published",
);
const HI: Column = Column::optional("corrected_hi", Kind::Float, "Its upper end");

/// The daily series, a row for every category on every day of the range.
pub const DAILY_DEMAND: TableSpec = TableSpec {
    schema: SCHEMA,
    name: "daily_demand",
    comment: "New and open postings of a category on a day; null, not 0, where nothing was collected. Add up new_corrected over the categories for the total",
    columns: &[
        DATE,
        CATEGORY,
        OBSERVED,
        IMPUTED,
        CORRECTED,
        LO,
        HI,
        Column::optional(
            "new_interpolated",
            Kind::Float,
            "new_corrected, and on days without it what the same weekdays around suggest",
        ),
        Column::optional(
            "new_distinct",
            Kind::Int,
            "Of observed and imputed, those that are no copy or repost of an earlier posting",
        ),
        Column::optional(
            "new_abstained",
            Kind::Int,
            "Of imputed, those whose prediction is too uncertain to count on its own",
        ),
        Column::optional(
            "active",
            Kind::Float,
            "Postings that a crawl of this day saw open, labelled ones and the expected number of others; null where it did not see enough ([demand] min_coverage)",
        ),
        Column::required(
            "known",
            Kind::Int,
            "Observed and imputed postings published on this day that are known, whenever they were seen: too few on days that were not collected",
        ),
        Column::required("collected", Kind::Bool, "Whether a crawl began on this day"),
        Column::optional(
            "coverage",
            Kind::Float,
            "The share of reachable postings that the day's best crawl fetched; a day after the last crawl that fetched [demand] min_coverage is not published yet",
        ),
        Column::required(
            "backfilled",
            Kind::Bool,
            "Whether the day lies before the first crawl, so that only postings still open then are counted",
        ),
        Column::optional(
            "model_version",
            Kind::Int,
            "The version that imputed, where one was in production",
        ),
        Column::optional(
            "taxonomy_version",
            Kind::Text,
            "The alias map that made the category's name canonical",
        ),
        Column::required(
            "vintage",
            Kind::Timestamp,
            "When the day's figures were published, UTC; careerpulse_gold.revisions has what changed",
        ),
    ],
    keys: &["date", "category"],
    partition_by: &[],
    append_only: false,
};

/// The same per week, whose interval is no sum of the days'.
pub const WEEKLY_DEMAND: TableSpec = TableSpec {
    schema: SCHEMA,
    name: "weekly_demand",
    comment: "New postings of a category in a week, of the days that have figures",
    columns: &[
        Column::required("week", Kind::Date, "The week's Monday"),
        CATEGORY,
        Column::required(
            "days",
            Kind::Int,
            "Days of the week that have figures; 7 is a whole week",
        ),
        OBSERVED,
        IMPUTED,
        CORRECTED,
        LO,
        HI,
        Column::required(
            "vintage",
            Kind::Timestamp,
            "When the latest of its days was published, UTC",
        ),
    ],
    keys: &["week", "category"],
    partition_by: &[],
    append_only: false,
};

/// Daily figures by level and by location.
pub const SEGMENT_DEMAND: TableSpec = TableSpec {
    schema: SCHEMA,
    name: "segment_demand",
    comment: "New postings of a category on a day by level, and by location for the largest; the segments of a dimension add up to daily_demand",
    columns: &[
        DATE,
        Column::required("dimension", Kind::Text, "level or location"),
        Column::required(
            "segment",
            Kind::Text,
            "The posting's first level or location; (other) for all but the largest locations, (none) without one",
        ),
        CATEGORY,
        OBSERVED,
        IMPUTED,
        CORRECTED,
    ],
    keys: &["date", "dimension", "segment", "category"],
    partition_by: &["dimension"],
    append_only: false,
};

/// What a re-run changed in figures that had been published.
pub const REVISIONS: TableSpec = TableSpec {
    schema: SCHEMA,
    name: "revisions",
    comment: "A figure of daily_demand that a later run changed, and why",
    columns: &[
        Column::required(
            "vintage",
            Kind::Timestamp,
            "The publication that changed it, UTC",
        ),
        Column::required("date", Kind::Date, "The day that the figure is about"),
        Column::required("category", Kind::Text, "Its category"),
        Column::required(
            "figure",
            Kind::Text,
            "The column: new_observed, new_imputed, new_corrected, new_distinct or active",
        ),
        Column::optional(
            "old",
            Kind::Float,
            "What was published; null where nothing was",
        ),
        Column::optional("new", Kind::Float, "What is published now"),
        Column::required(
            "previous_vintage",
            Kind::Timestamp,
            "When the old figure was published, UTC",
        ),
        Column::required(
            "reasons",
            Kind::List(&Kind::Text),
            "new postings, new model version, taxonomy, dedup, collection, categories, or re-estimated mix",
        ),
    ],
    keys: &["vintage", "date", "category", "figure"],
    partition_by: &[],
    append_only: false,
};

/// A row of `careerpulse_gold.daily_demand`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the table's column comments say it")]
pub struct DailyDemand {
    pub date: NaiveDate,
    pub category: String,
    pub new_observed: Option<i64>,
    pub new_imputed: Option<i64>,
    pub new_corrected: Option<f64>,
    pub corrected_lo: Option<f64>,
    pub corrected_hi: Option<f64>,
    pub new_interpolated: Option<f64>,
    pub new_distinct: Option<i64>,
    pub new_abstained: Option<i64>,
    pub active: Option<f64>,
    pub known: i64,
    pub collected: bool,
    pub coverage: Option<f64>,
    pub backfilled: bool,
    pub model_version: Option<i64>,
    pub taxonomy_version: Option<String>,
    pub vintage: DateTime<Utc>,
}

/// A row of `careerpulse_gold.weekly_demand`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the table's column comments say it")]
pub struct WeeklyDemand {
    pub week: NaiveDate,
    pub category: String,
    pub days: i64,
    pub new_observed: Option<i64>,
    pub new_imputed: Option<i64>,
    pub new_corrected: Option<f64>,
    pub corrected_lo: Option<f64>,
    pub corrected_hi: Option<f64>,
    pub vintage: DateTime<Utc>,
}

/// A row of `careerpulse_gold.segment_demand`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the table's column comments say it")]
pub struct SegmentDemand {
    pub date: NaiveDate,
    pub dimension: String,
    pub segment: String,
    pub category: String,
    pub new_observed: Option<i64>,
    pub new_imputed: Option<i64>,
    pub new_corrected: Option<f64>,
}

/// A row of `careerpulse_gold.revisions`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the table's column comments say it")]
pub struct Revision {
    pub vintage: DateTime<Utc>,
    pub date: NaiveDate,
    pub category: String,
    pub figure: String,
    pub old: Option<f64>,
    pub new: Option<f64>,
    pub previous_vintage: DateTime<Utc>,
    pub reasons: Vec<String>,
}
