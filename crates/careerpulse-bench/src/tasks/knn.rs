//! The KNN sweep: 5 folds × 5 k × 2 weightings × 2 metrics, read off one search.

use std::path::Path;

use anyhow::Result;
use careerpulse_learn::{
    Metric, Neighbours, Weights, first_max, macro_f1, nearest_outside_fold_by, vote,
};
use rayon::prelude::*;
use serde::Serialize;

use super::rows::Labelled;
use crate::arrays::write_json;

/// Neighbours that vote; the largest is searched for.
const KS: [usize; 5] = [3, 5, 7, 10, 15];

/// One configuration's mean macro F1 over the folds.
#[derive(Debug, Serialize)]
pub struct Score {
    /// Neighbours that vote.
    pub k: usize,
    /// How they count.
    pub weights: Weights,
    /// How far apart rows are.
    pub metric: Metric,
    /// Mean over folds.
    pub mean: f64,
}

/// The score of every configuration.
pub fn run(input: &Labelled) -> Result<Vec<Score>> {
    let most = KS[KS.len() - 1];
    let mut scores = Vec::new();
    let metrics = [Metric::Cosine, Metric::Euclidean];
    let found = nearest_outside_fold_by(&input.features, &input.folds, &metrics, most)?;
    for (metric, near) in metrics.into_iter().zip(&found) {
        for weights in [Weights::Uniform, Weights::Distance] {
            for k in KS {
                scores.push(Score {
                    k,
                    weights,
                    metric,
                    mean: mean_score(input, near, k, weights)?,
                });
            }
        }
    }
    Ok(scores)
}

fn mean_score(input: &Labelled, near: &Neighbours, k: usize, weights: Weights) -> Result<f64> {
    let classes = input.about.classes.len();
    let guess = |row| first_max(&vote(near.of(row), &input.labels, classes, k, weights));
    let predicted: Vec<u32> = (0..near.len()).into_par_iter().map(guess).collect();
    let folds = input.about.folds;
    let mut sum = 0.0;
    for fold in 0..folds as u32 {
        let of_fold = |values: &[u32]| -> Vec<u32> {
            let rows = values.iter().zip(&input.folds);
            rows.filter(|(_, of_row)| **of_row == fold)
                .map(|(value, _)| *value)
                .collect()
        };
        sum += macro_f1(&of_fold(&input.labels), &of_fold(&predicted))?;
    }
    Ok(sum / folds as f64)
}

/// All scores.
pub fn answer(_: &Labelled, scores: &Vec<Score>, answers: &Path) -> Result<()> {
    write_json(&answers.join("scores.json"), scores)
}
