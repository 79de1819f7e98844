//! What a person wants to know of the winner: what it confuses, how sure it is, whether more data would
//! help, and which labels it doubts.

use careerpulse_learn::{
    CoveragePoint, class_coverage_curves, confusion_matrix, coverage_curve, label_noise,
    nested_subsets, reliability_bins,
};

use super::features::Source;
use super::fit::{CALIBRATION_BINS, Fitted, HeldOut, fit_uncalibrated, judge};
use super::plan::Configuration;
use super::refusal::is_refusal;
use crate::tables::assessment::{
    ALL_CATEGORIES, ConfusionRow, CoverageRow, LabelSuspect, LearningCurvePoint, OutOfFold,
    ReliabilityRow,
};
use crate::tables::inference::narrowed;

/// Points of an accuracy-coverage curve, at most.
const CURVE_POINTS: usize = 50;

/// Shares of the training postings that the learning curve is fitted on, beside all of them.
const LEARNING_SHARES: [f64; 4] = [0.2, 0.4, 0.6, 0.8];

/// The rows of the assessment's tables.
pub struct Assessment {
    /// How often each category is taken for each.
    pub confusion: Vec<ConfusionRow>,
    /// What share of predictions is how accurate.
    pub coverage: Vec<CoverageRow>,
    /// How often a probability of so much is right.
    pub reliability: Vec<ReliabilityRow>,
    /// What is said of each posting that the fit has not seen.
    pub out_of_fold: Vec<OutOfFold>,
    /// Labels that look wrong.
    pub suspects: Vec<LabelSuspect>,
    /// Figures by the number of training postings.
    pub learning_curve: Vec<LearningCurvePoint>,
}

/// What the learning curve is made of.
pub struct Judged<'a> {
    /// The rows for fitting.
    pub train: &'a [u32],
    /// The rows held out.
    pub test: &'a [u32],
    /// The figures there of the model fitted on all of `train`.
    pub whole: &'a HeldOut,
}

/// Assesses a model fitted on the whole set by its out-of-fold probabilities; the learning curve by
/// `judged`.
///
/// # Errors
/// When the model was fitted on another set.
pub fn assess(
    source: &Source,
    sweep_key: &str,
    configuration: &Configuration,
    fitted: &Fitted,
    judged: Judged<'_>,
) -> anyhow::Result<Assessment> {
    Ok(Assessment {
        confusion: confusion(source, sweep_key, fitted)?,
        coverage: coverage(source, sweep_key, fitted)?,
        reliability: reliability(source, sweep_key, fitted)?,
        out_of_fold: out_of_fold(source, sweep_key, fitted),
        suspects: suspects(source, sweep_key, fitted)?,
        learning_curve: learning_curve(source, sweep_key, configuration, fitted, judged)?,
    })
}

fn confusion(
    source: &Source,
    sweep_key: &str,
    fitted: &Fitted,
) -> anyhow::Result<Vec<ConfusionRow>> {
    let set = source.set;
    let predicted = fitted.out_of_fold.predicted();
    let matrix = confusion_matrix(&set.labels, &predicted, set.classes.len())?;
    let mut rows = Vec::new();
    for (truth, counts) in matrix.iter().enumerate() {
        for (guess, &postings) in counts.iter().enumerate().filter(|(_, n)| **n > 0) {
            rows.push(ConfusionRow {
                sweep_key: sweep_key.to_owned(),
                category: set.classes[truth].clone(),
                predicted: set.classes[guess].clone(),
                postings: i64::from(postings),
            });
        }
    }
    Ok(rows)
}

fn coverage(source: &Source, sweep_key: &str, fitted: &Fitted) -> anyhow::Result<Vec<CoverageRow>> {
    let (set, scores) = (source.set, &fitted.out_of_fold);
    let row = |category: &str, point: &CoveragePoint| CoverageRow {
        sweep_key: sweep_key.to_owned(),
        category: category.to_owned(),
        threshold: point.threshold,
        coverage: point.coverage,
        precision: point.accuracy,
        postings: i64::from(point.rows),
    };
    let all = coverage_curve(
        &scores.confidences(),
        &scores.correct(&set.labels)?,
        CURVE_POINTS,
    )?;
    let mut rows: Vec<CoverageRow> = all.iter().map(|point| row(ALL_CATEGORIES, point)).collect();
    for class in class_coverage_curves(scores, &set.labels, CURVE_POINTS)? {
        let category = &set.classes[class.class as usize];
        rows.extend(class.points.iter().map(|point| row(category, point)));
    }
    Ok(rows)
}

