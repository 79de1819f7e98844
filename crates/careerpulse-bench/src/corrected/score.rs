//! How far counts are from the truth, and how often intervals hold it.

use anyhow::Result;
use careerpulse_learn::Scores;
use careerpulse_learn::quantify::{
    Correction, CorrectionParams, LabeledRows, UnlabeledRows, adjusted_count,
    calibration_estimator, classify_and_count, correct, em_prior_shift, intervals,
    probabilistic_adjusted_count, probabilistic_count,
};

use super::learnt::Learnt;
use super::world::World;

/// Draws of the intervals, and their level.
const DRAWS: usize = 400;
const LEVEL: f64 = 0.9;

/// Days of a cell.
const WEEK: u32 = 7;

/// Expected postings from which on a category-week counts as well filled.
const FILLED: f64 = 5.0;

/// One line of the table of errors.
pub struct Line {
    pub name: &'static str,
    /// Summed absolute error over category-weeks.
    pub weeks: f64,
    /// Over category totals.
    pub totals: f64,
}

/// What intervals are worth over some cells.
pub struct Coverage {
    pub cells: usize,
    pub covered: f64,
    pub width: f64,
}

/// Everything measured of one way of hiding.
pub struct Scored {
    pub labeled: usize,
    pub hidden: usize,
    pub accuracy: f64,
    pub correction: Correction,
    pub lines: Vec<Line>,
    pub all: Coverage,
    pub filled: Coverage,
    pub totals: Coverage,
    pub seconds: (f64, f64),
}

