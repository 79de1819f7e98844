//! Posteriors of the unlabelled rows, corrected for what the classifier gets wrong, for the prior and for the day.

use super::draws::Doubt;
use super::evidence::Evidence;
use super::labeled::{Taught, learn};
use super::local::LocalMix;
use super::odds::{Odds, best_firmness, estimate, even, priors};
use super::recalibrate::Recalibration;
use super::rows::Grouped;
use super::test::{PriorShift, Slopes, prior_shift};
use super::twins::heed;
use crate::error::LearnError;
use crate::scores::Scores;

/// Labelled rows with posteriors of models that did not see them.
#[derive(Debug, Clone, Copy)]
pub struct LabeledRows<'a> {
    /// Out-of-fold calibrated posteriors.
    pub probabilities: &'a Scores,
    /// The class of each row.
    pub labels: &'a [u32],
    /// The group of near duplicates of each row.
    pub groups: &'a [u64],
}

/// Rows whose class is wanted.
#[derive(Debug, Clone, Copy)]
pub struct UnlabeledRows<'a> {
    /// Calibrated posteriors.
    pub probabilities: &'a Scores,
    /// The group of near duplicates of each row, numbered as the labelled rows' groups are: a labelled
    /// near duplicate is evidence, and rows of one group are drawn together.
    pub groups: &'a [u64],
    /// The day of each row, counted from 0.
    pub days: &'a [u32],
}

/// How rows are corrected.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CorrectionParams {
    /// Chance of finding a shift of the prior where there is none, above 0 and at most 1.
    pub shift_error: f64,
    /// Whether a shift that changes through time is looked for.
    pub drift: bool,
}

impl Default for CorrectionParams {
    /// A false finding in 100, and drifts looked for.
    fn default() -> Self {
        Self {
            shift_error: 0.01,
            drift: true,
        }
    }
}

/// What [`correct`] finds.
#[derive(Debug, Clone)]
pub struct Correction {
    /// The corrected posterior of each unlabelled row, rows × classes, each row summing to 1.
    pub adjusted: Scores,
    /// How posteriors were bent to sum to the labelled rows' classes.
    pub recalibration: Recalibration,
    /// Whether the prior of the unlabelled rows is another.
    pub shift: PriorShift,
    /// How many times likelier each class is among the unlabelled than among the labelled rows of the same
    /// days, to a common factor; all 1 where no shift was found.
    pub odds: Vec<f64>,
    /// Whether these odds change through time.
    pub drifts: bool,
    /// Shares of the classes among the labelled rows, by the recalibrated posteriors.
    pub labeled_prior: Vec<f64>,
    /// Shares of the classes among the unlabelled rows; the labelled ones' where there is no row.
    pub unlabeled_prior: Vec<f64>,
    /// Steps that EM took; 0 where no shift was found.
    pub iterations: usize,
    /// Whether EM came to rest.
    pub converged: bool,
    pub(super) grouped: Grouped,
    pub(super) days: Vec<u32>,
    pub(super) guesses: Vec<u32>,
    pub(super) doubt: Doubt,
}

/// Corrects the posteriors of unlabelled rows; a cell's corrected count is the sum over its rows.
///
/// `observed` counts all labelled postings, days × classes, for the mix of classes around each day; it
/// may hold more postings than `labeled`, or other ones.
///
/// 1. A scale and a bias per class make the labelled posteriors sum to the labels (Alexandari, Kundaje and
///    Shrikumar 2020).
/// 2. A labelled near duplicate counts by how often the labelled ones agree.
/// 3. Each day's prior is the mix of the labelled postings around it.
/// 4. Where a score test by groups finds that the unlabelled rows' classes are spread otherwise, EM finds
///    the odds of each class (Saerens, Latinne and Decaestecker 2002), and whether they drift.
/// 5. Bayes's rule with that prior gives the posteriors.
///
/// Without labelled rows posteriors are taken at their word, with few the recalibration is held to the
/// identity by half a row; without unlabelled rows the result is empty. The result does not depend on the
/// number of threads. Errors on lengths that differ, other classes, labels out of range, posteriors that
/// are no probabilities, days that `observed` has no row for, and counts that are negative or not finite.
pub fn correct(
    labeled: &LabeledRows<'_>,
    unlabeled: &UnlabeledRows<'_>,
    observed: &[Vec<f64>],
    params: &CorrectionParams,
) -> Result<Correction, LearnError> {
    check(labeled, unlabeled, observed, params)?;
    let classes = unlabeled.probabilities.classes();
    let fallback = means(unlabeled.probabilities);
    let taught = learn(
        labeled.probabilities,
        labeled.labels,
        labeled.groups,
        &fallback,
    );
    let mut evidence = Evidence::of(
        unlabeled.probabilities,
        &taught,
        unlabeled.days,
        unlabeled.groups,
    );
    heed(
        &mut evidence,
        unlabeled.groups,
        &Grouped::of(labeled.groups),
        labeled.groups,
        labeled.labels,
        &taught.prior,
    );
    let observed = observed.concat();
    let mix = LocalMix::of(&observed, &taught.prior);

    let slopes = Slopes::of(&evidence, &taught, &mix.shares);
    let mut expected = vec![0.0; classes];
    for &day in unlabeled.days {
        let day = &mix.shares[day as usize * classes..][..classes];
        expected
            .iter_mut()
            .zip(day)
            .for_each(|(sum, share)| *sum += share);
    }
    let mut counts = vec![0.0; classes];
    for day in observed.chunks_exact(classes) {
        counts
            .iter_mut()
            .zip(day)
            .for_each(|(sum, count)| *sum += count);
    }
    let shift = prior_shift(&slopes, &taught, &expected, &counts, params.shift_error);
    let odds = odds_of(&evidence, &mix.shares, shift.found, params.drift);
    let priors = priors(&mix.shares, &odds.daily, classes);
    let (adjusted, unlabeled_prior) = posteriors(&evidence, &priors, &taught)?;
    let slopes = Slopes::of(&evidence, &taught, &priors);
    let doubt = Doubt::of(
        &taught,
        mix,
        observed,
        slopes,
        shift.found,
        &odds,
        &priors,
        &evidence,
    );
    Ok(Correction {
        adjusted,
        shift,
        drifts: odds.firmness.is_finite(),
        odds: odds.overall,
        labeled_prior: taught.prior,
        recalibration: taught.recalibration,
        unlabeled_prior,
        iterations: odds.iterations,
        converged: odds.converged,
        days: evidence.days,
        guesses: evidence.guesses,
        grouped: evidence.grouped,
        doubt,
    })
}

