//! Which calibration to trust, found on rows it was not fitted on.

use rayon::prelude::*;

use super::fitted::{Calibration, ScoreKind};
use super::isotonic::{Isotonic, Point};
use super::temperature::Temperature;
use crate::error::LearnError;
use crate::metrics::{expected_calibration_error, log_loss};
use crate::scores::Scores;
use crate::split::stratified_kfold;

/// Fewer rows leave a curve too few blocks to rise by.
const ROWS_FOR_A_CURVE: usize = 200;

/// Rows of one block of the curve at least: a share of fewer is mostly chance.
const ROWS_PER_BLOCK: usize = 20;

/// How much lower log loss plus calibration error must be for the curve to be worth its freedom.
const CLEARLY: f64 = 0.01;

/// Bins of the calibration error that candidates are compared by.
const BINS: usize = 15;

/// Folds that candidates are compared on, and the seed that deals them.
const FOLDS: usize = 5;
const SEED: u64 = 0;

/// A calibration of out-of-fold `scores` to their `labels`.
///
/// A [`Temperature`]; from 200 rows on also an [`Isotonic`] curve after it, where that
/// lowers log loss plus expected calibration error (15 bins) by at least 0.01 on rows held
/// out from both, in 5 stratified folds. The curve is fitted on blocks of at least 20 rows and
/// at least the square root of all, and stays `1 / (rows + 2)` off 0 and 1. Few rows, all rows
/// right, all wrong or all of one label need no exception: see [`Temperature::fit_scale`].
/// The same input gives the same calibration whatever the number of threads.
///
/// Errors on no rows, scores of a single class, lengths that differ, labels that name no class
/// and scores that are not of their `kind`.
pub fn fit_calibration(
    scores: &Scores,
    kind: ScoreKind,
    labels: &[u32],
) -> Result<Calibration, LearnError> {
    let temperature = Temperature::fit(scores, kind, labels)?;
    let plain = Calibration::new(kind, temperature, None);
    if labels.len() < ROWS_FOR_A_CURVE {
        return Ok(plain);
    }
    let folds = stratified_kfold(labels, FOLDS, SEED)?;
    let fits = by_fold(scores, labels, &folds, |scores, labels| {
        let temperature = Temperature::fit(scores, kind, labels)?;
        with_curve(kind, temperature, scores, labels)
    })?;
    let without = fits.iter().map(|(fold, fit)| {
        let plain = Calibration::new(kind, fit.temperature(), None);
        (*fold, plain)
    });
    let without = applied(scores, &folds, &without.collect::<Vec<_>>())?;
    let with = applied(scores, &folds, &fits)?;
    if cost(&with, labels)? + CLEARLY <= cost(&without, labels)? {
        with_curve(kind, temperature, scores, labels)
    } else {
        Ok(plain)
    }
}

/// Calibrated probabilities of every row by a calibration fitted on the rows of all other folds.
///
/// `folds` names the fold of each row, so a figure computed on the result is as honest as
/// the folds are: give the grouped ones. Errors as [`fit_calibration`], where lengths differ,
/// and where all rows are in one fold.
pub fn cross_fitted(
    scores: &Scores,
    kind: ScoreKind,
    labels: &[u32],
    folds: &[u32],
) -> Result<Scores, LearnError> {
    scores.check_labels(labels)?;
    if folds.len() != labels.len() {
        return Err(LearnError::Lengths {
            left_name: "the list of labels",
            left: labels.len(),
            right_name: "the list of folds",
            right: folds.len(),
        });
    }
    let fits = by_fold(scores, labels, folds, |scores, labels| {
        fit_calibration(scores, kind, labels)
    })?;
    applied(scores, folds, &fits)
}

/// The temperature, and the curve that follows from it.
fn with_curve(
    kind: ScoreKind,
    temperature: Temperature,
    scores: &Scores,
    labels: &[u32],
) -> Result<Calibration, LearnError> {
    let tempered = temperature.apply(scores, kind)?;
    let correct = scores.correct(labels)?;
    let points = blocks(&tempered.confidences(), &correct);
    let margin = 1.0 / (labels.len() as f64 + 2.0);
    let curve = Isotonic::of(points, margin, 1.0 - margin)?;
    Ok(Calibration::new(kind, temperature, Some(curve)))
}

/// Runs of neighbouring confidences, each large enough for its share of hits to mean something.
fn blocks(confidence: &[f64], correct: &[bool]) -> Vec<Point> {
    let size = ((confidence.len() as f64).sqrt().ceil() as usize).max(ROWS_PER_BLOCK);
    let mut order: Vec<usize> = (0..confidence.len()).collect();
    order.sort_by(|&a, &b| confidence[a].total_cmp(&confidence[b]));
    let ties = order.chunk_by(|&a, &b| confidence[a] == confidence[b]);
    let mut blocks: Vec<Vec<usize>> = Vec::new();
    for tie in ties {
        match blocks.last_mut() {
            Some(block) if block.len() < size => block.extend(tie),
            _ => blocks.push(tie.to_vec()),
        }
    }
    if let Some(last) = blocks.pop_if(|last| last.len() < size) {
        match blocks.last_mut() {
            Some(block) => block.extend(last),
            None => blocks.push(last),
        }
    }
    let point = |block: &Vec<usize>| {
        let rows = block.len() as f64;
        let hits = block.iter().filter(|&&row| correct[row]).count();
        Point {
            x: block.iter().map(|&row| confidence[row]).sum::<f64>() / rows,
            y: hits as f64 / rows,
            weight: rows,
        }
    };
    blocks.iter().map(point).collect()
}

fn cost(scores: &Scores, labels: &[u32]) -> Result<f64, LearnError> {
    let rows: Vec<&[f64]> = scores.iter().collect();
    Ok(log_loss(labels, &rows)? + expected_calibration_error(scores, labels, BINS)?)
}

/// A calibration per fold, fitted on the rows outside it; folds ascending.
fn by_fold(
    scores: &Scores,
    labels: &[u32],
    folds: &[u32],
    fit: impl Fn(&Scores, &[u32]) -> Result<Calibration, LearnError> + Sync,
) -> Result<Vec<(u32, Calibration)>, LearnError> {
    let mut names = folds.to_vec();
    names.sort_unstable();
    names.dedup();
    if names.len() < 2 {
        return Err(LearnError::TooFewFolds(names.len()));
    }
    let one = |&name: &u32| {
        let outside = (0..).zip(folds).filter(|(_, fold)| **fold != name);
        let rows: Vec<u32> = outside.map(|(row, _)| row).collect();
        let labels: Vec<u32> = rows.iter().map(|&row| labels[row as usize]).collect();
        Ok((name, fit(&scores.select(&rows)?, &labels)?))
    };
    // Collected whole first, so that of several errors the first fold's is told.
    let fits: Vec<Result<_, LearnError>> = names.par_iter().map(one).collect();
    fits.into_iter().collect()
}

/// Each fold's rows calibrated by the fold's calibration.
fn applied(
    scores: &Scores,
    folds: &[u32],
    fits: &[(u32, Calibration)],
) -> Result<Scores, LearnError> {
    let classes = scores.classes();
    let mut values = vec![0.0; scores.values().len()];
    for (name, fit) in fits {
        let inside = (0..).zip(folds).filter(|(_, fold)| *fold == name);
        let rows: Vec<u32> = inside.map(|(row, _)| row).collect();
        let calibrated = fit.apply(&scores.select(&rows)?)?;
        for (&row, found) in rows.iter().zip(calibrated.iter()) {
            values[row as usize * classes..][..classes].copy_from_slice(found);
        }
    }
    Scores::new(classes, values)
}
