//! How far the imputation can be trusted.

use crate::data::ModelCard;
use crate::figures::{self, or_dash};
use crate::words;

/// The version in production, in words.
#[derive(Debug)]
pub struct Card {
    pub version: i64,
    pub kind: String,
    pub since: Option<String>,
    pub training_postings: String,
    pub test_postings: String,
    pub accuracy: String,
    pub macro_f1: String,
    pub calibration_error: String,
    pub coverage: String,
    pub covered_accuracy: String,
}

/// The version as it is shown.
pub fn card(model: &ModelCard) -> Card {
    Card {
        version: model.version,
        kind: format!(
            "{}, {}",
            words::spaced(&model.method),
            words::spaced(&model.classifier)
        ),
        since: model.since.map(figures::moment),
        training_postings: figures::count(model.training_postings as f64),
        test_postings: figures::count(model.test_postings as f64),
        accuracy: or_dash(model.accuracy, figures::percent),
        macro_f1: or_dash(model.macro_f1, |score| format!("{score:.3}")),
        calibration_error: or_dash(model.calibration_error, |error| {
            format!("{:.1}\u{a0}points", error * 100.0)
        }),
        coverage: or_dash(model.coverage, figures::percent),
        covered_accuracy: or_dash(model.covered_accuracy, figures::percent),
    }
}
