//! What is made of the daily series: the index, the forecast, and how the forecast would have fared.

use careerpulse_lake::{Column, Kind, TableSpec};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::demand::SCHEMA;

const ISSUED: Column = Column::required(
    "issued_on",
    Kind::Date,
    "The last day of the series that was known when the forecast was made",
);
const CATEGORY: Column = Column::required("category", Kind::Text, "The category, or * for all");

/// The index.
pub const DEMAND_INDEX: TableSpec = TableSpec {
    schema: SCHEMA,
    name: "demand_index",
    comment: "7-day trailing means of a category's new and open postings, and what they are where the base day is 100",
    columns: &[
        Column::required("date", Kind::Date, "The UTC day"),
        CATEGORY,
        Column::optional(
            "new_mean",
            Kind::Float,
            "Mean of new_corrected over the 7 days that end here; null where fewer than 4 have figures",
        ),
        Column::optional(
            "new_index",
            Kind::Float,
            "new_mean where the base day's is 100",
        ),
        Column::optional(
            "new_adjusted_index",
            Kind::Float,
            "The same of the seasonally adjusted series (STL, period 7; MSTL with 365 beside it from two years on)",
        ),
        Column::optional("total_mean", Kind::Float, "As new_mean, of open postings"),
        Column::optional(
            "total_index",
            Kind::Float,
            "total_mean where total_base_date's is 100",
        ),
        Column::optional(
            "total_adjusted_index",
            Kind::Float,
            "As new_adjusted_index, of open postings",
        ),
        Column::optional(
            "base_date",
            Kind::Date,
            "The day on which new_index is 100 ([demand] index_base); null where the week to it has less than one posting of the category",
        ),
        Column::optional(
            "total_base_date",
            Kind::Date,
            "The same of total_index: the first day with a whole week of stock where base_date has none",
        ),
        Column::required(
            "backfilled",
            Kind::Bool,
            "Whether the day lies before the first crawl: postings that had closed by then are missing, so that the index rises towards it",
        ),
    ],
    keys: &["date", "category"],
    partition_by: &[],
    append_only: false,
};

/// The forecasts, each issue kept.
pub const DEMAND_FORECAST: TableSpec = TableSpec {
    schema: SCHEMA,
    name: "demand_forecast",
    comment: "New postings expected of a category on a coming day; the categories add up to *",
    columns: &[
        ISSUED,
        Column::required("date", Kind::Date, "The coming UTC day"),
        CATEGORY,
        Column::required("horizon", Kind::Int, "Days ahead, from 1"),
        Column::required("mean", Kind::Float, "New postings expected"),
        Column::optional(
            "lo80",
            Kind::Float,
            "Lower end of the 80 % interval; null where too few errors of the past are known to tell",
        ),
        Column::optional("hi80", Kind::Float, "Its upper end"),
        Column::optional("lo95", Kind::Float, "Lower end of the 95 % interval"),
        Column::optional("hi95", Kind::Float, "Its upper end"),
        Column::required("model", Kind::Text, "The model that was chosen"),
    ],
    keys: &["issued_on", "date", "category"],
    partition_by: &[],
    append_only: false,
};

/// How each candidate would have fared.
pub const FORECAST_BACKTEST: TableSpec = TableSpec {
    schema: SCHEMA,
    name: "forecast_backtest",
    comment: "A candidate model's errors on days of the past that it had not seen, beside seasonal naive's",
    columns: &[
        ISSUED,
        CATEGORY,
        Column::required(
            "model",
            Kind::Text,
            "The candidate; published is what would have been published on each of those days, with the model and interval that would have been chosen then",
        ),
        Column::optional(
            "rmsse",
            Kind::Float,
            "Root mean squared error over that of seasonal naive a week ahead on earlier days (Hyndman and Koehler 2006); null where that is 0",
        ),
        Column::optional("mae", Kind::Float, "Mean absolute error, postings a day"),
        Column::optional(
            "coverage80",
            Kind::Float,
            "Share of days within the 80 % interval that was made without them",
        ),
        Column::optional("coverage95", Kind::Float, "The same of the 95 % interval"),
        Column::required("origins", Kind::Int, "Days that were forecast from"),
        Column::required("chosen", Kind::Bool, "Whether the forecast uses it"),
        Column::optional(
            "beats_seasonal_naive",
            Kind::Bool,
            "Whether its squared error is below seasonal naive's on the same days",
        ),
    ],
    keys: &["issued_on", "category", "model"],
    partition_by: &[],
    append_only: false,
};

/// The model's name where a row of the backtest is about what would have been published.
pub const PUBLISHED: &str = "published";

/// A row of `careerpulse_gold.demand_index`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the table's column comments say it")]
pub struct DemandIndex {
    pub date: NaiveDate,
    pub category: String,
    pub new_mean: Option<f64>,
    pub new_index: Option<f64>,
    pub new_adjusted_index: Option<f64>,
    pub total_mean: Option<f64>,
    pub total_index: Option<f64>,
    pub total_adjusted_index: Option<f64>,
    pub base_date: Option<NaiveDate>,
    pub total_base_date: Option<NaiveDate>,
    pub backfilled: bool,
}

/// A row of `careerpulse_gold.demand_forecast`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the table's column comments say it")]
pub struct DemandForecast {
    pub issued_on: NaiveDate,
    pub date: NaiveDate,
    pub category: String,
    pub horizon: i64,
    pub mean: f64,
    pub lo80: Option<f64>,
    pub hi80: Option<f64>,
    pub lo95: Option<f64>,
    pub hi95: Option<f64>,
    pub model: String,
}

/// A row of `careerpulse_gold.forecast_backtest`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the table's column comments say it")]
pub struct ForecastBacktest {
    pub issued_on: NaiveDate,
    pub category: String,
    pub model: String,
    pub rmsse: Option<f64>,
    pub mae: Option<f64>,
    pub coverage80: Option<f64>,
    pub coverage95: Option<f64>,
    pub origins: i64,
    pub chosen: bool,
    pub beats_seasonal_naive: Option<bool>,
}
