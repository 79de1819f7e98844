//! A rising curve from confidence to the share that is right.

use serde::{Deserialize, Serialize};

use crate::error::LearnError;

/// Values of x nearer than this count as one, as they do in scikit-learn.
const SAME: f64 = 1e-15;

/// A curve that never falls: straight lines between points, level beyond the first and the last.
///
/// Source: scikit-learn's `IsotonicRegression(out_of_bounds="clip")`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Parts", into = "Parts")]
pub struct Isotonic {
    x: Vec<f64>,
    y: Vec<f64>,
}

/// One observation: where, what, and how much it counts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Point {
    pub x: f64,
    pub y: f64,
    pub weight: f64,
}

impl Isotonic {
    /// The curve through the points (`x`, `y`). Errors where lengths differ, there is no point,
    /// `x` does not rise, `y` falls or a `y` is outside [0, 1].
    pub fn new(x: Vec<f64>, y: Vec<f64>) -> Result<Isotonic, LearnError> {
        let rising = x.is_sorted_by(|a, b| a < b) && y.is_sorted();
        let share = |y: &f64| (0.0..=1.0).contains(y);
        let finite = x.iter().all(|x| x.is_finite());
        if x.is_empty() || x.len() != y.len() || !rising || !finite || !y.iter().all(share) {
            return Err(LearnError::Calibration(format!(
                "{} by {} points do not make a curve that rises from 0 to 1 at most",
                x.len(),
                y.len()
            )));
        }
        Ok(Isotonic { x, y })
    }

    /// The rising curve of the smallest weighted squared distance to `y` at `x`, cut to [`low`, `high`].
    ///
    /// Pool adjacent violators. Errors on no points, lengths that differ, values that are not
    /// finite, weights not above 0 and bounds that are not within [0, 1] and in order.
    pub fn fit(
        x: &[f64],
        y: &[f64],
        weights: &[f64],
        low: f64,
        high: f64,
    ) -> Result<Isotonic, LearnError> {
        for (name, length) in [("y", y.len()), ("weights", weights.len())] {
            if length != x.len() {
                return Err(LearnError::Lengths {
                    left_name: "x",
                    left: x.len(),
                    right_name: name,
                    right: length,
                });
            }
        }
        let point = |((&x, &y), &weight)| Point { x, y, weight };
        let points = x.iter().zip(y).zip(weights).map(point).collect();
        Isotonic::of(points, low, high)
    }

    pub(super) fn of(points: Vec<Point>, low: f64, high: f64) -> Result<Isotonic, LearnError> {
        check(&points, low, high)?;
        let points = merged(points);
        let level = pooled(&points);
        let y: Vec<f64> = level.iter().map(|y| y.clamp(low, high)).collect();
        // A point that lies level between its neighbours changes nothing.
        let last = y.len() - 1;
        let kept = |&at: &usize| at == 0 || at == last || y[at] != y[at - 1] || y[at] != y[at + 1];
        let kept: Vec<usize> = (0..=last).filter(kept).collect();
        Isotonic::new(
            kept.iter().map(|&at| points[at].x).collect(),
            kept.iter().map(|&at| y[at]).collect(),
        )
    }

    /// Where the curve bends, ascending.
    pub fn x(&self) -> &[f64] {
        &self.x
    }

    /// Its height there, never falling, within [0, 1].
    pub fn y(&self) -> &[f64] {
        &self.y
    }

    /// Height of the curve at `x`.
    pub fn at(&self, x: f64) -> f64 {
        let after = self.x.partition_point(|&bend| bend <= x);
        if after == 0 {
            return self.y[0];
        }
        if after == self.x.len() {
            return self.y[after - 1];
        }
        let (left, right) = (self.x[after - 1], self.x[after]);
        let (low, high) = (self.y[after - 1], self.y[after]);
        (low + (x - left) * ((high - low) / (right - left))).clamp(low, high)
    }
}

fn check(points: &[Point], low: f64, high: f64) -> Result<(), LearnError> {
    if points.is_empty() {
        return Err(LearnError::Empty("the list of points"));
    }
    if !(0.0 <= low && low <= high && high <= 1.0) {
        return Err(LearnError::Calibration(format!(
            "the bounds {low} and {high} must lie within 0 and 1, in this order"
        )));
    }
    let broken = |point: &&Point| {
        let all = [point.x, point.y, point.weight];
        !all.iter().all(|value| value.is_finite()) || point.weight <= 0.0
    };
    match points.iter().find(broken) {
        Some(point) => Err(LearnError::Calibration(format!(
            "the point {point:?} must be finite and its weight above 0"
        ))),
        None => Ok(()),
    }
}

/// Points in the order of x, those at the same x made one.
fn merged(mut points: Vec<Point>) -> Vec<Point> {
    points.sort_by(|a, b| a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y)));
    let mut start = points[0].x;
    let runs = points.chunk_by(|_, next| {
        let same = next.x - start < SAME;
        if !same {
            start = next.x;
        }
        same
    });
    let merge = |run: &[Point]| {
        let weight: f64 = run.iter().map(|point| point.weight).sum();
        let sum: f64 = run.iter().map(|point| point.weight * point.y).sum();
        Point {
            x: run[0].x,
            y: sum / weight,
            weight,
        }
    };
    runs.map(merge).collect()
}

/// Height of the rising curve at each point.
fn pooled(points: &[Point]) -> Vec<f64> {
    // Pools as (weighted sum, weight, points), merged as long as one is not above the one before.
    let mut pools: Vec<(f64, f64, usize)> = Vec::new();
    for point in points {
        let mut pool = (point.weight * point.y, point.weight, 1);
        while let Some(&(sum, weight, count)) = pools.last()
            && sum / weight >= pool.0 / pool.1
        {
            pool = (pool.0 + sum, pool.1 + weight, pool.2 + count);
            pools.pop();
        }
        pools.push(pool);
    }
    let level = |(sum, weight, count): (f64, f64, usize)| std::iter::repeat_n(sum / weight, count);
    pools.into_iter().flat_map(level).collect()
}

/// What is written to disk; reading it back checks the shape again.
#[derive(Serialize, Deserialize)]
struct Parts {
    x: Vec<f64>,
    y: Vec<f64>,
}

impl TryFrom<Parts> for Isotonic {
    type Error = LearnError;

    fn try_from(parts: Parts) -> Result<Isotonic, LearnError> {
        Isotonic::new(parts.x, parts.y)
    }
}

impl From<Isotonic> for Parts {
    fn from(curve: Isotonic) -> Parts {
        Parts {
            x: curve.x,
            y: curve.y,
        }
    }
}