fn odds_of(evidence: &Evidence, mix: &[f64], found: bool, drift: bool) -> Odds {
    let firmness = match drift && evidence.rows() > 0 {
        true => best_firmness(evidence, mix, found),
        false => f64::INFINITY,
    };
    match found || firmness.is_finite() {
        true => estimate(evidence, mix, firmness, found, |_| true),
        false => even(mix, evidence.classes),
    }
}

/// Every row's posterior under its day's prior, and their mean.
fn posteriors(
    evidence: &Evidence,
    priors: &[f64],
    taught: &Taught,
) -> Result<(Scores, Vec<f64>), LearnError> {
    use rayon::prelude::*;
    let classes = evidence.classes;
    let mut values = vec![0.0; evidence.ratios.len()];
    values
        .par_chunks_mut(classes)
        .enumerate()
        .for_each(|(row, to)| {
            evidence.posterior(row, priors, to);
        });
    let adjusted = Scores::new(classes, values)?;
    let shares = match adjusted.rows() {
        0 => taught.prior.clone(),
        _ => means(&adjusted),
    };
    Ok((adjusted, shares))
}

/// Mean posterior of each class; even shares where there is no row.
fn means(scores: &Scores) -> Vec<f64> {
    let classes = scores.classes();
    let mut sums = super::rows::summed(scores.rows(), classes, |sum, row| {
        sum.iter_mut()
            .zip(scores.row(row))
            .for_each(|(sum, p)| *sum += p);
    });
    // A trace of every class keeps logarithms finite.
    let total: f64 = sums.iter().sum::<f64>() + 1.0;
    sums.iter_mut()
        .for_each(|sum| *sum = (*sum + 1.0 / classes as f64) / total);
    sums
}

fn check(
    labeled: &LabeledRows<'_>,
    unlabeled: &UnlabeledRows<'_>,
    observed: &[Vec<f64>],
    params: &CorrectionParams,
) -> Result<(), LearnError> {
    let classes = unlabeled.probabilities.classes();
    let lengths = |left_name, left, right_name, right| match left == right {
        true => Ok(()),
        false => Err(LearnError::Lengths {
            left_name,
            left,
            right_name,
            right,
        }),
    };
    lengths(
        "a row of labelled posteriors",
        labeled.probabilities.classes(),
        "a row of unlabelled posteriors",
        classes,
    )?;
    lengths(
        "the list of labelled groups",
        labeled.groups.len(),
        "the list of labels",
        labeled.labels.len(),
    )?;
    let rows = unlabeled.probabilities.rows();
    lengths(
        "the list of unlabelled groups",
        unlabeled.groups.len(),
        "the unlabelled posteriors",
        rows,
    )?;
    lengths(
        "the list of days",
        unlabeled.days.len(),
        "the unlabelled posteriors",
        rows,
    )?;
    match labeled.labels.is_empty() {
        true => lengths(
            "the labelled posteriors",
            labeled.probabilities.rows(),
            "the list of labels",
            0,
        )?,
        false => labeled.probabilities.check_labels(labeled.labels)?,
    }
    labeled.probabilities.check_probabilities()?;
    unlabeled.probabilities.check_probabilities()?;
    if let Some(row) = unlabeled
        .days
        .iter()
        .position(|&day| day as usize >= observed.len())
    {
        return Err(LearnError::DayOutOfRange {
            row,
            day: unlabeled.days[row],
            days: observed.len(),
        });
    }
    for (day, counts) in observed.iter().enumerate() {
        lengths(
            "a day of observed counts",
            counts.len(),
            "a row of unlabelled posteriors",
            classes,
        )?;
        if let Some(class) = counts
            .iter()
            .position(|count| !(count.is_finite() && *count >= 0.0))
        {
            return Err(LearnError::BadCount {
                row: day,
                class,
                value: counts[class],
            });
        }
    }
    match params.shift_error > 0.0 && params.shift_error <= 1.0 {
        true => Ok(()),
        false => Err(LearnError::Share {
            name: "shift_error",
            value: params.shift_error,
        }),
    }
}
