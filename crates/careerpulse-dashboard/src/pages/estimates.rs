//! The model's own estimate of how good it is, window by window, and the truth where labels arrived late.

use super::chart::{self, Chart, Row, Spec, Table, look};
use super::query::{self, Query};
use super::{figures, markup, words};
use crate::view::monitoring::Estimate;

/// A metric on a basis that can be looked at.
pub struct Choice {
    /// Its words.
    pub name: String,
    /// Where it leads.
    pub address: String,
    /// Whether it is what is looked at.
    pub is_current: bool,
}

/// What there is to look at, in the order of the rows.
pub fn choices(estimates: &[Estimate], asked: &Query) -> Vec<Choice> {
    let current = current(estimates, asked);
    kinds(estimates)
        .into_iter()
        .map(|(metric, basis)| {
            let asked = query::with(asked, "metric", [metric]);
            let asked = query::with(&asked, "basis", [basis]);
            Choice {
                name: format!("{}, by day {}", words::spaced(metric), words::spaced(basis)),
                address: query::address("/monitoring", &asked) + "#estimates",
                is_current: current == Some((metric, basis)),
            }
        })
        .collect()
}

/// The estimates of the metric and basis that are asked for, else of the first.
pub fn chart(estimates: &[Estimate], asked: &Query, csv: String) -> Option<Chart> {
    let (metric, basis) = current(estimates, asked)?;
    let windows = estimates
        .iter()
        .filter(|one| (one.metric.as_str(), one.basis.as_str()) == (metric, basis));
    let mut windows: Vec<&Estimate> = windows.collect();
    windows.sort_by_key(|one| one.window_end);
    // Windows of two versions may end on one day; the newer version's stands.
    windows.dedup_by(|next, before| {
        let same = next.window_end == before.window_end;
        if same && next.model_version > before.model_version {
            *before = next;
        }
        same
    });
    let of = |figure: fn(&Estimate) -> Option<f64>| {
        windows.iter().map(|one| figure(one)).collect::<Vec<_>>()
    };
    let all = look("line", "c0", &[], 2.2);
    let interval = look("band", "c0", &[], 0.22);
    let late = look("line", "c4", &[7, 3], 1.8);
    let truth = look("points", "c1", &[], 2.0);
    let head = [
        "Window ends",
        "Version",
        "Estimate, all postings",
        "Late labels",
        "Estimate for those",
        "Truth for those",
    ];
    let between = |value: Option<f64>, low: Option<f64>, high: Option<f64>| match (value, low, high)
    {
        (Some(value), Some(low), Some(high)) => format!(
            "{} ({}–{})",
            figures::percent(value),
            figures::percent(low),
            figures::percent(high)
        ),
        (value, _, _) => figures::or_dash(value, figures::percent),
    };
    Some(Chart {
        id: "estimate",
        title: format!("{}: estimate and truth", sentence_case(&words::spaced(metric))),
        description: "The estimate is made from the model's own probabilities, without labels: it holds as long as those are calibrated. Truth is known only for postings whose label arrived late, so it is to be read beside the estimate for just those.".to_owned(),
        unit: "share",
        keys: vec![
            chart::key("estimate, all postings", all),
            chart::key("its interval", interval),
            chart::key("estimate, late labels only", late),
            chart::key("truth, late labels only", truth),
        ],
        spec: chart::carried(&Spec {
            x: windows.iter().map(|one| chart::seconds(one.window_end)).collect(),
            time: true,
            x_name: "",
            lines: vec![
                chart::line("estimate", all, of(|one| one.estimate)),
                chart::line("estimate, late labels", late, of(|one| one.late_estimate)),
                chart::line("truth", truth, of(|one| one.truth)),
            ],
            bands: vec![chart::band("interval", interval, 22, of(|one| one.lo), of(|one| one.hi))],
            shade: Vec::new(),
            ticks: Vec::new(),
            mark: None,
            level: None,
            from_zero: false,
            percent: true,
            range: None,
        }),
        table: Table {
            caption: "Estimates and truth by window, the newest first".to_owned(),
            head: head.map(str::to_owned).to_vec(),
            rows: windows
                .iter()
                .rev()
                .map(|one| Row {
                    name: markup::day(one.window_end),
                    cells: vec![
                        one.model_version.to_string(),
                        between(one.estimate, one.lo, one.hi),
                        figures::whole(one.late_labels),
                        between(one.late_estimate, one.late_lo, one.late_hi),
                        figures::or_dash(one.truth, figures::percent),
                    ],
                })
                .collect(),
        },
        csv,
    })
}

fn kinds(estimates: &[Estimate]) -> Vec<(&str, &str)> {
    let mut kinds: Vec<(&str, &str)> = Vec::new();
    for one in estimates {
        let kind = (one.metric.as_str(), one.basis.as_str());
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    kinds
}

fn current<'a>(estimates: &'a [Estimate], asked: &Query) -> Option<(&'a str, &'a str)> {
    let kinds = kinds(estimates);
    let wanted = (query::one(asked, "metric"), query::one(asked, "basis"));
    let found = kinds
        .iter()
        .find(|(metric, basis)| wanted == (Some(*metric), Some(*basis)));
    found.or(kinds.first()).copied()
}

fn sentence_case(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}
