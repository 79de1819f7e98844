//! The large chart: the index of all categories, once for new and once for open postings.

use crate::charts::frame::{Frame, Shape, extent, frame};
use crate::figures;
use crate::path::{line, px};
use crate::series::{Calendar, Column};

/// On a desk and on paper.
const WIDE: Shape = Shape {
    width: 960.0,
    height: 290.0,
    left: 44.0,
    right: 52.0,
    top: 14.0,
    bottom: 40.0,
    days: 12,
    figures: 5,
};
/// On a phone.
const NARROW: Shape = Shape {
    width: 340.0,
    height: 240.0,
    left: 34.0,
    right: 40.0,
    top: 12.0,
    bottom: 38.0,
    days: 5,
    figures: 4,
};

/// One size of the chart.
#[derive(Debug)]
pub struct IndexChart {
    /// Class that the style sheet shows or hides by the width of the screen.
    pub class: &'static str,
    pub id: String,
    pub title: String,
    pub desc: String,
    pub frame: Frame,
    /// Where 100 stands.
    pub base: String,
    pub plain: String,
    pub adjusted: String,
    pub last: Option<LastPoint>,
}

/// The newest figure, written at the end of its line.
#[derive(Debug)]
pub struct LastPoint {
    pub x: String,
    pub y: String,
    pub label: String,
}

/// The chart in both sizes. `id` tells it from others of the page.
pub fn index_charts(
    id: &str,
    what: &str,
    calendar: &Calendar,
    plain: &Column,
    adjusted: &Column,
) -> Vec<IndexChart> {
    let (low, high) = extent(plain.iter().chain(adjusted), 100.0);
    [("wide", &WIDE), ("narrow", &NARROW)]
        .into_iter()
        .map(|(class, shape)| {
            let (frame, plot) = frame(shape, calendar, 0, (low, high), |index| {
                figures::count(index)
            });
            let at = |(place, index): (usize, &Option<f64>)| {
                index.map(|index| (plot.x.at(place as f64), plot.y.at(index)))
            };
            let newest = [adjusted, plain].into_iter().find_map(newest);
            IndexChart {
                class,
                id: format!("{id}-{class}"),
                title: format!("Index of {what}, 7-day mean"),
                desc: describe(what, calendar, plain, adjusted),
                base: px(plot.y.at(100.0)),
                plain: line(plain.iter().enumerate().map(at)),
                adjusted: line(adjusted.iter().enumerate().map(at)),
                last: newest.map(|(place, index)| LastPoint {
                    x: px(plot.x.at(place as f64)),
                    y: px(plot.y.at(index)),
                    label: figures::count(index),
                }),
                frame,
            }
        })
        .collect()
}

fn newest(column: &Column) -> Option<(usize, f64)> {
    let place = column.iter().rposition(Option::is_some)?;
    Some((place, column[place]?))
}

fn describe(what: &str, calendar: &Calendar, plain: &Column, adjusted: &Column) -> String {
    let (adjusted, how) = match newest(adjusted) {
        Some(newest) => (Some(newest), "seasonally adjusted"),
        None => (newest(plain), "not seasonally adjusted"),
    };
    let Some((place, index)) = adjusted else {
        return format!("No index of {what} is known.");
    };
    let known = || plain.iter().flatten().copied();
    let (low, high) = known().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| {
        (low.min(v), high.max(v))
    });
    let span = if known().next().is_some() {
        format!(
            " Not adjusted, it went from {} at its lowest to {} at its highest.",
            figures::count(low),
            figures::count(high)
        )
    } else {
        String::new()
    };
    format!(
        "On {} the index of {what} was {}, {how}.{span}",
        figures::date(calendar.date(place)),
        figures::count(index)
    )
}
