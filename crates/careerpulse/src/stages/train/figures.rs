//! The figures of out-of-fold scores: per fold, with mean and deviation, and per category.

use careerpulse_learn::{
    ClassReport, LearnError, Scores, accuracy, class_reports, macro_f1, top_k_accuracy, weighted_f1,
};

use super::out_of_fold::fold_count;

/// A figure's mean and (population) standard deviation over folds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// Mean.
    pub mean: f64,
    /// Standard deviation.
    pub std: f64,
}

/// A configuration's figures over the folds.
#[derive(Debug, Clone)]
pub struct Figures {
    /// Share of right predictions.
    pub accuracy: Spread,
    /// Mean F1 over categories.
    pub macro_f1: Spread,
    /// Mean F1 weighted by support.
    pub weighted_f1: Spread,
    /// Share of postings whose category is among the three with the highest scores.
    pub top3_accuracy: Spread,
    /// Per category, over all out-of-fold predictions together.
    pub reports: Vec<ClassReport>,
}

/// The figures of a configuration's scores, a row per label and fold number.
///
/// # Errors
/// When a fold is empty.
pub fn figures(scores: &Scores, labels: &[u32], folds: &[u32]) -> Result<Figures, LearnError> {
    let predicted = scores.predicted();
    let (mut accuracies, mut macros, mut weighteds, mut top3s) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for fold in 0..fold_count(folds) {
        let places: Vec<usize> = (0..folds.len()).filter(|&at| folds[at] == fold).collect();
        let of_fold = |values: &[u32]| places.iter().map(|&at| values[at]).collect::<Vec<u32>>();
        let (truth, guess) = (of_fold(labels), of_fold(&predicted));
        let rows: Vec<&[f64]> = places.iter().map(|&at| scores.row(at)).collect();
        accuracies.push(accuracy(&truth, &guess)?);
        macros.push(macro_f1(&truth, &guess)?);
        weighteds.push(weighted_f1(&truth, &guess)?);
        top3s.push(top_k_accuracy(&truth, &rows, 3)?);
    }
    Ok(Figures {
        accuracy: spread(&accuracies),
        macro_f1: spread(&macros),
        weighted_f1: spread(&weighteds),
        top3_accuracy: spread(&top3s),
        reports: class_reports(labels, &predicted)?,
    })
}

fn spread(values: &[f64]) -> Spread {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let variance = values
        .iter()
        .map(|value| (value - mean).powi(2))
        .sum::<f64>()
        / n;
    Spread {
        mean,
        std: variance.sqrt(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_means_over_folds() {
        // Row 3 is taken for the other category: fold 1 is half right, fold 0 wholly.
        let scores = [[0.9, 0.1], [0.2, 0.8], [0.6, 0.4], [0.7, 0.3]].concat();
        let scores = Scores::new(2, scores).unwrap();
        let figures = figures(&scores, &[0, 1, 0, 1], &[0, 0, 1, 1]).unwrap();
        assert!(
            (figures.accuracy.mean - 0.75).abs() < 1e-12
                && (figures.accuracy.std - 0.25).abs() < 1e-12
        );
        assert!((figures.top3_accuracy.mean - 1.0).abs() < 1e-12);
        let supports: Vec<u32> = figures.reports.iter().map(|r| r.support).collect();
        assert_eq!(supports, [2, 2]);
    }
}
