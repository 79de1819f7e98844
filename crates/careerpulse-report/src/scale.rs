//! Where a figure or a day stands on a chart, and which of them are written beside it.

use chrono::{Datelike, Days, NaiveDate};

/// Maps a range of figures to a range of pixels.
#[derive(Debug, Clone, Copy)]
pub struct Scale {
    from: f64,
    to: f64,
    start: f64,
    end: f64,
}

/// A day beside a chart: its place among the days and its label, with the year where a year begins.
#[derive(Debug, Clone, PartialEq)]
pub struct DayTick {
    pub place: usize,
    pub label: String,
    pub year: String,
}

impl Scale {
    /// `from..to` in figures becomes `start..end` in pixels.
    pub fn new((from, to): (f64, f64), (start, end): (f64, f64)) -> Self {
        let to = if to > from { to } else { from + 1.0 };
        Self {
            from,
            to,
            start,
            end,
        }
    }

    /// The place of a figure, in pixels.
    pub fn at(&self, value: f64) -> f64 {
        self.start + (value - self.from) / (self.to - self.from) * (self.end - self.start)
    }
}

/// Round figures that span `low..high`, about `wanted` of them: steps are 1, 2, 2.5 or 5 of a power of ten.
pub fn ticks(low: f64, high: f64, wanted: usize) -> Vec<f64> {
    let span = (high - low).max(high.abs() * 1e-9).max(1e-9);
    let rough = span / wanted.max(1) as f64;
    let power = 10f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 2.5, 5.0, 10.0]
        .map(|times| times * power)
        .into_iter()
        .find(|step| *step >= rough * 0.999)
        .unwrap_or(power * 10.0);
    let (first, last) = ((low / step + 1e-9).floor(), (high / step - 1e-9).ceil());
    let steps = (last - first).clamp(1.0, 100.0) as usize;
    (0..=steps).map(|n| (first + n as f64) * step).collect()
}

/// Days to write below a chart, `wanted` at most: first days of months, or Mondays of a short range.
pub fn day_ticks(first: NaiveDate, days: usize, wanted: usize) -> Vec<DayTick> {
    if days < 75 {
        return monday_ticks(first, days, wanted);
    }
    let months = days / 30 + 1;
    let step = [1, 2, 3, 6, 12]
        .into_iter()
        .find(|step| months / step <= wanted)
        .unwrap_or(12);
    let mut ticks: Vec<DayTick> = Vec::new();
    for place in 0..days {
        let day = first + Days::new(place as u64);
        if day.day() == 1 && (day.month0() as usize).is_multiple_of(step) {
            let year = if ticks.is_empty() || day.month() == 1 {
                day.format("%Y").to_string()
            } else {
                String::new()
            };
            ticks.push(DayTick {
                place,
                label: day.format("%b").to_string(),
                year,
            });
        }
    }
    ticks
}

fn monday_ticks(first: NaiveDate, days: usize, wanted: usize) -> Vec<DayTick> {
    let mondays: Vec<usize> = (0..days)
        .filter(|place| (first + Days::new(*place as u64)).weekday() == chrono::Weekday::Mon)
        .collect();
    let every = mondays.len().div_ceil(wanted.max(1)).max(1);
    let tick = |(number, place): (usize, &usize)| {
        let day = first + Days::new(*place as u64);
        DayTick {
            place: *place,
            label: day.format("%-d\u{a0}%b").to_string(),
            year: if number == 0 {
                day.format("%Y").to_string()
            } else {
                String::new()
            },
        }
    };
    mondays
        .iter()
        .step_by(every)
        .enumerate()
        .map(tick)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_span_the_range() {
        assert_eq!(ticks(0.0, 97.0, 4), [0.0, 25.0, 50.0, 75.0, 100.0]);
        assert_eq!(ticks(0.0, 12.0, 3), [0.0, 5.0, 10.0, 15.0]);
        assert_eq!(
            ticks(83.0, 122.0, 4),
            [80.0, 90.0, 100.0, 110.0, 120.0, 130.0]
        );
        assert_eq!(ticks(0.0, 0.7, 2), [0.0, 0.5, 1.0]);
        let flat = ticks(5.0, 5.0, 4);
        assert!(
            flat[0] <= 5.0 && flat[flat.len() - 1] >= 5.0 && flat.len() < 8,
            "{flat:?}"
        );
        assert!(ticks(0.0, 1e300, 4).len() < 8);
    }

    #[test]
    fn a_scale_turns_the_range_into_pixels() {
        let scale = Scale::new((0.0, 10.0), (100.0, 0.0));
        assert_eq!(
            [scale.at(0.0), scale.at(10.0), scale.at(5.0)],
            [100.0, 0.0, 50.0]
        );
        assert!(Scale::new((3.0, 3.0), (0.0, 1.0)).at(3.0).is_finite());
    }

    #[test]
    fn months_are_thinned_and_years_are_written_once() {
        let first = NaiveDate::from_ymd_opt(2024, 11, 20).unwrap();
        let ticks = day_ticks(first, 730, 8);
        assert!(ticks.len() <= 9, "{ticks:?}");
        let years: Vec<&str> = ticks
            .iter()
            .map(|tick| tick.year.as_str())
            .filter(|y| !y.is_empty())
            .collect();
        assert_eq!(years, ["2025", "2026"]);
        assert_eq!(ticks[0].label, "Jan");
        let short = day_ticks(first, 30, 3);
        assert_eq!(short[0].label, "25\u{a0}Nov");
        assert!(short.len() <= 3);
    }
}
