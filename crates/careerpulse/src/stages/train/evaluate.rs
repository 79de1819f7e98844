//! Cross-validated figures of every configuration that one neighbour search serves.

use careerpulse_learn::{
    ClassReport, Corpus, DenseMatrix, Features, LearnError, Metric, Neighbour, Tfidf, TfidfParams,
    Weights, accuracy, class_reports, first_max, macro_f1, nearest, nearest_outside_fold, vote,
    weighted_f1,
};

/// Each row's nearest rows among those in other folds, nearest first.
pub type OutOfFold = Vec<Vec<Neighbour>>;

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
    /// Per category, over all out-of-fold predictions together.
    pub reports: Vec<ClassReport>,
}

/// Neighbours by TF-IDF refitted for each fold on the rows outside it: no fold sees its own words.
///
/// # Errors
/// As [`Tfidf::fit`] and [`nearest`].
pub fn sparse_out_of_fold(
    corpus: &Corpus,
    rows: &[u32],
    folds: &[u32],
    params: TfidfParams,
    metric: Metric,
    k: usize,
) -> Result<OutOfFold, LearnError> {
    let mut all: OutOfFold = vec![Vec::new(); rows.len()];
    for fold in 0..fold_count(folds) {
        let (inside, outside): (Vec<u32>, Vec<u32>) =
            (0..rows.len() as u32).partition(|&row| folds[row as usize] == fold);
        let at = |places: &[u32]| -> Vec<u32> {
            places.iter().map(|&place| rows[place as usize]).collect()
        };
        let tfidf = Tfidf::fit(corpus, &at(&outside), params.clone())?;
        let index = Features::Sparse(tfidf.transform_rows(corpus, &at(&outside))?);
        let query = Features::Sparse(tfidf.transform_rows(corpus, &at(&inside))?);
        let found = nearest(&index, &query, metric, k)?;
        for (&place, near) in inside.iter().zip(found.iter()) {
            all[place as usize] = near
                .iter()
                .map(|n| Neighbour {
                    row: outside[n.row as usize],
                    distance: n.distance,
                })
                .collect();
        }
    }
    Ok(all)
}

/// Neighbours by vectors that do not depend on the fold: one pass serves all.
///
/// # Errors
/// As [`nearest_outside_fold`].
pub fn dense_out_of_fold(
    vectors: &DenseMatrix,
    rows: &[u32],
    folds: &[u32],
    metric: Metric,
    k: usize,
) -> Result<OutOfFold, LearnError> {
    let features = Features::Dense(vectors.select(rows)?);
    let found = nearest_outside_fold(&features, folds, metric, k)?;
    Ok(found.iter().map(<[Neighbour]>::to_vec).collect())
}

/// The figures of one k and weighting, read off the neighbours.
///
/// # Errors
/// When a fold is empty.
pub fn figures(
    neighbours: &OutOfFold,
    labels: &[u32],
    folds: &[u32],
    classes: usize,
    k: usize,
    weights: Weights,
) -> Result<Figures, LearnError> {
    let predicted: Vec<u32> = neighbours
        .iter()
        .map(|near| first_max(&vote(near, labels, classes, k, weights)))
        .collect();
    let (mut accuracies, mut macros, mut weighteds) = (Vec::new(), Vec::new(), Vec::new());
    for fold in 0..fold_count(folds) {
        let of_fold = |values: &[u32]| -> Vec<u32> {
            values
                .iter()
                .zip(folds)
                .filter(|(_, f)| **f == fold)
                .map(|(value, _)| *value)
                .collect()
        };
        let (truth, guess) = (of_fold(labels), of_fold(&predicted));
        accuracies.push(accuracy(&truth, &guess)?);
        macros.push(macro_f1(&truth, &guess)?);
        weighteds.push(weighted_f1(&truth, &guess)?);
    }
    Ok(Figures {
        accuracy: spread(&accuracies),
        macro_f1: spread(&macros),
        weighted_f1: spread(&weighteds),
        reports: class_reports(labels, &predicted)?,
    })
}

/// The most neighbours that every fold leaves to choose from.
pub fn smallest_outside(folds: &[u32]) -> usize {
    let count = |fold| folds.iter().filter(|&&f| f == fold).count();
    let largest = (0..fold_count(folds)).map(count).max().unwrap_or(0);
    folds.len() - largest
}

fn fold_count(folds: &[u32]) -> u32 {
    folds.iter().max().map_or(0, |last| last + 1)
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
        let near = |row| vec![Neighbour { row, distance: 0.5 }];
        // Row 3's nearest neighbour has another label: fold 1 is half right, fold 0 wholly.
        let neighbours = vec![near(2), near(3), near(0), near(0)];
        let labels = [0, 1, 0, 1];
        let figures = figures(&neighbours, &labels, &[0, 0, 1, 1], 2, 1, Weights::Uniform).unwrap();
        assert!(
            (figures.accuracy.mean - 0.75).abs() < 1e-12
                && (figures.accuracy.std - 0.25).abs() < 1e-12
        );
        assert_eq!(
            figures
                .reports
                .iter()
                .map(|r| r.support)
                .collect::<Vec<_>>(),
            [2, 2]
        );
    }

    #[test]
    fn no_neighbour_is_of_the_rows_own_fold() {
        let texts = [
            "alpha beta",
            "beta gamma",
            "gamma delta",
            "delta alpha",
            "alpha gamma",
            "beta delta",
        ];
        let params = TfidfParams::default();
        let corpus = Corpus::new(&texts, params.analyzer()).unwrap();
        let (rows, folds) = ([5, 4, 3, 2, 1, 0], [0, 1, 0, 1, 0, 1]);
        let found = sparse_out_of_fold(&corpus, &rows, &folds, params, Metric::Cosine, 3).unwrap();
        for (row, near) in found.iter().enumerate() {
            assert_eq!(near.len(), 3);
            assert!(
                near.iter().all(|n| folds[n.row as usize] != folds[row]),
                "row {row}"
            );
        }
    }
}
