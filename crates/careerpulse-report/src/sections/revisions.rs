//! Published figures that changed, by moment and reason.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};

use crate::data::{RevisionRow, TOTAL};
use crate::figures::{self, or_dash};
use crate::series::known;
use crate::words;

/// Groups that are listed.
const LISTED: usize = 12;

/// The groups, the newest first.
#[derive(Debug)]
pub struct Revisions {
    pub in_all: String,
    pub groups: Vec<Group>,
    /// Groups that are not listed.
    pub left_out: usize,
}

/// What one run changed for one reason.
#[derive(Debug)]
pub struct Group {
    pub at: String,
    pub reason: String,
    pub figures: String,
    pub days: String,
    pub categories: usize,
    /// The figure that changed most.
    pub largest: String,
}

/// The revisions by moment and reason.
pub fn revisions(rows: &[RevisionRow], in_all: u64) -> Revisions {
    let mut groups: BTreeMap<(Reverse<DateTime<Utc>>, &str), Vec<&RevisionRow>> = BTreeMap::new();
    for row in rows {
        let key = (Reverse(row.revised_at), row.reason.as_str());
        groups.entry(key).or_default().push(row);
    }
    Revisions {
        in_all: figures::count(in_all.max(rows.len() as u64) as f64),
        left_out: groups.len().saturating_sub(LISTED),
        groups: groups
            .iter()
            .take(LISTED)
            .map(|((at, reason), rows)| group(at.0, reason, rows))
            .collect(),
    }
}

fn group(at: DateTime<Utc>, reason: &str, rows: &[&RevisionRow]) -> Group {
    let days: BTreeSet<NaiveDate> = rows.iter().map(|row| row.date).collect();
    let categories: BTreeSet<&str> = rows.iter().map(|row| row.category.as_str()).collect();
    let days = match (days.first(), days.last()) {
        (Some(first), Some(last)) if first != last => {
            format!("{} to {}", figures::date(*first), figures::date(*last))
        }
        (Some(only), _) => figures::date(*only),
        _ => figures::UNKNOWN.to_owned(),
    };
    let moved = |row: &RevisionRow| match (known(row.before), known(row.after)) {
        (Some(before), Some(after)) => (after - before).abs(),
        _ => 0.0,
    };
    let largest = rows.iter().max_by(|a, b| moved(a).total_cmp(&moved(b)));
    Group {
        at: figures::moment(at),
        reason: words::message(reason),
        figures: figures::count(rows.len() as f64),
        days,
        categories: categories.len(),
        largest: largest.map_or_else(String::new, |row| one(row)),
    }
}

fn one(row: &RevisionRow) -> String {
    let category = match row.category.as_str() {
        TOTAL => "All categories".to_owned(),
        category => words::name(category),
    };
    format!(
        "{category}, {}, {}: {} → {}",
        figures::date(row.date),
        words::spaced(&row.figure),
        or_dash(known(row.before), figures::rate),
        or_dash(known(row.after), figures::rate)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_one_row_per_reason_and_shows_what_changed_most() {
        let row = |second: i64, reason: &str, after: f64| RevisionRow {
            revised_at: DateTime::from_timestamp(second, 0).unwrap(),
            date: NaiveDate::from_ymd_opt(2026, 3, 1).unwrap(),
            category: "Sales".to_owned(),
            figure: "new_corrected".to_owned(),
            before: Some(10.0),
            after: Some(after),
            reason: reason.to_owned(),
        };
        let rows = [
            row(1, "new postings", 11.0),
            row(9, "new model version", 12.0),
            row(9, "new model version", 4.0),
        ];
        let revisions = revisions(&rows, 5000);
        assert_eq!(
            (revisions.in_all.as_str(), revisions.groups.len()),
            ("5,000", 2)
        );
        let newest = &revisions.groups[0];
        assert_eq!(
            (newest.reason.as_str(), newest.figures.as_str()),
            ("new model version", "2")
        );
        let largest = newest.largest.replace('\u{a0}', " ");
        assert_eq!(largest, "Sales, 1 Mar 2026, new corrected: 10.0 → 4.0");
    }
}
