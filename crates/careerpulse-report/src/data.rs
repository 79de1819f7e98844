//! What a report is made of: rows as they stand in the tables, which this crate sums, thins and words.
//!
//! A figure that is `None`, or not finite, is one that nobody knows: it makes a gap and never a zero.
//! Rows may come in any order.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// The category that stands for all of them.
pub const TOTAL: &str = "*";

/// All that the page shows. Each list may be empty: its section then says which command fills it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ReportData {
    /// Where the postings come from, as people call it, such as `The Muse`.
    pub source: String,
    /// Name and version of the program that made the page, such as `careerpulse 0.1.0`.
    pub program: String,
    /// When the page was made.
    pub made_at: DateTime<Utc>,
    /// What the latest vintage of the figures is called, if anything was published.
    pub vintage: Option<String>,
    /// How many postings there are, and who says their category.
    pub counts: Option<PostingCounts>,
    /// The UTC day on which the index is 100.
    pub index_base: Option<NaiveDate>,
    /// The method that corrects the counts, by its paper, such as
    /// `probabilistic adjusted count (Bella et al. 2010)`.
    pub correction: Option<String>,
    /// The version in production.
    pub model: Option<ModelCard>,
    /// `daily_demand`, of the latest vintage. Rows of [`TOTAL`] are used where there are any, for the
    /// interval of a sum is no sum of intervals; else the categories are summed and no interval shown.
    pub demand: Vec<DemandRow>,
    /// `demand_index`; the chart shows the rows of [`TOTAL`].
    pub index: Vec<IndexRow>,
    /// `demand_forecast`, of the latest forecast alone.
    pub forecast: Vec<ForecastRow>,
    /// `forecast_backtest`.
    pub backtest: Vec<BacktestRow>,
    /// The last 28 days by something other than category, such as level and location.
    pub breakdowns: Vec<Breakdown>,
    /// `careerpulse_bronze.coverage`: all of it, or the newest crawls.
    pub slices: Vec<SliceRow>,
    /// `revisions`: all of it, or the newest ones, of each moment all or none.
    pub revisions: Vec<RevisionRow>,
    /// How many revisions there are, shown or not.
    pub revisions_in_all: u64,
}

/// How many postings there are, and who says their category. The parts sum to `postings`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostingCounts {
    /// Postings in all.
    pub postings: u64,
    /// Those whose category the source gave.
    pub labelled: u64,
    /// Those whose category was imputed, and the model is sure enough to count them.
    pub imputed: u64,
    /// Those for which the model abstained: predicted, but too uncertain to count.
    pub abstained: u64,
    /// Those without a category that the version in production has not looked at yet.
    pub unscored: u64,
}

/// A row of `daily_demand`: one category on one UTC day of publication.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct DemandRow {
    /// The day.
    pub date: NaiveDate,
    /// The category, or [`TOTAL`].
    pub category: String,
    /// New postings that the source labelled.
    pub new_observed: Option<f64>,
    /// New postings that the model puts here and is sure enough of to count.
    pub new_imputed: Option<f64>,
    /// Expected new postings, labelled ones included, by corrected posteriors.
    pub new_corrected: Option<f64>,
    /// Lower end of its 90 % interval.
    pub corrected_lo: Option<f64>,
    /// Upper end of its 90 % interval.
    pub corrected_hi: Option<f64>,
    /// Postings that were open.
    pub active: Option<f64>,
    /// Whether anything was collected that day. All categories of a day agree. Figures of a day that is
    /// neither collected nor backfilled are not shown.
    pub collected: bool,
    /// Whether the day is before the first crawl, and known from postings that were still open then.
    pub backfilled: bool,
}

/// A row of `demand_index`: 7-day trailing means, 100 on the base day.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct IndexRow {
    /// The day, the last of the seven.
    pub date: NaiveDate,
    /// The category, or [`TOTAL`].
    pub category: String,
    /// New postings.
    pub new_index: Option<f64>,
    /// New postings, seasonally adjusted.
    pub new_adjusted: Option<f64>,
    /// Open postings.
    pub active_index: Option<f64>,
    /// Open postings, seasonally adjusted.
    pub active_adjusted: Option<f64>,
}

