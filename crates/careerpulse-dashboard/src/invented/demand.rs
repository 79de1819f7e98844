//! A year of days: weekly rhythm, a slow rise, a gap of collection, an autumn that differs by category.

use std::f64::consts::TAU;

use chrono::{Datelike, Days};

use super::{CATEGORIES, noise, today};
use crate::view::demand::{Day, Forecast, ForecastDay, Series};

/// Days of history.
const DAYS: u64 = 365;
/// Days before the first crawl.
const BACKFILLED: u64 = 120;

/// New postings a day of a category about now.
pub(super) fn level(place: usize) -> f64 {
    260.0 / (place as f64 + 1.6)
}

/// The series of a category; of all of them where none is named.
pub(super) fn series(place: Option<usize>) -> Series {
    let first = today() - Days::new(DAYS - 1);
    let each = |place: usize| (0..DAYS).map(move |at| day(place, at)).collect::<Vec<_>>();
    let days = match place {
        Some(place) => each(place),
        None => {
            let all: Vec<Vec<Day>> = (0..CATEGORIES.len()).map(each).collect();
            (0..DAYS as usize).map(|at| together(&all, at)).collect()
        }
    };
    Series {
        name: place.map_or("*", |place| CATEGORIES[place]).to_owned(),
        base_date: Some(first + Days::new(BACKFILLED + 14)),
        days: indexed(days),
    }
}

/// Days on which nothing was collected: an outage, and single days.
fn is_missed(at: u64) -> bool {
    (209..216).contains(&at) || at == 283 || at == 150
}

fn day(place: usize, at: u64) -> Day {
    let date = today() - Days::new(DAYS - 1 - at);
    let backfilled = at < BACKFILLED;
    let collected = !backfilled && !is_missed(at);
    let known = backfilled || collected;
    let week =
        [1.15, 1.3, 1.25, 1.2, 1.0, 0.55, 0.5][date.weekday().num_days_from_monday() as usize];
    let season = 1.0 + 0.14 * (TAU * (at as f64 / DAYS as f64 + place as f64 / 9.0)).sin();
    let drift = 1.0 + (noise(place as u64 * 31) - 0.45) * 0.9 * (at as f64 / DAYS as f64);
    let survivors = if backfilled {
        0.25 + 0.7 * at as f64 / BACKFILLED as f64
    } else {
        1.0
    };
    let jitter = 0.82 + 0.36 * noise(place as u64 * 1009 + at);
    let true_count = level(place) * week * season * drift * survivors * jitter;
    let observed = (true_count * 0.68).round();
    let corrected = observed + true_count * 0.32;
    let imputed = (corrected - observed) * (1.0 + (noise(place as u64 + 7) - 0.5) * 0.5);
    let half = 1.2 + (corrected - observed) * 0.35;
    let given = |value: f64| known.then_some(value);
    Day {
        date,
        observed: given(observed),
        imputed: given(imputed.round()),
        corrected: given(corrected),
        corrected_lo: given((corrected - half).max(observed)),
        corrected_hi: given(corrected + half),
        interpolated: (is_missed(at) && !backfilled).then_some(level(place) * season * drift),
        active: collected.then_some((level(place) * 31.0 * season * drift).round()),
        index: None,
        adjusted_index: None,
        collected,
        backfilled,
    }
}

fn together(all: &[Vec<Day>], at: usize) -> Day {
    let sum = |figure: fn(&Day) -> Option<f64>| {
        all.iter()
            .map(|days| figure(&days[at]))
            .sum::<Option<f64>>()
    };
    let first = &all[0][at];
    let corrected = sum(|day| day.corrected);
    let half = corrected.map(|value| 4.0 + value * 0.02);
    Day {
        observed: sum(|day| day.observed),
        imputed: sum(|day| day.imputed),
        corrected,
        corrected_lo: corrected.zip(half).map(|(value, half)| value - half),
        corrected_hi: corrected.zip(half).map(|(value, half)| value + half),
        interpolated: sum(|day| day.interpolated),
        active: sum(|day| day.active),
        ..first.clone()
    }
}

/// The days with their index: trailing means of seven days, 100 at the base.
fn indexed(mut days: Vec<Day>) -> Vec<Day> {
    let mean = |days: &[Day], at: usize| {
        let week = days.get(at.checked_sub(6)?..=at)?;
        week.iter()
            .map(|day| day.corrected)
            .sum::<Option<f64>>()
            .map(|sum| sum / 7.0)
    };
    let means: Vec<Option<f64>> = (0..days.len()).map(|at| mean(&days, at)).collect();
    let base = means[BACKFILLED as usize + 14].unwrap_or(1.0);
    let length = days.len() as f64;
    for (at, day) in days.iter_mut().enumerate() {
        day.index = means[at].map(|value| 100.0 * value / base);
        let season = 1.0 + 0.05 * (TAU * at as f64 / length).sin();
        day.adjusted_index = day.index.map(|index| index / season);
    }
    days
}

/// What is expected of a category for four weeks.
pub(super) fn forecast(place: usize) -> Forecast {
    let days = (1..=28).map(|ahead: u64| {
        let date = today() + Days::new(ahead);
        let week =
            [1.15, 1.3, 1.25, 1.2, 1.0, 0.55, 0.5][date.weekday().num_days_from_monday() as usize];
        let mean = level(place) * week * (1.0 + (noise(place as u64 * 31) - 0.45) * 0.9);
        let half = (2.0 + mean * 0.14) * (1.0 + ahead as f64 / 40.0);
        ForecastDay {
            date,
            mean,
            lo80: Some((mean - half).max(0.0)),
            hi80: Some(mean + half),
            lo95: Some((mean - 1.6 * half).max(0.0)),
            hi95: Some(mean + 1.6 * half),
        }
    });
    Forecast {
        issued_on: today(),
        model: ["mstl", "ets", "seasonal_naive"][place % 3].to_owned(),
        rmsse: Some(0.71 + 0.02 * place as f64),
        coverage80: Some(if place % 5 == 3 {
            0.702
        } else {
            0.786 + 0.002 * place as f64
        }),
        coverage95: Some(0.931),
        beats_seasonal_naive: place % 3 != 2,
        days: days.collect(),
    }
}
