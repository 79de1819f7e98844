//! Counts by predicted class, each dealt out to the true classes that its labelled rows had.

use super::counts::classify_and_count;
use crate::error::LearnError;
use crate::metrics::confusion_matrix;

/// Rows of each class among `predicted`: the count of each predicted class times P(true | predicted).
/// The calibration estimator: Kloos, Meertens, Scholtus and Karch, "Comparing correction methods to reduce
/// misclassification bias" (BNAIC 2020).
///
/// `labels` and `label_predictions` are out-of-fold rows. It is unbiased where the labelled rows are like
/// the others, and follows no shift of the prior. A class that no labelled row is predicted as keeps its
/// count. The counts sum to the rows. Errors on no labelled rows, lengths that differ and labels not below
/// `classes`.
pub fn calibration_estimator(
    labels: &[u32],
    label_predictions: &[u32],
    predicted: &[u32],
    classes: usize,
) -> Result<Vec<f64>, LearnError> {
    let by_true = confusion_matrix(labels, label_predictions, classes)?;
    let counts = classify_and_count(predicted, classes)?;
    let mut found = vec![0.0; classes];
    for (guess, &count) in counts.iter().enumerate() {
        let labelled = by_true.iter().map(|row| f64::from(row[guess]));
        let rows: f64 = labelled.clone().sum();
        if rows == 0.0 {
            found[guess] += count;
            continue;
        }
        for (found, labelled) in found.iter_mut().zip(labelled) {
            *found += count * labelled / rows;
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_prediction_is_dealt_out() {
        // Of four rows predicted 0 three are; of two predicted 1 one is; 2 was never predicted.
        let labels = [0, 0, 0, 1, 1, 0];
        let guesses = [0, 0, 0, 0, 1, 1];
        let found = calibration_estimator(&labels, &guesses, &[0, 0, 1, 1, 2], 3).unwrap();
        assert_eq!(found, [2.5, 1.5, 1.0]);
        assert_eq!(calibration_estimator(&[0], &[0], &[], 2).unwrap(), [0.0; 2]);
        assert!(calibration_estimator(&[], &[], &[], 2).is_err());
        assert!(calibration_estimator(&[0], &[0], &[5], 2).is_err());
    }
}