fn reliability(
    source: &Source,
    sweep_key: &str,
    fitted: &Fitted,
) -> anyhow::Result<Vec<ReliabilityRow>> {
    let bins = reliability_bins(&fitted.out_of_fold, &source.set.labels, CALIBRATION_BINS)?;
    let rows = bins.iter().map(|bin| ReliabilityRow {
        sweep_key: sweep_key.to_owned(),
        probability_from: bin.low,
        probability_to: bin.high,
        mean_probability: bin.confidence,
        accuracy: bin.accuracy,
        postings: i64::from(bin.rows),
    });
    Ok(rows.collect())
}

fn out_of_fold(source: &Source, sweep_key: &str, fitted: &Fitted) -> Vec<OutOfFold> {
    let set = source.set;
    let labelled = set.posting_ids.iter().zip(&set.labels);
    let rows = labelled.zip(fitted.out_of_fold.iter());
    rows.map(|((&posting_id, &label), probabilities)| OutOfFold {
        sweep_key: sweep_key.to_owned(),
        posting_id,
        category: set.classes[label as usize].clone(),
        probabilities: narrowed(probabilities),
    })
    .collect()
}

fn suspects(
    source: &Source,
    sweep_key: &str,
    fitted: &Fitted,
) -> anyhow::Result<Vec<LabelSuspect>> {
    let set = source.set;
    let noise = label_noise(&fitted.out_of_fold, &set.labels)?;
    let rows = noise
        .suspects
        .iter()
        .zip(1..)
        .map(|(suspect, rank)| LabelSuspect {
            sweep_key: sweep_key.to_owned(),
            posting_id: set.posting_ids[suspect.row as usize],
            rank,
            title: set.texts[suspect.row as usize].title.clone(),
            category: set.classes[suspect.given as usize].clone(),
            suggested: set.classes[suspect.suggested as usize].clone(),
            category_probability: suspect.self_confidence,
            suggested_probability: suspect.suggested_probability,
        });
    Ok(rows.collect())
}

fn learning_curve(
    source: &Source,
    sweep_key: &str,
    configuration: &Configuration,
    fitted: &Fitted,
    judged: Judged<'_>,
) -> anyhow::Result<Vec<LearningCurvePoint>> {
    let (set, train) = (source.set, judged.train);
    let point = |postings: usize, figures: &HeldOut| LearningCurvePoint {
        sweep_key: sweep_key.to_owned(),
        postings: postings as i64,
        accuracy: figures.accuracy,
        macro_f1: figures.macro_f1,
    };
    let labels: Vec<u32> = train.iter().map(|&row| set.labels[row as usize]).collect();
    let groups: Vec<u64> = train.iter().map(|&row| set.groups[row as usize]).collect();
    let subsets = nested_subsets(
        &labels,
        Some(&groups),
        &LEARNING_SHARES,
        source.settings.seed,
    )?;
    let mut points = Vec::new();
    for subset in subsets {
        let rows: Vec<u32> = subset.iter().map(|&place| train[place as usize]).collect();
        // Few postings may be too few for this configuration: the curve begins where they suffice.
        let calibration = fitted.model.calibration.clone();
        let model = match fit_uncalibrated(source, configuration, &rows, calibration) {
            Err(e) if is_refusal(&e) => continue,
            model => model?,
        };
        points.push(point(rows.len(), &judge(source, &model, judged.test)?));
    }
    points.push(point(train.len(), judged.whole));
    // Groups are not torn, so two shares may come to the same postings.
    points.dedup_by_key(|point| point.postings);
    Ok(points)
}
