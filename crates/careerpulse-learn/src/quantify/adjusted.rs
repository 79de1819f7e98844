//! Counts corrected by how often the classifier takes one class for another, out of fold.

use super::counts::{classify_and_count, probabilistic_count};
use super::simplex::least_squares;
use crate::error::LearnError;
use crate::metrics::confusion_matrix;
use crate::scores::Scores;

/// Rows of each class among `predicted`, by the share of each class's labelled rows that is predicted as
/// each. Adjusted count: Forman, "Quantifying counts and costs via classification" (2008), for many
/// classes.
///
/// `labels` and `label_predictions` are out-of-fold rows. The shares `x` solve `M x = c`, `M` holding
/// P(predicted | true) and `c` the shares of the predictions; by least squares over the simplex where `M`
/// is singular or the solution leaves it. A class without a labelled row gets 0. The counts sum to the
/// rows. Errors on no labelled rows, lengths that differ and labels not below `classes`.
pub fn adjusted_count(
    labels: &[u32],
    label_predictions: &[u32],
    predicted: &[u32],
    classes: usize,
) -> Result<Vec<f64>, LearnError> {
    let by_true = confusion_matrix(labels, label_predictions, classes)?.concat();
    let by_true: Vec<f64> = by_true.into_iter().map(f64::from).collect();
    let counts = classify_and_count(predicted, classes)?;
    Ok(adjust(&by_true, &counts))
}

/// Rows of each class among `unlabeled`, by the mean probabilities of each class's labelled rows.
/// Probabilistic adjusted count: Bella et al., "Quantification via probability estimators" (ICDM 2010),
/// for many classes; solved as [`adjusted_count`] is.
///
/// `labeled` are out-of-fold rows. Errors on no labelled rows, lengths and classes that differ, labels
/// that name no class and scores that are no probabilities.
pub fn probabilistic_adjusted_count(
    labeled: &Scores,
    labels: &[u32],
    unlabeled: &Scores,
) -> Result<Vec<f64>, LearnError> {
    labeled.check_labels(labels)?;
    labeled.check_probabilities()?;
    let classes = labeled.classes();
    if unlabeled.classes() != classes {
        return Err(LearnError::Lengths {
            left_name: "a labelled row of probabilities",
            left: classes,
            right_name: "an unlabelled one",
            right: unlabeled.classes(),
        });
    }
    let counts = probabilistic_count(unlabeled)?;
    let mut by_true = vec![0.0; classes * classes];
    for (&label, row) in labels.iter().zip(labeled.iter()) {
        let sums = &mut by_true[label as usize * classes..][..classes];
        sums.iter_mut().zip(row).for_each(|(sum, p)| *sum += p);
    }
    Ok(adjust(&by_true, &counts))
}

/// Solves for the counts; row `t` of `by_true` says what became of the labelled rows of class `t`.
fn adjust(by_true: &[f64], counts: &[f64]) -> Vec<f64> {
    let classes = counts.len();
    let rows: f64 = counts.iter().sum();
    if rows == 0.0 {
        return vec![0.0; classes];
    }
    let sums: Vec<f64> = by_true
        .chunks_exact(classes)
        .map(|row| row.iter().sum())
        .collect();
    let seen: Vec<usize> = (0..classes).filter(|&class| sums[class] > 0.0).collect();
    let rates: Vec<f64> = (0..classes)
        .flat_map(|guess| seen.iter().map(move |&class| (class, guess)))
        .map(|(class, guess)| by_true[class * classes + guess] / sums[class])
        .collect();
    let shares: Vec<f64> = counts.iter().map(|count| count / rows).collect();
    let mut found = vec![0.0; classes];
    for (&class, share) in seen.iter().zip(least_squares(&rates, &shares, seen.len())) {
        found[class] = share * rows;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: &[f64], expected: &[f64]) -> bool {
        found.len() == expected.len()
            && found
                .iter()
                .zip(expected)
                .all(|(a, b)| (a - b).abs() < 1e-6)
    }

    #[test]
    fn two_classes_have_formans_closed_form() {
        // True positive rate 3/4, false positive rate 1/4, 60 % predicted positive: (0.6 - 0.25) / 0.5.
        let labels = [1, 1, 1, 1, 0, 0, 0, 0];
        let guesses = [1, 1, 1, 0, 0, 0, 0, 1];
        let predicted = [1, 1, 1, 1, 1, 1, 0, 0, 0, 0];
        assert!(close(
            &adjusted_count(&labels, &guesses, &predicted, 2).unwrap(),
            &[3.0, 7.0]
        ));
        // 9 of 10 predicted positive are more than the rates allow: all are.
        let predicted = [1, 1, 1, 1, 1, 1, 1, 1, 1, 0];
        assert!(close(
            &adjusted_count(&labels, &guesses, &predicted, 2).unwrap(),
            &[0.0, 10.0]
        ));
    }

    #[test]
    fn what_cannot_be_solved_still_has_an_answer() {
        // No class is told from another.
        let even = adjusted_count(&[0, 1], &[0, 0], &[0, 0, 0, 0], 2).unwrap();
        assert!(close(&even, &[2.0, 2.0]), "{even:?}");
        // Class 2 has no labelled row, class 1 is never predicted.
        let found = adjusted_count(&[0, 0, 1], &[0, 0, 0], &[0, 2], 3).unwrap();
        assert!((found.iter().sum::<f64>() - 2.0).abs() < 1e-9 && found[2] == 0.0);
        assert_eq!(adjusted_count(&[0], &[0], &[], 1).unwrap(), [0.0]);
        assert_eq!(adjusted_count(&[0], &[0], &[0, 0], 1).unwrap(), [2.0]);
        assert!(adjusted_count(&[], &[], &[0], 1).is_err());
        assert!(adjusted_count(&[0], &[], &[0], 1).is_err());
        assert!(adjusted_count(&[0], &[1], &[0], 1).is_err());
    }

    #[test]
    fn mean_probabilities_are_undone() {
        let labeled = Scores::new(2, vec![0.8, 0.2, 0.6, 0.4, 0.1, 0.9]).unwrap();
        let unlabeled = Scores::new(2, vec![0.4, 0.6]).unwrap();
        // 0.7 x + 0.1 (1 - x) = 0.4.
        let found = probabilistic_adjusted_count(&labeled, &[0, 0, 1], &unlabeled).unwrap();
        assert!(close(&found, &[0.5, 0.5]));
        let none = Scores::new(2, vec![]).unwrap();
        assert_eq!(
            probabilistic_adjusted_count(&labeled, &[0, 0, 1], &none).unwrap(),
            [0.0; 2]
        );
        let other = Scores::new(3, vec![]).unwrap();
        assert!(probabilistic_adjusted_count(&labeled, &[0, 0, 1], &other).is_err());
        assert!(probabilistic_adjusted_count(&labeled, &[0, 0, 2], &none).is_err());
    }
}
