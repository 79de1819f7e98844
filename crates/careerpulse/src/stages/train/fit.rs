//! Fitting a configuration whole, with its calibration and thresholds from out-of-fold scores.

use std::collections::BTreeSet;

use careerpulse_learn::{
    PrecisionTarget, Scores, accuracy, class_reports, cross_fitted, expected_calibration_error,
    fit_calibration, macro_f1, threshold_for_precision, weighted_f1,
};

use super::features::{Source, fit_vectoriser, inputs_of};
use super::out_of_fold::out_of_fold;
use super::plan::Configuration;
use super::sweep::{folds, report_rows};
use crate::tables::ml::ClassReport;
use careerpulse_model::{Classifier, Model, Thresholds, fit_classifier, predict_probabilities};

/// How far equal probabilities may differ by the order of their sums: none falls off a threshold by it.
const ROUNDING: f64 = 1e-9;

/// Bins of the expected calibration error.
pub const CALIBRATION_BINS: usize = 15;

/// A fitted model and what cross-validation says of it.
pub struct Fitted {
    /// The model.
    pub model: Model,
    /// Calibrated probabilities of each row, rows × categories: the scores are by a model fitted
    /// without the row's fold, the calibration is fitted on the scores of the other folds' rows.
    /// Duplicates share a fold.
    pub out_of_fold: Scores,
    /// Expected calibration error of those.
    pub calibration_error: f64,
}

/// A model's figures on held-out postings.
pub struct HeldOut {
    /// How many postings.
    pub postings: usize,
    /// Share of right predictions.
    pub accuracy: f64,
    /// Mean F1 over categories.
    pub macro_f1: f64,
    /// Mean F1 weighted by support.
    pub weighted_f1: f64,
    /// Expected calibration error.
    pub calibration_error: f64,
    /// Share of postings whose prediction counts.
    pub coverage: f64,
    /// Accuracy on those; none where nothing counts.
    pub covered_accuracy: Option<f64>,
    /// Categories among the postings.
    pub categories_true: usize,
    /// Categories among the predictions.
    pub categories_predicted: usize,
    /// Per category.
    pub report: Vec<ClassReport>,
}

/// Fits a configuration on `rows` of the set; cross-validates it there for calibration and thresholds.
///
/// # Errors
/// When the rows admit no vocabulary, no folds or fewer neighbours than asked for.
pub fn fit_model(
    source: &Source,
    configuration: &Configuration,
    rows: &[u32],
) -> anyhow::Result<Fitted> {
    let (set, settings) = (source.set, source.settings);
    let folds = folds(set, settings, rows)?;
    let recipe = configuration.recipe;
    let raw = out_of_fold(
        source,
        rows,
        &folds.grouped,
        recipe,
        &[configuration.classifier],
    )?
    .remove(0);
    let kind = configuration.classifier.score_kind();
    let calibration = fit_calibration(&raw, kind, &folds.labels)?;
    let honest = cross_fitted(&raw, kind, &folds.labels, &folds.grouped)?;
    let mut model = fit_uncalibrated(source, configuration, rows, calibration)?;
    // On the scale that the model will speak on: the maps behind `honest` are five others.
    let served = model.calibration.apply(&raw)?;
    model.thresholds = thresholds(&served, &folds.labels, settings.target_precision)?;
    Ok(Fitted {
        calibration_error: expected_calibration_error(&honest, &folds.labels, CALIBRATION_BINS)?,
        out_of_fold: honest,
        model,
    })
}

/// Fits vectoriser and classifier alone: every prediction counts.
///
/// # Errors
/// As [`fit_model`].
pub fn fit_uncalibrated(
    source: &Source,
    configuration: &Configuration,
    rows: &[u32],
    calibration: careerpulse_learn::Calibration,
) -> anyhow::Result<Model> {
    let set = source.set;
    let vectoriser = fit_vectoriser(source, configuration.recipe, rows)?;
    let inputs = inputs_of(source, &vectoriser, rows)?;
    let labels = rows.iter().map(|&row| set.labels[row as usize]).collect();
    let params = &configuration.classifier;
    let classifier = fit_classifier(params, &inputs.features, labels, set.classes.clone())?;
    let holds_rows = matches!(classifier, Classifier::Knn(_));
    Ok(Model {
        vectoriser,
        classifier,
        calibration,
        thresholds: Thresholds::default(),
        evidence: (!holds_rows).then_some(inputs.evidence),
        posting_ids: rows
            .iter()
            .map(|&row| set.posting_ids[row as usize])
            .collect(),
    })
}

