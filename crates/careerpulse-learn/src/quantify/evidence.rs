//! What each unlabelled row's text says of its class, apart from any prior.

use rayon::prelude::*;

use super::labeled::Taught;
use super::recalibrate::Logits;
use super::rows::{Grouped, summed};
use crate::scores::Scores;

/// Likelihood ratios of the unlabelled rows, their predictions, days and groups.
#[derive(Debug)]
pub(super) struct Evidence {
    pub classes: usize,
    /// Rows × classes, the highest of each row 1.
    pub ratios: Vec<f64>,
    pub guesses: Vec<u32>,
    pub days: Vec<u32>,
    pub grouped: Grouped,
}

impl Evidence {
    /// Divides recalibrated posteriors by the prior that they carry.
    pub(super) fn of(
        probabilities: &Scores,
        taught: &Taught,
        days: &[u32],
        groups: &[u64],
    ) -> Evidence {
        let classes = probabilities.classes();
        let (scale, offsets) = (taught.recalibration.scale, taught.offsets());
        let (mut ratios, guesses) = Logits::of(probabilities).into_parts();
        let rows = ratios.par_chunks_mut(classes).zip(&guesses);
        rows.for_each(|(row, &guess)| {
            let offsets = &offsets[guess as usize * classes..];
            let mut most = f64::NEG_INFINITY;
            for (value, offset) in row.iter_mut().zip(offsets) {
                *value = scale * *value + offset;
                most = most.max(*value);
            }
            row.iter_mut()
                .for_each(|value| *value = (*value - most).exp());
        });
        Evidence {
            classes,
            ratios,
            guesses,
            days: days.to_vec(),
            grouped: Grouped::of(groups),
        }
    }

    /// Number of rows.
    pub(super) fn rows(&self) -> usize {
        self.days.len()
    }

    /// Writes the posterior of a row under its day's prior; returns the likelihood of the row.
    pub(super) fn posterior(&self, row: usize, priors: &[f64], to: &mut [f64]) -> f64 {
        let ratios = &self.ratios[row * self.classes..(row + 1) * self.classes];
        let day = self.days[row] as usize;
        let prior = &priors[day * self.classes..(day + 1) * self.classes];
        let mut sum = 0.0;
        for ((to, ratio), prior) in to.iter_mut().zip(ratios).zip(prior) {
            *to = ratio * prior;
            sum += *to;
        }
        to.iter_mut().for_each(|value| *value /= sum);
        sum
    }

    /// Expected rows of each day and class under the days' priors, and last the log-likelihood.
    ///
    /// `takes` picks the groups that count.
    pub(super) fn expected(
        &self,
        priors: &[f64],
        takes: impl Fn(usize) -> bool + Sync,
    ) -> Vec<f64> {
        let cells = priors.len();
        summed(self.grouped.len(), cells + 1, |sum, group| {
            if !takes(group) {
                return;
            }
            let mut posterior = vec![0.0; self.classes];
            for &row in self.grouped.rows(group) {
                let likelihood = self.posterior(row as usize, priors, &mut posterior);
                let day = self.days[row as usize] as usize * self.classes;
                for (sum, p) in sum[day..].iter_mut().zip(&posterior) {
                    *sum += p;
                }
                sum[cells] += likelihood.ln();
            }
        })
    }
}
