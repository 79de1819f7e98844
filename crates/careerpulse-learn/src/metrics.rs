//! How good predictions are: scikit-learn's metrics with `zero_division=0`.

mod reliability;

use serde::{Deserialize, Serialize};

use crate::error::LearnError;

pub use crate::scores::first_max;
pub use reliability::{ReliabilityBin, brier_score, expected_calibration_error, reliability_bins};

/// Scores of one class.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ClassReport {
    /// The class.
    pub class: u32,
    /// Share of its predictions that are right; 0 where it was never predicted.
    pub precision: f64,
    /// Share of its rows that were found; 0 where it has none.
    pub recall: f64,
    /// Harmonic mean of both; 0 where both are.
    pub f1: f64,
    /// Rows that truly are of this class.
    pub support: u32,
}

/// Share of rows predicted right. Errors on no rows and on lengths that differ.
pub fn accuracy(truth: &[u32], predicted: &[u32]) -> Result<f64, LearnError> {
    check(truth, predicted.len())?;
    let right = truth.iter().zip(predicted).filter(|(a, b)| a == b).count();
    Ok(right as f64 / truth.len() as f64)
}

/// Scores of every class that occurs in the truth or the predictions, ascending.
///
/// Errors on no rows and on lengths that differ.
pub fn class_reports(truth: &[u32], predicted: &[u32]) -> Result<Vec<ClassReport>, LearnError> {
    check(truth, predicted.len())?;
    let classes = truth
        .iter()
        .chain(predicted)
        .max()
        .map_or(0, |&class| class as usize + 1);
    let (mut right, mut supports, mut guesses) = (
        vec![0_u32; classes],
        vec![0_u32; classes],
        vec![0_u32; classes],
    );
    for (&truth, &guess) in truth.iter().zip(predicted) {
        supports[truth as usize] += 1;
        guesses[guess as usize] += 1;
        right[truth as usize] += u32::from(truth == guess);
    }
    let reports = (0..classes)
        .filter(|&class| supports[class] + guesses[class] > 0)
        .map(|class| ClassReport {
            class: class as u32,
            precision: ratio(right[class], guesses[class]),
            recall: ratio(right[class], supports[class]),
            f1: ratio(2 * right[class], guesses[class] + supports[class]),
            support: supports[class],
        });
    Ok(reports.collect())
}

/// Mean F1 over the classes that occur in the truth or the predictions, each counting alike.
///
/// Errors on no rows and on lengths that differ.
pub fn macro_f1(truth: &[u32], predicted: &[u32]) -> Result<f64, LearnError> {
    let reports = class_reports(truth, predicted)?;
    Ok(reports.iter().map(|report| report.f1).sum::<f64>() / reports.len() as f64)
}

/// Mean F1 over classes, each counting by its support. Errors on no rows and on lengths that differ.
pub fn weighted_f1(truth: &[u32], predicted: &[u32]) -> Result<f64, LearnError> {
    let reports = class_reports(truth, predicted)?;
    let sum: f64 = reports
        .iter()
        .map(|report| report.f1 * f64::from(report.support))
        .sum();
    Ok(sum / truth.len() as f64)
}

/// Rows by true class (outer) and predicted class (inner), `n_classes` × `n_classes`.
///
/// Errors on no rows, on lengths that differ and on labels not below `n_classes`.
pub fn confusion_matrix(
    truth: &[u32],
    predicted: &[u32],
    n_classes: usize,
) -> Result<Vec<Vec<u32>>, LearnError> {
    check(truth, predicted.len())?;
    check_labels(truth, n_classes)?;
    check_labels(predicted, n_classes)?;
    let mut matrix = vec![vec![0; n_classes]; n_classes];
    for (&truth, &guess) in truth.iter().zip(predicted) {
        matrix[truth as usize][guess as usize] += 1;
    }
    Ok(matrix)
}

/// Share of rows whose class is among the `k` most probable.
///
/// `probabilities` holds one row of class probabilities per row of `truth`. Equal
/// probabilities rank the later class higher, as scikit-learn's `top_k_accuracy_score`
/// does. Errors on no rows, on lengths that differ and on labels without a probability.
pub fn top_k_accuracy<R: AsRef<[f64]>>(
    truth: &[u32],
    probabilities: &[R],
    k: usize,
) -> Result<f64, LearnError> {
    check_probabilities(truth, probabilities)?;
    let hits = truth.iter().zip(probabilities).filter(|&(&truth, row)| {
        let (truth, row) = (truth as usize, row.as_ref());
        let ahead = row
            .iter()
            .enumerate()
            .filter(|&(class, &p)| p > row[truth] || (p == row[truth] && class > truth));
        ahead.count() < k
    });
    Ok(hits.count() as f64 / truth.len() as f64)
}

/// Mean of `-ln` of the probability given to the true class, kept off 0 and 1 by the rounding of `f64`.
///
/// Errors on no rows, on lengths that differ and on labels without a probability.
pub fn log_loss<R: AsRef<[f64]>>(truth: &[u32], probabilities: &[R]) -> Result<f64, LearnError> {
    check_probabilities(truth, probabilities)?;
    let loss = |(&truth, row): (&u32, &R)| {
        -row.as_ref()[truth as usize]
            .clamp(f64::EPSILON, 1.0 - f64::EPSILON)
            .ln()
    };
    Ok(truth.iter().zip(probabilities).map(loss).sum::<f64>() / truth.len() as f64)
}

fn ratio(part: u32, whole: u32) -> f64 {
    if whole == 0 {
        0.0
    } else {
        f64::from(part) / f64::from(whole)
    }
}

fn check(truth: &[u32], predictions: usize) -> Result<(), LearnError> {
    if truth.is_empty() {
        return Err(LearnError::Empty("the list of true labels"));
    }
    if truth.len() != predictions {
        return Err(LearnError::Lengths {
            left_name: "the list of true labels",
            left: truth.len(),
            right_name: "the list of predictions",
            right: predictions,
        });
    }
    Ok(())
}

/// Errors on a label that names no class.
pub(crate) fn check_labels(labels: &[u32], classes: usize) -> Result<(), LearnError> {
    match labels.iter().position(|&label| label as usize >= classes) {
        Some(row) => Err(LearnError::LabelOutOfRange {
            row,
            label: labels[row],
            classes,
        }),
        None => Ok(()),
    }
}

fn check_probabilities<R: AsRef<[f64]>>(
    truth: &[u32],
    probabilities: &[R],
) -> Result<(), LearnError> {
    check(truth, probabilities.len())?;
    let missing = truth
        .iter()
        .zip(probabilities)
        .position(|(&truth, row)| truth as usize >= row.as_ref().len());
    match missing {
        Some(row) => Err(LearnError::LabelOutOfRange {
            row,
            label: truth[row],
            classes: probabilities[row].as_ref().len(),
        }),
        None => Ok(()),
    }
}
