//! How good predictions are from their probabilities alone, and how good that estimate was.

mod draws;
mod firmness;
mod posteriors;

use serde::{Deserialize, Serialize};

use crate::error::DriftError;
use draws::Draws;
use firmness::Firmness;

pub use posteriors::{Posteriors, Scored};

/// What [`estimate`] takes for granted.
pub const ASSUMPTIONS: &str = "Holds where the postings differ from the labelled ones in what they say, \
    not in what a text means for its category; where the probabilities are as right for such texts as for \
    the labelled ones; and where every posting is of a category that the model knows. A new category, or \
    one that now means something else, lowers the true figures and not the estimate.";

/// How much is drawn for an estimate.
///
/// | field | default | purpose | range |
/// |---|---|---|---|
/// | `level` | 0.95 | level of the two-sided intervals | 0 to 1, both excluded |
/// | `draws` | 1000 | draws of all labels | 100 to 1,000,000 |
/// | `seed` | 42 | seed of the draws | |
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct EstimateSettings {
    /// Level of the intervals.
    pub level: f64,
    /// Draws.
    pub draws: usize,
    /// Seed.
    pub seed: u64,
}

impl Default for EstimateSettings {
    fn default() -> Self {
        Self {
            level: 0.95,
            draws: 1_000,
            seed: 42,
        }
    }
}

/// A figure that is not known, and where it will lie.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// What is expected.
    pub value: f64,
    /// Lower end of the interval for the figure that the labels would give.
    pub lo: f64,
    /// Upper end.
    pub hi: f64,
}

/// How good predictions are, by their probabilities.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Estimate {
    /// Rows.
    pub rows: usize,
    /// Share of rows predicted right.
    pub accuracy: Figure,
    /// Mean F1 over the categories that occur, as [`careerpulse_learn::macro_f1`] has it.
    pub macro_f1: Figure,
    /// The power that the labelled rows ask probabilities to be raised to: below 1 they were too sure,
    /// above 1 not sure enough.
    pub firmness: f64,
    /// Labelled rows that this was learnt from.
    pub labelled_rows: usize,
}

/// An estimate beside the truth that arrived later.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Score {
    /// The estimate for these rows.
    pub estimate: Estimate,
    /// Share of rows that were predicted right.
    pub accuracy: f64,
    /// Mean F1 over the categories that occurred.
    pub macro_f1: f64,
    /// Chance of figures as far from the estimate or farther, of either, if the estimate's assumptions
    /// hold: a small one says that the probabilities are no longer right.
    pub p_value: f64,
}

/// Estimates the accuracy and macro F1 of the most probable classes of `posteriors` without labels.
///
/// Confidence-based performance estimation (CBPE, NannyML; Guillory et al. 2021 compare such estimates):
/// where probabilities are calibrated, the labels are draws from them. Each of the draws here takes labels
/// from the posteriors, raised to a power that `labelled`, out-of-fold posteriors with their labels, ask
/// for; the power is drawn too, by the Bayesian bootstrap of the labelled rows (Rubin 1981) in one Newton
/// step, so that the intervals hold the calibration's error and the labels' chance. Without labelled rows
/// the posteriors are taken at their word, within wide bounds. See [`ASSUMPTIONS`]. The result does not
/// depend on the number of threads. Errors on no rows, posteriors that are no probabilities, other
/// classes, labels out of range, and settings out of range.
pub fn estimate(
    posteriors: &Posteriors<'_>,
    labelled: &Scored<'_>,
    settings: &EstimateSettings,
) -> Result<Estimate, DriftError> {
    Ok(drawn(posteriors, labelled, settings)?.1)
}

/// The estimate for rows whose labels arrived late, beside those labels.
///
/// Errors as [`estimate`], and on a label out of range.
pub fn score(
    late: &Scored<'_>,
    labelled: &Scored<'_>,
    settings: &EstimateSettings,
) -> Result<Score, DriftError> {
    late.check("the rows with late labels")?;
    let (draws, estimate) = drawn(&late.posteriors, labelled, settings)?;
    let guesses = late.posteriors.guesses();
    let accuracy = careerpulse_learn::accuracy(late.labels, &guesses)?;
    let macro_f1 = careerpulse_learn::macro_f1(late.labels, &guesses)?;
    let either = draws
        .accuracy
        .two_sided(accuracy)
        .min(draws.macro_f1.two_sided(macro_f1));
    Ok(Score {
        estimate,
        accuracy,
        macro_f1,
        p_value: (2.0 * either).min(1.0),
    })
}

fn drawn(
    posteriors: &Posteriors<'_>,
    labelled: &Scored<'_>,
    settings: &EstimateSettings,
) -> Result<(Draws, Estimate), DriftError> {
    check(settings)?;
    posteriors.check("the window")?;
    labelled.check("the labelled rows")?;
    if posteriors.rows() == 0 {
        return Err(DriftError::NoRows);
    }
    if !labelled.labels.is_empty() && labelled.posteriors.classes != posteriors.classes {
        return Err(DriftError::Posteriors {
            what: "the labelled rows",
            problem: format!(
                "they are of {} classes and the window's of {}: take both from one model",
                labelled.posteriors.classes, posteriors.classes
            ),
        });
    }
    let firmness = Firmness::fit(labelled);
    let draws = Draws::new(posteriors, &firmness, settings)?;
    let estimate = Estimate {
        rows: posteriors.rows(),
        accuracy: draws.accuracy.figure(settings.level),
        macro_f1: draws.macro_f1.figure(settings.level),
        firmness: firmness.power,
        labelled_rows: labelled.labels.len(),
    };
    Ok((draws, estimate))
}

fn check(settings: &EstimateSettings) -> Result<(), DriftError> {
    if !(settings.level > 0.0 && settings.level < 1.0) {
        return Err(DriftError::Setting {
            name: "level",
            value: settings.level,
            expected: "above 0 and below 1",
        });
    }
    if !(100..=1_000_000).contains(&settings.draws) {
        return Err(DriftError::Setting {
            name: "draws",
            value: settings.draws as f64,
            expected: "from 100 to 1,000,000",
        });
    }
    Ok(())
}
