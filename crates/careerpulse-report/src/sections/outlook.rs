//! A small chart per category, and the weeks behind them as figures.

use crate::ahead::Ahead;
use crate::charts::multiple::{Multiple, multiple};
use crate::data::ForecastRow;
use crate::figures;
use crate::means::{WEEK, Weeks};
use crate::series::{Column, Demand, Series, known};

/// Small charts that a page holds; more categories stand in the table alone.
pub const CHARTS: usize = 60;
/// Days that a small chart looks back: a year, so that the weeks ahead stay wide enough to be read.
const DAYS: usize = 52 * WEEK;
/// Past weeks that are written out.
const WEEKS: usize = 8;

/// The section.
#[derive(Debug)]
pub struct Outlook {
    pub charts: Vec<Multiple>,
    /// Categories beyond the charts.
    pub left_out: usize,
    pub past: Vec<String>,
    pub ahead: Vec<String>,
    pub rows: Vec<Row>,
    pub days_ahead: usize,
}

/// A category's 7-day means, and the forecast's.
#[derive(Debug)]
pub struct Row {
    pub name: String,
    pub past: Vec<String>,
    pub ahead: Vec<String>,
}

/// The charts of the total and of the largest categories.
pub fn outlook(demand: &Demand, ahead: &Ahead<'_>) -> Outlook {
    let calendar = &demand.calendar;
    let recent = calendar.tail(DAYS);
    let shown = || std::iter::once(&demand.total).chain(demand.categories.iter().take(CHARTS));
    let last = calendar.days.len().saturating_sub(1);
    let ends: Vec<usize> = (0..WEEKS)
        .rev()
        .filter_map(|back| last.checked_sub(back * WEEK))
        .filter(|end| *end + 1 >= WEEK)
        .collect();
    let weeks_ahead = ahead.days / WEEK;
    Outlook {
        charts: shown()
            .enumerate()
            .map(|(number, series)| {
                let id = format!("category-{number}");
                multiple(id, &recent, series, &ahead.of(&series.key))
            })
            .collect(),
        left_out: demand.categories.len().saturating_sub(CHARTS),
        past: ends
            .iter()
            .map(|end| figures::date(calendar.date(*end)))
            .collect(),
        ahead: (1..=weeks_ahead)
            .map(|number| {
                figures::date(calendar.last() + chrono::Days::new((number * WEEK) as u64))
            })
            .collect(),
        rows: shown()
            .map(|series| row(series, &ends, &ahead.of(&series.key), weeks_ahead))
            .collect(),
        days_ahead: ahead.days,
    }
}

fn row(series: &Series, ends: &[usize], forecast: &[Option<&ForecastRow>], weeks: usize) -> Row {
    let expected: Column = forecast
        .iter()
        .map(|row| known(row.and_then(|row| row.mean)))
        .collect();
    let (past, ahead) = (Weeks::of(&series.corrected), Weeks::of(&expected));
    let written = |value: Option<f64>| figures::or_dash(value, figures::rate);
    Row {
        name: series.name.clone(),
        past: ends.iter().map(|end| written(past.mean(*end))).collect(),
        ahead: (1..=weeks)
            .map(|number| written(ahead.mean(number * WEEK - 1)))
            .collect(),
    }
}
