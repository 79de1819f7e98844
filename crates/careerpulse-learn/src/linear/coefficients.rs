//! What a fitted linear classifier is: one weight per column and class, one intercept per class.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::products::add_row_times;
use super::training::check_classes;
use crate::error::LearnError;
use crate::knn::Features;

/// Weights and intercepts of the classes seen in training.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Parts", into = "Parts")]
pub struct Coefficients {
    classes: Vec<String>,
    seen: Vec<u32>,
    cols: usize,
    weights: Vec<f64>,
    intercepts: Vec<f64>,
}

impl Coefficients {
    /// `weights` is columns × seen classes, row-major; `seen` numbers `classes`, ascending.
    ///
    /// Errors where the parts do not fit together, fewer than two classes were seen, or
    /// a number is not finite.
    pub(super) fn new(
        classes: Vec<String>,
        seen: Vec<u32>,
        cols: usize,
        weights: Vec<f64>,
        intercepts: Vec<f64>,
    ) -> Result<Coefficients, LearnError> {
        check_classes(&classes)?;
        let known = seen
            .last()
            .is_some_and(|&last| (last as usize) < classes.len());
        if seen.len() < 2 || !known || !seen.is_sorted_by(|a, b| a < b) {
            return Err(LearnError::Shape(format!(
                "a linear model needs at least 2 seen classes, ascending and below {}",
                classes.len()
            )));
        }
        if intercepts.len() != seen.len() || cols.checked_mul(seen.len()) != Some(weights.len()) {
            return Err(LearnError::Shape(format!(
                "{} weights and {} intercepts do not fit {cols} columns and {} seen classes",
                weights.len(),
                intercepts.len(),
                seen.len()
            )));
        }
        if let Some(value) = weights.iter().chain(&intercepts).find(|v| !v.is_finite()) {
            return Err(LearnError::Shape(format!(
                "a linear model holds {value} among its weights: fit it again"
            )));
        }
        Ok(Coefficients {
            classes,
            seen,
            cols,
            weights,
            intercepts,
        })
    }

    /// Class names, sorted.
    pub fn classes(&self) -> &[String] {
        &self.classes
    }

    /// Numbers of the classes that occurred in training, ascending.
    pub fn seen(&self) -> &[u32] {
        &self.seen
    }

    /// Columns of the features.
    pub fn cols(&self) -> usize {
        self.cols
    }

    /// Weights, columns × seen classes, row-major.
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// One intercept per seen class.
    pub fn intercepts(&self) -> &[f64] {
        &self.intercepts
    }

    /// For each row, `finish` of its scores `x · w + b`, spread over all classes with `unseen` elsewhere.
    ///
    /// Errors on features of another width and values that are not finite.
    pub(super) fn per_class(
        &self,
        features: &Features,
        unseen: f64,
        finish: impl Fn(&mut [f64]) + Sync,
    ) -> Result<Vec<Vec<f64>>, LearnError> {
        if features.cols() != self.cols {
            return Err(LearnError::Width {
                index: self.cols,
                query: features.cols(),
            });
        }
        features.check_finite()?;
        let one = |row| {
            let mut scores = vec![0.0; self.seen.len()];
            add_row_times(features, row, &self.weights, &mut scores);
            for (score, intercept) in scores.iter_mut().zip(&self.intercepts) {
                *score += intercept;
            }
            finish(&mut scores);
            let mut all = vec![unseen; self.classes.len()];
            for (&class, score) in self.seen.iter().zip(scores) {
                all[class as usize] = score;
            }
            all
        };
        Ok((0..features.rows()).into_par_iter().map(one).collect())
    }
}

/// What is written to disk; reading it back checks the shape again.
#[derive(Serialize, Deserialize)]
struct Parts {
    classes: Vec<String>,
    seen: Vec<u32>,
    cols: usize,
    weights: Vec<f64>,
    intercepts: Vec<f64>,
}

impl TryFrom<Parts> for Coefficients {
    type Error = LearnError;

    fn try_from(parts: Parts) -> Result<Coefficients, LearnError> {
        Coefficients::new(
            parts.classes,
            parts.seen,
            parts.cols,
            parts.weights,
            parts.intercepts,
        )
    }
}

impl From<Coefficients> for Parts {
    fn from(model: Coefficients) -> Parts {
        Parts {
            classes: model.classes,
            seen: model.seen,
            cols: model.cols,
            weights: model.weights,
            intercepts: model.intercepts,
        }
    }
}
