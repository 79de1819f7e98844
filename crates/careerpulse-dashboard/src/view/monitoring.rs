//! Alarms, distributions then and now, and the model's own estimate beside the truth.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The monitoring page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Monitoring {
    /// Alarms, those that are on first, then the newest.
    pub alarms: Vec<Alarm>,
    /// Shares in the reference and in the latest window.
    pub distributions: Vec<Distribution>,
    /// Windows with their estimates, oldest first.
    pub estimates: Vec<Estimate>,
    /// The latest window's checks, alarm or not.
    pub checks: Vec<Checked>,
}

/// An alarm.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Alarm {
    /// Its id.
    pub alarm_id: String,
    /// The check.
    pub check: String,
    /// What it is about; empty for the whole.
    pub subject: String,
    /// It in a sentence.
    pub words: String,
    /// retrain or warn.
    pub severity: String,
    /// What was computed.
    pub statistic: String,
    /// Its value.
    pub value: f64,
    /// From which value on it is an alarm.
    pub critical: f64,
    /// The chance of such a value without a cause.
    pub p_value: Option<f64>,
    /// How often the check raises an alarm without a cause.
    pub false_alarm_rate: Option<f64>,
    /// ingested, published, crawl or late_labels.
    pub basis: String,
    /// The window's first day.
    pub window_start: NaiveDate,
    /// Its last day.
    pub window_end: NaiveDate,
    /// Rows it rests on.
    pub window_rows: u64,
    /// Postings to look at.
    pub evidence: Vec<i64>,
    /// A query that shows what is behind it.
    pub look_at: String,
    /// When it was raised.
    pub first_seen: DateTime<Utc>,
    /// Whether it is on.
    pub still_on: bool,
    /// When it went off.
    pub cleared_at: Option<DateTime<Utc>>,
    /// Why.
    pub cleared_by: Option<String>,
    /// Who has taken note of it.
    pub acknowledged_by: Option<String>,
}

/// A distribution then and now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Distribution {
    /// What is counted.
    pub what: String,
    /// ingested or published.
    pub basis: String,
    /// The window's first day.
    pub window_start: NaiveDate,
    /// Its last day.
    pub window_end: NaiveDate,
    /// The parts.
    pub parts: Vec<Part>,
}

/// A category, language or bin.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Part {
    /// Its name.
    pub name: String,
    /// Its share of the reference.
    pub reference: f64,
    /// Its share of the window.
    pub window: f64,
}

/// The model's own estimate for a window, and the truth where labels arrived late.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Estimate {
    /// The version.
    pub model_version: i64,
    /// ingested or published.
    pub basis: String,
    /// accuracy or macro_f1.
    pub metric: String,
    /// The window's first day.
    pub window_start: NaiveDate,
    /// Its last day.
    pub window_end: NaiveDate,
    /// The estimate for all its postings.
    pub estimate: Option<f64>,
    /// Lower end of its interval.
    pub lo: Option<f64>,
    /// Upper end.
    pub hi: Option<f64>,
    /// Postings whose label has arrived.
    pub late_labels: u64,
    /// The estimate for those.
    pub late_estimate: Option<f64>,
    /// Lower end of its interval.
    pub late_lo: Option<f64>,
    /// Upper end.
    pub late_hi: Option<f64>,
    /// The truth on those.
    pub truth: Option<f64>,
}

/// A check on the latest window.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Checked {
    /// The check.
    pub check: String,
    /// What it is about.
    pub subject: String,
    /// ingested or published.
    pub basis: String,
    /// Its value; none where it was passed over.
    pub value: Option<f64>,
    /// From which value on it is an alarm.
    pub critical: Option<f64>,
    /// The chance of such a value without drift.
    pub p_value: Option<f64>,
    /// Whether it is an alarm.
    pub alarm: bool,
    /// It in a sentence.
    pub words: String,
}
