//! The paired bootstrap over groups: how far each class's F1, macro F1 and accuracy may have moved.

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

use super::counts::{Counts, Table, class_counts};
use super::{Change, ClassChange, Comparison, Finding, GateParams, Paired};
use crate::error::LearnError;

/// Compares both models on the same rows.
///
/// Each draw takes as many groups as there are, with replacement, and scores both models on it, so
/// that what is hard for both cancels out. Intervals are percentile intervals (Efron & Tibshirani
/// 1993, chapter 13) with whole groups as units (Field & Welsh 2007). The bounds that hold for macro
/// F1 and all classes at once come from the largest studentised fall of each draw (Westfall & Young
/// 1993; Romano & Wolf 2005, single step), which needs no assumption on how the classes hang
/// together. Classes under `min_support` are judged by their summed counts. The result
/// does not depend on the number of threads. Errors on no rows, lengths that differ, classes not in
/// the list, no draws and a level or a chance of error outside (0, 1).
pub fn compare(pairs: &Paired<'_>, params: &GateParams) -> Result<Comparison, LearnError> {
    if params.draws == 0 {
        return Err(LearnError::NotPositive {
            name: "draws",
            value: 0.0,
        });
    }
    for (name, value) in [
        ("level", params.level),
        ("fail_error", params.fail_error),
        ("doubt_error", params.doubt_error),
    ] {
        if !(value > 0.0 && value < 1.0) {
            return Err(LearnError::Share { name, value });
        }
    }
    let table = Table::new(pairs)?;
    let units = units(pairs, &table, params.min_support);
    let mut scratch = Scratch::new(pairs.classes, units.len());
    let observed = scratch.score(&table, &units, &table.weights()).to_vec();

    let draws: Vec<Vec<f64>> = (0..params.draws as u64)
        .into_par_iter()
        .map_init(
            || Scratch::new(pairs.classes, units.len()),
            |scratch, draw| {
                let weights = draw_weights(&table, params.seed, draw);
                let scored = scratch.score(&table, &units, &weights);
                scored.iter().map(|(new, old)| new - old).collect()
            },
        )
        .collect();

    let mut changes: Vec<Change> = (0..observed.len())
        .map(|at| {
            let values = draws.iter().map(|draw| draw[at]).collect();
            change(observed[at], values, params.level)
        })
        .collect();
    let falls = largest_falls(&draws, &changes, &units);
    let factors =
        [params.fail_error, params.doubt_error].map(|error| quantile(&falls, 1.0 - error));
    for change in &mut changes {
        change.upper = change.change + factors[0] * change.standard_error;
    }
    let (macro_f1, accuracy) = (changes[units.len()], changes[units.len() + 1]);
    let mut classes: Vec<ClassChange> = units
        .into_iter()
        .zip(changes)
        .map(|(unit, f1)| ClassChange {
            finding: match unit.is_judged {
                true => finding(&f1, factors, params.class_tolerance),
                false => Finding::Unjudged,
            },
            classes: unit.classes,
            support: unit.support,
            f1,
        })
        .collect();
    classes.sort_by(|a, b| {
        let by_change = a.f1.change.total_cmp(&b.f1.change);
        (a.finding.cmp(&b.finding))
            .then(by_change)
            .then_with(|| a.classes.cmp(&b.classes))
    });
    Ok(Comparison {
        rows: pairs.truth.len(),
        groups: table.groups(),
        finding: finding(&macro_f1, factors, params.macro_tolerance),
        macro_f1,
        accuracy,
        classes,
    })
}

/// One class, or all that are too small.
struct Unit {
    classes: Vec<u32>,
    support: usize,
    is_judged: bool,
}

/// The classes that rows truly have, those of too few groups pooled at the end.
fn units(pairs: &Paired<'_>, table: &Table, min_support: usize) -> Vec<Unit> {
    let mut rows = vec![0; pairs.classes];
    let mut groups = vec![0; pairs.classes];
    for group in 0..table.groups() {
        let truth = |&cell: &u32| table.cells[cell as usize].truth;
        let mut classes: Vec<u32> = table.group(group).iter().map(truth).collect();
        for &class in &classes {
            rows[class as usize] += 1;
        }
        classes.sort_unstable();
        classes.dedup();
        for class in classes {
            groups[class as usize] += 1;
        }
    }
    let of_truth = (0..pairs.classes).filter(|&class| rows[class] > 0);
    let (large, small): (Vec<_>, Vec<_>) =
        of_truth.partition(|&class| groups[class] >= min_support);
    let unit = |classes: &[usize]| Unit {
        classes: classes.iter().map(|&class| class as u32).collect(),
        support: classes.iter().map(|&class| rows[class]).sum(),
        is_judged: classes.iter().map(|&class| groups[class]).sum::<usize>() >= min_support,
    };
    let mut units: Vec<Unit> = large.iter().map(|&class| unit(&[class])).collect();
    if !small.is_empty() {
        units.push(unit(&small));
    }
    units
}