/// Scores a model on `rows` of the set.
///
/// # Errors
/// When there are no rows.
pub fn judge(source: &Source, model: &Model, rows: &[u32]) -> anyhow::Result<HeldOut> {
    let set = source.set;
    let truth: Vec<u32> = rows.iter().map(|&row| set.labels[row as usize]).collect();
    let inputs = inputs_of(source, &model.vectoriser, rows)?;
    let probabilities = predict_probabilities(model, &inputs.features)?;
    let predicted = probabilities.predicted();
    let counts = counted(&probabilities, &inputs.blank, &model.thresholds);
    let covered = |labels: &[u32]| -> Vec<u32> {
        let kept = labels.iter().zip(&counts).filter(|(_, counts)| **counts);
        kept.map(|(label, _)| *label).collect()
    };
    let (covered_truth, covered_guess) = (covered(&truth), covered(&predicted));
    let distinct = |labels: &[u32]| labels.iter().collect::<BTreeSet<_>>().len();
    Ok(HeldOut {
        postings: rows.len(),
        accuracy: accuracy(&truth, &predicted)?,
        macro_f1: macro_f1(&truth, &predicted)?,
        weighted_f1: weighted_f1(&truth, &predicted)?,
        calibration_error: expected_calibration_error(&probabilities, &truth, CALIBRATION_BINS)?,
        coverage: covered_truth.len() as f64 / truth.len() as f64,
        covered_accuracy: accuracy(&covered_truth, &covered_guess).ok(),
        categories_true: distinct(&truth),
        categories_predicted: distinct(&predicted),
        report: report_rows(&set.classes, &class_reports(&truth, &predicted)?),
    })
}

/// Whether each prediction counts under the thresholds.
fn counted(probabilities: &Scores, blank: &[bool], thresholds: &Thresholds) -> Vec<bool> {
    let confidences = probabilities.confidences().into_iter();
    let figures = confidences.zip(probabilities.gaps()).zip(blank);
    figures
        .map(|((probability, gap), is_blank)| !is_blank && thresholds.admit(probability, gap))
        .collect()
}

/// The threshold, on the probability or on its lead, that keeps the most predictions at the wanted
/// precision. Where none reaches it nothing is shown to be good enough, and no prediction counts.
fn thresholds(scores: &Scores, labels: &[u32], precision: f64) -> anyhow::Result<Thresholds> {
    if precision == 0.0 {
        return Ok(Thresholds::default());
    }
    let correct = scores.correct(labels)?;
    let target = PrecisionTarget::of(precision);
    let by_probability = threshold_for_precision(&scores.confidences(), &correct, target)?;
    let by_gap = threshold_for_precision(&scores.gaps(), &correct, target)?;
    let rows = |point: &Option<careerpulse_learn::CoveragePoint>| point.map_or(0, |p| p.rows);
    let none = Thresholds::default();
    Ok(if rows(&by_gap) > rows(&by_probability) {
        Thresholds {
            min_gap: by_gap.map_or(0.0, |point| (point.threshold - ROUNDING).max(0.0)),
            ..none
        }
    } else {
        Thresholds {
            // Above every probability: nothing counts.
            min_probability: by_probability
                .map_or(2.0, |point| (point.threshold - ROUNDING).max(0.0)),
            ..none
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two categories; the first's probability, and whether the posting is of it.
    fn case(rows: &[(f64, bool)]) -> (Scores, Vec<u32>) {
        let values = rows.iter().flat_map(|(p, _)| [*p, 1.0 - *p]).collect();
        let labels = rows
            .iter()
            .map(|(_, is_first)| u32::from(!is_first))
            .collect();
        (Scores::new(2, values).unwrap(), labels)
    }

    #[test]
    fn a_threshold_admits_the_rows_that_it_was_picked_on() {
        // 200 sure ones are right, 100 unsure ones right every second time.
        let mut rows = vec![(0.9, true); 200];
        rows.extend((0..100).map(|row| (0.6, row % 2 == 0)));
        let (scores, labels) = case(&rows);
        let picked = thresholds(&scores, &labels, 0.9).unwrap();
        let blank = vec![false; rows.len()];
        let admitted = counted(&scores, &blank, &picked);
        assert_eq!(admitted.iter().filter(|counts| **counts).count(), 200);
        assert!(
            counted(&scores, &vec![true; 300], &picked)
                .iter()
                .all(|counts| !counts)
        );
    }

    #[test]
    fn nothing_counts_where_no_threshold_is_precise_enough_and_all_where_none_is_asked_for() {
        let rows: Vec<(f64, bool)> = (0..100).map(|row| (0.7, row % 2 == 0)).collect();
        let (scores, labels) = case(&rows);
        let picked = thresholds(&scores, &labels, 0.9).unwrap();
        assert!(!picked.admit(1.0, 1.0));
        assert!(thresholds(&scores, &labels, 0.0).unwrap().admit(0.0, 0.0));
    }
}
