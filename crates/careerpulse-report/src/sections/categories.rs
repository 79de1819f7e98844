//! The table: what is known of each category, what the model is worth there, and what is expected.

use crate::ahead::{Ahead, score, sum};
use crate::data::{ReportData, TOTAL};
use crate::figures::{self, or_dash};
use crate::series::{Day, Demand, Series};
use crate::words;

/// Days that the table looks back.
const RECENT: usize = 28;

/// The section.
#[derive(Debug)]
pub struct Categories {
    pub from: String,
    pub to: String,
    /// Days of these on which nothing was collected, so that every sum lacks them.
    pub missed: usize,
    pub days_ahead: usize,
    pub rows: Vec<Row>,
    /// How many categories' forecasts were backtested, and how many of those beat the yardstick.
    pub backtested: usize,
    pub beating: usize,
    /// Mean measured coverage of the 80 % and the 95 % intervals over the categories.
    pub coverage80: Option<String>,
    pub coverage95: Option<String>,
}

/// One category, or all of them.
#[derive(Debug)]
pub struct Row {
    pub name: String,
    pub total: bool,
    pub observed: String,
    pub imputed: String,
    pub corrected: String,
    pub interval: String,
    pub share_imputed: String,
    pub precision: String,
    pub recall: String,
    pub support: String,
    pub forecast: String,
    pub day80: String,
    pub model: String,
    pub rmsse: String,
    pub yardstick: String,
    pub coverage80: String,
    pub coverage95: String,
    pub beats: bool,
}

/// The rows of the total and of every category.
pub fn categories(data: &ReportData, demand: &Demand, ahead: &Ahead<'_>) -> Categories {
    let calendar = &demand.calendar;
    let scores: Vec<_> = demand
        .categories
        .iter()
        .filter_map(|series| score(&data.backtest, &series.key))
        .collect();
    let mean = |of: fn(&crate::ahead::Score) -> Option<f64>| {
        let known: Vec<f64> = scores.iter().filter_map(of).collect();
        let mean = known.iter().sum::<f64>() / known.len() as f64;
        (!known.is_empty()).then(|| figures::percent(mean))
    };
    let first = calendar.days.len().saturating_sub(RECENT);
    Categories {
        from: figures::date(calendar.date(first)),
        to: figures::date(calendar.last()),
        missed: calendar.tail(RECENT).how_many(Day::Missed),
        days_ahead: ahead.days,
        rows: std::iter::once(&demand.total)
            .chain(&demand.categories)
            .map(|series| row(data, series, ahead))
            .collect(),
        backtested: scores.len(),
        beating: scores.iter().filter(|score| score.beats).count(),
        coverage80: mean(|score| score.coverage80),
        coverage95: mean(|score| score.coverage95),
    }
}

fn row(data: &ReportData, series: &Series, ahead: &Ahead<'_>) -> Row {
    let recent = |column| Series::recent(column, RECENT);
    let (observed, imputed) = (recent(&series.observed), recent(&series.imputed));
    let share = match (observed, imputed) {
        (Some(observed), Some(imputed)) if observed + imputed > 0.0 => {
            Some(imputed / (observed + imputed))
        }
        _ => None,
    };
    let interval = recent(&series.lo).zip(recent(&series.hi));
    let scores = data.model.iter().flat_map(|model| &model.scores);
    let quality = scores
        .into_iter()
        .find(|score| score.category == series.key);
    let forecast = ahead.of(&series.key);
    let days = forecast.len().max(1) as f64;
    let edges = sum(&forecast, |row| row.lo80).zip(sum(&forecast, |row| row.hi80));
    let score = score(&data.backtest, &series.key);
    let scored = |of: fn(&crate::ahead::Score) -> Option<f64>| score.as_ref().and_then(of);
    let whole_percent = |share: f64| format!("{:.0}\u{a0}%", share * 100.0);
    Row {
        name: series.name.clone(),
        total: series.key == TOTAL,
        observed: or_dash(observed, figures::count),
        imputed: or_dash(imputed, figures::count),
        corrected: or_dash(recent(&series.corrected), figures::count),
        interval: interval.map_or_else(
            || figures::UNKNOWN.to_owned(),
            |(low, high)| figures::range(figures::count(low), figures::count(high)),
        ),
        share_imputed: or_dash(share, whole_percent),
        precision: or_dash(quality.map(|score| score.precision), whole_percent),
        recall: or_dash(quality.map(|score| score.recall), whole_percent),
        support: or_dash(quality.map(|score| score.support as f64), figures::count),
        forecast: or_dash(sum(&forecast, |row| row.mean), figures::count),
        day80: edges.map_or_else(
            || figures::UNKNOWN.to_owned(),
            |(low, high)| figures::range(figures::rate(low / days), figures::rate(high / days)),
        ),
        model: score.as_ref().map_or_else(
            || figures::UNKNOWN.to_owned(),
            |score| words::spaced(&score.model),
        ),
        rmsse: or_dash(scored(|score| score.rmsse), |error| format!("{error:.2}")),
        yardstick: or_dash(scored(|score| score.yardstick), |error| {
            format!("{error:.2}")
        }),
        coverage80: or_dash(scored(|score| score.coverage80), whole_percent),
        coverage95: or_dash(scored(|score| score.coverage95), whole_percent),
        beats: score.as_ref().is_some_and(|score| score.beats),
    }
}
