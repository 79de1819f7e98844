//! Neighbours made class probabilities.

use super::{Neighbour, Weights};

/// Probability of each of `n_classes` classes by the vote of the first `k` neighbours.
///
/// Source: scikit-learn's `KNeighborsClassifier.predict_proba`. Under
/// [`Weights::Distance`] a neighbour counts `1 / distance`, and where some of the `k`
/// are at distance 0 only those count. The prediction is the first class with the
/// highest probability ([`crate::metrics::first_max`]). `neighbours` come nearest
/// first, so one search for the largest `k` serves every smaller one.
///
/// Without any neighbour all probabilities are 0. Panics where a neighbour's row has no
/// label or its label is not below `n_classes`.
pub fn vote(
    neighbours: &[Neighbour],
    labels: &[u32],
    n_classes: usize,
    k: usize,
    weights: Weights,
) -> Vec<f64> {
    let voters = &neighbours[..k.min(neighbours.len())];
    // An overflowing inverse counts as distance 0, as it does in scikit-learn.
    let is_twin = |neighbour: &Neighbour| neighbour.distance.recip().is_infinite();
    let twins = weights == Weights::Distance && voters.iter().any(is_twin);
    let mut votes = vec![0.0; n_classes];
    for neighbour in voters {
        let weight = match weights {
            Weights::Uniform => 1.0,
            Weights::Distance if twins => f64::from(u8::from(is_twin(neighbour))),
            Weights::Distance => neighbour.distance.recip(),
        };
        votes[labels[neighbour.row as usize] as usize] += weight;
    }
    let total: f64 = votes.iter().sum();
    if total > 0.0 {
        votes.iter_mut().for_each(|vote| *vote /= total);
    }
    votes
}
