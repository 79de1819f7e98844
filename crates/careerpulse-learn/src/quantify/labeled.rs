//! What the labelled rows teach: the recalibration, their prior, and how sure both are.

use rayon::prelude::*;

use super::matrix::{Factor, add_outer};
use super::recalibrate::{HOLD, Logits, Recalibration};
use super::rows::{Grouped, summed};
use crate::scores::Scores;

/// Groups are pooled into so many lots, whose influences stand for theirs.
const LOTS: usize = 1000;

/// The recalibration and the prior that its posteriors carry.
#[derive(Debug, Clone)]
pub(super) struct Taught {
    pub recalibration: Recalibration,
    /// Prior of the recalibrated posteriors: their mean over the labelled rows and one
    /// row shared out evenly.
    pub prior: Vec<f64>,
    /// For each lot of labelled groups by how much it moved what likelihood ratios are made by: the
    /// scale, and for each predicted class and class the bias less the logarithm of the prior.
    pub influences: Vec<Vec<f64>>,
    /// Mean size of the group that a labelled row is in.
    pub design_effect: f64,
}

impl Taught {
    /// Biases less the logarithms of the prior, predicted class × class.
    pub(super) fn offsets(&self) -> Vec<f64> {
        let classes = self.prior.len();
        let pairs = self.recalibration.by_prediction.iter().enumerate();
        let offset = |(at, pair): (usize, &f64)| {
            let class = at % classes;
            pair + self.recalibration.biases[class] - self.prior[class].ln()
        };
        pairs.map(offset).collect()
    }
}

/// Learns from labelled rows; without any, posteriors are taken as they are and `fallback` is the prior.
pub(super) fn learn(
    probabilities: &Scores,
    labels: &[u32],
    groups: &[u64],
    fallback: &[f64],
) -> Taught {
    let classes = probabilities.classes();
    if labels.is_empty() {
        return Taught {
            recalibration: Recalibration::identity(classes),
            prior: fallback.to_vec(),
            influences: Vec::new(),
            design_effect: 1.0,
        };
    }
    let logits = Logits::of(probabilities);
    let recalibration = Recalibration::fit(&logits, labels);
    let mut prior = summed(labels.len(), classes, |sum, row| {
        let mut posterior = vec![0.0; classes];
        recalibration.posterior(logits.row(row), logits.guess(row), &mut posterior);
        sum.iter_mut().zip(posterior).for_each(|(sum, p)| *sum += p);
    });
    // A row shared out among all: a class that no labelled row speaks for would else have likelihood
    // ratios of nothing over nothing.
    let total: f64 = prior.iter().sum::<f64>() + 1.0;
    let trace = 1.0 / classes as f64;
    prior
        .iter_mut()
        .for_each(|share| *share = (*share + trace) / total);
    let grouped = Grouped::of(groups);
    Taught {
        influences: influences(&recalibration, &logits, labels, &prior, &grouped),
        design_effect: grouped.design_effect(),
        recalibration,
        prior,
    }
}

/// The influence of each lot of groups, for a sandwich covariance with groups as units (Liang and
/// Zeger 1986): minus the inverse Hessian times the score, less what the lot adds to the logarithms of
/// the class shares.
///
/// A class that chance made frequent among the labelled has higher biases and a higher prior, and its
/// likelihood ratio is none the wiser. The classes' own biases are held: those of the pairs say all
/// that they could. So the Hessian has a block for each predicted class and the scale as border.
fn influences(
    recalibration: &Recalibration,
    logits: &Logits,
    labels: &[u32],
    prior: &[f64],
    grouped: &Grouped,
) -> Vec<Vec<f64>> {
    let classes = prior.len();
    let n = labels.len() as f64;
    let lots = LOTS.min(grouped.len());
    let curvature = Curvature::of(recalibration, logits);
    let of_lot = |lot: usize| {
        let mut score = vec![0.0; 1 + classes * classes];
        let mut share = vec![0.0; classes];
        let mut posterior = vec![0.0; classes];
        for group in (lot..grouped.len()).step_by(lots) {
            for &row in grouped.rows(group) {
                let (row, label) = (row as usize, labels[row as usize] as usize);
                let (values, guess) = (logits.row(row), logits.guess(row));
                recalibration.posterior(values, guess, &mut posterior);
                let pairs = &mut score[1 + guess * classes..][..classes];
                pairs
                    .iter_mut()
                    .zip(&posterior)
                    .for_each(|(sum, p)| *sum += p);
                pairs[label] -= 1.0;
                let mean: f64 = posterior.iter().zip(values).map(|(p, l)| p * l).sum();
                score[0] += mean - values[label];
                share.iter_mut().for_each(|share| *share -= 1.0 / n);
                share[label] += 1.0 / (n * prior[label]);
            }
        }
        let mut influence = curvature.solve(&score);
        influence[0] = -influence[0];
        for (at, value) in influence[1..].iter_mut().enumerate() {
            *value = -*value - share[at % classes];
        }
        influence
    };
    (0..lots).into_par_iter().map(of_lot).collect()
}

/// The Hessian of the log loss by the scale and the pairs' biases.
struct Curvature {
    classes: usize,
    /// Of the biases of each predicted class.
    blocks: Vec<Factor>,
    /// Between these and the scale.
    border: Vec<f64>,
    /// The border, solved for.
    solved: Vec<f64>,
    /// What is left of the scale's own.
    corner: f64,
}

impl Curvature {
    fn of(recalibration: &Recalibration, logits: &Logits) -> Curvature {
        let c = logits.classes;
        let rows = logits.len();
        let block = c * c;
        let sums = summed(rows, 1 + block + c * block, |sum, row| {
            let mut posterior = vec![0.0; c];
            let (values, guess) = (logits.row(row), logits.guess(row));
            recalibration.posterior(values, guess, &mut posterior);
            let mean: f64 = posterior.iter().zip(values).map(|(p, l)| p * l).sum();
            let (head, blocks) = sum.split_at_mut(1 + block);
            let own = &mut blocks[guess * block..(guess + 1) * block];
            add_outer(own, &posterior, -1.0);
            for (class, p) in posterior.iter().enumerate() {
                own[class * c + class] += p;
                head[0] += p * (values[class] - mean).powi(2);
                head[1 + guess * c + class] += p * (values[class] - mean);
            }
        });
        let border = sums[1..=block].to_vec();
        let blocks = sums[1 + block..].chunks_exact(block).map(|own| {
            let mut own = own.to_vec();
            (0..c).for_each(|class| own[class * c + class] += HOLD);
            Factor::of(&own, c)
        });
        let blocks: Vec<Factor> = blocks.collect();
        let solved: Vec<f64> = border
            .chunks_exact(c)
            .zip(&blocks)
            .flat_map(|(border, factor)| factor.solve(border))
            .collect();
        let taken: f64 = border.iter().zip(&solved).map(|(a, b)| a * b).sum();
        Curvature {
            classes: c,
            blocks,
            corner: (sums[0] - taken).max(0.0) + HOLD,
            border,
            solved,
        }
    }

    fn solve(&self, score: &[f64]) -> Vec<f64> {
        let mut found = vec![0.0];
        for (score, factor) in score[1..].chunks_exact(self.classes).zip(&self.blocks) {
            found.extend(factor.solve(score));
        }
        let known: f64 = self
            .border
            .iter()
            .zip(&found[1..])
            .map(|(a, b)| a * b)
            .sum();
        found[0] = (score[0] - known) / self.corner;
        let scale = found[0];
        found[1..]
            .iter_mut()
            .zip(&self.solved)
            .for_each(|(value, solved)| *value -= scale * solved);
        found
    }
}