/// How often each cell's rows are in the sample of one draw.
fn draw_weights(table: &Table, seed: u64, draw: u64) -> Vec<u32> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(draw);
    let mut weights = vec![0; table.cells.len()];
    let groups = table.groups();
    for _ in 0..groups {
        for &cell in table.group(rng.random_range(0..groups)) {
            weights[cell as usize] += 1;
        }
    }
    weights
}

/// Memory that one thread scores all its draws in.
struct Scratch {
    counts: Vec<Counts>,
    scores: Vec<(f64, f64)>,
}

impl Scratch {
    fn new(classes: usize, units: usize) -> Self {
        Self {
            counts: vec![Counts::default(); classes],
            scores: Vec::with_capacity(units + 2),
        }
    }

    /// Candidate and production: F1 of each unit, macro F1, accuracy.
    fn score(&mut self, table: &Table, units: &[Unit], weights: &[u32]) -> &[(f64, f64)] {
        class_counts(&table.cells, weights, &mut self.counts);
        self.scores.clear();
        for unit in units {
            let mut sum = Counts::default();
            for &class in &unit.classes {
                sum.add(&self.counts[class as usize]);
            }
            self.scores.push(sum.f1());
        }
        let (mut mean, mut right, mut present, mut rows) = ((0.0, 0.0), (0, 0), 0.0, 0);
        for counts in self.counts.iter().filter(|counts| counts.support > 0) {
            let f1 = counts.f1();
            mean = (mean.0 + f1.0, mean.1 + f1.1);
            right = (right.0 + counts.candidate.0, right.1 + counts.production.0);
            present += 1.0;
            rows += counts.support;
        }
        self.scores.push((mean.0 / present, mean.1 / present));
        let rows = f64::from(rows);
        self.scores
            .push((f64::from(right.0) / rows, f64::from(right.1) / rows));
        &self.scores
    }
}

fn change((candidate, production): (f64, f64), mut values: Vec<f64>, level: f64) -> Change {
    values.sort_unstable_by(f64::total_cmp);
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    Change {
        candidate,
        production,
        change: candidate - production,
        low: quantile(&values, (1.0 - level) / 2.0),
        high: quantile(&values, (1.0 + level) / 2.0),
        standard_error: (squares / n).sqrt(),
        upper: f64::INFINITY,
    }
}

/// Between the two nearest of the sorted values, as NumPy's default does.
pub fn quantile(sorted: &[f64], share: f64) -> f64 {
    let at = share * (sorted.len() - 1) as f64;
    let (low, high) = (sorted[at.floor() as usize], sorted[at.ceil() as usize]);
    low + (high - low) * at.fract()
}

/// By how many standard errors the worst of macro F1 and all judged classes falls in each draw,
/// ascending.
fn largest_falls(draws: &[Vec<f64>], changes: &[Change], units: &[Unit]) -> Vec<f64> {
    let macro_f1 = units.len();
    let is_judged = |at: &usize| *at == macro_f1 || units[*at].is_judged;
    let judged: Vec<usize> = (0..=macro_f1)
        .filter(is_judged)
        .filter(|&at| changes[at].standard_error > 0.0)
        .collect();
    let fall =
        |draw: &[f64], at: usize| (changes[at].change - draw[at]) / changes[at].standard_error;
    let largest = |draw: &Vec<f64>| {
        let falls = judged.iter().map(|&at| fall(draw, at));
        falls.fold(0.0, f64::max)
    };
    let mut falls: Vec<f64> = draws.iter().map(largest).collect();
    falls.sort_unstable_by(f64::total_cmp);
    falls
}

fn finding(change: &Change, factors: [f64; 2], tolerance: f64) -> Finding {
    let is_below = |factor| change.change + factor * change.standard_error < 0.0;
    match factors.map(|factor| change.change < -tolerance && is_below(factor)) {
        [true, _] => Finding::Shown,
        [false, true] => Finding::Suspected,
        [false, false] => Finding::Fine,
    }
}
