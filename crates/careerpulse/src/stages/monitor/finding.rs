//! A finding: what a check saw, in the words of the alarms table.

use chrono::{DateTime, NaiveDate, Utc};

/// What a check saw that it raises an alarm for.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The check.
    pub check: &'static str,
    /// The category, language, slice, reason or field; empty for the whole.
    pub subject: String,
    /// `retrain` or `warn`.
    pub severity: &'static str,
    /// What was computed.
    pub statistic: &'static str,
    /// Its value.
    pub value: f64,
    /// The value from which on it is an alarm.
    pub critical: f64,
    /// The chance of such a value without a cause; none for a plain limit.
    pub p_value: Option<f64>,
    /// The measured share of windows without a cause that raise it; none for a plain limit.
    pub false_alarm_rate: Option<f64>,
    /// What it rests on.
    pub window_rows: usize,
    /// What that was compared with.
    pub reference_rows: Option<usize>,
    /// In a sentence.
    pub words: String,
    /// Postings to look at.
    pub evidence: Vec<i64>,
    /// A query that shows what is behind it.
    pub look_at: String,
}

/// One look at the data: what was asked, and what was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Look {
    /// By which date the window was cut, or what else the look is by.
    pub basis: &'static str,
    /// The version whose postings are the reference.
    pub model_version: Option<i64>,
    /// The window.
    pub window_id: String,
    /// Its first day.
    pub start: NaiveDate,
    /// Its last day.
    pub end: NaiveDate,
    /// When its last posting arrived.
    pub data_until: DateTime<Utc>,
    /// The checks that could be made: an alarm of another stays as it is.
    pub asked: Vec<&'static str>,
    /// What they found.
    pub findings: Vec<Finding>,
}
