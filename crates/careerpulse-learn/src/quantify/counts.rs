//! The two counts that trust the classifier: of its predictions, and of its probabilities.

use super::rows::summed;
use crate::error::LearnError;
use crate::metrics::check_labels;
use crate::scores::Scores;

/// How often each class is predicted. Classify and count: Forman, "Quantifying counts and costs via
/// classification" (2008).
///
/// Errors on a prediction not below `classes`.
pub fn classify_and_count(predicted: &[u32], classes: usize) -> Result<Vec<f64>, LearnError> {
    check_labels(predicted, classes)?;
    let mut counts = vec![0.0; classes];
    for &class in predicted {
        counts[class as usize] += 1.0;
    }
    Ok(counts)
}

/// The sum of each class's probabilities. Probabilistic classify and count: Bella, Ferri,
/// Hernández-Orallo and Ramírez-Quintana, "Quantification via probability estimators" (ICDM 2010).
///
/// Errors on scores that are no probabilities.
pub fn probabilistic_count(probabilities: &Scores) -> Result<Vec<f64>, LearnError> {
    probabilities.check_probabilities()?;
    Ok(summed(
        probabilities.rows(),
        probabilities.classes(),
        |sum, row| {
            sum.iter_mut()
                .zip(probabilities.row(row))
                .for_each(|(sum, p)| *sum += p);
        },
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_predicted_is_counted() {
        assert_eq!(
            classify_and_count(&[0, 2, 2], 4).unwrap(),
            [1.0, 0.0, 2.0, 0.0]
        );
        assert_eq!(classify_and_count(&[], 2).unwrap(), [0.0, 0.0]);
        assert!(matches!(
            classify_and_count(&[0, 2], 2),
            Err(LearnError::LabelOutOfRange { row: 1, .. })
        ));
    }

    #[test]
    fn probabilities_are_summed() {
        let scores = Scores::new(2, vec![0.25, 0.75, 1.0, 0.0]).unwrap();
        assert_eq!(probabilistic_count(&scores).unwrap(), [1.25, 0.75]);
        assert_eq!(
            probabilistic_count(&Scores::new(3, vec![]).unwrap()).unwrap(),
            [0.0; 3]
        );
        assert!(probabilistic_count(&Scores::new(1, vec![2.0]).unwrap()).is_err());
    }
}
