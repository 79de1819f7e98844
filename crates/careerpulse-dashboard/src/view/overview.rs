//! The first page: how demand goes, and whether the figures can be trusted today.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::demand::Series;

/// The first page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Overview {
    /// All postings, then the categories that were asked for.
    pub series: Vec<Series>,
    /// Every category with its figures, by corrected new postings, the largest first.
    pub categories: Vec<CategoryLine>,
    /// Days of the window that movers compare with as many before.
    pub mover_days: u32,
    /// Postings in the lake.
    pub postings: u64,
    /// Postings whose category the source gave.
    pub labelled: u64,
    /// Postings whose category was imputed and counts.
    pub imputed: u64,
    /// Postings that the model was too unsure of.
    pub abstained: u64,
    /// When the last crawl that has ended did.
    pub last_crawl: Option<DateTime<Utc>>,
    /// The last day with published figures.
    pub last_day: Option<NaiveDate>,
    /// When they were published.
    pub vintage: Option<DateTime<Utc>>,
    /// The production version.
    pub model_version: Option<i64>,
    /// Alarms that are on.
    pub alarms_on: u64,
    /// Alarms that are on and that nobody has acknowledged.
    pub alarms_unseen: u64,
}

/// A category in a line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CategoryLine {
    /// The category.
    pub name: String,
    /// Corrected new postings in the last `mover_days` days.
    pub recent: Option<f64>,
    /// The same of as many days before.
    pub before: Option<f64>,
    /// The change as a share of `before`; null where `before` is under 1.
    pub change: Option<f64>,
    /// Open postings on the last day that tells.
    pub active: Option<f64>,
    /// Share of recent postings whose category is imputed.
    pub imputed_share: Option<f64>,
}
