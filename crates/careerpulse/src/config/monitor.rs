//! What is watched, and when a new version is trained.

use serde::{Deserialize, Serialize};

/// What is watched, and who is told.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields)]
pub struct Monitor {
    /// Distinct adverts that make a full window; fewer wait for more.
    pub window: usize,
    /// The most adverts of a reference or window that are looked at; of more, a fixed sample.
    pub max_rows: usize,
    /// The chance that a window without drift raises any drift alarm.
    pub false_alarm_rate: f64,
    /// Draws behind critical values.
    pub draws: usize,
    /// Hours after which a slice that no crawl has reached is stale.
    pub max_age_hours: u64,
    /// The share of what earlier crawls fetched of a slice that the latest must have fetched.
    pub min_coverage: f64,
    /// Where new alarms are posted to, as JSON; empty is nowhere.
    pub webhook: String,
    /// Seconds until a call of the webhook counts as failed.
    pub webhook_timeout_seconds: u64,
}

impl Default for Monitor {
    fn default() -> Self {
        Self {
            window: 400,
            max_rows: 20_000,
            false_alarm_rate: 0.01,
            draws: 10_000,
            max_age_hours: 48,
            min_coverage: 0.5,
            webhook: String::new(),
            webhook_timeout_seconds: 10,
        }
    }
}

/// When `run` trains a new version. `train` on its own always does.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields)]
pub struct Retrain {
    /// Whether it does whenever a labelled posting has come or changed.
    pub always: bool,
    /// Whether `train` was typed, which a file cannot say.
    #[serde(skip)]
    pub asked: bool,
    /// Whether an alarm does that calls for it.
    pub on_drift: bool,
    /// Days after which the newest version is too old; 0 is never.
    pub after_days: u32,
    /// The share of labels, new or changed since the newest version, from which on they are worth it.
    pub new_labels: f64,
}

impl Default for Retrain {
    fn default() -> Self {
        Self {
            always: false,
            asked: false,
            on_drift: true,
            after_days: 30,
            new_labels: 0.5,
        }
    }
}