/// A row of `demand_forecast`: new postings, corrected, of one day to come.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ForecastRow {
    /// The day.
    pub date: NaiveDate,
    /// The category, or [`TOTAL`].
    pub category: String,
    /// The model that made it.
    pub model: String,
    /// Expected postings.
    pub mean: Option<f64>,
    /// Lower end of the 80 % interval of the day.
    pub lo80: Option<f64>,
    /// Upper end of the 80 % interval of the day.
    pub hi80: Option<f64>,
    /// Lower end of the 95 % interval of the day.
    pub lo95: Option<f64>,
    /// Upper end of the 95 % interval of the day.
    pub hi95: Option<f64>,
}

/// A row of `forecast_backtest`: how one model would have done for one category.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct BacktestRow {
    /// The category, or [`TOTAL`].
    pub category: String,
    /// The model; the yardstick is called `seasonal_naive`.
    pub model: String,
    /// Root mean squared scaled error; lower is better.
    pub rmsse: Option<f64>,
    /// Share of days that fell in the 80 % interval, 0 to 1.
    pub coverage80: Option<f64>,
    /// Share of days that fell in the 95 % interval, 0 to 1.
    pub coverage95: Option<f64>,
    /// Whether the category's forecast is this model's.
    pub chosen: bool,
    /// Whether its error is below that of the seasonal naive forecast.
    pub beats_seasonal_naive: bool,
}

/// New postings of the last 28 days and of the 28 before, by level, location or the like.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Breakdown {
    /// What the rows are, in the singular: `level`, `location`.
    pub by: String,
    /// One row each; the page shows the 12 largest.
    pub rows: Vec<BreakdownRow>,
}

/// One level, location or the like.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct BreakdownRow {
    /// Its name.
    pub name: String,
    /// New postings in the last 28 days.
    pub last: Option<f64>,
    /// New postings in the 28 days before.
    pub before: Option<f64>,
}

/// A row of `careerpulse_bronze.coverage`: one slice of one crawl.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SliceRow {
    /// The crawl.
    pub ingest_id: String,
    /// The query's filters.
    pub slice: String,
    /// Pages that were fetched.
    pub pages_fetched: u64,
    /// Whether the slice was read to its end.
    pub complete: bool,
    /// When its first request was sent.
    pub started_at: DateTime<Utc>,
    /// When its last answer arrived.
    pub finished_at: DateTime<Utc>,
    /// Why it ended early, if it did.
    pub error: Option<String>,
}

/// The version in production, and how it did on postings that were held out of its training.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ModelCard {
    /// Its number.
    pub version: i64,
    /// What the classifier sees, such as `combined`.
    pub method: String,
    /// What decides by it, such as `logistic`.
    pub classifier: String,
    /// Since when it is in production.
    pub since: Option<DateTime<Utc>>,
    /// Postings that it was fitted on.
    pub training_postings: u64,
    /// Postings that were held out.
    pub test_postings: u64,
    /// Share of the held-out postings that it put right.
    pub accuracy: Option<f64>,
    /// Mean of the categories' F1, each counted alike.
    pub macro_f1: Option<f64>,
    /// Mean distance of stated probability and share put right, 0 to 1.
    pub calibration_error: Option<f64>,
    /// Share of the held-out postings on which it was sure enough to count.
    pub coverage: Option<f64>,
    /// Share put right of those on which it was sure.
    pub covered_accuracy: Option<f64>,
    /// By category, held out.
    pub scores: Vec<CategoryScore>,
}

/// How a version did on the held-out postings of one category.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct CategoryScore {
    /// The category.
    pub category: String,
    /// Share of the postings put here that belong here.
    pub precision: f64,
    /// Share of the postings that belong here that were put here.
    pub recall: f64,
    /// Held-out postings that belong here.
    pub support: u64,
}

/// A row of `revisions`: a published figure that a later run changed.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct RevisionRow {
    /// When it was changed.
    pub revised_at: DateTime<Utc>,
    /// The day that the figure is of.
    pub date: NaiveDate,
    /// The category, or [`TOTAL`].
    pub category: String,
    /// The column, such as `new_corrected`.
    pub figure: String,
    /// What was published.
    pub before: Option<f64>,
    /// What it is now.
    pub after: Option<f64>,
    /// Why, such as `new model version`.
    pub reason: String,
}
