//! Everything that is watched, as one list.

use serde::Serialize;

use super::late_look::LATE_LABELS;
use super::operations::{SLICE_COVERAGE, STALE_SLICE, UNKNOWN_FIELD};
use super::rejects::REJECTS;

/// What a check is, in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct About {
    /// Its name in the tables.
    pub name: &'static str,
    /// What it watches.
    pub watches: &'static str,
    /// What it computes.
    pub statistic: &'static str,
    /// How the value is found from which on it is an alarm.
    pub critical: &'static str,
    /// What it looks at.
    pub window: &'static str,
    /// `retrain` or `warn`.
    pub severity: &'static str,
}

/// Every check: those of drift, on each window, then those of the crawls and of late labels.
pub fn checks() -> Vec<About> {
    let drift = careerpulse_drift::CHECKS.iter().map(|check| About {
        name: check.name,
        watches: check.watches,
        statistic: check.statistic,
        critical: check.critical,
        window: "each full window, by crawl and by day of publication",
        severity: check.severity.word(),
    });
    let others = [
        LATE_LABELS,
        STALE_SLICE,
        SLICE_COVERAGE,
        REJECTS,
        UNKNOWN_FIELD,
    ];
    drift.chain(others).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_check_has_a_name_of_its_own_and_says_what_it_does() {
        let all = checks();
        let names: BTreeSet<&str> = all.iter().map(|check| check.name).collect();
        assert_eq!(names.len(), all.len());
        for check in all {
            for words in [check.watches, check.statistic, check.critical, check.window] {
                assert!(!words.is_empty(), "{}", check.name);
            }
            assert!(["retrain", "warn"].contains(&check.severity));
        }
    }
}
