//! Series of figures by day, and what they are expected to be.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One day of a category, or of all. A figure of a day on which nothing was collected is null, never 0.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Day {
    /// The UTC day.
    pub date: NaiveDate,
    /// New postings that the source labelled.
    pub observed: Option<f64>,
    /// New postings that the model put here (classify and count).
    pub imputed: Option<f64>,
    /// New postings expected, corrected for the model's errors.
    pub corrected: Option<f64>,
    /// Lower end of the corrected figure's interval.
    pub corrected_lo: Option<f64>,
    /// Its upper end.
    pub corrected_hi: Option<f64>,
    /// The corrected figure between days that have one, where the day has none.
    pub interpolated: Option<f64>,
    /// Open postings, where a crawl saw enough of them.
    pub active: Option<f64>,
    /// 7-day trailing mean of new postings where the base day's is 100.
    pub index: Option<f64>,
    /// The same, seasonally adjusted.
    pub adjusted_index: Option<f64>,
    /// Whether a crawl began on this day.
    pub collected: bool,
    /// Whether the day lies before the first crawl and is known from survivors.
    pub backfilled: bool,
}

/// One coming day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ForecastDay {
    /// The UTC day.
    pub date: NaiveDate,
    /// New postings expected.
    pub mean: f64,
    /// Lower end of the 80 % interval.
    pub lo80: Option<f64>,
    /// Its upper end.
    pub hi80: Option<f64>,
    /// Lower end of the 95 % interval.
    pub lo95: Option<f64>,
    /// Its upper end.
    pub hi95: Option<f64>,
}

/// What is expected, by which model, and how well that did on days of the past that had no say in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Forecast {
    /// The last day that was known.
    pub issued_on: NaiveDate,
    /// The model that was chosen.
    pub model: String,
    /// Root mean squared scaled error; below 1 is better than last week's same day.
    pub rmsse: Option<f64>,
    /// Share of past days within the 80 % interval.
    pub coverage80: Option<f64>,
    /// Share of past days within the 95 % interval.
    pub coverage95: Option<f64>,
    /// Whether any model beats last week's same day.
    pub beats_seasonal_naive: bool,
    /// The coming days.
    pub days: Vec<ForecastDay>,
}

/// A category, or all (`name` is `*`), by day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Series {
    /// The category; `*` is all of them.
    pub name: String,
    /// The day on which the index is 100.
    pub base_date: Option<NaiveDate>,
    /// Days without holes, oldest first.
    pub days: Vec<Day>,
}
