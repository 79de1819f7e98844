//! How much is right among what is sure enough, and how sure is sure enough.

use serde::{Deserialize, Serialize};

use crate::error::LearnError;
use crate::scores::Scores;

/// What is left where less sure rows are set aside.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CoveragePoint {
    /// Rows of at least this confidence are kept.
    pub threshold: f64,
    /// Share of all rows that is kept.
    pub coverage: f64,
    /// Share of the kept rows that is right: accuracy, or the precision of one predicted class.
    pub accuracy: f64,
    /// Rows kept.
    pub rows: u32,
}

/// The curve of one predicted class.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClassCoverage {
    /// The class.
    pub class: u32,
    /// Rows predicted to be of it; coverage is a share of these.
    pub rows: u32,
    /// Its curve, as [`coverage_curve`] gives it.
    pub points: Vec<CoveragePoint>,
}

/// What a threshold must reach.
///
/// | field | value of [`PrecisionTarget::of`] | purpose | range |
/// |---|---|---|---|
/// | `precision` | as given | share of the kept rows that must be right | above 0, at most 1 |
/// | `min_rows` | 30 | rows that must be kept, for a share of fewer is mostly chance | at least 1 |
/// | `z` | 1.0 | standard errors of doubt: the lower end of Wilson's interval must reach `precision`; 0 takes the share as it is | at least 0 |
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PrecisionTarget {
    /// Share to reach.
    pub precision: f64,
    /// Rows to keep at least.
    pub min_rows: u32,
    /// Standard errors of doubt.
    pub z: f64,
}

impl PrecisionTarget {
    /// The usual demands for a precision.
    pub fn of(precision: f64) -> PrecisionTarget {
        PrecisionTarget {
            precision,
            min_rows: 30,
            z: 1.0,
        }
    }
}

/// Accuracy by coverage: the accuracy of the rows at or above each confidence, thinned to `most` points.
///
/// Thresholds rise and coverage falls along the curve; the first point keeps every row,
/// the last only the surest. Points are thinned evenly by rows kept. Equal confidences are
/// kept or set aside together. Source: El-Yaniv & Wiener 2010, who count risk, 1 - accuracy.
///
/// Errors on no rows, lengths that differ, confidences that are not finite and fewer than 2
/// points asked for.
pub fn coverage_curve(
    confidence: &[f64],
    correct: &[bool],
    most: usize,
) -> Result<Vec<CoveragePoint>, LearnError> {
    if most < 2 {
        return Err(LearnError::Shape(format!(
            "a coverage curve of {most} points has no two ends: ask for at least 2"
        )));
    }
    let mut points = all_points(confidence, correct)?;
    points.reverse();
    Ok(thinned(points, most))
}

/// The curve of each class that is predicted at least once, ascending, over the rows predicted as it.
///
/// Confidence is the highest score of a row. Errors as [`coverage_curve`], and on labels that
/// name no class.
pub fn class_coverage_curves(
    scores: &Scores,
    labels: &[u32],
    most: usize,
) -> Result<Vec<ClassCoverage>, LearnError> {
    let correct = scores.correct(labels)?;
    let mut rows: Vec<(u32, f64, bool)> = scores
        .predicted()
        .into_iter()
        .zip(scores.confidences())
        .zip(correct)
        .map(|((class, confidence), right)| (class, confidence, right))
        .collect();
    rows.sort_by_key(|row| row.0);
    let curve = |rows: &[(u32, f64, bool)]| {
        let confidence: Vec<f64> = rows.iter().map(|row| row.1).collect();
        let correct: Vec<bool> = rows.iter().map(|row| row.2).collect();
        Ok(ClassCoverage {
            class: rows[0].0,
            rows: rows.len() as u32,
            points: coverage_curve(&confidence, &correct, most)?,
        })
    };
    rows.chunk_by(|a, b| a.0 == b.0).map(curve).collect()
}

/// The smallest confidence at and above which the rows reach `target`, so that most rows are kept.
///
/// The rule: of all confidences that occur, those are considered at or above which there are
/// at least `min_rows` rows; the lowest is taken at which the lower end of Wilson's (1927)
/// interval for the share of right rows, `z` standard errors wide, is at least `precision`. None
/// where there is no such confidence. The same serves for a gap, first probability less second.
///
/// Errors on no rows, lengths that differ, confidences that are not finite and a target outside
/// its ranges.
pub fn threshold_for_precision(
    confidence: &[f64],
    correct: &[bool],
    target: PrecisionTarget,
) -> Result<Option<CoveragePoint>, LearnError> {
    if !(target.precision > 0.0 && target.precision <= 1.0) {
        return Err(LearnError::Share {
            name: "the precision to reach",
            value: target.precision,
        });
    }
    if target.min_rows == 0 {
        return Err(LearnError::NotPositive {
            name: "min_rows",
            value: 0.0,
        });
    }
    if !(target.z >= 0.0 && target.z.is_finite()) {
        return Err(LearnError::Shape(format!(
            "z is {}: it must be a finite number of standard errors, 0 or more",
            target.z
        )));
    }
    let reaches = |point: &CoveragePoint| {
        point.rows >= target.min_rows
            && wilson_low(point.accuracy, point.rows, target.z) >= target.precision
    };
    let points = all_points(confidence, correct)?;
    Ok(points.into_iter().rev().find(reaches))
}

/// Lower end of Wilson's interval for a share of `rows`.
fn wilson_low(share: f64, rows: u32, z: f64) -> f64 {
    if z == 0.0 {
        return share;
    }
    let n = f64::from(rows);
    let square = z * z;
    let centre = share + square / (2.0 * n);
    let half = z * (share * (1.0 - share) / n + square / (4.0 * n * n)).sqrt();
    (centre - half) / (1.0 + square / n)
}

