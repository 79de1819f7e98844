//! Maximum likelihood for the prior of unlabelled rows.

use serde::{Deserialize, Serialize};

use super::rows::summed;
use crate::error::LearnError;
use crate::scores::Scores;

/// What [`em_prior_shift`] finds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EmPrior {
    /// Rows of each class, summing to the rows: the new prior times their number.
    pub counts: Vec<f64>,
    /// The new prior; the one given where there is no row.
    pub prior: Vec<f64>,
    /// Log-likelihood of the rows under the new prior, less that under the one given.
    pub log_likelihood: f64,
    /// Steps taken.
    pub iterations: usize,
    /// Whether no share changed by more than the tolerance in the last step.
    pub converged: bool,
}

/// The prior of unlabelled rows, whose posteriors carry the training prior `prior`: Saerens, Latinne and
/// Decaestecker, "Adjusting the outputs of a classifier to new a priori probabilities" (Neural Computation
/// 2002).
///
/// Each step takes the mean of the posteriors as the new prior and corrects the posteriors by it; the
/// likelihood never falls. Posteriors should be calibrated out of fold. A class of prior 0 stays at 0, and
/// a row that has only such classes counts for none. Errors on scores that are no probabilities, another
/// number of classes, shares that are negative or not finite or sum to 0, no steps, and a tolerance that is
/// not above 0.
pub fn em_prior_shift(
    probabilities: &Scores,
    prior: &[f64],
    max_iterations: usize,
    tolerance: f64,
) -> Result<EmPrior, LearnError> {
    let start = check(probabilities, prior, max_iterations, tolerance)?;
    let (rows, classes) = (probabilities.rows(), probabilities.classes());
    let mut found = EmPrior {
        counts: vec![0.0; classes],
        prior: start.clone(),
        log_likelihood: 0.0,
        iterations: 0,
        converged: rows == 0,
    };
    while found.iterations < max_iterations && !found.converged {
        found.iterations += 1;
        let (sums, _) = step(probabilities, &start, &found.prior);
        let total: f64 = sums.iter().sum();
        if total == 0.0 {
            break;
        }
        let next: Vec<f64> = sums.iter().map(|sum| sum / total).collect();
        let changes = next.iter().zip(&found.prior).map(|(a, b)| (a - b).abs());
        found.converged = changes.fold(0.0, f64::max) <= tolerance;
        found.prior = next;
    }
    found.log_likelihood = step(probabilities, &start, &found.prior).1;
    found.counts = found
        .prior
        .iter()
        .map(|share| share * rows as f64)
        .collect();
    Ok(found)
}

/// Sums of the posteriors under a prior, and the log-likelihood over that of the start.
fn step(probabilities: &Scores, start: &[f64], prior: &[f64]) -> (Vec<f64>, f64) {
    let classes = start.len();
    let factor = |(new, old): (&f64, &f64)| if *old > 0.0 { new / old } else { 0.0 };
    let factors: Vec<f64> = prior.iter().zip(start).map(factor).collect();
    let mut sums = summed(probabilities.rows(), classes + 1, |sum, row| {
        let row = probabilities.row(row);
        // The sums that rounding leaves a hair off 1 must not count as likelihood.
        let (mut whole, mut bent) = (0.0, 0.0);
        for (p, factor) in row.iter().zip(&factors) {
            whole += if *factor > 0.0 { *p } else { 0.0 };
            bent += p * factor;
        }
        if bent > 0.0 {
            for ((sum, p), factor) in sum.iter_mut().zip(row).zip(&factors) {
                *sum += p * factor / bent;
            }
            sum[classes] += (bent / whole).ln();
        }
    });
    let likelihood = sums.pop().unwrap_or(0.0);
    (sums, likelihood)
}

/// Errors on what no prior can be found from; the shares given, summing to 1.
fn check(
    probabilities: &Scores,
    prior: &[f64],
    max_iterations: usize,
    tolerance: f64,
) -> Result<Vec<f64>, LearnError> {
    probabilities.check_probabilities()?;
    if prior.len() != probabilities.classes() {
        return Err(LearnError::Lengths {
            left_name: "the prior",
            left: prior.len(),
            right_name: "a row of probabilities",
            right: probabilities.classes(),
        });
    }
    if let Some(class) = prior
        .iter()
        .position(|share| !(share.is_finite() && *share >= 0.0))
    {
        return Err(LearnError::BadCount {
            row: 0,
            class,
            value: prior[class],
        });
    }
    let sum: f64 = prior.iter().sum();
    for (name, value) in [
        ("the sum of the prior", sum),
        ("max_iterations", max_iterations as f64),
        ("tolerance", tolerance),
    ] {
        if !(value > 0.0 && value.is_finite()) {
            return Err(LearnError::NotPositive { name, value });
        }
    }
    Ok(prior.iter().map(|share| share / sum).collect())
}
