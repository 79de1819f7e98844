//! By how much probabilities are too sure, and how well that is known.

use rand::RngExt as _;
use rand_chacha::ChaCha8Rng;

use super::posteriors::Scored;

/// The power that probabilities are raised to before each row is made to sum to 1 again: temperature
/// scaling (Guo et al. 2017), by the inverse of the temperature.
pub(super) struct Firmness {
    pub power: f64,
    /// The slope of each labelled row's log-likelihood at `power`.
    slopes: Vec<f64>,
    information: f64,
}

/// What holds the power at 1 where there is little to learn from: a standard deviation of a half.
const PRIOR: f64 = 4.0;

/// Beyond these a power makes rows all but even, or all but sure.
const BOUNDS: (f64, f64) = (0.1, 10.0);

impl Firmness {
    pub fn fit(labelled: &Scored<'_>) -> Self {
        let classes = labelled.posteriors.classes;
        let logs = labelled.posteriors.logs();
        let rows = || logs.chunks_exact(classes.max(1)).zip(labelled.labels);
        let mut power = 1.0;
        // The log-likelihood is concave, so a few of Newton's steps arrive.
        for _ in 0..25 {
            let (mut slope, mut information) = (-PRIOR * (power - 1.0), PRIOR);
            for (logs, &label) in rows() {
                let (mean, variance) = moments(logs, power);
                slope += logs[label as usize] - mean;
                information += variance;
            }
            let next = (power + slope / information).clamp(BOUNDS.0, BOUNDS.1);
            let step: f64 = next - power;
            power = next;
            if step.abs() < 1e-9 {
                break;
            }
        }
        let mut information = PRIOR;
        let slopes = rows()
            .map(|(logs, &label)| {
                let (mean, variance) = moments(logs, power);
                information += variance;
                logs[label as usize] - mean
            })
            .collect();
        Self {
            power,
            slopes,
            information,
        }
    }

    /// The power that other labelled rows might have asked for.
    pub fn draw(&self, rng: &mut ChaCha8Rng) -> f64 {
        let mut slope = PRIOR.sqrt() * normal(rng);
        for row in &self.slopes {
            slope += row * (exponential(rng) - 1.0);
        }
        (self.power + slope / self.information).clamp(BOUNDS.0, BOUNDS.1)
    }
}

/// Mean and variance of a row's logarithms under its probabilities raised to `power`.
fn moments(logs: &[f64], power: f64) -> (f64, f64) {
    let (mut sum, mut first, mut second) = (0.0, 0.0, 0.0);
    for log in logs {
        let weight = (power * log).exp();
        sum += weight;
        first += weight * log;
        second += weight * log * log;
    }
    let mean = first / sum;
    (mean, (second / sum - mean * mean).max(0.0))
}

fn exponential(rng: &mut ChaCha8Rng) -> f64 {
    -(1.0 - rng.random::<f64>()).ln()
}

/// By Box and Muller's method.
fn normal(rng: &mut ChaCha8Rng) -> f64 {
    let radius = (2.0 * exponential(rng)).sqrt();
    radius * (std::f64::consts::TAU * rng.random::<f64>()).cos()
}
