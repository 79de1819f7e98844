//! The first page's records.

use super::demand::series;
use super::{CATEGORIES, hours_ago, today};
use crate::view::demand::Day;
use crate::view::overview::{CategoryLine, Overview};

const WINDOW: usize = 28;

/// The overview with some categories beside all.
pub(super) fn overview(chosen: &[usize]) -> Overview {
    let chosen = chosen.iter().map(|place| series(Some(*place)));
    let mut categories: Vec<CategoryLine> = (0..CATEGORIES.len()).map(line).collect();
    categories.sort_by(|a, b| b.recent.unwrap_or(0.0).total_cmp(&a.recent.unwrap_or(0.0)));
    Overview {
        series: std::iter::once(series(None)).chain(chosen).collect(),
        categories,
        mover_days: WINDOW as u32,
        postings: 184_326,
        labelled: 125_874,
        imputed: 51_433,
        abstained: 6_604,
        last_crawl: Some(hours_ago(0)),
        last_day: Some(today()),
        vintage: Some(hours_ago(-1)),
        model_version: Some(7),
        alarms_on: 4,
        alarms_unseen: 3,
    }
}

fn line(place: usize) -> CategoryLine {
    let days = series(Some(place)).days;
    let sum = |days: &[Day]| days.iter().filter_map(|day| day.corrected).sum::<f64>();
    let recent = &days[days.len() - WINDOW..];
    let before = sum(&days[days.len() - 2 * WINDOW..days.len() - WINDOW]);
    let imputed: f64 = recent.iter().filter_map(|day| day.imputed).sum();
    let now = sum(recent);
    // The smallest category appeared only lately.
    let before = if place == CATEGORIES.len() - 1 {
        0.0
    } else {
        before
    };
    CategoryLine {
        name: CATEGORIES[place].to_owned(),
        recent: Some(now),
        before: Some(before),
        change: (before >= 1.0).then(|| now / before - 1.0),
        active: days.last().and_then(|day| day.active),
        imputed_share: Some(imputed / now),
    }
}
