//! One number that sharpens or flattens every row alike.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::fitted::ScoreKind;
use crate::error::LearnError;
use crate::scores::Scores;

/// What is added to every probability at least, so that its logarithm is finite.
const FLOOR: f64 = 1e-12;

/// Candidates for the smoothing, up to about the vote of one neighbour among 3.
const SMOOTHINGS: [f64; 7] = [FLOOR, 1e-4, 1e-3, 0.01, 0.03, 0.1, 0.3];

/// Rows that are enough to tell smoothings apart.
const ROWS_FOR_SMOOTHING: usize = 5000;

/// Rows per task.
const ROWS: usize = 1024;

/// `softmax(scale · z)` of each row, `z` being its margins or the logarithms of its smoothed probabilities.
///
/// The order of a row's classes stays as it was, save that classes a rounding apart may tie. Source: temperature scaling, Guo et al. 2017
/// (`scale` is the inverse of their temperature); the additive smoothing is there for votes
/// of a few neighbours, which give most classes exactly nothing.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Parts", into = "Parts")]
pub struct Temperature {
    scale: f64,
    smoothing: f64,
}

impl Temperature {
    /// A temperature of `scale`, finite and above 0, with `smoothing` from 0 to 1 added to every probability.
    ///
    /// Errors on numbers outside these ranges.
    pub fn new(scale: f64, smoothing: f64) -> Result<Temperature, LearnError> {
        if !(scale > 0.0 && scale.is_finite() && (0.0..=1.0).contains(&smoothing)) {
            return Err(LearnError::Calibration(format!(
                "scale {scale} must be finite and above 0, smoothing {smoothing} from 0 to 1"
            )));
        }
        Ok(Temperature { scale, smoothing })
    }

    /// The scale of the lowest log loss, and for probabilities the best of seven smoothings.
    ///
    /// Smoothings are compared on 5,000 rows at most, evenly picked, and the scale is then
    /// fitted on all. Errors as [`Temperature::fit_scale`].
    pub fn fit(
        scores: &Scores,
        kind: ScoreKind,
        labels: &[u32],
    ) -> Result<Temperature, LearnError> {
        if kind == ScoreKind::Margins {
            return Temperature::fit_scale(scores, kind, labels, 0.0);
        }
        scores.check_labels(labels)?;
        let step = labels.len().div_ceil(ROWS_FOR_SMOOTHING);
        let rows: Vec<u32> = (0..labels.len() as u32).step_by(step).collect();
        let few = scores.select(&rows)?;
        let few_labels: Vec<u32> = labels.iter().copied().step_by(step).collect();
        let fit = |&smoothing: &f64| minimise(&few, kind, &few_labels, smoothing);
        let fits: Vec<Result<_, LearnError>> = SMOOTHINGS.par_iter().map(fit).collect();
        let (mut lowest, mut smoothing) = (f64::INFINITY, FLOOR);
        for fit in fits {
            let (loss, fitted) = fit?;
            if loss < lowest {
                (lowest, smoothing) = (loss, fitted.smoothing);
            }
        }
        Temperature::fit_scale(scores, kind, labels, smoothing)
    }

    /// The scale of the lowest log loss under a given smoothing.
    ///
    /// The loss is taken against labels held off certainty, as Platt (1999) does: of `n` rows
    /// each gives its label `1 - 1 / (n + 2)` and shares out the rest evenly. So the scale
    /// is finite also where every row is right, and above 0 where every row is wrong.
    /// Rows that tell no class from another give a scale of 1.
    ///
    /// Errors on no rows, a single class, lengths that differ, labels that name no class and
    /// scores that are not of their kind.
    pub fn fit_scale(
        scores: &Scores,
        kind: ScoreKind,
        labels: &[u32],
        smoothing: f64,
    ) -> Result<Temperature, LearnError> {
        Ok(minimise(scores, kind, labels, smoothing)?.1)
    }

    /// The number that multiplies margins or logarithms.
    pub fn scale(self) -> f64 {
        self.scale
    }

    /// What is added to every probability; 0 for margins.
    pub fn smoothing(self) -> f64 {
        self.smoothing
    }

    /// Probabilities of every row, each summing to 1. Errors on scores that are not of their kind.
    pub fn apply(self, scores: &Scores, kind: ScoreKind) -> Result<Scores, LearnError> {
        let mut values = logits(scores, kind, self.smoothing)?;
        for row in values.chunks_exact_mut(scores.classes()) {
            let mut sum = 0.0;
            for value in row.iter_mut() {
                *value = (self.scale * *value).exp();
                sum += *value;
            }
            row.iter_mut().for_each(|value| *value /= sum);
        }
        Scores::new(scores.classes(), values)
    }
}

