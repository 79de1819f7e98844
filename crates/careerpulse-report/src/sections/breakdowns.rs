//! The last 28 days by level, location and the like.

use crate::data::Breakdown;
use crate::figures::{self, or_dash};
use crate::series::known;
use crate::words;

/// Rows that are shown of each.
const LISTED: usize = 12;

/// One table.
#[derive(Debug)]
pub struct Table {
    pub by: String,
    pub rows: Vec<Row>,
    /// Rows that are not shown.
    pub left_out: usize,
}

/// One level, location or the like.
#[derive(Debug)]
pub struct Row {
    pub name: String,
    pub last: String,
    pub change: String,
    /// Length of its bar in percent of the largest, as CSS writes it.
    pub bar: String,
}

/// The largest rows of each, with a bar relative to the largest.
pub fn breakdowns(all: &[Breakdown]) -> Vec<Table> {
    let filled = all.iter().filter(|breakdown| !breakdown.rows.is_empty());
    filled.map(table).collect()
}

fn table(breakdown: &Breakdown) -> Table {
    let mut rows: Vec<_> = breakdown.rows.iter().collect();
    let last = |row: &crate::data::BreakdownRow| known(row.last);
    rows.sort_by(|a, b| {
        let (a_last, b_last) = (last(a).unwrap_or(-1.0), last(b).unwrap_or(-1.0));
        b_last.total_cmp(&a_last).then(a.name.cmp(&b.name))
    });
    let most = rows
        .first()
        .and_then(|row| last(row))
        .unwrap_or(0.0)
        .max(1.0);
    Table {
        by: words::name(&breakdown.by),
        left_out: rows.len().saturating_sub(LISTED),
        rows: rows
            .into_iter()
            .take(LISTED)
            .map(|row| Row {
                name: words::name(&row.name),
                last: or_dash(last(row), figures::count),
                change: match (last(row), known(row.before)) {
                    (Some(last), Some(before)) if before > 0.0 => figures::change(last / before),
                    _ => figures::UNKNOWN.to_owned(),
                },
                bar: format!("{:.1}", last(row).unwrap_or(0.0).max(0.0) / most * 100.0),
            })
            .collect(),
    }
}
