//! Limited-memory BFGS (Nocedal and Wright, Numerical Optimization, algorithm 7.5).

use std::collections::VecDeque;

use rayon::prelude::*;

/// Pairs of steps and gradient changes remembered.
const MEMORY: usize = 10;
/// Trial steps before a search gives up.
const TRIALS: usize = 40;
/// Values per task: the same tasks, so the same sums, on every number of threads.
const CHUNK: usize = 16_384;
/// How far rounding may lift the loss: near the minimum it hides the true decrease.
const ROUNDING: f64 = 1e-14;

/// Where a minimisation ended.
pub(super) struct Minimum {
    /// The point.
    pub(super) at: Vec<f64>,
    /// Steps taken.
    pub(super) iterations: usize,
    /// Whether the largest entry of the gradient fell to the tolerance.
    pub(super) converged: bool,
}

struct Pair {
    step: Vec<f64>,
    change: Vec<f64>,
    inverse: f64,
    /// What the scales are times, so that they fit the curvature along this step.
    factor: f64,
}

/// Minimises a smooth convex function from `start`.
///
/// `scales` guess, up to a common factor, how far each variable moves by its gradient:
/// the diagonal of the first inverse Hessian, instead of the usual identity.
///
/// `loss` returns the value at a point and writes the gradient there. Stops when no entry
/// of the gradient is above `tol`, after `max_iter` steps, or when rounding leaves no
/// further decrease.
pub(super) fn minimise(
    start: Vec<f64>,
    scales: &[f64],
    max_iter: usize,
    tol: f64,
    mut loss: impl FnMut(&[f64], &mut [f64]) -> f64,
) -> Minimum {
    let mut at = start;
    let mut gradient = vec![0.0; at.len()];
    let mut value = loss(&at, &mut gradient);
    let mut trial = at.clone();
    let mut trial_gradient = gradient.clone();
    let mut memory: VecDeque<Pair> = VecDeque::with_capacity(MEMORY);
    let mut iterations = 0;
    while iterations < max_iter && largest(&gradient) > tol {
        let direction = direction(&gradient, scales, &memory);
        let slope = dot(&gradient, &direction);
        // Without a remembered pair the common factor is unknown: a step of length 1 in the scaled space.
        let first = if memory.is_empty() {
            1.0 / (-slope).sqrt().max(1e-300)
        } else {
            1.0
        };
        let found = search(value, slope, first, |step| {
            advance(&at, step, &direction, &mut trial);
            let value = loss(&trial, &mut trial_gradient);
            (value, dot(&trial_gradient, &direction))
        });
        let Some(found) = found else {
            if memory.is_empty() {
                break;
            }
            // Stale curvature can spoil the direction; steepest descent has one more try.
            memory.clear();
            continue;
        };
        iterations += 1;
        let step = difference(&trial, &at);
        let change = difference(&trial_gradient, &gradient);
        remember(&mut memory, step, change, scales);
        std::mem::swap(&mut at, &mut trial);
        std::mem::swap(&mut gradient, &mut trial_gradient);
        value = found;
    }
    let converged = largest(&gradient) <= tol;
    Minimum {
        at,
        iterations,
        converged,
    }
}

/// Bisects for a step under the Wolfe conditions and returns the value there.
///
/// The conditions are the weak ones (Lewis and Overton 2013), the decrease judged
/// by the slope where rounding hides it in the value (Hager and Zhang 2005).
fn search(
    value: f64,
    slope: f64,
    first: f64,
    mut try_step: impl FnMut(f64) -> (f64, f64),
) -> Option<f64> {
    if slope >= 0.0 {
        return None;
    }
    let (mut low, mut high, mut step) = (0.0, f64::INFINITY, first);
    for _ in 0..TRIALS {
        let (new_value, new_slope) = try_step(step);
        let armijo = new_value <= value + 1e-4 * step * slope;
        let nearly = new_value <= value + ROUNDING * value.abs() && new_slope <= -0.9998 * slope;
        if !(armijo || nearly) {
            high = step;
        } else if new_slope < 0.9 * slope {
            low = step;
        } else {
            return Some(new_value);
        }
        step = if high.is_finite() {
            0.5 * (low + high)
        } else {
            2.0 * step
        };
    }
    None
}

