//! Posteriors bent until they sum to the classes' true counts: one scale, and a bias for every class.

use serde::{Deserialize, Serialize};

use super::matrix::{Factor, add_outer, mirror};
use super::rows::summed;
use crate::scores::Scores;

/// Probabilities are held above this, so that an exact 0 has a logarithm; labels are wrong more often.
const FLOOR: f64 = 1e-6;

/// How firmly biases are held to 0 and the scale to 1, in rows. A class without any labelled row has
/// a finite bias then, and one with many is as good as free.
const HOLD: f64 = 0.5;

/// The smallest scale: posteriors that speak against the labels are worth nothing, not the contrary.
const LEAST_SCALE: f64 = 0.05;

/// Newton steps at most; a handful is enough, for the loss is convex.
const STEPS: usize = 50;

/// `softmax(scale · ln p + bias)`: Alexandari, Kundaje and Shrikumar, "Maximum likelihood with
/// bias-corrected calibration is hard-to-beat at label shift adaptation" (ICML 2020).
///
/// With biases fitted, the posteriors of the labelled rows sum to each class's rows; without them EM
/// takes what the calibration gets wrong for a shift of the prior.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Recalibration {
    /// What logarithms are multiplied by; 1 leaves them.
    pub scale: f64,
    /// What is added to the logarithm of each class.
    pub biases: Vec<f64>,
}

impl Recalibration {
    /// The one that changes nothing.
    pub(super) fn identity(classes: usize) -> Recalibration {
        Recalibration {
            scale: 1.0,
            biases: vec![0.0; classes],
        }
    }

    /// Fits scale and biases to labelled rows by Newton's method on their log loss, held to the
    /// identity by a ridge of half a row; returns also its curvature.
    pub(super) fn fit(probabilities: &Scores, labels: &[u32]) -> (Recalibration, Factor) {
        let classes = probabilities.classes();
        let mut at = Recalibration::identity(classes);
        let logits = Logits::of(probabilities);
        let mut loss = at.loss(&logits, labels);
        loop_until(STEPS, || {
            let (gradient, hessian) = at.slopes(&logits, labels);
            let step = hessian.solve(&gradient);
            let decrement: f64 = step.iter().zip(&gradient).map(|(a, b)| a * b).sum();
            if decrement <= 1e-10 {
                return false;
            }
            let mut length = 1.0;
            while length > 1e-6 {
                let next = at.moved(&step, -length);
                let next_loss = next.loss(&logits, labels);
                if next_loss < loss {
                    (at, loss) = (next, next_loss);
                    return true;
                }
                length /= 2.0;
            }
            false
        });
        let (_, hessian) = at.slopes(&logits, labels);
        (at, hessian)
    }

    /// Writes `softmax(scale · ln p + bias)` of a row's logarithms.
    pub(super) fn posterior(&self, logits: &[f64], to: &mut [f64]) {
        let mut most = f64::NEG_INFINITY;
        for ((to, logit), bias) in to.iter_mut().zip(logits).zip(&self.biases) {
            *to = self.scale * logit + bias;
            most = most.max(*to);
        }
        let mut sum = 0.0;
        for value in to.iter_mut() {
            *value = (*value - most).exp();
            sum += *value;
        }
        to.iter_mut().for_each(|value| *value /= sum);
    }

    fn moved(&self, step: &[f64], length: f64) -> Recalibration {
        let biases = self.biases.iter().zip(&step[1..]);
        Recalibration {
            scale: (self.scale + length * step[0]).max(LEAST_SCALE),
            biases: biases.map(|(bias, step)| bias + length * step).collect(),
        }
    }

    /// Sum of the rows' log losses, and the ridge.
    fn loss(&self, logits: &Logits, labels: &[u32]) -> f64 {
        let classes = logits.classes;
        let rows = summed(labels.len(), 1, |sum, row| {
            let (logits, label) = (logits.row(row), labels[row] as usize);
            let score = |class: usize| self.scale * logits[class] + self.biases[class];
            let most = (0..classes).map(score).fold(f64::NEG_INFINITY, f64::max);
            let total: f64 = (0..classes).map(|class| (score(class) - most).exp()).sum();
            sum[0] += total.ln() + most - score(label);
        });
        let held: f64 = self.biases.iter().map(|bias| bias * bias).sum();
        rows[0] + HOLD / 2.0 * (held + (self.scale - 1.0).powi(2))
    }

    /// Gradient of the loss by scale and biases, and the Cholesky factor of its Hessian.
    fn slopes(&self, logits: &Logits, labels: &[u32]) -> (Vec<f64>, Factor) {
        let (classes, size) = (logits.classes, logits.classes + 1);
        let mut sums = summed(labels.len(), size + size * size, |sum, row| {
            let mut slope = vec![0.0; size];
            let (gradient, hessian) = sum.split_at_mut(size);
            let logits = logits.row(row);
            self.posterior(logits, &mut slope[1..]);
            let mean: f64 = slope[1..].iter().zip(logits).map(|(p, l)| p * l).sum();
            slope[0] = mean;
            // E[v vᵀ] - E[v] E[v]ᵀ, `v` being the logarithm and the indicator of a class.
            add_outer(hessian, &slope, -1.0);
            for (class, logit) in logits.iter().enumerate() {
                let p = slope[class + 1];
                hessian[0] += p * logit * logit;
                hessian[(class + 1) * size] += p * logit;
                hessian[(class + 1) * size + class + 1] += p;
            }
            let label = labels[row] as usize;
            slope[0] -= logits[label];
            slope[label + 1] -= 1.0;
            for (total, value) in gradient.iter_mut().zip(slope) {
                *total += value;
            }
        });
        let mut hessian = sums.split_off(size);
        for at in 0..size {
            hessian[at * size + at] += HOLD;
        }
        mirror(&mut hessian, size);
        sums[0] += HOLD * (self.scale - 1.0);
        for class in 0..classes {
            sums[class + 1] += HOLD * self.biases[class];
        }
        (sums, Factor::of(&hessian, size))
    }
}

/// Logarithms of every row's probabilities.
pub(super) struct Logits {
    classes: usize,
    values: Vec<f64>,
}

impl Logits {
    pub(super) fn of(probabilities: &Scores) -> Logits {
        use rayon::prelude::*;
        let values = probabilities.values().par_iter().copied().map(logit);
        Logits {
            classes: probabilities.classes(),
            values: values.collect(),
        }
    }

    pub(super) fn row(&self, row: usize) -> &[f64] {
        &self.values[row * self.classes..(row + 1) * self.classes]
    }
}

/// The logarithm of a probability, of an exact 0 that of a small one.
pub(super) fn logit(probability: f64) -> f64 {
    probability.max(FLOOR).ln()
}

fn loop_until(most: usize, mut step: impl FnMut() -> bool) {
    for _ in 0..most {
        if !step() {
            break;
        }
    }
}
