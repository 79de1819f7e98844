//! The index of all categories: two large charts and the figures behind them.

use crate::charts::index::{IndexChart, index_charts};
use crate::data::{IndexRow, ReportData, TOTAL};
use crate::error::ReportError;
use crate::figures;
use crate::means::Weeks;
use crate::series::{Calendar, Column, Day, Demand, known, repeated};

/// The section, where there is an index.
#[derive(Debug)]
pub struct Index {
    pub panels: Vec<Panel>,
    pub rows: Vec<Row>,
    pub base: Option<String>,
    /// Postings a day that 100 stands for.
    pub hundred: Option<String>,
    pub missed: usize,
    pub backfilled_until: Option<String>,
}

/// The charts of new, or of open, postings.
#[derive(Debug)]
pub struct Panel {
    pub heading: &'static str,
    /// None where nothing is known yet.
    pub charts: Vec<IndexChart>,
}

/// The figures of one day.
#[derive(Debug)]
pub struct Row {
    pub date: String,
    pub state: &'static str,
    pub figures: [String; 6],
}

/// The index of the total.
///
/// # Errors
/// [`ReportError::Repeated`] where a day has two rows.
pub fn index(data: &ReportData, demand: &Demand) -> Result<Option<Index>, ReportError> {
    let calendar = &demand.calendar;
    let mut rows: Vec<Option<&IndexRow>> = vec![None; calendar.days.len()];
    for row in data.index.iter().filter(|row| row.category == TOTAL) {
        let Some(place) = calendar.place(row.date) else {
            continue;
        };
        if rows[place].replace(row).is_some() {
            return Err(repeated("demand_index", row.date, TOTAL));
        }
    }
    if rows.iter().all(Option::is_none) {
        return Ok(None);
    }
    let column = |of: fn(&IndexRow) -> Option<f64>| -> Column {
        let kept = rows.iter().zip(&calendar.days);
        kept.map(|(row, day)| {
            row.filter(|_| *day != Day::Missed)
                .and_then(|row| known(of(row)))
        })
        .collect()
    };
    let new = (column(|row| row.new_index), column(|row| row.new_adjusted));
    let active = (
        column(|row| row.active_index),
        column(|row| row.active_adjusted),
    );
    let panel = |heading, id: &str, what: &str, (plain, adjusted): &(Column, Column)| Panel {
        heading,
        charts: match plain.iter().any(Option::is_some) {
            true => index_charts(id, what, calendar, plain, adjusted),
            false => Vec::new(),
        },
    };
    let base = data.index_base.and_then(|base| calendar.place(base));
    Ok(Some(Index {
        rows: (0..calendar.days.len())
            .rev()
            .map(|place| Row {
                date: figures::date(calendar.date(place)),
                state: state(calendar.days[place]),
                figures: [
                    &demand.total.observed,
                    &demand.total.corrected,
                    &new.0,
                    &new.1,
                    &active.0,
                    &active.1,
                ]
                .map(|column| figures::or_dash(column[place], figures::rate)),
            })
            .collect(),
        panels: vec![
            panel("New postings", "index-new", "new postings", &new),
            panel("Open postings", "index-open", "open postings", &active),
        ],
        base: data.index_base.map(figures::date),
        hundred: base
            .and_then(|base| Weeks::of(&demand.total.corrected).mean(base))
            .map(figures::rate),
        missed: calendar.how_many(Day::Missed),
        backfilled_until: backfilled_until(calendar),
    }))
}

/// The last day that is known from survivors alone.
fn backfilled_until(calendar: &Calendar) -> Option<String> {
    let last = calendar
        .days
        .iter()
        .rposition(|day| *day == Day::Backfilled)?;
    Some(figures::date(calendar.date(last)))
}

fn state(day: Day) -> &'static str {
    match day {
        Day::Collected => "collected",
        Day::Backfilled => "backfilled",
        Day::Missed => "missed",
    }
}