/// A point per confidence that occurs, the surest first.
fn all_points(confidence: &[f64], correct: &[bool]) -> Result<Vec<CoveragePoint>, LearnError> {
    if confidence.is_empty() {
        return Err(LearnError::Empty("the list of confidences"));
    }
    if confidence.len() != correct.len() {
        return Err(LearnError::Lengths {
            left_name: "the list of confidences",
            left: confidence.len(),
            right_name: "the list of right predictions",
            right: correct.len(),
        });
    }
    if let Some(row) = confidence.iter().position(|value| !value.is_finite()) {
        return Err(LearnError::BadScore {
            row,
            class: 0,
            value: confidence[row],
            expected: "a finite confidence",
        });
    }
    let mut rows: Vec<(f64, bool)> = confidence
        .iter()
        .copied()
        .zip(correct.iter().copied())
        .collect();
    rows.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (mut kept, mut right) = (0_u32, 0_u32);
    let point = |tie: &[(f64, bool)]| {
        kept += tie.len() as u32;
        right += tie.iter().filter(|row| row.1).count() as u32;
        CoveragePoint {
            threshold: tie[tie.len() - 1].0,
            coverage: f64::from(kept) / confidence.len() as f64,
            accuracy: f64::from(right) / f64::from(kept),
            rows: kept,
        }
    };
    // Equal votes may differ in their last bits by the order of their sums.
    let is_tie = |a: &(f64, bool), b: &(f64, bool)| a.0 - b.0 <= 1e-12;
    Ok(rows.chunk_by(is_tie).map(point).collect())
}

/// At most `most` points of a curve by falling rows: both ends, and between them those next below even steps.
fn thinned(points: Vec<CoveragePoint>, most: usize) -> Vec<CoveragePoint> {
    if points.len() <= most {
        return points;
    }
    let (first, last) = (points[0].rows, points[points.len() - 1].rows);
    let step = f64::from(first - last) / (most - 1) as f64;
    let mut kept: Vec<CoveragePoint> = Vec::with_capacity(most);
    for (at, point) in points.iter().enumerate() {
        let due = f64::from(first) - step * kept.len() as f64;
        let is_last = at + 1 == points.len();
        if is_last || (kept.len() + 1 < most && f64::from(point.rows) <= due) {
            kept.push(*point);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIDENCE: [f64; 6] = [0.9, 0.2, 0.6, 0.9, 0.4, 0.6];
    const CORRECT: [bool; 6] = [true, false, true, true, false, false];

    #[test]
    fn equal_confidences_are_one_point() {
        let curve = coverage_curve(&CONFIDENCE, &CORRECT, 10).unwrap();
        let seen: Vec<(f64, u32, f64)> = curve
            .iter()
            .map(|point| (point.threshold, point.rows, point.accuracy))
            .collect();
        assert_eq!(
            seen,
            [(0.2, 6, 0.5), (0.4, 5, 0.6), (0.6, 4, 0.75), (0.9, 2, 1.0)]
        );
        assert_eq!(curve[2].coverage, 4.0 / 6.0);
    }

    #[test]
    fn a_class_is_judged_on_the_rows_predicted_as_it() {
        let scores = Scores::new(3, [0.7, 0.2, 0.1, 0.5, 0.1, 0.4, 0.1, 0.1, 0.8].into()).unwrap();
        let curves = class_coverage_curves(&scores, &[0, 1, 2], 5).unwrap();
        assert_eq!(
            curves.iter().map(|c| (c.class, c.rows)).collect::<Vec<_>>(),
            [(0, 2), (2, 1)]
        );
        assert_eq!(curves[0].points[0].accuracy, 0.5);
        assert_eq!(curves[0].points[0].coverage, 1.0);
    }

    #[test]
    fn the_lowest_threshold_that_reaches_the_target_is_taken() {
        let find = |precision, min_rows, z| {
            let target = PrecisionTarget {
                precision,
                min_rows,
                z,
            };
            threshold_for_precision(&CONFIDENCE, &CORRECT, target)
                .unwrap()
                .map(|point| point.threshold)
        };
        assert_eq!(find(0.5, 1, 0.0), Some(0.2));
        assert_eq!(find(0.75, 1, 0.0), Some(0.6));
        assert_eq!(find(1.0, 1, 0.0), Some(0.9));
        assert_eq!(find(1.0, 3, 0.0), None);
        // Two rows, both right, may as well be two of three.
        assert_eq!(find(0.7, 1, 1.0), None);
        assert_eq!(find(0.6, 1, 1.0), Some(0.9));
    }

    #[test]
    fn what_makes_no_curve_is_refused() {
        assert!(coverage_curve(&[], &[], 5).is_err());
        assert!(coverage_curve(&[0.5], &[], 5).is_err());
        assert!(coverage_curve(&[f64::NAN], &[true], 5).is_err());
        assert!(coverage_curve(&[0.5], &[true], 1).is_err());
        for broken in [0.0, 1.5, f64::NAN] {
            let target = PrecisionTarget::of(broken);
            assert!(threshold_for_precision(&[0.5], &[true], target).is_err());
        }
        let target = PrecisionTarget::of(0.9);
        for broken in [
            PrecisionTarget {
                min_rows: 0,
                ..target
            },
            PrecisionTarget { z: -1.0, ..target },
            PrecisionTarget {
                z: f64::NAN,
                ..target
            },
        ] {
            assert!(threshold_for_precision(&[0.5], &[true], broken).is_err());
        }
    }
}
