//! What the labelled rows teach: the recalibration, their prior, and how sure both are.

use super::matrix::{Factor, add_outer, mirror};
use super::recalibrate::{Logits, Recalibration};
use super::rows::{Grouped, summed};
use crate::scores::Scores;

/// The recalibration and the prior that its posteriors carry.
#[derive(Debug, Clone)]
pub(super) struct Taught {
    pub recalibration: Recalibration,
    /// Prior of the recalibrated posteriors: their mean over the labelled rows, above 0 for every class.
    pub prior: Vec<f64>,
    /// Covariance of the scale and of each bias less the logarithm of its prior: what likelihood ratios
    /// are made by, (classes + 1)².
    pub covariance: Vec<f64>,
    /// Mean size of the group that a labelled row is in.
    pub design_effect: f64,
}

/// Learns from labelled rows; without any, posteriors are taken as they are and `fallback` is the prior.
pub(super) fn learn(
    probabilities: &Scores,
    labels: &[u32],
    groups: &[u64],
    fallback: &[f64],
) -> Taught {
    let classes = probabilities.classes();
    let size = classes + 1;
    if labels.is_empty() {
        return Taught {
            recalibration: Recalibration::identity(classes),
            prior: fallback.to_vec(),
            covariance: vec![0.0; size * size],
            design_effect: 1.0,
        };
    }
    let (recalibration, hessian) = Recalibration::fit(probabilities, labels);
    let logits = Logits::of(probabilities);
    let n = labels.len() as f64;
    let mut prior = summed(labels.len(), classes, |sum, row| {
        let mut posterior = vec![0.0; classes];
        recalibration.posterior(logits.row(row), &mut posterior);
        for (sum, p) in sum.iter_mut().zip(posterior) {
            *sum += p / n;
        }
    });
    let total: f64 = prior.iter().sum();
    prior.iter_mut().for_each(|share| *share /= total);
    let grouped = Grouped::of(groups);
    Taught {
        covariance: covariance(&recalibration, &hessian, &logits, labels, &prior, &grouped),
        design_effect: grouped.design_effect(),
        recalibration,
        prior,
    }
}

/// The sandwich covariance with groups as units (Liang and Zeger 1986).
///
/// A group's influence is minus the inverse Hessian times its score, less what it adds to the
/// logarithms of the class shares: a class that chance made frequent among the labelled has a
/// higher bias and a higher prior, and its likelihood ratio is none the wiser.
fn covariance(
    recalibration: &Recalibration,
    hessian: &Factor,
    logits: &Logits,
    labels: &[u32],
    prior: &[f64],
    grouped: &Grouped,
) -> Vec<f64> {
    let (classes, size) = (prior.len(), prior.len() + 1);
    let n = labels.len() as f64;
    let mut covariance = summed(grouped.len(), size * size, |sum, group| {
        let mut score = vec![0.0; size];
        let mut share = vec![0.0; size];
        let mut posterior = vec![0.0; classes];
        for &row in grouped.rows(group) {
            let (label, logits) = (labels[row as usize] as usize, logits.row(row as usize));
            recalibration.posterior(logits, &mut posterior);
            for (class, p) in posterior.iter().enumerate() {
                score[0] += p * logits[class];
                score[class + 1] += p;
                share[class + 1] -= 1.0 / n;
            }
            score[0] -= logits[label];
            score[label + 1] -= 1.0;
            share[label + 1] += 1.0 / (n * prior[label]);
        }
        let mut influence = hessian.solve(&score);
        for (influence, share) in influence.iter_mut().zip(share) {
            *influence = -*influence - share;
        }
        add_outer(sum, &influence, 1.0);
    });
    mirror(&mut covariance, size);
    covariance
}
