//! One squared-hinge machine by the modified finite Newton method (Keerthi and DeCoste, JMLR 2005).

use super::dual::first_guess;
use super::products::{add_row, row_dot};
use crate::knn::Features;

/// Conjugate gradient steps within one Newton step at most.
const INNER: usize = 500;
/// Share of the gradient that the first directions may leave over.
const ROUGH: f64 = 0.3;
/// Newton steps on the slope along one direction at most.
const LINE: usize = 60;

/// One machine: rows with a side and a cost each.
pub(super) struct Machine<'a> {
    /// The rows.
    pub(super) features: &'a Features,
    /// +1 or -1 per row.
    pub(super) sides: Vec<f64>,
    /// Cost of each row's squared slack.
    pub(super) costs: Vec<f64>,
    /// Value of the extra feature whose weight is the intercept.
    pub(super) intercept_scaling: f64,
}

/// Where a machine ended.
pub(super) struct Machined {
    /// A weight per column, then the weight of the extra feature.
    pub(super) weights: Vec<f64>,
    /// Newton steps taken.
    pub(super) iterations: usize,
    /// Whether the gradient fell to the share asked for.
    pub(super) converged: bool,
}

/// Minimises `|w|² / 2 + Σ cost · max(0, 1 - side · x·w)²` until the gradient is `share` of that at 0.
///
/// It sets out from [`first_guess`], which spares most steps; `squares` are the rows'
/// squared lengths. Each step solves the Newton system of the rows inside the margin by conjugate
/// gradients, then goes to the minimum along that line, so the loss never increases.
pub(super) fn solve(machine: &Machine, squares: &[f64], max_iter: usize, share: f64) -> Machined {
    let size = machine.features.cols() + 1;
    let mut weights = vec![0.0; size];
    let mut scores = vec![0.0; machine.sides.len()];
    let mut gradient = machine.gradient(&weights, &scores);
    let first = norm(&gradient);
    let guess = first_guess(machine, squares);
    let guess_scores = machine.scores(&guess);
    let guess_gradient = machine.gradient(&guess, &guess_scores);
    // A guess that overflowed is no number and fails this comparison.
    if norm(&guess_gradient) < first {
        (weights, scores, gradient) = (guess, guess_scores, guess_gradient);
    }
    let mut iterations = 0;
    while iterations < max_iter && norm(&gradient) > share * first {
        let active = machine.active(&scores);
        // Far from the minimum a rough direction does: most of its rows will leave the margin.
        let relative = ROUGH.min((norm(&gradient) / first).cbrt());
        let direction = machine.newton_direction(&active, &gradient, relative);
        let along: Vec<f64> = machine.scores(&direction);
        let step = machine.line_minimum(&weights, &direction, &scores, &along);
        if step <= 0.0 {
            break;
        }
        iterations += 1;
        add(&mut weights, step, &direction);
        // A step rounds a score by its last bit, and there are a dozen steps.
        add(&mut scores, step, &along);
        gradient = machine.gradient(&weights, &scores);
    }
    let converged = norm(&gradient) <= share * first;
    Machined {
        weights,
        iterations,
        converged,
    }
}

impl Machine<'_> {
    /// The score of `row` by `weights`, one per column and the extra feature's.
    pub(super) fn score(&self, row: usize, weights: &[f64]) -> f64 {
        let (columns, extra) = weights.split_at(self.features.cols());
        row_dot(self.features, row, columns) + self.intercept_scaling * extra[0]
    }

    fn scores(&self, weights: &[f64]) -> Vec<f64> {
        let rows = 0..self.sides.len();
        rows.map(|row| self.score(row, weights)).collect()
    }

    /// `out += factor · row`, the extra feature last.
    pub(super) fn add_row(&self, row: usize, factor: f64, out: &mut [f64]) {
        let (columns, extra) = out.split_at_mut(self.features.cols());
        add_row(self.features, row, factor, columns);
        extra[0] += factor * self.intercept_scaling;
    }

    fn slack(&self, row: usize, score: f64) -> f64 {
        (1.0 - self.sides[row] * score).max(0.0)
    }

    /// Rows inside the margin.
    fn active(&self, scores: &[f64]) -> Vec<usize> {
        let rows = 0..scores.len();
        rows.filter(|&row| self.slack(row, scores[row]) > 0.0)
            .collect()
    }

    fn gradient(&self, weights: &[f64], scores: &[f64]) -> Vec<f64> {
        let mut gradient = weights.to_vec();
        for (row, &score) in scores.iter().enumerate() {
            let slack = self.slack(row, score);
            if slack > 0.0 {
                let factor = -2.0 * self.costs[row] * self.sides[row] * slack;
                self.add_row(row, factor, &mut gradient);
            }
        }
        gradient
    }

    /// Solves `(I + 2 Σ cost x xᵀ) d = -gradient` over the active rows.
    fn newton_direction(&self, active: &[usize], gradient: &[f64], relative: f64) -> Vec<f64> {
        let mut solution = vec![0.0; gradient.len()];
        let mut residual: Vec<f64> = gradient.iter().map(|g| -g).collect();
        let mut search = residual.clone();
        let mut square = dot(&residual, &residual);
        let goal = square * relative * relative;
        for _ in 0..INNER {
            if square <= goal {
                break;
            }
            let mut image = search.clone();
            for &row in active {
                let factor = 2.0 * self.costs[row] * self.score(row, &search);
                self.add_row(row, factor, &mut image);
            }
            let step = square / dot(&search, &image);
            add(&mut solution, step, &search);
            add(&mut residual, -step, &image);
            let next = dot(&residual, &residual);
            for (search, residual) in search.iter_mut().zip(&residual) {
                *search = residual + next / square * *search;
            }
            square = next;
        }
        solution
    }

    /// The step to the minimum along `direction`: the root of a rising, piecewise linear slope.
    fn line_minimum(
        &self,
        weights: &[f64],
        direction: &[f64],
        scores: &[f64],
        along: &[f64],
    ) -> f64 {
        let (start, square) = (dot(weights, direction), dot(direction, direction));
        let slope_at = |step: f64| {
            let (mut slope, mut curvature) = (start + step * square, square);
            for (row, (&score, &along)) in scores.iter().zip(along).enumerate() {
                let slack = self.slack(row, score + step * along);
                if slack > 0.0 {
                    slope -= 2.0 * self.costs[row] * self.sides[row] * along * slack;
                    curvature += 2.0 * self.costs[row] * along * along;
                }
            }
            (slope, curvature)
        };
        let (initial, _) = slope_at(0.0);
        if initial >= 0.0 {
            return 0.0;
        }
        let (mut low, mut high, mut step) = (0.0, f64::INFINITY, 1.0);
        for _ in 0..LINE {
            let (slope, curvature) = slope_at(step);
            if slope.abs() <= 1e-3 * initial.abs() {
                return step;
            }
            if slope < 0.0 {
                low = step;
            } else {
                high = step;
            }
            let next = step - slope / curvature;
            step = if next > low && next < high {
                next
            } else if high.is_finite() {
                0.5 * (low + high)
            } else {
                2.0 * step
            };
        }
        low
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut lanes = [0.0; 8];
    for (a, b) in a.chunks(8).zip(b.chunks(8)) {
        for ((lane, a), b) in lanes.iter_mut().zip(a).zip(b) {
            *lane += a * b;
        }
    }
    lanes.iter().sum()
}

fn norm(values: &[f64]) -> f64 {
    dot(values, values).sqrt()
}

fn add(target: &mut [f64], factor: f64, other: &[f64]) {
    for (target, other) in target.iter_mut().zip(other) {
        *target += factor * other;
    }
}
