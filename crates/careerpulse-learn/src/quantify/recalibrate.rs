//! Posteriors bent until they sum to the classes' true counts, also among the rows predicted alike.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::matrix::{Factor, add_outer};
use super::rows::summed;
use crate::scores::{Scores, first_max};

/// Probabilities are held above this, so that an exact 0 has a logarithm; labels are wrong more often.
const FLOOR: f64 = 1e-6;

/// How firmly every bias is held to 0 and the scale to 1, in rows. A class without any labelled row has
/// a finite bias then, and one with many is as good as free.
pub(super) const HOLD: f64 = 0.5;

/// The smallest scale: posteriors that speak against the labels are worth nothing, not the contrary.
const LEAST_SCALE: f64 = 0.05;

/// Rounds of both kinds of biases, each taken with the other held.
const ROUNDS: usize = 3;

/// Newton steps at most; a handful is enough, for the loss is convex.
const STEPS: usize = 50;

/// A predicted class with more rows than this is fitted on about so many, evenly picked.
const ROWS: usize = 20_000;

/// `softmax(scale · ln p + bias of the class + bias of the class where that one is predicted)`.
///
/// The first bias is that of Alexandari, Kundaje and Shrikumar, "Maximum likelihood with bias-corrected
/// calibration is hard-to-beat at label shift adaptation" (ICML 2020). The second makes the posteriors
/// of the rows predicted alike sum to their labels too, as a confusion matrix does: a category's confusions
/// are with a few neighbours, which one scale for all cannot say.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Recalibration {
    /// What logarithms are multiplied by; 1 leaves them.
    pub scale: f64,
    /// What is added to the logarithm of each class.
    pub biases: Vec<f64>,
    /// What is added to it beyond, predicted class × class.
    pub by_prediction: Vec<f64>,
}

impl Recalibration {
    /// The one that changes nothing.
    pub(super) fn identity(classes: usize) -> Recalibration {
        Recalibration {
            scale: 1.0,
            biases: vec![0.0; classes],
            by_prediction: vec![0.0; classes * classes],
        }
    }

    /// Fits scale and biases to labelled rows by Newton's method on their log loss, held to the identity
    /// by a ridge of half a row.
    pub(super) fn fit(logits: &Logits, labels: &[u32]) -> Recalibration {
        let classes = logits.classes;
        let mut at = Recalibration::identity(classes);
        let step = labels.len().div_ceil(ROWS * 4).max(1);
        let some: Vec<u32> = (0..labels.len() as u32).step_by(step).collect();
        let by_guess = logits.rows_by_guess();
        for _ in 0..ROUNDS {
            at.fit_overall(logits, labels, &some);
            let pairs: Vec<Vec<f64>> = by_guess
                .par_iter()
                .enumerate()
                .map(|(guess, rows)| at.fitted_pairs(guess, rows, logits, labels))
                .collect();
            at.by_prediction = pairs.concat();
        }
        at
    }

    /// Writes the posterior of a row of logarithms predicted as `guess`.
    pub(super) fn posterior(&self, logits: &[f64], guess: usize, to: &mut [f64]) {
        let pairs = &self.by_prediction[guess * logits.len()..];
        let biases = self.biases.iter().zip(pairs);
        for ((to, logit), (bias, pair)) in to.iter_mut().zip(logits).zip(biases) {
            *to = self.scale * logit + bias + pair;
        }
        softmax(to);
    }

    /// Newton's method on the scale and the classes' own biases.
    fn fit_overall(&mut self, logits: &Logits, labels: &[u32], rows: &[u32]) {
        let size = logits.classes + 1;
        // Fewer rows than there are hold as firmly as all of them would.
        let hold = HOLD * rows.len() as f64 / labels.len() as f64;
        newton(
            self,
            |at| at.overall_loss(logits, labels, rows, hold),
            |at| at.overall_slopes(logits, labels, rows, hold),
            |at, step, length| {
                let biases = at.biases.iter().zip(&step[1..size]);
                Recalibration {
                    scale: (at.scale - length * step[0]).max(LEAST_SCALE),
                    biases: biases.map(|(bias, step)| bias - length * step).collect(),
                    by_prediction: at.by_prediction.clone(),
                }
            },
        );
    }