pub fn score(world: &World, learnt: &Learnt, seed: u64) -> Result<Scored> {
    let classes = world.classes.len();
    let of = |rows: &[u32], values: &[u32]| {
        rows.iter()
            .map(|&row| values[row as usize])
            .collect::<Vec<u32>>()
    };
    let groups = |rows: &[u32]| {
        rows.iter()
            .map(|&row| world.groups[row as usize])
            .collect::<Vec<u64>>()
    };
    let (labels, truth) = (
        of(&learnt.labeled, &world.labels),
        of(&learnt.hidden, &world.labels),
    );
    let days = of(&learnt.hidden, &world.days);
    let n_days = world.days.iter().max().map_or(1, |day| *day as usize + 1);
    let weeks: Vec<u32> = days.iter().map(|day| day / WEEK).collect();
    let n_weeks = n_days.div_ceil(WEEK as usize);
    let mut observed = vec![vec![0.0; classes]; n_days];
    for (&row, &label) in learnt.labeled.iter().zip(&labels) {
        observed[world.days[row as usize] as usize][label as usize] += 1.0;
    }
    let true_weeks = tally(&truth, &weeks, n_weeks, classes);

    let guesses = learnt.labeled_posteriors.predicted();
    let by_week: Vec<Vec<u32>> = (0..n_weeks as u32)
        .map(|week| {
            (0..)
                .zip(&weeks)
                .filter(|(_, own)| **own == week)
                .map(|(row, _)| row)
                .collect()
        })
        .collect();
    let mut lines = Vec::new();
    let mut named =
        |name: &'static str, estimate: &dyn Fn(&Scores) -> Result<Vec<f64>>| -> Result<()> {
            let mut weeks = 0.0;
            for (rows, truth) in by_week.iter().zip(true_weeks.chunks_exact(classes)) {
                weeks += distance(&estimate(&learnt.hidden_posteriors.select(rows)?)?, truth);
            }
            let all = estimate(&learnt.hidden_posteriors)?;
            lines.push(Line {
                name,
                weeks,
                totals: distance(&all, &totals(&true_weeks, classes)),
            });
            Ok(())
        };
    named("classify and count", &|rows| {
        Ok(classify_and_count(&rows.predicted(), classes)?)
    })?;
    named("adjusted count", &|rows| {
        Ok(adjusted_count(
            &labels,
            &guesses,
            &rows.predicted(),
            classes,
        )?)
    })?;
    named("probabilistic count", &|rows| {
        Ok(probabilistic_count(rows)?)
    })?;
    named("probabilistic adjusted count", &|rows| {
        Ok(probabilistic_adjusted_count(
            &learnt.labeled_posteriors,
            &labels,
            rows,
        )?)
    })?;
    let mut prior = vec![0.0; classes];
    labels
        .iter()
        .for_each(|&label| prior[label as usize] += 1.0);
    named("EM prior shift", &|rows| {
        Ok(em_prior_shift(rows, &prior, 1000, 1e-6)?.counts)
    })?;
    named("calibration estimator", &|rows| {
        Ok(calibration_estimator(
            &labels,
            &guesses,
            &rows.predicted(),
            classes,
        )?)
    })?;

    let started = std::time::Instant::now();
    let correction = correct(
        &LabeledRows {
            probabilities: &learnt.labeled_posteriors,
            labels: &labels,
            groups: &groups(&learnt.labeled),
        },
        &UnlabeledRows {
            probabilities: &learnt.hidden_posteriors,
            groups: &groups(&learnt.hidden),
            days: &days,
        },
        &observed,
        &CorrectionParams::default(),
    )?;
    let corrected_in = started.elapsed().as_secs_f64();
    let mut corrected = vec![0.0; true_weeks.len()];
    for (row, &week) in correction.adjusted.iter().zip(&weeks) {
        let cell = &mut corrected[week as usize * classes..][..classes];
        cell.iter_mut().zip(row).for_each(|(sum, p)| *sum += p);
    }
    lines.push(Line {
        name: "corrected",
        weeks: distance(&corrected, &true_weeks),
        totals: distance(&totals(&corrected, classes), &totals(&true_weeks, classes)),
    });
    let started = std::time::Instant::now();
    let found = intervals(&correction, &weeks, n_weeks, LEVEL, DRAWS, seed)?;
    let drawn_in = started.elapsed().as_secs_f64();
    let whole = intervals(&correction, &vec![0; truth.len()], 1, LEVEL, DRAWS, seed)?;
    let bounds: Vec<(u32, u32)> = found.low.into_iter().zip(found.high).collect();
    let whole: Vec<(u32, u32)> = whole.low.into_iter().zip(whole.high).collect();
    let everywhere = |_: usize| true;
    Ok(Scored {
        labeled: labels.len(),
        hidden: truth.len(),
        accuracy: learnt
            .hidden_posteriors
            .correct(&truth)?
            .iter()
            .filter(|right| **right)
            .count() as f64
            / truth.len() as f64,
        all: coverage(&bounds, &true_weeks, everywhere),
        filled: coverage(&bounds, &true_weeks, |cell| corrected[cell] >= FILLED),
        totals: coverage(&whole, &totals(&true_weeks, classes), everywhere),
        correction,
        lines,
        seconds: (corrected_in, drawn_in),
    })
}

fn tally(labels: &[u32], cells: &[u32], n_cells: usize, classes: usize) -> Vec<f64> {
    let mut counts = vec![0.0; n_cells * classes];
    for (&label, &cell) in labels.iter().zip(cells) {
        counts[cell as usize * classes + label as usize] += 1.0;
    }
    counts
}

fn totals(weeks: &[f64], classes: usize) -> Vec<f64> {
    let mut totals = vec![0.0; classes];
    for week in weeks.chunks_exact(classes) {
        totals
            .iter_mut()
            .zip(week)
            .for_each(|(total, count)| *total += count);
    }
    totals
}

fn distance(found: &[f64], truth: &[f64]) -> f64 {
    found.iter().zip(truth).map(|(a, b)| (a - b).abs()).sum()
}

fn coverage(bounds: &[(u32, u32)], truth: &[f64], takes: impl Fn(usize) -> bool) -> Coverage {
    let mut found = Coverage {
        cells: 0,
        covered: 0.0,
        width: 0.0,
    };
    for (cell, (&(low, high), &truth)) in bounds.iter().zip(truth).enumerate() {
        if takes(cell) {
            found.cells += 1;
            found.covered += f64::from(u8::from(
                (f64::from(low)..=f64::from(high)).contains(&truth),
            ));
            found.width += f64::from(high - low);
        }
    }
    let cells = found.cells.max(1) as f64;
    found.covered /= cells;
    found.width /= cells;
    found
}
