//! When postings appear: a weekly rhythm, a trend for each category, and one shock.

use chrono::{Datelike, Days, NaiveDate};
use rand::{Rng, RngExt};

use super::pick::{Weighted, draw, portion, weighted};
use super::words::CategoryWords;
use super::{SampleError, SampleParams};

/// The longest span, in days (ten years).
pub(super) const MAX_DAYS: u32 = 3_653;

/// How much is posted on Monday to Sunday, against the busiest day.
const WEEK: [f64; 7] = [0.9, 1.0, 0.97, 0.92, 0.75, 0.2, 0.14];

/// Where in the span the shock falls.
const SHOCK_AT: f64 = 0.6;

/// What the shock does to the categories it touches, from its day on.
const SHOCK: [(&str, f64); 2] = [("Software Engineering", 0.45), ("Healthcare", 1.7)];

/// The days of a sample, with one table of weights per category.
#[derive(Debug)]
pub(super) struct Calendar {
    first: NaiveDate,
    days: u32,
    tables: Vec<Weighted>,
}

/// Lays out the sample's days up to and including its last.
pub(super) fn build_calendar(
    params: &SampleParams,
    categories: &[CategoryWords],
) -> Result<Calendar, SampleError> {
    let (days, last_day) = (params.days, params.last_day);
    if days == 0 || days > MAX_DAYS {
        return Err(SampleError::Days {
            days,
            max: MAX_DAYS,
        });
    }
    let first = last_day
        .checked_sub_days(Days::new(u64::from(days - 1)))
        .filter(|first| first.year() >= 1970 && last_day.year() <= 9999)
        .ok_or(SampleError::LastDay { last_day })?;
    let tables = categories
        .iter()
        .enumerate()
        .map(|(index, category)| {
            weighted((0..days).map(|day| match params.steady {
                true => rhythm_of(first, day),
                false => weight_of(category, index, first, day, days),
            }))
        })
        .collect();
    Ok(Calendar {
        first,
        days,
        tables,
    })
}

/// A day for a posting of the category, counted from the first.
pub(super) fn draw_day(calendar: &Calendar, category: usize, rng: &mut impl Rng) -> u32 {
    let day = draw(&calendar.tables[category], rng);
    u32::try_from(day).unwrap_or(calendar.days - 1)
}

/// A date as a day counted from the first; dates before the first count as the first.
pub(super) fn day_number(calendar: &Calendar, date: NaiveDate) -> u32 {
    u32::try_from((date - calendar.first).num_days()).unwrap_or(0)
}

/// The share of the category's postings that falls on a day or after it.
pub(super) fn portion_from(calendar: &Calendar, category: usize, day: u32) -> f64 {
    portion(
        &calendar.tables[category],
        day as usize..calendar.days as usize,
    )
}

/// A day `later` days after `day`, the last one at most.
pub(super) fn move_day(calendar: &Calendar, day: u32, later: u32) -> u32 {
    day.saturating_add(later).min(calendar.days - 1)
}

/// How recent a day is: 0 for the first, 1 for the last.
pub(super) fn recency(calendar: &Calendar, day: u32) -> f64 {
    f64::from(day) / f64::from(calendar.days.max(2) - 1)
}

/// A moment of the day, mostly within working hours, as the API writes it.
pub(super) fn write_moment(calendar: &Calendar, day: u32, rng: &mut impl Rng) -> String {
    let date = calendar.first + Days::new(u64::from(day));
    let hour = if rng.random_bool(0.75) {
        rng.random_range(8..20)
    } else {
        rng.random_range(0..24)
    };
    let (minute, second) = (rng.random_range(0..60), rng.random_range(0..60));
    format!(
        "{:04}-{:02}-{:02}T{hour:02}:{minute:02}:{second:02}Z",
        date.year(),
        date.month(),
        date.day()
    )
}

fn rhythm_of(first: NaiveDate, day: u32) -> f64 {
    let date = first + Days::new(u64::from(day));
    WEEK[date.weekday().num_days_from_monday() as usize]
}

fn weight_of(category: &CategoryWords, index: usize, first: NaiveDate, day: u32, days: u32) -> f64 {
    let progress = f64::from(day) / f64::from(days);
    // Slopes from -0.5 to 0.5 of the mean over the span; some categories grow, some shrink.
    let slope = (((index * 7) % 11) as f64 - 5.0) / 10.0;
    let trend = 1.0 + slope * (progress - 0.5) * 2.0;
    let shock = SHOCK
        .iter()
        .find(|(name, _)| *name == category.name && progress >= SHOCK_AT)
        .map_or(1.0, |(_, factor)| *factor);
    rhythm_of(first, day) * trend * shock
}
