//! The same figures per week: an interval of seven days is no sum of seven intervals.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::correction::Bounds;
use super::range::{Range, monday};
use super::tally::{Tally, rounded};
use crate::tables::demand::{DailyDemand, WeeklyDemand};

/// The weeks of a range; a day without figures belongs to none.
pub struct Weeks {
    /// Each week's Monday.
    pub mondays: Vec<NaiveDate>,
    /// The place of each day's week.
    pub of_day: Vec<Option<usize>>,
}

impl Weeks {
    /// How many days of the range a week has figures of.
    fn days(&self, week: usize) -> i64 {
        self.of_day.iter().filter(|of| **of == Some(week)).count() as i64
    }
}

/// Sorts the days into weeks.
pub fn weeks(range: &Range, has_figures: impl Fn(NaiveDate) -> bool) -> Weeks {
    let mut mondays: Vec<NaiveDate> = range.iter().map(monday).collect();
    mondays.dedup();
    let of_day = range.iter().map(|day| {
        let place = mondays.binary_search(&monday(day)).ok();
        place.filter(|_| has_figures(day))
    });
    Weeks {
        of_day: of_day.collect(),
        mondays,
    }
}

/// A row per week and category. A week stays as it was published until one of its days is published
/// anew; `daily` are the published days, of which the point figures are the sums.
pub fn weekly_rows(
    weeks: &Weeks,
    tally: &Tally,
    bounds: Option<&Bounds>,
    categories: &[String],
    daily: &[DailyDemand],
    published: &[WeeklyDemand],
) -> Vec<WeeklyDemand> {
    let numbers: BTreeMap<&str, usize> = categories.iter().map(String::as_str).zip(0..).collect();
    let old: BTreeMap<(NaiveDate, &str), &WeeklyDemand> = published
        .iter()
        .map(|row| ((row.week, row.category.as_str()), row))
        .collect();
    let mut sums: BTreeMap<(NaiveDate, &str), WeeklyDemand> = BTreeMap::new();
    for row in daily {
        add(&mut sums, row);
    }
    let mut rows = Vec::with_capacity(sums.len());
    for (key, mut row) in sums {
        let same = old
            .get(&key)
            .filter(|old| old.vintage == row.vintage && old.days == row.days);
        if let Some(same) = same {
            rows.push((*same).clone());
            continue;
        }
        row.new_corrected = row.new_corrected.map(rounded);
        // A week that the range cuts has days of earlier publications in its sums, and no interval.
        let place = weeks.mondays.binary_search(&row.week).ok();
        let place = place.filter(|&place| weeks.days(place) == row.days);
        let found = place.zip(numbers.get(row.category.as_str()));
        let whole = bounds.zip(found).zip(row.new_corrected);
        if let Some(((bounds, (place, &category)), corrected)) = whole {
            let observed = tally.observed[tally.at(place, category)] as f64;
            let (lo, hi) = bounds.of(place, category);
            row.corrected_lo = Some(rounded((observed + lo).min(corrected)));
            row.corrected_hi = Some(rounded((observed + hi).max(corrected)));
        }
        rows.push(row);
    }
    rows
}

fn add<'a>(sums: &mut BTreeMap<(NaiveDate, &'a str), WeeklyDemand>, row: &'a DailyDemand) {
    let week = monday(row.date);
    let sum = sums
        .entry((week, row.category.as_str()))
        .or_insert_with(|| WeeklyDemand {
            week,
            category: row.category.clone(),
            days: 0,
            new_observed: None,
            new_imputed: None,
            new_corrected: None,
            corrected_lo: None,
            corrected_hi: None,
            vintage: row.vintage,
        });
    sum.vintage = sum.vintage.max(row.vintage);
    // A day that was not collected has no figures.
    if row.new_observed.is_none() {
        return;
    }
    let is_first = sum.days == 0;
    sum.days += 1;
    sum.new_observed = plus(is_first, sum.new_observed, row.new_observed);
    sum.new_imputed = plus(is_first, sum.new_imputed, row.new_imputed);
    sum.new_corrected = plus(is_first, sum.new_corrected, row.new_corrected);
}

/// A sum that is none as soon as one of its parts is.
fn plus<T: std::ops::Add<Output = T>>(
    is_first: bool,
    sum: Option<T>,
    part: Option<T>,
) -> Option<T> {
    match is_first {
        true => part,
        false => Some(sum? + part?),
    }
}
