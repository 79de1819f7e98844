//! What was collected when: the calendar and the last crawls.

use std::collections::BTreeMap;

use crate::charts::strip::{Strip, strip};
use crate::data::SliceRow;
use crate::figures;
use crate::series::{Calendar, Day};
use crate::words;

/// Crawls that are listed.
const LISTED: usize = 10;

/// The calendar and what it says.
#[derive(Debug)]
pub struct Days {
    pub strip: Strip,
    pub from: String,
    pub collected: usize,
    pub missed: usize,
    pub backfilled: usize,
}

/// The last crawls.
#[derive(Debug)]
pub struct Crawls {
    pub rows: Vec<Crawl>,
    /// Crawls that are not listed.
    pub left_out: usize,
}

/// One crawl.
#[derive(Debug)]
pub struct Crawl {
    pub started: String,
    pub minutes: String,
    pub complete: usize,
    pub slices: usize,
    pub pages: String,
    pub whole: bool,
    /// The first error, and how many slices had one.
    pub error: Option<(String, usize)>,
}

/// The calendar of the days.
pub fn days(calendar: &Calendar) -> Days {
    let strip = strip(calendar);
    Days {
        from: figures::date(strip.from),
        collected: calendar.how_many(Day::Collected),
        missed: calendar.how_many(Day::Missed),
        backfilled: calendar.how_many(Day::Backfilled),
        strip,
    }
}

/// The crawls, the newest first.
pub fn crawls(slices: &[SliceRow]) -> Crawls {
    let mut by_crawl: BTreeMap<&str, Vec<&SliceRow>> = BTreeMap::new();
    for slice in slices {
        by_crawl.entry(&slice.ingest_id).or_default().push(slice);
    }
    let mut crawls: Vec<_> = by_crawl.into_values().collect();
    let started = |slices: &[&SliceRow]| slices.iter().map(|slice| slice.started_at).min();
    crawls.sort_by_key(|slices| std::cmp::Reverse(started(slices)));
    Crawls {
        left_out: crawls.len().saturating_sub(LISTED),
        rows: crawls
            .iter()
            .take(LISTED)
            .map(|slices| crawl(slices))
            .collect(),
    }
}

fn crawl(slices: &[&SliceRow]) -> Crawl {
    let started = slices.iter().map(|slice| slice.started_at).min();
    let finished = slices.iter().map(|slice| slice.finished_at).max();
    let complete = slices.iter().filter(|slice| slice.complete).count();
    let errors: Vec<&str> = slices
        .iter()
        .filter_map(|slice| slice.error.as_deref())
        .collect();
    let pages: u64 = slices.iter().map(|slice| slice.pages_fetched).sum();
    let minutes = started
        .zip(finished)
        .map(|(from, to)| (to - from).num_seconds() as f64 / 60.0);
    Crawl {
        started: started.map_or_else(|| figures::UNKNOWN.to_owned(), figures::moment),
        minutes: figures::or_dash(minutes, figures::rate),
        complete,
        slices: slices.len(),
        pages: figures::count(pages as f64),
        whole: complete == slices.len() && errors.is_empty(),
        error: errors
            .first()
            .map(|error| (words::message(error), errors.len())),
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    #[test]
    fn slices_are_counted_by_crawl_and_the_newest_crawl_stands_first() {
        let slice = |crawl: &str, minute: i64, error: Option<&str>| SliceRow {
            ingest_id: crawl.to_owned(),
            pages_fetched: 5,
            complete: error.is_none(),
            started_at: DateTime::from_timestamp(minute * 60, 0).unwrap(),
            finished_at: DateTime::from_timestamp(minute * 60 + 30, 0).unwrap(),
            error: error.map(str::to_owned),
            ..SliceRow::default()
        };
        let rows = [
            slice("a", 0, None),
            slice("b", 100, Some("HTTP\u{7} 503")),
            slice("b", 101, Some("HTTP 503")),
            slice("b", 102, None),
        ];
        let crawls = crawls(&rows);
        let newest = &crawls.rows[0];
        assert_eq!(
            (newest.complete, newest.slices, newest.pages.as_str()),
            (1, 3, "15")
        );
        assert_eq!(newest.minutes, "2.5");
        assert_eq!(newest.error, Some(("HTTP 503".to_owned(), 2)));
        assert!(crawls.rows[1].whole && !newest.whole);
    }
}
