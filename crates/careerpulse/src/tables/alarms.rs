//! Monitoring: alarms, from the first sight to the last.

use careerpulse_lake::{Column, Kind, TableSpec};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::drift::{BASIS, CHECK, SEVERITY, SUBJECT};

/// What was seen and has not gone by itself, and what has.
pub const ALARMS: TableSpec = TableSpec {
    schema: "careerpulse_monitoring",
    name: "alarms",
    comment: "One alarm: what was seen, how unlikely it is without cause, since when, and whether it is still so",
    columns: &[
        Column::required(
            "alarm_id",
            Kind::Text,
            "Twelve hexadecimal digits; the same finding on the same window has the same",
        ),
        CHECK,
        SUBJECT,
        BASIS,
        Column::optional(
            "model_version",
            Kind::Int,
            "The production version whose postings are the reference; null where none is",
        ),
        SEVERITY,
        Column::required("statistic", Kind::Text, "What was computed"),
        Column::required("value", Kind::Float, "Its value on the latest window"),
        Column::required(
            "critical",
            Kind::Float,
            "The value from which on it is an alarm",
        ),
        Column::optional(
            "p_value",
            Kind::Float,
            "The chance of such a value, or a more extreme one, without a cause; null for a plain limit",
        ),
        Column::optional(
            "false_alarm_rate",
            Kind::Float,
            "The share of windows without a cause that raise it, measured on the reference; null for a plain limit",
        ),
        Column::required("window_id", Kind::Text, "The latest window that showed it"),
        Column::required("window_start", Kind::Date, "The first day of that window"),
        Column::required("window_end", Kind::Date, "The last day of that window"),
        Column::required(
            "window_rows",
            Kind::Int,
            "Distinct adverts, or requests or pages, that it rests on",
        ),
        Column::optional(
            "reference_rows",
            Kind::Int,
            "What they were compared with; null for a plain limit",
        ),
        Column::required(
            "data_until",
            Kind::Timestamp,
            "When the last posting of that window arrived, UTC: a version trained later knows it",
        ),
        Column::required("words", Kind::Text, "It in a sentence"),
        Column::required(
            "evidence",
            Kind::List(&Kind::Int),
            "Postings to look at, at most ten",
        ),
        Column::required(
            "look_at",
            Kind::Text,
            "A query that shows what is behind it",
        ),
        Column::required("first_seen", Kind::Timestamp, "When it was raised, UTC"),
        Column::required("still_on", Kind::Bool, "Whether the latest window shows it"),
        Column::optional("cleared_at", Kind::Timestamp, "When it went off, UTC"),
        Column::optional("cleared_by", Kind::Text, "Why it went off"),
        Column::optional(
            "acknowledged_at",
            Kind::Timestamp,
            "When a person took note of it, UTC",
        ),
        Column::optional("acknowledged_by", Kind::Text, "Who did"),
        Column::optional(
            "notified_at",
            Kind::Timestamp,
            "When the webhook took it, UTC; null where it has not, or none is set",
        ),
    ],
    keys: &["alarm_id"],
    partition_by: &[],
    append_only: false,
};

/// A row of `careerpulse_monitoring.alarms`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the table's column comments say it")]
pub struct Alarm {
    pub alarm_id: String,
    pub check: String,
    pub subject: String,
    pub basis: String,
    pub model_version: Option<i64>,
    pub severity: String,
    pub statistic: String,
    pub value: f64,
    pub critical: f64,
    pub p_value: Option<f64>,
    pub false_alarm_rate: Option<f64>,
    pub window_id: String,
    pub window_start: NaiveDate,
    pub window_end: NaiveDate,
    pub window_rows: i64,
    pub reference_rows: Option<i64>,
    pub data_until: DateTime<Utc>,
    pub words: String,
    pub evidence: Vec<i64>,
    pub look_at: String,
    pub first_seen: DateTime<Utc>,
    pub still_on: bool,
    pub cleared_at: Option<DateTime<Utc>>,
    pub cleared_by: Option<String>,
    pub acknowledged_at: Option<DateTime<Utc>>,
    pub acknowledged_by: Option<String>,
    pub notified_at: Option<DateTime<Utc>>,
}
