//! The index of all categories and of chosen ones, as a chart.

use super::chart::{self, Chart, Key, Line, Look, Row, SEVERAL, Spec, Table, look};
use super::query::{self, Query};
use super::{figures, links, markup, range, words};
use crate::view::demand::{Day, Series};
use crate::view::overview::Overview;

/// The index of all and of the chosen categories; none before there is one.
pub fn index(view: &Overview, asked: &Query, is_plain: bool) -> Option<Chart> {
    let all = view.series.first()?;
    let (first, last) = (all.days.first()?.date, all.days.last()?.date);
    let seen = range::range(asked);
    let value = |day: &Day| {
        if is_plain {
            day.index
        } else {
            day.adjusted_index
        }
    };
    let lines: Vec<(String, Look, &Series)> = view
        .series
        .iter()
        .zip(SEVERAL)
        .map(|(one, look)| (shown_name(&one.name), look, one))
        .collect();
    let mut keys: Vec<Key> = lines
        .iter()
        .map(|(name, look, _)| chart::key(name, *look))
        .collect();
    keys.push(chart::key(
        "before the first crawl (survivors only)",
        look("shade", "shade", &[], 0.0),
    ));
    keys.push(chart::key(
        "nothing collected",
        look("tick", "c1", &[], 0.0),
    ));
    let drawn: Vec<Line> = lines
        .iter()
        .map(|(name, look, one)| chart::line(name, *look, one.days.iter().map(value).collect()))
        .collect();
    let rows = all.days.iter().enumerate().rev();
    let rows = rows.filter(|(_, day)| range::within(&seen, day.date));
    let rows = rows.map(|(place, day)| {
        let cells = view.series.iter().map(|one| {
            let figure = one.days.get(place).and_then(value);
            figures::or_dash(figure, figures::tenths)
        });
        Row {
            name: markup::day(day.date),
            cells: [chart::state(day).to_owned()]
                .into_iter()
                .chain(cells)
                .collect(),
        }
    });
    let head = ["Day".to_owned(), "State".to_owned()].into_iter();
    let adjusted = if is_plain {
        "not seasonally adjusted"
    } else {
        "seasonally adjusted"
    };
    let base = all
        .base_date
        .map(|day| format!("; 100 is the week to {}", figures::date(day)));
    Some(Chart {
        id: "index",
        title: "Index of new postings".to_owned(),
        description: format!(
            "Seven-day trailing mean of new postings, corrected for the model's errors, {adjusted}{}. Lines break where nothing was collected.",
            base.unwrap_or_default()
        ),
        unit: "index",
        keys,
        spec: chart::carried(&Spec {
            x: all
                .days
                .iter()
                .map(|day| chart::seconds(day.date))
                .collect(),
            time: true,
            x_name: "",
            lines: drawn,
            bands: Vec::new(),
            shade: chart::backfilled(&all.days),
            ticks: chart::missed(&all.days),
            mark: None,
            level: Some(100.0),
            from_zero: false,
            percent: false,
            range: range::seconds_of(&seen, first, last),
        }),
        table: Table {
            caption: "Index by day, the newest first".to_owned(),
            head: head
                .chain(lines.iter().map(|(name, _, _)| name.clone()))
                .collect(),
            rows: rows.collect(),
        },
        csv: links::csv("overview", &query::only(asked, &["category", "from", "to"])),
    })
}

fn shown_name(name: &str) -> String {
    if name == "*" {
        "All categories".to_owned()
    } else {
        words::name(name)
    }
}
