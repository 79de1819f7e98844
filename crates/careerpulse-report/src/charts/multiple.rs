//! A small chart of one category: observed, corrected with its interval, and the forecast's fan.

use crate::charts::frame::{Frame, Shape, extent, frame};
use crate::data::ForecastRow;
use crate::figures;
use crate::means::{WEEK, Weeks, thinned};
use crate::path::{band, line};
use crate::series::{Calendar, Column, Series, known};

const SHAPE: Shape = Shape {
    width: 340.0,
    height: 150.0,
    left: 38.0,
    right: 8.0,
    top: 8.0,
    bottom: 32.0,
    days: 5,
    figures: 3,
};

/// One small chart, in 7-day means.
#[derive(Debug)]
pub struct Multiple {
    pub id: String,
    pub name: String,
    pub desc: String,
    pub frame: Frame,
    pub observed: String,
    pub corrected: String,
    pub interval: String,
    pub fan80: String,
    pub fan95: String,
    pub forecast: String,
    /// The newest mean of the corrected figures, written out.
    pub now: String,
    /// The mean of the forecast, written out.
    pub ahead: String,
}

/// The chart of a category over the days of `calendar`, which are the newest of the series, with the
/// forecast's rows by days after the last one.
pub fn multiple(
    id: String,
    calendar: &Calendar,
    series: &Series,
    forecast: &[Option<&ForecastRow>],
) -> Multiple {
    let length = calendar.days.len();
    let places = thinned(length, WEEK);
    let before = series.corrected.len() - length;
    let means = |column: &Column| -> Column {
        let weeks = Weeks::of(column);
        places.iter().map(|end| weeks.mean(before + end)).collect()
    };
    let [observed, corrected, low, high] =
        [&series.observed, &series.corrected, &series.lo, &series.hi].map(means);
    let ahead = |of: fn(&ForecastRow) -> Option<f64>| continued(&series.corrected, forecast, of);
    let [mean, lo80, hi80, lo95, hi95] = [
        ahead(|row| row.mean),
        ahead(|row| row.lo80),
        ahead(|row| row.hi80),
        ahead(|row| row.lo95),
        ahead(|row| row.hi95),
    ];
    let drawn = [&observed, &corrected, &high, &mean, &hi80, &hi95];
    let (_, most) = extent(drawn.into_iter().flatten(), 0.0);
    let most = if most > 0.0 { most } else { 1.0 };
    let (frame, plot) = frame(&SHAPE, calendar, forecast.len(), (0.0, most), axis(most));
    let at = |place: usize, value: Option<f64>| Some((plot.x.at(place as f64), plot.y.at(value?)));
    let past = |column: &Column| line(places.iter().zip(column).map(|(place, v)| at(*place, *v)));
    let fan = |low: &Column, high: &Column| {
        band(low.iter().zip(high).enumerate().map(|(step, (low, high))| {
            let (x, low) = at(length - 1 + step, *low)?;
            Some((x, low, at(length - 1 + step, *high)?.1))
        }))
    };
    let now = corrected.last().copied().flatten();
    let expected: Vec<f64> = forecast
        .iter()
        .flatten()
        .filter_map(|row| row.mean)
        .collect();
    let expected =
        (!expected.is_empty()).then(|| expected.iter().sum::<f64>() / expected.len() as f64);
    Multiple {
        desc: describe(now, expected),
        observed: past(&observed),
        corrected: past(&corrected),
        interval: band(
            places
                .iter()
                .zip(low.iter().zip(&high))
                .map(|(place, (low, high))| {
                    let (x, low) = at(*place, *low)?;
                    Some((x, low, at(*place, *high)?.1))
                }),
        ),
        fan80: fan(&lo80, &hi80),
        fan95: fan(&lo95, &hi95),
        forecast: line(
            mean.iter()
                .enumerate()
                .map(|(step, v)| at(length - 1 + step, *v)),
        ),
        now: figures::or_dash(now, figures::rate),
        ahead: figures::or_dash(expected, figures::rate),
        name: series.name.clone(),
        frame,
        id,
    }
}

/// The 7-day mean from the last day on: of known days as far as the window still holds them, and of
/// the forecast's from there, so that a fan opens from the line's end.
fn continued(
    past: &Column,
    forecast: &[Option<&ForecastRow>],
    of: fn(&ForecastRow) -> Option<f64>,
) -> Column {
    if forecast.iter().all(Option::is_none) {
        return Vec::new();
    }
    let mut days = past.clone();
    days.extend(forecast.iter().map(|row| known(row.and_then(of))));
    let weeks = Weeks::of(&days);
    let start = past.len().saturating_sub(1);
    (start..days.len()).map(|end| weeks.mean(end)).collect()
}

/// Labels with decimals only where the axis is so short that it needs them.
fn axis(most: f64) -> impl Fn(f64) -> String {
    move |value| match most {
        most if most >= 10_000.0 => format!("{}k", figures::count(value / 1000.0)),
        most if most >= 7.5 => figures::count(value),
        most if most >= 0.4 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

fn describe(now: Option<f64>, ahead: Option<f64>) -> String {
    let now = match now {
        Some(now) => format!("{} new postings a day in the last week", figures::rate(now)),
        None => "the last week is not known".to_owned(),
    };
    match ahead {
        Some(ahead) => format!("{now}; {} a day are forecast.", figures::rate(ahead)),
        None => format!("{now}; there is no forecast."),
    }
}