    /// Sum of the rows' log losses, and the ridge.
    fn overall_loss(&self, logits: &Logits, labels: &[u32], rows: &[u32], hold: f64) -> f64 {
        let classes = logits.classes;
        let losses = summed(rows.len(), 1, |sum, at| {
            let row = rows[at] as usize;
            let mut posterior = vec![0.0; classes];
            self.posterior(logits.row(row), logits.guess(row), &mut posterior);
            sum[0] -= posterior[labels[row] as usize].max(f64::MIN_POSITIVE).ln();
        });
        let held: f64 = self.biases.iter().map(|bias| bias * bias).sum();
        losses[0] + hold / 2.0 * (held + (self.scale - 1.0).powi(2))
    }

    /// Gradient of the loss by scale and biases, and the factor of its Hessian.
    fn overall_slopes(
        &self,
        logits: &Logits,
        labels: &[u32],
        rows: &[u32],
        hold: f64,
    ) -> (Vec<f64>, Factor) {
        let size = logits.classes + 1;
        let mut sums = summed(rows.len(), size + size * size, |sum, at| {
            let row = rows[at] as usize;
            let mut slope = vec![0.0; size];
            let (gradient, hessian) = sum.split_at_mut(size);
            let values = logits.row(row);
            self.posterior(values, logits.guess(row), &mut slope[1..]);
            slope[0] = slope[1..].iter().zip(values).map(|(p, l)| p * l).sum();
            // E[v vᵀ] - E[v] E[v]ᵀ, `v` being the logarithm and the indicator of a class.
            add_outer(hessian, &slope, -1.0);
            for (class, logit) in values.iter().enumerate() {
                let p = slope[class + 1];
                hessian[0] += p * logit * logit;
                hessian[(class + 1) * size] += p * logit;
                hessian[(class + 1) * size + class + 1] += p;
            }
            let label = labels[row] as usize;
            slope[0] -= values[label];
            slope[label + 1] -= 1.0;
            gradient
                .iter_mut()
                .zip(slope)
                .for_each(|(sum, value)| *sum += value);
        });
        let mut hessian = sums.split_off(size);
        for at in 0..size {
            hessian[at * size + at] += hold;
        }
        sums[0] += hold * (self.scale - 1.0);
        for (sum, bias) in sums[1..].iter_mut().zip(&self.biases) {
            *sum += hold * bias;
        }
        (sums, Factor::of(&hessian, size))
    }

