//! A fitted calibration: a temperature, and a rising curve over the top label where it was earned.

use serde::{Deserialize, Serialize};

use super::isotonic::Isotonic;
use super::temperature::Temperature;
use crate::error::LearnError;
use crate::metrics::first_max;
use crate::scores::Scores;

/// What the scores of a classifier are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScoreKind {
    /// Votes or probabilities from 0 to 1.
    Probabilities,
    /// Decision margins of one class against the rest, any finite number.
    Margins,
}

/// Turns raw scores into probabilities that sum to 1 and keep the predicted class.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    kind: ScoreKind,
    temperature: Temperature,
    isotonic: Option<Isotonic>,
}

impl Calibration {
    /// A temperature, and after it a curve from the top label's probability to its true share of hits.
    pub fn new(
        kind: ScoreKind,
        temperature: Temperature,
        isotonic: Option<Isotonic>,
    ) -> Calibration {
        Calibration {
            kind,
            temperature,
            isotonic,
        }
    }

    /// What it takes.
    pub fn kind(&self) -> ScoreKind {
        self.kind
    }

    /// The first step.
    pub fn temperature(&self) -> Temperature {
        self.temperature
    }

    /// The second step, where there is one.
    pub fn isotonic(&self) -> Option<&Isotonic> {
        self.isotonic.as_ref()
    }

    /// The name of the method, for reports.
    pub fn method(&self) -> &'static str {
        match self.isotonic {
            Some(_) => "temperature, isotonic",
            None => "temperature",
        }
    }

    /// Calibrated probabilities of every row.
    ///
    /// Under a curve the other classes share what the top label leaves in their former
    /// proportion. Where the curve would put the top label behind the runner-up, it stays a
    /// hair ahead instead, so that the prediction never changes. Errors on scores that are not
    /// of their kind.
    pub fn apply(&self, scores: &Scores) -> Result<Scores, LearnError> {
        let tempered = self.temperature.apply(scores, self.kind)?;
        let Some(curve) = &self.isotonic else {
            return Ok(tempered);
        };
        let mut values = Vec::with_capacity(tempered.values().len());
        // The top label is the raw scores', which small differences may have lost in rounding.
        for (row, raw) in tempered.iter().zip(scores.iter()) {
            values.extend(bent(row, first_max(raw) as usize, curve));
        }
        Scores::new(tempered.classes(), values)
    }
}

/// One row with its top label's probability read off the curve.
fn bent(row: &[f64], top: usize, curve: &Isotonic) -> Vec<f64> {
    if row.len() == 1 {
        return row.to_vec();
    }
    let others = || {
        let other = |&(class, _): &(usize, &f64)| class != top;
        row.iter().enumerate().filter(other).map(|entry| *entry.1)
    };
    let rest: f64 = others().sum();
    let runner_up = others().fold(0.0, f64::max);
    // Nothing is left in proportion where rounding took it all, so all get the same.
    let even = 1.0 / (row.len() - 1) as f64;
    let share = |value: f64| match rest > 0.0 {
        true => value / rest,
        false => even,
    };
    let behind = match rest > 0.0 {
        true => runner_up / rest,
        false => even,
    };
    let tie = behind / (1.0 + behind);
    let confidence = curve.at(row[top]).max((tie + 1e-9).min(1.0));
    let bend = |(class, &value): (usize, &f64)| match class == top {
        true => confidence,
        false => (1.0 - confidence) * share(value),
    };
    row.iter().enumerate().map(bend).collect()
}
