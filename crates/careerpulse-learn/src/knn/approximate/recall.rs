//! How many of the true neighbours an approximate search finds.

use super::index::ApproximateIndex;
use super::queries::Queries;
use crate::dense::DenseMatrix;
use crate::error::LearnError;
use crate::knn::{Neighbour, check_k};

/// Share of the `k` true neighbours of `sample` that `index` finds, in [0, 1]; 1 without a query.
///
/// Source: Aumüller, Bernhardsson and Faithfull, "ANN-Benchmarks" (2020): a neighbour counts as
/// found where its distance is at most that of the `k`-th true one, so that it does not matter
/// which of several rows at the same distance was found. Errors as for
/// [`ApproximateIndex::search`].
pub fn recall(index: &ApproximateIndex, sample: &DenseMatrix, k: usize) -> Result<f64, LearnError> {
    check_k(k, index.rows())?;
    let queries = Queries::all_allowed(sample);
    let truth = index.exactly(&queries, k)?;
    Ok(share(&index.candidates(&queries, k), &truth))
}

/// The share found, query by query the neighbours found and the true ones, nearest first.
pub fn share(found: &[Vec<Neighbour>], truth: &[Vec<Neighbour>]) -> f64 {
    let hits: usize = found
        .iter()
        .zip(truth)
        .map(|(found, truth)| {
            let farthest = truth.last().map_or(f64::INFINITY, |last| last.distance);
            found
                .iter()
                .filter(|near| near.distance <= farthest)
                .count()
        })
        .sum();
    let all: usize = truth.iter().map(Vec::len).sum();
    if all == 0 {
        1.0
    } else {
        hits as f64 / all as f64
    }
}
