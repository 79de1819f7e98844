//! What is expected, as a fan, with how often the past fell within it.

use super::chart::{self, Chart, Row, Spec, Table, look};
use super::markup::{self, Markup};
use super::query::{self, Query};
use super::{figures, links, words};
use crate::view::demand::{Forecast, ForecastDay, Series};

/// A forecast with its own record.
pub struct Outlook {
    /// The fan.
    pub chart: Chart,
    /// The model.
    pub model: String,
    /// The last known day.
    pub issued_on: Markup,
    /// Share of past days within the 80 % interval.
    pub coverage80: String,
    /// The same of 95 %.
    pub coverage95: String,
    /// Whether the 80 % interval has held too few.
    pub is_narrow: bool,
    /// Its error beside last week's same day.
    pub rmsse: String,
    /// Whether any model beats that.
    pub beats_naive: bool,
}

/// Days of the past that are drawn before the fan.
const PAST: usize = 56;
/// Coverage under this, of 80 %, is named too narrow.
const NARROW: f64 = 0.75;

/// The forecast of a series; none where there is no coming day.
pub fn outlook(series: &Series, forecast: &Forecast) -> Option<Outlook> {
    if forecast.days.is_empty() {
        return None;
    }
    Some(Outlook {
        chart: fan(series, forecast),
        model: words::spaced(&forecast.model),
        issued_on: markup::day(forecast.issued_on),
        coverage80: figures::or_dash(forecast.coverage80, figures::percent),
        coverage95: figures::or_dash(forecast.coverage95, figures::percent),
        is_narrow: forecast.coverage80.is_some_and(|share| share < NARROW),
        rmsse: figures::or_dash(forecast.rmsse, figures::number),
        beats_naive: forecast.beats_seasonal_naive,
    })
}

fn fan(series: &Series, forecast: &Forecast) -> Chart {
    let known = series
        .days
        .iter()
        .filter(|day| day.date <= forecast.issued_on);
    let known: Vec<_> = known.collect();
    let past = &known[known.len().saturating_sub(PAST)..];
    let coming = &forecast.days;
    let blank = |length: usize| std::iter::repeat_n(None, length);
    let ahead = |figure: fn(&ForecastDay) -> Option<f64>| {
        let figures = coming.iter().map(figure);
        blank(past.len()).chain(figures).collect::<Vec<_>>()
    };
    let corrected = past.iter().map(|day| day.corrected);
    let seen = look("line", "c0", &[], 2.2);
    let mean = look("line", "c1", &[7, 3], 2.2);
    let inner = look("band", "c1", &[], 0.36);
    let outer = look("band", "c1", &[], 0.16);
    let days = past
        .iter()
        .map(|day| day.date)
        .chain(coming.iter().map(|day| day.date));
    let between = |low: Option<f64>, high: Option<f64>| match (low, high) {
        (Some(low), Some(high)) => format!("{}–{}", figures::rate(low), figures::rate(high)),
        _ => figures::UNKNOWN.to_owned(),
    };
    let head = ["Day", "Expected", "80 % interval", "95 % interval"];
    Chart {
        id: "fan",
        title: "What is expected".to_owned(),
        description: "New postings a day to come, after the last eight weeks of corrected figures. The fans are made to hold 80 and 95 of 100 days; how many they held in the past stands above.".to_owned(),
        unit: "postings",
        keys: vec![
            chart::key("corrected", seen),
            chart::key("expected", mean),
            chart::key("80 % interval", inner),
            chart::key("95 % interval", outer),
        ],
        spec: chart::carried(&Spec {
            x: days.map(chart::seconds).collect(),
            time: true,
            x_name: "",
            lines: vec![
                chart::line("corrected", seen, corrected.chain(blank(coming.len())).collect()),
                chart::line("expected", mean, ahead(|day| Some(day.mean))),
            ],
            bands: vec![
                chart::band("95 % interval", outer, 16, ahead(|day| day.lo95), ahead(|day| day.hi95)),
                chart::band("80 % interval", inner, 30, ahead(|day| day.lo80), ahead(|day| day.hi80)),
            ],
            shade: Vec::new(),
            ticks: Vec::new(),
            mark: Some(chart::seconds(forecast.issued_on)),
            level: None,
            from_zero: true,
            percent: false,
            range: None,
        }),
        table: Table {
            caption: "Expected new postings by day".to_owned(),
            head: head.map(str::to_owned).to_vec(),
            rows: coming
                .iter()
                .map(|day| Row {
                    name: markup::day(day.date),
                    cells: vec![
                        figures::rate(day.mean),
                        between(day.lo80, day.hi80),
                        between(day.lo95, day.hi95),
                    ],
                })
                .collect(),
        },
        csv: links::csv(
            &format!("categories/{}/forecast", query::segment(&series.name)),
            &Query::default(),
        ),
    }
}
