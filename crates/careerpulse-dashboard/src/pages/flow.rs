//! A category's new postings and its open ones, by day, as charts.

use super::chart::{self, Chart, Row, Spec, Table, look};
use super::range::{self, Range};
use super::{figures, markup};
use crate::view::demand::{Day, Series};

/// New postings by day: observed, imputed, corrected with its interval.
pub fn flow(series: &Series, seen: &Range, csv: &str) -> Option<Chart> {
    let days = &series.days;
    let (first, last) = (days.first()?.date, days.last()?.date);
    let of = |figure: fn(&Day) -> Option<f64>| days.iter().map(figure).collect::<Vec<_>>();
    let corrected = look("line", "c0", &[], 2.2);
    let interval = look("band", "c0", &[], 0.22);
    let observed = look("line", "c6", &[5, 3], 1.4);
    let imputed = look("line", "c2", &[2, 3], 1.6);
    let between = look("line", "c0", &[1, 5], 1.6);
    let rows = days
        .iter()
        .rev()
        .filter(|day| range::within(seen, day.date));
    let head = [
        "Day",
        "State",
        "Observed",
        "Imputed",
        "Corrected (interval)",
        "Interpolated",
    ];
    Some(Chart {
        id: "flow",
        title: "New postings a day".to_owned(),
        description: "Observed are those that the source labelled; imputed those that the model put here, as it counts. Corrected is what is expected once the model's known errors are taken out, with its interval: the figure to go by. Where nothing was collected the line breaks, and the dotted line only joins its ends.".to_owned(),
        unit: "postings",
        keys: vec![
            chart::key("corrected", corrected),
            chart::key("its interval", interval),
            chart::key("observed", observed),
            chart::key("imputed", imputed),
            chart::key("interpolated", between),
            chart::key("before the first crawl (survivors only)", look("shade", "shade", &[], 0.0)),
            chart::key("nothing collected", look("tick", "c1", &[], 0.0)),
        ],
        spec: chart::carried(&Spec {
            x: days.iter().map(|day| chart::seconds(day.date)).collect(),
            time: true,
            x_name: "",
            lines: vec![
                chart::line("observed", observed, of(|day| day.observed)),
                chart::line("imputed", imputed, of(|day| day.imputed)),
                chart::line("interpolated", between, joined(days)),
                chart::line("corrected", corrected, of(|day| day.corrected)),
            ],
            bands: vec![chart::band(
                "interval",
                interval,
                22,
                of(|day| day.corrected_lo),
                of(|day| day.corrected_hi),
            )],
            shade: chart::backfilled(days),
            ticks: chart::missed(days),
            mark: None,
            level: None,
            from_zero: true,
            percent: false,
            range: range::seconds_of(seen, first, last),
        }),
        table: Table {
            caption: "New postings by day, the newest first".to_owned(),
            head: head.map(str::to_owned).to_vec(),
            rows: rows
                .map(|day| Row {
                    name: markup::day(day.date),
                    cells: vec![
                        chart::state(day).to_owned(),
                        figures::or_dash(day.observed, figures::rate),
                        figures::or_dash(day.imputed, figures::rate),
                        chart::with_interval(day.corrected, day.corrected_lo, day.corrected_hi),
                        figures::or_dash(day.interpolated, figures::rate),
                    ],
                })
                .collect(),
        },
        csv: csv.to_owned(),
    })
}

/// Interpolated figures with the known ones at their ends, so that a single day is a stroke too.
fn joined(days: &[Day]) -> Vec<Option<f64>> {
    let is_gap = |at: usize| days.get(at).is_some_and(|day| day.interpolated.is_some());
    let joined = days.iter().enumerate().map(|(at, day)| {
        let is_end = at.checked_sub(1).is_some_and(is_gap) || is_gap(at + 1);
        day.interpolated.or(day.corrected.filter(|_| is_end))
    });
    joined.collect()
}

/// Open postings; none where no crawl has told.
pub fn stock(series: &Series, seen: &Range, csv: &str) -> Option<Chart> {
    let days = &series.days;
    let (first, last) = (days.first()?.date, days.last()?.date);
    let known = days.iter().filter(|day| day.active.is_some());
    let line = look("line", "c3", &[], 2.2);
    let rows: Vec<Row> = known
        .rev()
        .filter(|day| range::within(seen, day.date))
        .map(|day| Row {
            name: markup::day(day.date),
            cells: vec![figures::or_dash(day.active, figures::count)],
        })
        .collect();
    days.iter().any(|day| day.active.is_some()).then(|| Chart {
        id: "stock",
        title: "Open postings".to_owned(),
        description: "A stock, not a flow: what a crawl saw open on its day. Days without a crawl that saw enough have no figure.".to_owned(),
        unit: "postings",
        keys: vec![
            chart::key("open", line),
            chart::key("nothing collected", look("tick", "c1", &[], 0.0)),
        ],
        spec: chart::carried(&Spec {
            x: days.iter().map(|day| chart::seconds(day.date)).collect(),
            time: true,
            x_name: "",
            lines: vec![chart::line("open", line, days.iter().map(|day| day.active).collect())],
            bands: Vec::new(),
            shade: chart::backfilled(days),
            ticks: chart::missed(days),
            mark: None,
            level: None,
            from_zero: true,
            percent: false,
            range: range::seconds_of(seen, first, last),
        }),
        table: Table {
            caption: "Open postings by day, the newest first".to_owned(),
            head: vec!["Day".to_owned(), "Open".to_owned()],
            rows,
        },
        csv: csv.to_owned(),
    })
}
