//! What charts over days share: the box, the axes, the days that are shaded or marked.

use crate::path::px;
use crate::scale::{Scale, day_ticks, ticks};
use crate::series::{Calendar, Day};

/// A chart's box in pixels, the plot inside it, and how much is written beside it.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    pub width: f64,
    pub height: f64,
    pub left: f64,
    pub right: f64,
    pub top: f64,
    pub bottom: f64,
    /// Labels below, at most.
    pub days: usize,
    /// Labels beside, about.
    pub figures: usize,
}

/// A label and where it stands.
#[derive(Debug, Clone)]
pub struct Tick {
    pub at: String,
    pub label: String,
    pub year: String,
}

/// A shaded stretch of days.
#[derive(Debug, Clone)]
pub struct Stretch {
    pub x: String,
    pub width: String,
    /// Where its label stands, if there is room for one.
    pub middle: Option<String>,
}

/// The drawn frame of a chart, ready for the template.
#[derive(Debug, Clone)]
pub struct Frame {
    pub width: String,
    pub height: String,
    pub left: String,
    pub right: String,
    pub top: String,
    pub bottom: String,
    pub plot_height: String,
    pub days: Vec<Tick>,
    pub figures: Vec<Tick>,
    pub backfilled: Vec<Stretch>,
    /// Short strokes at the foot of the plot, one per missed day.
    pub missed: String,
}

/// Where days and figures stand.
#[derive(Debug, Clone, Copy)]
pub struct Plot {
    pub x: Scale,
    pub y: Scale,
}

/// The frame for the days of the calendar and `ahead` more, and for figures of `low..high`.
pub fn frame(
    shape: &Shape,
    calendar: &Calendar,
    ahead: usize,
    (low, high): (f64, f64),
    write: impl Fn(f64) -> String,
) -> (Frame, Plot) {
    let length = calendar.days.len() + ahead;
    let right = shape.width - shape.right;
    let bottom = shape.height - shape.bottom;
    let marks = ticks(low, high, shape.figures);
    let ends = (marks[0], marks[marks.len() - 1]);
    let plot = Plot {
        x: Scale::new((0.0, length as f64 - 1.0), (shape.left, right)),
        y: Scale::new(ends, (bottom, shape.top)),
    };
    let day = (plot.x.at(1.0) - plot.x.at(0.0)).min(right - shape.left);
    let frame = Frame {
        width: px(shape.width),
        height: px(shape.height),
        left: px(shape.left),
        right: px(right),
        top: px(shape.top),
        bottom: px(bottom),
        plot_height: px(bottom - shape.top),
        days: day_ticks(calendar.first, length, shape.days)
            .into_iter()
            .map(|tick| Tick {
                at: px(plot.x.at(tick.place as f64)),
                label: tick.label,
                year: tick.year,
            })
            .collect(),
        figures: marks
            .iter()
            .map(|mark| Tick {
                at: px(plot.y.at(*mark)),
                label: write(*mark),
                year: String::new(),
            })
            .collect(),
        backfilled: stretches(calendar, &plot, day),
        missed: missed(calendar, &plot, bottom),
    };
    (frame, plot)
}

/// Lowest and highest of the figures, widened to hold `anchor`.
pub fn extent<'a>(figures: impl IntoIterator<Item = &'a Option<f64>>, anchor: f64) -> (f64, f64) {
    figures
        .into_iter()
        .flatten()
        .fold((anchor, anchor), |(low, high), figure| {
            (low.min(*figure), high.max(*figure))
        })
}

fn stretches(calendar: &Calendar, plot: &Plot, day: f64) -> Vec<Stretch> {
    let mut stretches = Vec::new();
    let mut place = 0;
    while place < calendar.days.len() {
        let end = (place..calendar.days.len())
            .find(|at| !calendar.is_backfilled(*at))
            .unwrap_or(calendar.days.len());
        if end > place {
            let left = plot.x.at(place as f64);
            let right = (plot.x.at(end as f64 - 1.0) + day)
                .min(plot.x.at(calendar.days.len() as f64 - 1.0));
            let width = (right - left).max(1.0);
            stretches.push(Stretch {
                x: px(left),
                width: px(width),
                middle: (width > 150.0).then(|| px(left + width / 2.0)),
            });
        }
        place = end + 1;
    }
    stretches
}

fn missed(calendar: &Calendar, plot: &Plot, bottom: f64) -> String {
    let strokes = calendar.days.iter().enumerate();
    strokes
        .filter(|(_, day)| **day == Day::Missed)
        .map(|(place, _)| format!("M{} {}v-7", px(plot.x.at(place as f64)), px(bottom)))
        .collect()
}
