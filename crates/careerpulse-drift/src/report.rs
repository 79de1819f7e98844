//! What was measured of a window.

use serde::Serialize;

use crate::checks::Severity;

/// Everything that was measured of a window.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// One per check of a whole distribution. Of checks of single subjects those that alarm, new and
    /// vanished ones, and the one least likely by chance.
    pub measurements: Vec<Measurement>,
    /// Then and now, for pictures.
    pub distributions: Vec<Distribution>,
    /// Checks that did not run.
    pub skipped: Vec<Skipped>,
}

/// What one check found, of all or of one subject.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Measurement {
    /// The check's name.
    pub check: &'static str,
    /// The category or language, where the check has one test for each.
    pub subject: Option<String>,
    /// What an alarm asks for.
    pub severity: Severity,
    /// What `value` is.
    pub statistic: &'static str,
    /// The statistic.
    pub value: f64,
    /// The value from which on there is an alarm; of shares on the side that the window's is on. `None`
    /// where no value could alarm with so few rows.
    pub critical: Option<f64>,
    /// Chance of such a value or a more extreme one without drift.
    pub p_value: f64,
    /// Chance of a false alarm that the check's family was given, over all its subjects.
    pub level: f64,
    /// Chance of a value at or beyond `critical` without drift: the share of draws, or the exact test's.
    pub false_alarm_rate: f64,
    /// Whether there is one.
    pub alarm: bool,
    /// The check's own rows in the reference.
    pub reference_rows: usize,
    /// The check's own rows in the window.
    pub window_rows: usize,
    /// Up to ten ids of the window to look at.
    pub evidence: Vec<i64>,
    /// One sentence for a person.
    pub words: String,
}

/// A check that did not run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Skipped {
    /// The check's name.
    pub check: &'static str,
    /// Why.
    pub reason: String,
}

/// The shares of one kind, then and now.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Distribution {
    /// `categories`, `predictions`, `languages`, `length` or `confidence`.
    pub what: &'static str,
    /// The category, the language, or the bin as in `1000-1499` or `0.9-1.0`.
    pub name: String,
    /// In the reference.
    pub reference: Share,
    /// In the window.
    pub window: Share,
}

/// A part of some rows.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Share {
    /// Rows.
    pub count: u64,
    /// Of all rows that have such a thing, 0 to 1; 0 where there are none.
    pub share: f64,
}

impl Share {
    /// `count` of `rows`.
    pub(crate) fn of(count: u64, rows: u64) -> Self {
        let share = match rows {
            0 => 0.0,
            rows => count as f64 / rows as f64,
        };
        Self { count, share }
    }
}
