//! How much likelier each class is among the unlabelled than among the labelled of the same days.

use super::evidence::Evidence;
use super::local::around;

/// Rows' worth of "no shift" that each class's odds factor is held by.
const HOLD: f64 = 1.0;

/// Steps of EM at most, and the largest change of a logarithm to stop at.
const STEPS: usize = 100;
const CLOSE: f64 = 1e-3;

/// Deviation, in days, of the kernel that a shift is followed by through time.
pub(super) const DRIFT_WIDTH: f64 = 21.0;

/// How firmly local odds may be held to the overall ones, in expected rows.
const FIRMNESS: [f64; 4] = [256.0, 64.0, 16.0, 4.0];

/// Groups that are enough to tell how firmly odds are held.
const GROUPS: usize = 40_000;

/// Rise of the held-out log-likelihood that a drift must bring to be believed.
const BELIEVED: f64 = 3.0;

/// Odds factors of the classes, overall and for each day.
#[derive(Debug, Clone)]
pub(super) struct Odds {
    pub overall: Vec<f64>,
    /// Days × classes.
    pub daily: Vec<f64>,
    /// In expected rows; infinite where every day has the overall odds.
    pub firmness: f64,
    pub iterations: usize,
    pub converged: bool,
}

/// No shift at all.
pub(super) fn even(mix: &[f64], classes: usize) -> Odds {
    Odds {
        overall: vec![1.0; classes],
        daily: vec![1.0; mix.len()],
        firmness: f64::INFINITY,
        iterations: 0,
        converged: true,
    }
}

/// The odds by EM (Saerens, Latinne and Decaestecker 2002), with the labelled mix of each day as base.
///
/// `takes` picks the groups to learn from. With finite `firmness` a day's odds follow the rows of the
/// weeks around it, held to the overall odds by that many expected rows.
pub(super) fn estimate(
    evidence: &Evidence,
    mix: &[f64],
    firmness: f64,
    moves_overall: bool,
    takes: impl Fn(usize) -> bool + Sync + Copy,
) -> Odds {
    let classes = evidence.classes;
    let mut odds = even(mix, classes);
    odds.firmness = firmness;
    odds.converged = false;
    while odds.iterations < STEPS && !odds.converged {
        odds.iterations += 1;
        let priors = priors(mix, &odds.daily, classes);
        let mut found = evidence.expected(&priors, takes);
        found.pop();
        let base = base(&found, mix, &odds.daily, classes);
        if moves_overall {
            let (found, base) = (totals(&found, classes), totals(&base, classes));
            for (class, odds) in odds.overall.iter_mut().enumerate() {
                *odds = (found[class] + HOLD) / (base[class] + HOLD);
            }
        }
        let next: Vec<f64> = if firmness.is_infinite() {
            odds.overall
                .iter()
                .copied()
                .cycle()
                .take(mix.len())
                .collect()
        } else {
            let found = around(&found, classes, DRIFT_WIDTH, false);
            let base = around(&base, classes, DRIFT_WIDTH, false);
            let local = |at: usize| {
                (found[at] + firmness * odds.overall[at % classes]) / (base[at] + firmness)
            };
            (0..mix.len()).map(local).collect()
        };
        let changes = next
            .iter()
            .zip(&odds.daily)
            .map(|(a, b)| (a / b).ln().abs());
        odds.converged = changes.fold(0.0, f64::max) <= CLOSE;
        odds.daily = next;
    }
    odds
}

/// The firmness that foretells one half of the groups best from the other, infinite unless a drift is clear.
///
/// It is a trait of the drift and not of the number of rows, so some 40,000 groups, evenly picked, settle it.
pub(super) fn best_firmness(evidence: &Evidence, mix: &[f64], moves_overall: bool) -> f64 {
    let step = evidence.grouped.len().div_ceil(GROUPS).max(1);
    let is_of = |group: usize, half: usize| group.is_multiple_of(step) && group / step % 2 == half;
    let held_out = |firmness: f64| -> f64 {
        let of_half = |half: usize| {
            let learnt = estimate(evidence, mix, firmness, moves_overall, |group| {
                is_of(group, 1 - half)
            });
            let priors = priors(mix, &learnt.daily, evidence.classes);
            let mut found = evidence.expected(&priors, |group| is_of(group, half));
            found.pop().unwrap_or(0.0)
        };
        of_half(0) + of_half(1)
    };
    let mut best = (f64::INFINITY, held_out(f64::INFINITY) + BELIEVED);
    for firmness in FIRMNESS {
        let likelihood = held_out(firmness);
        if likelihood > best.1 {
            best = (firmness, likelihood);
        } else if best.0.is_finite() {
            break;
        }
    }
    best.0
}

/// Each day's prior: its labelled mix times the odds, made to sum to 1.
pub(super) fn priors(mix: &[f64], daily: &[f64], classes: usize) -> Vec<f64> {
    let mut priors: Vec<f64> = mix
        .iter()
        .zip(daily)
        .map(|(share, odds)| share * odds)
        .collect();
    for day in priors.chunks_exact_mut(classes) {
        let sum: f64 = day.iter().sum();
        day.iter_mut().for_each(|share| *share /= sum);
    }
    priors
}

/// Rows that each day and class would have if its odds were 1 and the other classes' as they are.
fn base(found: &[f64], mix: &[f64], daily: &[f64], classes: usize) -> Vec<f64> {
    let mut base = Vec::with_capacity(mix.len());
    let days = found.chunks_exact(classes).zip(mix.chunks_exact(classes));
    for ((found, mix), odds) in days.zip(daily.chunks_exact(classes)) {
        let rows: f64 = found.iter().sum();
        let sum: f64 = mix.iter().zip(odds).map(|(share, odds)| share * odds).sum();
        base.extend(mix.iter().map(|share| rows * share / sum));
    }
    base
}

fn totals(daily: &[f64], classes: usize) -> Vec<f64> {
    let mut totals = vec![0.0; classes];
    for day in daily.chunks_exact(classes) {
        for (total, value) in totals.iter_mut().zip(day) {
            *total += value;
        }
    }
    totals
}
