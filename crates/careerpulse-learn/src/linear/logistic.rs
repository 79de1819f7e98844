//! Multinomial logistic regression: scikit-learn's `LogisticRegression(solver="lbfgs")`.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::coefficients::Coefficients;
use super::lbfgs::minimise;
use super::products::{add_row_squares, add_times, columns_of_parts};
use super::training::{Seen, check_positive, check_training, class_weights};
use crate::error::LearnError;
use crate::knn::Features;

/// Rows per task of the softmax.
const ROWS: usize = 256;
/// Rows whose scores stay in a core's second cache while the gradient gathers from them.
const PART: usize = 2048;

/// Settings of [`LogisticRegression`].
///
/// | field | default | purpose | range |
/// |---|---|---|---|
/// | `c` | 1.0 | inverse strength of the L2 penalty on the weights; the intercepts are free | above 0 |
/// | `balanced` | true | each class counts by `rows / (classes · rows of the class)` | |
/// | `max_iter` | 1000 | L-BFGS steps at most | at least 1 |
/// | `tol` | 1e-4 | stop when no entry of the gradient of the mean loss is larger | above 0 |
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LogisticParams {
    /// Inverse strength of the penalty.
    pub c: f64,
    /// Whether rare classes count as much as frequent ones.
    pub balanced: bool,
    /// L-BFGS steps at most.
    pub max_iter: usize,
    /// Largest entry of the gradient to stop at.
    pub tol: f64,
}

impl Default for LogisticParams {
    fn default() -> LogisticParams {
        LogisticParams {
            c: 1.0,
            balanced: true,
            max_iter: 1000,
            tol: 1e-4,
        }
    }
}

/// A fitted multinomial logistic regression.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Parts", into = "Parts")]
pub struct LogisticRegression {
    params: LogisticParams,
    coefficients: Coefficients,
    iterations: usize,
    converged: bool,
}

impl LogisticRegression {
    /// Fits one weight vector per class that occurs in `labels`, which number the sorted `classes`.
    ///
    /// The objective is scikit-learn's: the weighted mean of the cross entropy plus
    /// `|W|² / (2 C Σ weights)`. With exactly two classes seen, scikit-learn penalises
    /// their difference `v` once, by `|v|²`; the same minimum is found here over both
    /// vectors `±v / 2` by doubling the penalty.
    ///
    /// Errors on settings outside their range, no rows, lengths that differ, labels that
    /// name no class, unsorted classes, a single class, and values that are not finite.
    /// Running out of `max_iter` is no error: see [`LogisticRegression::converged`].
    pub fn fit(
        params: LogisticParams,
        features: &Features,
        labels: &[u32],
        classes: Vec<String>,
    ) -> Result<LogisticRegression, LearnError> {
        check_params(&params)?;
        let seen = check_training(features, labels, &classes)?;
        // Whole blocks of four keep the products in registers; the surplus stays 0.
        let width = seen.classes.len().next_multiple_of(4);
        let cols = features.cols();
        let mut objective = Objective::new(&params, features, &seen, width)?;
        let start = vec![0.0; (cols + 1) * width];
        let scales = objective.scales();
        let found = minimise(
            start,
            &scales,
            params.max_iter,
            params.tol,
            |at, gradient| objective.evaluate(at, gradient),
        );
        let used = seen.classes.len();
        let mut rows = found.at.chunks_exact(width).map(|row| &row[..used]);
        let weights = rows.by_ref().take(cols).flatten().copied().collect();
        let intercepts = rows.flatten().copied().collect();
        Ok(LogisticRegression {
            params,
            coefficients: Coefficients::new(classes, seen.classes, cols, weights, intercepts)?,
            iterations: found.iterations,
            converged: found.converged,
        })
    }

    /// Settings fitted with.
    pub fn params(&self) -> LogisticParams {
        self.params
    }

    /// Weights, intercepts and classes.
    pub fn coefficients(&self) -> &Coefficients {
        &self.coefficients
    }

    /// L-BFGS steps taken.
    pub fn iterations(&self) -> usize {
        self.iterations
    }

    /// Whether the gradient fell to `tol`; where not, raise `max_iter`.
    pub fn converged(&self) -> bool {
        self.converged
    }

    /// Probability of every class for each row; exactly 0 for a class not seen in training.
    ///
    /// Errors on features of another width and values that are not finite.
    pub fn predict_proba(&self, features: &Features) -> Result<Vec<Vec<f64>>, LearnError> {
        self.coefficients.per_class(features, 0.0, |scores| {
            softmax(scores);
        })
    }
}

fn check_params(params: &LogisticParams) -> Result<(), LearnError> {
    check_positive("c", params.c)?;
    check_positive("tol", params.tol)?;
    check_positive("max_iter", params.max_iter as f64)
}

/// The loss as a function of weights and intercepts, columns + 1 rows of `width` each.
struct Objective<'a> {
    features: &'a Features,
    /// Each [`PART`] of the rows made columns.
    columns: Vec<Features>,
    /// Position of each row's class.
    labels: &'a [usize],
    /// Weight of each row, by its class, over the sum of all weights.
    row_weights: Vec<f64>,
    penalty: f64,
    used: usize,
    width: usize,
    /// Scores, then their gradient, rows × `width`.
    scores: Vec<f64>,
}

