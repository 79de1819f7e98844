//! The mix of labelled postings around each day: what kind of posting a day has, before any text is read.

use super::matrix::add_outer;

/// Deviations, in days, of the kernels tried; the last one is so wide that days do not matter.
const WIDTHS: [f64; 6] = [3.5, 7.0, 14.0, 28.0, 56.0, f64::INFINITY];

/// Rows' worth of the whole range's mix that is added to every day's.
const HOLD: f64 = 20.0;

/// How far a kernel reaches, in deviations.
const REACH: f64 = 3.0;

/// Smoothed shares of the classes for each day.
#[derive(Debug, Clone)]
pub(super) struct LocalMix {
    /// Days × classes, each day summing to 1.
    pub shares: Vec<f64>,
    classes: usize,
    width: f64,
    overall: Vec<f64>,
}

impl LocalMix {
    /// Smooths daily counts by the kernel that foretells each day best from the others (the highest
    /// likelihood with the day itself left out), shrunk to the mix of the whole range; of that, every class
    /// keeps a trace of `prior`, so that none is impossible.
    pub(super) fn of(observed: &[f64], prior: &[f64]) -> LocalMix {
        let classes = prior.len();
        let mut overall = prior.to_vec();
        for day in observed.chunks_exact(classes) {
            add(&mut overall, day, 1.0);
        }
        let total: f64 = overall.iter().sum();
        overall.iter_mut().for_each(|share| *share /= total);
        let mut best = LocalMix {
            shares: Vec::new(),
            classes,
            width: f64::INFINITY,
            overall,
        };
        let mut highest = f64::NEG_INFINITY;
        for width in WIDTHS {
            best.shares.clear();
            let tried = LocalMix {
                width,
                ..best.clone()
            };
            let likelihood = tried.likelihood(observed);
            if likelihood >= highest {
                (best, highest) = (tried, likelihood);
            }
        }
        best.shares = best.smoothed(observed);
        best
    }

    /// The same smoothing of other counts of the same days.
    pub(super) fn smoothed(&self, observed: &[f64]) -> Vec<f64> {
        let mut shares = around(observed, self.classes, self.width, false);
        for day in shares.chunks_exact_mut(self.classes) {
            self.hold(day);
        }
        shares
    }

    /// Log-likelihood of every day's counts under what the other days say.
    fn likelihood(&self, observed: &[f64]) -> f64 {
        let mut others = around(observed, self.classes, self.width, true);
        let days = others
            .chunks_exact_mut(self.classes)
            .zip(observed.chunks_exact(self.classes));
        days.map(|(others, day)| {
            self.hold(others);
            let terms = day
                .iter()
                .zip(others.iter())
                .filter(|(count, _)| **count > 0.0);
            terms.map(|(count, share)| count * share.ln()).sum::<f64>()
        })
        .sum()
    }

    fn hold(&self, day: &mut [f64]) {
        add(day, &self.overall, HOLD);
        let sum: f64 = day.iter().sum();
        day.iter_mut().for_each(|share| *share /= sum);
    }
}

/// For each day the sum of daily values around it, weighted by a Gaussian kernel of height 1;
/// `without` leaves out the day itself.
pub(super) fn around(values: &[f64], classes: usize, width: f64, without: bool) -> Vec<f64> {
    let days = values.len() / classes;
    let mut sums = vec![0.0; values.len()];
    if width.is_infinite() {
        let mut total = vec![0.0; classes];
        for day in values.chunks_exact(classes) {
            add(&mut total, day, 1.0);
        }
        for (sum, own) in sums
            .chunks_exact_mut(classes)
            .zip(values.chunks_exact(classes))
        {
            sum.copy_from_slice(&total);
            if without {
                add(sum, own, -1.0);
            }
        }
        return sums;
    }
    let reach = (REACH * width).ceil() as usize;
    let kernel: Vec<f64> = (0..=reach)
        .map(|lag| (-0.5 * (lag as f64 / width).powi(2)).exp())
        .collect();
    for (day, sum) in sums.chunks_exact_mut(classes).enumerate() {
        for other in day.saturating_sub(reach)..(day + reach + 1).min(days) {
            if !(without && other == day) {
                add(
                    sum,
                    &values[other * classes..(other + 1) * classes],
                    kernel[day.abs_diff(other)],
                );
            }
        }
    }
    sums
}

fn add(to: &mut [f64], values: &[f64], weight: f64) {
    for (to, value) in to.iter_mut().zip(values) {
        *to += weight * value;
    }
}

/// Adds to a lower triangle the covariance of one draw from `shares`, times `weight`.
pub(super) fn add_multinomial(matrix: &mut [f64], shares: &[f64], weight: f64) {
    for (class, share) in shares.iter().enumerate() {
        matrix[class * shares.len() + class] += weight * share;
    }
    add_outer(matrix, shares, -weight);
}
