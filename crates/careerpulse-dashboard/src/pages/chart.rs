//! A chart as a page carries it: what a script draws, and the same as a table and a CSV.

use chrono::{Datelike, NaiveDate};
use serde::Serialize;

use super::figures;
use super::markup::{self, Markup};
use crate::view::demand::Day;

/// A chart with its table.
pub struct Chart {
    /// The id of its element.
    pub id: &'static str,
    /// Its heading.
    pub title: String,
    /// What it shows, in a sentence or two.
    pub description: String,
    /// What its figures are, beside the heading.
    pub unit: &'static str,
    /// What each line is.
    pub keys: Vec<Key>,
    /// What the script draws.
    pub spec: Markup,
    /// The figures.
    pub table: Table,
    /// The address of the CSV.
    pub csv: String,
}

/// An entry of a legend.
pub struct Key {
    /// Its words.
    pub name: String,
    /// How it looks.
    pub look: Look,
}

/// How a line, band or mark looks; never by colour alone.
#[derive(Clone, Copy)]
pub struct Look {
    /// `line`, `band`, `points`, `shade` or `tick`.
    pub kind: &'static str,
    /// The name of its colour.
    pub colour: &'static str,
    /// Its dashes, in pixels; empty for an unbroken line.
    pub dash: &'static [u8],
    /// Its width in pixels.
    pub width: f64,
}

impl Look {
    /// The dashes as an attribute.
    pub fn dashes(&self) -> String {
        let lengths: Vec<String> = self.dash.iter().map(u8::to_string).collect();
        lengths.join(" ")
    }
}

/// A table of figures.
#[derive(Default)]
pub struct Table {
    /// Its caption.
    pub caption: String,
    /// The names of the columns.
    pub head: Vec<String>,
    /// The rows.
    pub rows: Vec<Row>,
}

/// A row of figures.
pub struct Row {
    /// What it is of.
    pub name: Markup,
    /// The figures, as they are read.
    pub cells: Vec<String>,
}

/// What the script draws.
#[derive(Serialize)]
pub struct Spec {
    /// Days (seconds since 1970) or shares.
    pub x: Vec<f64>,
    /// Whether `x` are days.
    pub time: bool,
    /// What `x` is, where it is no day.
    pub x_name: &'static str,
    /// The lines.
    pub lines: Vec<Line>,
    /// Bands between two rows of figures.
    pub bands: Vec<Band>,
    /// Stretches of `x` that are shaded.
    pub shade: Vec<(f64, f64)>,
    /// Places that are marked at the foot.
    pub ticks: Vec<f64>,
    /// A place with a line upright.
    pub mark: Option<f64>,
    /// A level with a line across.
    pub level: Option<f64>,
    /// Whether 0 belongs to the figures' axis.
    pub from_zero: bool,
    /// Whether figures are shares, written in percent.
    pub percent: bool,
    /// What is shown at first.
    pub range: Option<(f64, f64)>,
}

/// A line of a chart.
#[derive(Serialize)]
pub struct Line {
    /// Its name.
    pub name: String,
    /// The name of its colour.
    pub colour: &'static str,
    /// Its dashes.
    pub dash: &'static [u8],
    /// Its width.
    pub width: f64,
    /// Whether it is drawn as points alone.
    pub points: bool,
    /// A figure for each `x`.
    pub values: Vec<Option<f64>>,
}

/// A band of a chart.
#[derive(Serialize)]
pub struct Band {
    /// Its name.
    pub name: String,
    /// The name of its colour.
    pub colour: &'static str,
    /// How much of it is seen, in percent.
    pub strength: u8,
    /// Lower ends.
    pub low: Vec<Option<f64>>,
    /// Upper ends.
    pub high: Vec<Option<f64>>,
}

/// A line's figures as it is drawn.
pub fn line(name: impl Into<String>, look: Look, values: Vec<Option<f64>>) -> Line {
    Line {
        name: name.into(),
        colour: look.colour,
        dash: look.dash,
        width: look.width,
        points: look.kind == "points",
        values: values.into_iter().map(rounded).collect(),
    }
}

/// A band as it is drawn.
pub fn band(
    name: impl Into<String>,
    look: Look,
    strength: u8,
    low: Vec<Option<f64>>,
    high: Vec<Option<f64>>,
) -> Band {
    Band {
        name: name.into(),
        colour: look.colour,
        strength,
        low: low.into_iter().map(rounded).collect(),
        high: high.into_iter().map(rounded).collect(),
    }
}

/// An entry of a legend.
pub fn key(name: impl Into<String>, look: Look) -> Key {
    Key {
        name: name.into(),
        look,
    }
}

/// A look.
pub const fn look(
    kind: &'static str,
    colour: &'static str,
    dash: &'static [u8],
    width: f64,
) -> Look {
    Look {
        kind,
        colour,
        dash,
        width,
    }
}

/// The looks of several lines of one kind, told apart by colour and dashes (Okabe and Ito's palette).
pub const SEVERAL: [Look; 7] = [
    look("line", "c0", &[], 2.4),
    look("line", "c1", &[8, 4], 2.0),
    look("line", "c2", &[2, 3], 2.2),
    look("line", "c3", &[10, 3, 2, 3], 2.0),
    look("line", "c4", &[14, 4], 2.0),
    look("line", "c5", &[4, 2], 2.0),
    look("line", "c6", &[1, 2], 2.0),
];

/// Seconds since 1970 at a day's beginning in UTC.
pub fn seconds(day: NaiveDate) -> f64 {
    f64::from(day.num_days_from_ce() - 719_163) * 86_400.0
}

/// Stretches of days before the first crawl, known from survivors.
pub fn backfilled(days: &[Day]) -> Vec<(f64, f64)> {
    let runs = days.chunk_by(|a, b| a.backfilled == b.backfilled);
    let runs = runs.filter(|run| run[0].backfilled);
    runs.filter_map(|run| Some((seconds(run.first()?.date), seconds(run.last()?.date))))
        .collect()
}

/// Days on which nothing was collected although there were crawls before.
pub fn missed(days: &[Day]) -> Vec<f64> {
    let missed = days.iter().filter(|day| !day.collected && !day.backfilled);
    missed.map(|day| seconds(day.date)).collect()
}

/// A figure and its interval: `34 (28–40)`.
pub fn with_interval(value: Option<f64>, low: Option<f64>, high: Option<f64>) -> String {
    match (value, low, high) {
        (Some(value), Some(low), Some(high)) => format!(
            "{} ({}–{})",
            figures::rate(value),
            figures::rate(low),
            figures::rate(high)
        ),
        (value, _, _) => figures::or_dash(value, figures::rate),
    }
}

/// The state of a day in words.
pub fn state(day: &Day) -> &'static str {
    match (day.backfilled, day.collected) {
        (true, _) => "backfilled",
        (false, true) => "collected",
        (false, false) => "nothing collected",
    }
}

/// The spec as the page carries it.
pub fn carried(spec: &Spec) -> Markup {
    markup::json(spec)
}

/// Four decimals are more than a screen can show and half the bytes.
fn rounded(value: Option<f64>) -> Option<f64> {
    let value = value.filter(|value| value.is_finite())?;
    Some((value * 1e4).round() / 1e4)
}