/// What the scale multiplies, less each row's highest, so that no exponential overflows.
fn logits(scores: &Scores, kind: ScoreKind, smoothing: f64) -> Result<Vec<f64>, LearnError> {
    let mut values = scores.values().to_vec();
    if kind == ScoreKind::Probabilities {
        scores.check_probabilities()?;
        values
            .iter_mut()
            .for_each(|value| *value = (*value + smoothing.max(FLOOR)).ln());
    }
    for row in values.chunks_exact_mut(scores.classes()) {
        let most = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        // Two margins of opposite sign near the end of f64 are infinitely far apart.
        row.iter_mut()
            .for_each(|value| *value = (*value - most).max(f64::MIN));
    }
    Ok(values)
}

/// The loss as a function of the scale.
struct Objective {
    classes: usize,
    logits: Vec<f64>,
    /// Mean logit of each row under its label held off certainty.
    aims: Vec<f64>,
}

impl Objective {
    /// Mean loss at a scale, its slope and its curvature.
    fn at(&self, scale: f64) -> [f64; 3] {
        let chunk = |(rows, aims): (&[f64], &[f64])| {
            let mut sums = [0.0; 3];
            for (row, aim) in rows.chunks_exact(self.classes).zip(aims) {
                let (mut weight, mut first, mut second) = (0.0, 0.0, 0.0);
                for &logit in row {
                    let share = (scale * logit).exp();
                    weight += share;
                    // A share of 0 counts for nothing, however far down its logit is.
                    if share > 0.0 {
                        first += share * logit;
                        second += share * logit * logit;
                    }
                }
                let mean = first / weight;
                sums[0] += weight.ln() - scale * aim;
                sums[1] += mean - aim;
                sums[2] += second / weight - mean * mean;
            }
            sums
        };
        let rows = self.logits.par_chunks(ROWS * self.classes);
        let sums: Vec<[f64; 3]> = rows.zip(self.aims.par_chunks(ROWS)).map(chunk).collect();
        let mean = |at: usize| sums.iter().map(|sum| sum[at]).sum::<f64>() / self.aims.len() as f64;
        [mean(0), mean(1), mean(2)]
    }
}

/// Lowest loss and where it is.
fn minimise(
    scores: &Scores,
    kind: ScoreKind,
    labels: &[u32],
    smoothing: f64,
) -> Result<(f64, Temperature), LearnError> {
    scores.check_labels(labels)?;
    let classes = scores.classes();
    if classes < 2 {
        return Err(LearnError::OneScoredClass);
    }
    let logits = logits(scores, kind, smoothing)?;
    let doubt = 1.0 / (labels.len() as f64 + 2.0);
    let (mut aims, mut spread) = (Vec::with_capacity(labels.len()), 0.0);
    for (row, &label) in logits.chunks_exact(classes).zip(labels) {
        // Divided before they are summed, for the sum may leave the range of f64.
        let mean: f64 = row.iter().map(|logit| logit / classes as f64).sum();
        aims.push((1.0 - doubt) * row[label as usize] + doubt * mean);
        spread -= mean / labels.len() as f64;
    }
    let objective = Objective {
        classes,
        logits,
        aims,
    };
    let scale = match spread > 0.0 {
        true => lowest(&objective, 1.0 / spread),
        false => 1.0,
    };
    let smoothing = match kind {
        ScoreKind::Probabilities => smoothing,
        ScoreKind::Margins => 0.0,
    };
    Ok((objective.at(scale)[0], Temperature::new(scale, smoothing)?))
}

/// The scale at which the slope of the convex loss is 0, within four powers of ten of `around`.
///
/// Newton's method, kept within the narrowing bracket by geometric bisection.
fn lowest(objective: &Objective, around: f64) -> f64 {
    let (mut low, mut high) = ((1e-4 * around).max(f64::MIN_POSITIVE), 1e4 * around);
    let mut scale = around;
    for _ in 0..200 {
        let [_, slope, curvature] = objective.at(scale);
        if slope > 0.0 {
            high = scale;
        } else {
            low = scale;
        }
        let newton = scale - slope / curvature;
        let next = match newton > low && newton < high {
            true => newton,
            // The product of both may leave the range of f64.
            false => low.sqrt() * high.sqrt(),
        };
        let step = (next - scale).abs();
        scale = next;
        if step <= 1e-12 * scale {
            break;
        }
    }
    scale
}

/// What is written to disk; reading it back checks the ranges again.
#[derive(Serialize, Deserialize)]
struct Parts {
    scale: f64,
    smoothing: f64,
}

impl TryFrom<Parts> for Temperature {
    type Error = LearnError;

    fn try_from(parts: Parts) -> Result<Temperature, LearnError> {
        Temperature::new(parts.scale, parts.smoothing)
    }
}

impl From<Temperature> for Parts {
    fn from(temperature: Temperature) -> Parts {
        Parts {
            scale: temperature.scale,
            smoothing: temperature.smoothing,
        }
    }
}
