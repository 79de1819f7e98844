//! A line without axes, to stand in a row of a table.

use crate::path::{line, px};
use crate::scale::Scale;

/// Width of a sparkline in pixels.
pub const WIDTH: f64 = 120.0;
/// Height of a sparkline in pixels.
pub const HEIGHT: f64 = 30.0;

/// A sparkline: the line, and its newest point.
#[derive(Debug)]
pub struct Spark {
    pub path: String,
    pub x: String,
    pub y: String,
}

/// The line of these figures from zero up; unknown ones are gaps.
pub fn spark(values: &[Option<f64>]) -> Spark {
    let most = values.iter().flatten().copied().fold(0.0, f64::max);
    let x = Scale::new((0.0, values.len() as f64 - 1.0), (2.0, WIDTH - 4.0));
    let y = Scale::new((0.0, most), (HEIGHT - 2.0, 4.0));
    let at = |place: usize| Some((x.at(place as f64), y.at(values[place]?)));
    let newest = values.iter().rposition(Option::is_some).and_then(at);
    let (right, top) = newest.unwrap_or((-9.0, -9.0));
    Spark {
        path: line((0..values.len()).map(at)),
        x: px(right),
        y: px(top),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_day_lifts_the_line_and_the_dot_is_the_newest_known() {
        let spark = spark(&[Some(1.0), Some(2.0), None, Some(2.0), None]);
        assert_eq!(spark.path.matches('M').count(), 2, "{}", spark.path);
        assert_eq!((spark.x.as_str(), spark.y.as_str()), ("87.5", "4"));
        assert_eq!(super::spark(&[]).path, "");
    }
}