impl<'a> Objective<'a> {
    fn new(
        params: &LogisticParams,
        features: &'a Features,
        seen: &'a Seen,
        width: usize,
    ) -> Result<Objective<'a>, LearnError> {
        let by_class = class_weights(seen, params.balanced);
        let mut row_weights: Vec<f64> = seen.of_row.iter().map(|&class| by_class[class]).collect();
        let sum: f64 = row_weights.iter().sum();
        for weight in &mut row_weights {
            *weight /= sum;
        }
        let used = seen.classes.len();
        let doubled = if used == 2 { 2.0 } else { 1.0 };
        Ok(Objective {
            features,
            columns: columns_of_parts(features, PART)?,
            labels: &seen.of_row,
            row_weights,
            penalty: doubled / (params.c * sum),
            used,
            width,
            scores: vec![0.0; features.rows() * width],
        })
    }

    /// One over the square root of the Hessian's diagonal, of the model that knows the class shares only.
    ///
    /// The intercepts are curved hundreds of times as much as the weights, and the weights of
    /// frequent words more than those of rare ones. The whole diagonal overdoes it, because
    /// the probabilities move furthest where frequent words are: its square root takes
    /// about half the evaluations of the identity. It is averaged over the classes, which keeps
    /// the free intercepts' sum at 0, as scikit-learn's stay.
    fn scales(&self) -> Vec<f64> {
        let mut shares = vec![0.0; self.used];
        for (&label, &weight) in self.labels.iter().zip(&self.row_weights) {
            shares[label] += weight;
        }
        let variances = shares.iter().map(|share| share * (1.0 - share));
        let variance = variances.sum::<f64>() / self.used as f64;
        let mut squares = vec![0.0; self.features.cols()];
        for (row, &weight) in self.row_weights.iter().enumerate() {
            add_row_squares(self.features, row, weight, &mut squares);
        }
        let scale = |square: f64| (square * variance + self.penalty).sqrt().recip();
        let scales = squares.into_iter().chain([1.0]).map(scale);
        scales
            .flat_map(|scale| std::iter::repeat_n(scale, self.width))
            .collect()
    }

    fn evaluate(&mut self, at: &[f64], gradient: &mut [f64]) -> f64 {
        let (weights, intercepts) = at.split_at(at.len() - self.width);
        self.scores.fill(0.0);
        add_times(self.features, weights, self.width, &mut self.scores);
        let loss = self.residuals(intercepts);
        gradient.fill(0.0);
        let (by_weight, by_intercept) = gradient.split_at_mut(weights.len());
        let parts = self.scores.chunks(PART * self.width);
        for (columns, residuals) in self.columns.iter().zip(parts) {
            add_times(columns, residuals, self.width, by_weight);
        }
        for row in self.scores.chunks_exact(self.width) {
            for (sum, residual) in by_intercept.iter_mut().zip(row) {
                *sum += residual;
            }
        }
        let mut square = 0.0;
        for (gradient, weight) in by_weight.iter_mut().zip(weights) {
            *gradient += self.penalty * weight;
            square += weight * weight;
        }
        loss + 0.5 * self.penalty * square
    }

    /// Turns scores into weighted `probability - truth` and returns the loss.
    fn residuals(&mut self, intercepts: &[f64]) -> f64 {
        let (width, used) = (self.width, self.used);
        let (labels, row_weights) = (&self.labels, &self.row_weights);
        let chunk = |(task, chunk): (usize, &mut [f64])| {
            let mut loss = 0.0;
            for (offset, row) in chunk.chunks_exact_mut(width).enumerate() {
                let at = task * ROWS + offset;
                let (label, weight) = (labels[at], row_weights[at]);
                let row = &mut row[..used];
                for (score, intercept) in row.iter_mut().zip(intercepts) {
                    *score += intercept;
                }
                let own = row[label];
                loss += weight * (softmax(row) - own);
                row[label] -= 1.0;
                for value in row {
                    *value *= weight;
                }
            }
            loss
        };
        let scores = self.scores.par_chunks_mut(ROWS * width);
        let losses: Vec<f64> = scores.enumerate().map(chunk).collect();
        losses.iter().sum()
    }
}

/// Makes probabilities of scores and returns `ln Σ exp(score)`; the largest is taken off first, so nothing overflows.
fn softmax(scores: &mut [f64]) -> f64 {
    let most = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut sum = 0.0;
    for score in scores.iter_mut() {
        *score = (*score - most).exp();
        sum += *score;
    }
    for score in scores.iter_mut() {
        *score /= sum;
    }
    most + sum.ln()
}

/// What is written to disk; reading it back checks the settings again.
#[derive(Serialize, Deserialize)]
struct Parts {
    params: LogisticParams,
    coefficients: Coefficients,
    iterations: usize,
    converged: bool,
}

impl TryFrom<Parts> for LogisticRegression {
    type Error = LearnError;

    fn try_from(parts: Parts) -> Result<LogisticRegression, LearnError> {
        check_params(&parts.params)?;
        Ok(LogisticRegression {
            params: parts.params,
            coefficients: parts.coefficients,
            iterations: parts.iterations,
            converged: parts.converged,
        })
    }
}

impl From<LogisticRegression> for Parts {
    fn from(model: LogisticRegression) -> Parts {
        Parts {
            params: model.params,
            coefficients: model.coefficients,
            iterations: model.iterations,
            converged: model.converged,
        }
    }
}
