//! The calendar of collection: a row per month, a square per day.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};

use crate::path::px;
use crate::series::{Calendar, Day};

/// Months that are shown at most, the newest.
pub const MONTHS: usize = 24;
/// A square and the space after it, in pixels.
const STEP: f64 = 9.4;
/// A square's side.
const SIDE: f64 = 7.6;
/// Room for the months' names.
const NAMES: f64 = 50.0;
/// Room for the days' numbers.
const TOP: f64 = 16.0;

/// The calendar, a path per kind of day.
#[derive(Debug)]
pub struct Strip {
    pub width: String,
    pub height: String,
    pub months: Vec<(String, String)>,
    pub numbers: Vec<(String, u32)>,
    pub collected: String,
    pub backfilled: String,
    pub missed: String,
    /// The first day that is shown.
    pub from: NaiveDate,
}

/// The last months of the calendar.
pub fn strip(calendar: &Calendar) -> Strip {
    let month = |day: NaiveDate| day.year() * 12 + day.month0() as i32;
    let last = month(calendar.last());
    let first = month(calendar.first).max(last - MONTHS as i32 + 1);
    let mut from = None;
    let mut rows: BTreeMap<i32, NaiveDate> = BTreeMap::new();
    let [mut collected, mut backfilled, mut missed] = [const { String::new() }; 3];
    for (place, state) in calendar.days.iter().enumerate() {
        let day = calendar.date(place);
        let row = month(day) - first;
        if row < 0 {
            continue;
        }
        from.get_or_insert(day);
        rows.entry(row).or_insert(day);
        let (x, y) = (
            NAMES + STEP * f64::from(day.day0()),
            TOP + STEP * f64::from(row),
        );
        match state {
            Day::Collected => collected.push_str(&square(x, y, SIDE)),
            Day::Backfilled => backfilled.push_str(&square(x, y, SIDE)),
            Day::Missed => missed.push_str(&cross(x, y)),
        }
    }
    Strip {
        width: px(NAMES + STEP * 31.0),
        height: px(TOP + STEP * f64::from(last - first + 1)),
        months: rows
            .iter()
            .map(|(row, day)| {
                let y = px(TOP + STEP * f64::from(*row) + SIDE);
                (y, day.format("%b\u{a0}%Y").to_string())
            })
            .collect(),
        numbers: [1, 8, 15, 22, 29]
            .map(|day| (px(NAMES + STEP * f64::from(day - 1) + SIDE / 2.0), day))
            .to_vec(),
        collected,
        backfilled,
        missed,
        from: from.unwrap_or(calendar.first),
    }
}

fn square(x: f64, y: f64, side: f64) -> String {
    let side = px(side);
    format!("M{} {}h{side}v{side}h-{side}z", px(x), px(y))
}

/// An empty square with a cross, so that a missed day differs in shape and not in colour alone.
fn cross(x: f64, y: f64) -> String {
    let (x, y, side) = (x + 0.5, y + 0.5, SIDE - 1.0);
    let stroke = px(side);
    format!(
        "{}M{} {}l{stroke} {stroke}M{} {}l-{stroke} {stroke}",
        square(x, y, side),
        px(x),
        px(y),
        px(x + side),
        px(y)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_the_last_two_years_is_in_one_path() {
        let mut calendar = Calendar {
            first: NaiveDate::from_ymd_opt(2024, 1, 1).unwrap(),
            since: NaiveDate::from_ymd_opt(2024, 1, 1).unwrap(),
            days: vec![Day::Backfilled; 731 + 31],
        };
        calendar.days[700..].fill(Day::Collected);
        calendar.days[710] = Day::Missed;
        let strip = strip(&calendar);
        assert_eq!(strip.months.len(), MONTHS);
        assert_eq!(strip.from, NaiveDate::from_ymd_opt(2024, 2, 1).unwrap());
        assert_eq!(strip.collected.matches('z').count(), 61);
        assert_eq!(strip.missed.matches('z').count(), 1);
        assert_eq!(strip.backfilled.matches('z').count(), 700 - 31);
    }
}