    /// Newton's method on the biases of the rows predicted as `guess`.
    fn fitted_pairs(
        &self,
        guess: usize,
        rows: &[u32],
        logits: &Logits,
        labels: &[u32],
    ) -> Vec<f64> {
        let classes = logits.classes;
        let step = rows.len().div_ceil(ROWS).max(1);
        let some: Vec<u32> = rows.iter().copied().step_by(step).collect();
        let hold = HOLD * some.len() as f64 / rows.len().max(1) as f64;
        // What the pairs' biases are added to does not change while they are fitted.
        let overall: Vec<f64> = some
            .iter()
            .flat_map(|&row| {
                let row = logits.row(row as usize).iter().zip(&self.biases);
                row.map(|(logit, bias)| self.scale * logit + bias)
            })
            .collect();
        let mut pairs = self.by_prediction[guess * classes..(guess + 1) * classes].to_vec();
        if some.is_empty() {
            return pairs;
        }
        let posterior = |pairs: &[f64], row: &[f64], to: &mut [f64]| {
            for ((to, value), pair) in to.iter_mut().zip(row).zip(pairs) {
                *to = value + pair;
            }
            softmax(to);
        };
        let loss = |pairs: &Vec<f64>| {
            let mut found = vec![0.0; classes];
            let rows = overall.chunks_exact(classes).zip(&some);
            let losses = rows.map(|(row, &at)| {
                posterior(pairs, row, &mut found);
                -found[labels[at as usize] as usize]
                    .max(f64::MIN_POSITIVE)
                    .ln()
            });
            losses.sum::<f64>() + hold / 2.0 * pairs.iter().map(|pair| pair * pair).sum::<f64>()
        };
        let slopes = |pairs: &Vec<f64>| {
            let mut gradient: Vec<f64> = pairs.iter().map(|pair| hold * pair).collect();
            let mut hessian = vec![0.0; classes * classes];
            let mut found = vec![0.0; classes];
            for (row, &at) in overall.chunks_exact(classes).zip(&some) {
                posterior(pairs, row, &mut found);
                add_outer(&mut hessian, &found, -1.0);
                for (class, p) in found.iter().enumerate() {
                    hessian[class * classes + class] += p;
                    gradient[class] += p;
                }
                gradient[labels[at as usize] as usize] -= 1.0;
            }
            for class in 0..classes {
                hessian[class * classes + class] += hold;
            }
            (gradient, Factor::of(&hessian, classes))
        };
        newton(&mut pairs, loss, slopes, |pairs, step, length| {
            pairs
                .iter()
                .zip(step)
                .map(|(pair, step)| pair - length * step)
                .collect()
        });
        pairs
    }
}

/// Newton's method with halved steps, from where `at` is.
fn newton<T>(
    at: &mut T,
    loss: impl Fn(&T) -> f64,
    slopes: impl Fn(&T) -> (Vec<f64>, Factor),
    moved: impl Fn(&T, &[f64], f64) -> T,
) {
    let mut lowest = loss(at);
    for _ in 0..STEPS {
        let (gradient, hessian) = slopes(at);
        let step = hessian.solve(&gradient);
        let fall: f64 = step.iter().zip(&gradient).map(|(a, b)| a * b).sum();
        if fall <= 1e-6 {
            return;
        }
        let mut length = 1.0;
        loop {
            let next = moved(at, &step, length);
            let next_loss = loss(&next);
            if next_loss < lowest {
                (*at, lowest) = (next, next_loss);
                break;
            }
            length /= 2.0;
            if length < 1e-6 {
                return;
            }
        }
    }
}

fn softmax(values: &mut [f64]) {
    let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut sum = 0.0;
    for value in values.iter_mut() {
        *value = (*value - most).exp();
        sum += *value;
    }
    values.iter_mut().for_each(|value| *value /= sum);
}

/// Logarithms of every row's probabilities, and the class predicted.
pub(super) struct Logits {
    pub classes: usize,
    values: Vec<f64>,
    guesses: Vec<u32>,
}

impl Logits {
    pub(super) fn of(probabilities: &Scores) -> Logits {
        let logit = |p: &f64| p.max(FLOOR).ln();
        Logits {
            classes: probabilities.classes(),
            values: probabilities.values().par_iter().map(logit).collect(),
            guesses: probabilities.iter().map(first_max).collect(),
        }
    }

    pub(super) fn row(&self, row: usize) -> &[f64] {
        &self.values[row * self.classes..(row + 1) * self.classes]
    }

    pub(super) fn len(&self) -> usize {
        self.guesses.len()
    }

    pub(super) fn guess(&self, row: usize) -> usize {
        self.guesses[row] as usize
    }

    /// The logarithms, to be overwritten, and the predictions.
    pub(super) fn into_parts(self) -> (Vec<f64>, Vec<u32>) {
        (self.values, self.guesses)
    }

    fn rows_by_guess(&self) -> Vec<Vec<u32>> {
        let mut rows = vec![Vec::new(); self.classes];
        for (row, &guess) in (0..).zip(&self.guesses) {
            rows[guess as usize].push(row);
        }
        rows
    }
}
