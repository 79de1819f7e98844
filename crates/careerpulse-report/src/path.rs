//! Lines and bands as SVG path data: relative moves in tenths of a pixel, broken where a figure is unknown.

use std::fmt::Write;

/// A line through the points; `None` lifts the pen. A point alone between two gaps is a dot.
pub fn line(points: impl IntoIterator<Item = Option<(f64, f64)>>) -> String {
    let mut pen = Pen::default();
    for point in points {
        match point {
            Some(point) => pen.to(point),
            None => pen.lift(),
        }
    }
    pen.lift();
    pen.data
}

/// The area between the lower and the upper edge, given as (x, y of the one, y of the other).
pub fn band(points: impl IntoIterator<Item = Option<(f64, f64, f64)>>) -> String {
    let mut pen = Pen::default();
    let mut run: Vec<(f64, f64, f64)> = Vec::new();
    for point in points.into_iter().chain([None]) {
        if let Some(point) = point {
            run.push(point);
            continue;
        }
        for (x, low, _) in &run {
            pen.to((*x, *low));
        }
        for (x, _, high) in run.iter().rev() {
            pen.to((*x, *high));
        }
        if !run.is_empty() {
            pen.data.push('z');
        }
        pen.at = None;
        run.clear();
    }
    pen.data
}

/// A place in pixels with one decimal and no more characters than it needs.
pub fn px(value: f64) -> String {
    tenths((value * 10.0).round() as i64)
}

#[derive(Default)]
struct Pen {
    data: String,
    /// Where the pen is, in tenths, and whether it has drawn since it was set down.
    at: Option<(i64, i64, bool)>,
}

impl Pen {
    fn to(&mut self, (x, y): (f64, f64)) {
        let (x, y) = ((x * 10.0).round() as i64, (y * 10.0).round() as i64);
        match self.at {
            None => self.step('M', x, y),
            Some((left, top, _)) => self.step('l', x - left, y - top),
        }
        self.at = Some((x, y, self.at.is_some()));
    }

    fn lift(&mut self) {
        if let Some((_, _, false)) = self.at.take() {
            self.data.push_str("h0");
        }
    }

    fn step(&mut self, command: char, x: i64, y: i64) {
        let (x, y) = (tenths(x), tenths(y));
        let between = if y.starts_with('-') { "" } else { " " };
        // Writing to a string cannot fail.
        let _ = write!(self.data, "{command}{x}{between}{y}");
    }
}

fn tenths(value: i64) -> String {
    let sign = if value < 0 { "-" } else { "" };
    let (whole, tenth) = (value.abs() / 10, value.abs() % 10);
    match (whole, tenth) {
        (whole, 0) => format!("{}{whole}", if whole == 0 { "" } else { sign }),
        (0, tenth) => format!("{sign}.{tenth}"),
        (whole, tenth) => format!("{sign}{whole}.{tenth}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_lifts_the_pen_and_a_lone_point_is_a_dot() {
        let points = [
            Some((0.0, 1.0)),
            Some((1.5, 0.25)),
            None,
            Some((4.0, 2.0)),
            None,
        ];
        assert_eq!(line(points), "M0 1l1.5-.7M4 2h0");
        assert_eq!(line([None, None]), "");
    }

    #[test]
    fn rounding_does_not_add_up_along_a_line() {
        let data = line((0..1000).map(|n| Some((f64::from(n) * 0.333, 0.0))));
        let moved: f64 = data
            .split(['M', 'l'])
            .skip(1)
            .map(|step| step.split(' ').next().unwrap().parse::<f64>().unwrap())
            .sum();
        assert!((moved - 999.0 * 0.333).abs() < 0.06, "{moved}");
    }

    #[test]
    fn a_band_goes_there_and_back_between_gaps() {
        let points = [Some((0.0, 5.0, 1.0)), Some((2.0, 6.0, 0.0)), None, None];
        assert_eq!(band(points), "M0 5l2 1l0-6l-2 1z");
    }

    #[test]
    fn places_are_short() {
        let written = [0.0, -0.04, 0.5, -0.5, 12.34, -3.0].map(px);
        assert_eq!(written, ["0", "0", ".5", "-.5", "12.3", "-3"]);
    }
}
