//! One-vs-rest linear support vector machines: scikit-learn's `LinearSVC(dual=False)`.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::coefficients::Coefficients;
use super::newton::{Machine, Machined, solve};
use super::training::{Seen, check_positive, check_training, class_weights};
use crate::error::LearnError;
use crate::knn::Features;
use crate::metrics::first_max;

/// Settings of [`LinearSvm`].
///
/// | field | default | purpose | range |
/// |---|---|---|---|
/// | `c` | 1.0 | cost of a squared slack | above 0 |
/// | `balanced` | true | a class's own rows cost `rows / (classes · rows of the class)` times as much | |
/// | `intercept_scaling` | 1.0 | value of the extra feature whose penalised weight is the intercept | above 0 |
/// | `max_iter` | 1000 | Newton steps per class at most, from a first guess by dual coordinate descent | at least 1 |
/// | `tol` | 1e-4 | liblinear's: stop at `tol · max(1, fewer side's rows) / rows` of the first gradient | above 0 |
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SvmParams {
    /// Cost of a squared slack.
    pub c: f64,
    /// Whether rare classes count as much as frequent ones.
    pub balanced: bool,
    /// Value of the extra feature.
    pub intercept_scaling: f64,
    /// Newton steps per class at most.
    pub max_iter: usize,
    /// Share of the first gradient to stop at.
    pub tol: f64,
}

impl Default for SvmParams {
    fn default() -> SvmParams {
        SvmParams {
            c: 1.0,
            balanced: true,
            intercept_scaling: 1.0,
            max_iter: 1000,
            tol: 1e-4,
        }
    }
}

/// Fitted linear support vector machines, one per class against the rest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Parts", into = "Parts")]
pub struct LinearSvm {
    params: SvmParams,
    coefficients: Coefficients,
    iterations: usize,
    converged: bool,
}

impl LinearSvm {
    /// Fits one machine per class that occurs in `labels`, which number the sorted `classes`.
    ///
    /// As liblinear does, a machine multiplies the cost of its own class's rows by that
    /// class's weight and leaves the rest at `c`. With exactly two classes seen there
    /// is one machine, both weights apply, and the classes get its values with opposite signs.
    ///
    /// Errors on settings outside their range, no rows, lengths that differ, labels that
    /// name no class, unsorted classes, a single class, and values that are not finite.
    /// Running out of `max_iter` is no error: see [`LinearSvm::converged`].
    pub fn fit(
        params: SvmParams,
        features: &Features,
        labels: &[u32],
        classes: Vec<String>,
    ) -> Result<LinearSvm, LearnError> {
        check_params(&params)?;
        let seen = check_training(features, labels, &classes)?;
        let binary = seen.classes.len() == 2;
        let squares = squares(features, params.intercept_scaling);
        let machines: Vec<Machined> = if binary {
            vec![fit_class(&params, features, &seen, 1, &squares)]
        } else {
            let all = 0..seen.classes.len();
            all.into_par_iter()
                .map(|class| fit_class(&params, features, &seen, class, &squares))
                .collect()
        };
        let cols = features.cols();
        let row = |at: usize| -> Vec<f64> {
            let values = machines.iter().map(|machine| machine.weights[at]);
            if binary {
                values.flat_map(|value| [-value, value]).collect()
            } else {
                values.collect()
            }
        };
        let weights = (0..cols).flat_map(row).collect();
        let mut intercepts = row(cols);
        for intercept in &mut intercepts {
            *intercept *= params.intercept_scaling;
        }
        Ok(LinearSvm {
            params,
            coefficients: Coefficients::new(classes, seen.classes, cols, weights, intercepts)?,
            iterations: machines.iter().map(|m| m.iterations).max().unwrap_or(0),
            converged: machines.iter().all(|machine| machine.converged),
        })
    }

    /// Settings fitted with.
    pub fn params(&self) -> SvmParams {
        self.params
    }

    /// Weights, intercepts and classes.
    pub fn coefficients(&self) -> &Coefficients {
        &self.coefficients
    }

    /// Newton steps of the class that took most.
    pub fn iterations(&self) -> usize {
        self.iterations
    }

    /// Whether every class reached `tol`; where not, raise `max_iter`.
    pub fn converged(&self) -> bool {
        self.converged
    }

    /// Signed margin of every class for each row; minus infinity for a class not seen in training.
    ///
    /// Errors on features of another width and values that are not finite.
    pub fn decision_function(&self, features: &Features) -> Result<Vec<Vec<f64>>, LearnError> {
        self.coefficients
            .per_class(features, f64::NEG_INFINITY, |_| {})
    }

    /// The class with the largest margin, the first of equals, for each row.
    ///
    /// Errors as [`LinearSvm::decision_function`] does.
    pub fn predict(&self, features: &Features) -> Result<Vec<u32>, LearnError> {
        let margins = self.decision_function(features)?;
        Ok(margins.iter().map(|margins| first_max(margins)).collect())
    }
}

fn check_params(params: &SvmParams) -> Result<(), LearnError> {
    check_positive("c", params.c)?;
    check_positive("intercept_scaling", params.intercept_scaling)?;
    check_positive("tol", params.tol)?;
    check_positive("max_iter", params.max_iter as f64)
}

/// The machine that tells `class` (a position among the seen) from the rest.
fn fit_class(
    params: &SvmParams,
    features: &Features,
    seen: &Seen,
    class: usize,
    squares: &[f64],
) -> Machined {
    let weights = class_weights(seen, params.balanced);
    let rest = if seen.classes.len() == 2 {
        weights[1 - class]
    } else {
        1.0
    };
    let own = |&of_row: &usize| of_row == class;
    let pick = |yes: f64, no: f64| {
        let rows = seen.of_row.iter();
        rows.map(|row| if own(row) { yes } else { no }).collect()
    };
    let machine = Machine {
        features,
        sides: pick(1.0, -1.0),
        costs: pick(params.c * weights[class], params.c * rest),
        intercept_scaling: params.intercept_scaling,
    };
    let rows = seen.of_row.len();
    let fewer = seen.counts[class].min(rows - seen.counts[class]).max(1);
    let share = params.tol * fewer as f64 / rows as f64;
    solve(&machine, squares, params.max_iter, share)
}

/// Squared length of each row with the extra feature.
fn squares(features: &Features, intercept_scaling: f64) -> Vec<f64> {
    let sum = |values: &[f32]| -> f64 {
        let squares = values.iter().map(|&value| f64::from(value).powi(2));
        squares.sum::<f64>() + intercept_scaling.powi(2)
    };
    let rows = 0..features.rows();
    match features {
        Features::Dense(matrix) => rows.map(|row| sum(matrix.row(row))).collect(),
        Features::Sparse(matrix) => rows.map(|row| sum(matrix.row(row).1)).collect(),
    }
}

/// What is written to disk; reading it back checks the settings again.
#[derive(Serialize, Deserialize)]
struct Parts {
    params: SvmParams,
    coefficients: Coefficients,
    iterations: usize,
    converged: bool,
}

impl TryFrom<Parts> for LinearSvm {
    type Error = LearnError;

    fn try_from(parts: Parts) -> Result<LinearSvm, LearnError> {
        check_params(&parts.params)?;
        Ok(LinearSvm {
            params: parts.params,
            coefficients: parts.coefficients,
            iterations: parts.iterations,
            converged: parts.converged,
        })
    }
}

impl From<LinearSvm> for Parts {
    fn from(model: LinearSvm) -> Parts {
        Parts {
            params: model.params,
            coefficients: model.coefficients,
            iterations: model.iterations,
            converged: model.converged,
        }
    }
}