/// `-H · gradient` by the two loops over the remembered pairs.
fn direction(gradient: &[f64], scales: &[f64], memory: &VecDeque<Pair>) -> Vec<f64> {
    let mut direction: Vec<f64> = gradient.iter().map(|g| -g).collect();
    let mut alphas = Vec::with_capacity(memory.len());
    for pair in memory.iter().rev() {
        let alpha = pair.inverse * dot(&pair.step, &direction);
        add(&mut direction, -alpha, &pair.change);
        alphas.push(alpha);
    }
    let factor = memory.back().map_or(1.0, |last| last.factor);
    direction
        .par_chunks_mut(CHUNK)
        .zip(scales.par_chunks(CHUNK))
        .for_each(|(direction, scales)| {
            for (value, scale) in direction.iter_mut().zip(scales) {
                *value *= factor * scale;
            }
        });
    for (pair, alpha) in memory.iter().zip(alphas.into_iter().rev()) {
        let beta = pair.inverse * dot(&pair.change, &direction);
        add(&mut direction, alpha - beta, &pair.step);
    }
    direction
}

fn remember(memory: &mut VecDeque<Pair>, step: Vec<f64>, change: Vec<f64>, scales: &[f64]) {
    let curvature = dot(&step, &change);
    // A pair without curvature would break the positive definite estimate.
    if curvature <= f64::EPSILON * dot(&change, &change) {
        return;
    }
    if memory.len() == MEMORY {
        memory.pop_front();
    }
    let scaled: Vec<f64> = change.iter().zip(scales).map(|(c, s)| c * s).collect();
    memory.push_back(Pair {
        inverse: 1.0 / curvature,
        factor: curvature / dot(&change, &scaled),
        step,
        change,
    });
}

fn difference(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a - b).collect()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    let parts: Vec<f64> = a
        .par_chunks(CHUNK)
        .zip(b.par_chunks(CHUNK))
        .map(|(a, b)| {
            let mut lanes = [0.0; 8];
            for (a, b) in a.chunks(8).zip(b.chunks(8)) {
                for ((lane, a), b) in lanes.iter_mut().zip(a).zip(b) {
                    *lane += a * b;
                }
            }
            lanes.iter().sum()
        })
        .collect();
    parts.iter().sum()
}

fn add(target: &mut [f64], factor: f64, other: &[f64]) {
    target
        .par_chunks_mut(CHUNK)
        .zip(other.par_chunks(CHUNK))
        .for_each(|(target, other)| {
            for (target, other) in target.iter_mut().zip(other) {
                *target += factor * other;
            }
        });
}

fn advance(at: &[f64], step: f64, direction: &[f64], out: &mut [f64]) {
    out.copy_from_slice(at);
    add(out, step, direction);
}

fn largest(values: &[f64]) -> f64 {
    values.iter().fold(0.0, |most, value| most.max(value.abs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A badly scaled convex bowl, flat far from its minimum at (1, 2, …).
    fn bowl(at: &[f64], gradient: &mut [f64]) -> f64 {
        let mut sum = 0.0;
        for (i, (x, g)) in at.iter().zip(gradient).enumerate() {
            let scale = 10_f64.powi(i as i32 % 4);
            let off = x - (i + 1) as f64;
            sum += scale * (1.0 + off * off).sqrt();
            *g = scale * off / (1.0 + off * off).sqrt();
        }
        sum
    }

    #[test]
    fn finds_the_minimum_and_the_loss_never_increases() {
        for power in [0.0, -0.5] {
            let scales: Vec<f64> = (0..12)
                .map(|i| 10_f64.powf(power * f64::from(i % 4)))
                .collect();
            let mut last = f64::INFINITY;
            for steps in 0..80 {
                let found = minimise(vec![0.0; 12], &scales, steps, 1e-9, bowl);
                let value = bowl(&found.at, &mut [0.0; 12]);
                assert!(
                    value <= last * (1.0 + 1e-13),
                    "step {steps}: {value} after {last}"
                );
                last = value;
                assert!(found.iterations <= steps);
            }
            let found = minimise(vec![0.0; 12], &scales, 500, 1e-9, bowl);
            assert!(found.converged);
            for (i, x) in found.at.iter().enumerate() {
                assert!((x - (i + 1) as f64).abs() < 1e-8, "entry {i} is {x}");
            }
        }
    }

    #[test]
    fn scales_that_fit_the_curvature_spare_steps() {
        let steps = |power: f64| {
            let scales: Vec<f64> = (0..12)
                .map(|i| 10_f64.powf(power * f64::from(i % 4)))
                .collect();
            minimise(vec![0.0; 12], &scales, 500, 1e-6, bowl).iterations
        };
        assert!(
            steps(-0.5) < steps(0.0),
            "{} of {}",
            steps(-0.5),
            steps(0.0)
        );
    }
}
