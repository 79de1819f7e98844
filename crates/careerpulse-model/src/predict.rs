//! From features to a prediction with its probability and its evidence.

use careerpulse_learn::{Features, Metric, Neighbours, Scores, nearest};

use crate::classifier::{Classifier, scores};
use crate::{Inputs, Model, ModelError, NeighbourRow, Prediction, Scored, Thresholds};

/// Neighbours kept as a prediction's evidence.
const EVIDENCE: usize = 5;

/// A prediction per posting: calibrated probabilities, the nearest labelled postings, and the verdict of
/// the thresholds (the model's own, which `floors` may raise).
///
/// # Errors
/// When the inputs are not of the kind the model was fitted on.
pub fn predict(
    model: &Model,
    inputs: &Inputs,
    floors: &Thresholds,
) -> Result<Vec<Prediction>, ModelError> {
    Ok(predict_whole(model, inputs, floors)?.0)
}

/// As [`predict`], with the calibrated probability of every category beside, rows × categories.
///
/// # Errors
/// As [`predict`].
pub fn predict_whole(
    model: &Model,
    inputs: &Inputs,
    floors: &Thresholds,
) -> Result<(Vec<Prediction>, Scores), ModelError> {
    let (scores, near) = scores_and_neighbours(model, inputs)?;
    let probabilities = model.calibration.apply(&scores)?;
    let thresholds = Thresholds {
        min_probability: model.thresholds.min_probability.max(floors.min_probability),
        min_gap: model.thresholds.min_gap.max(floors.min_gap),
    };
    let rows = probabilities.iter().zip(near).zip(&inputs.blank);
    let prediction = |((row, near), is_blank): ((&[f64], Vec<NeighbourRow>), &bool)| {
        let mut prediction = prediction(model.classifier.classes(), row, near);
        let counts = thresholds.admit(prediction.probability, prediction.gap);
        prediction.abstained = *is_blank || !counts;
        prediction
    };
    let predictions = rows.map(prediction).collect();
    Ok((predictions, probabilities))
}

/// The calibrated probability of every category, rows × categories.
///
/// # Errors
/// As [`predict`].
pub fn predict_probabilities(model: &Model, features: &Features) -> Result<Scores, ModelError> {
    Ok(model
        .calibration
        .apply(&scores(&model.classifier, features)?)?)
}

/// One search serves the votes and the evidence of a nearest-neighbour model.
fn scores_and_neighbours(
    model: &Model,
    inputs: &Inputs,
) -> Result<(Scores, Vec<Vec<NeighbourRow>>), ModelError> {
    if let (Classifier::Knn(knn), None) = (&model.classifier, &model.evidence) {
        let metric = knn.params().metric;
        let found = knn.kneighbors(&inputs.features, knn.params().k)?;
        let scores = Scores::from_rows(knn.classes().len(), &knn.vote(&found))?;
        return Ok((scores, rows_of(model, &found, metric)));
    }
    let scores = scores(&model.classifier, &inputs.features)?;
    let Some(index) = &model.evidence else {
        return Err(ModelError::NoEvidence);
    };
    let found = nearest(
        index,
        &inputs.evidence,
        Metric::Cosine,
        EVIDENCE.min(index.rows()),
    )?;
    Ok((scores, rows_of(model, &found, Metric::Cosine)))
}

fn rows_of(model: &Model, found: &Neighbours, metric: Metric) -> Vec<Vec<NeighbourRow>> {
    let row = |near: &[careerpulse_learn::Neighbour]| {
        let near = near.iter().take(EVIDENCE).map(|neighbour| NeighbourRow {
            posting_id: model.posting_ids[neighbour.row as usize],
            similarity: similarity(metric, neighbour.distance),
        });
        near.collect()
    };
    found.iter().map(row).collect()
}

fn prediction(classes: &[String], row: &[f64], neighbours: Vec<NeighbourRow>) -> Prediction {
    let mut order: Vec<usize> = (0..row.len()).collect();
    // Stable: among equals the first in sorted order of names comes first, as in scikit-learn.
    order.sort_by(|a, b| row[*b].total_cmp(&row[*a]));
    let top3: Vec<Scored> = order
        .iter()
        .take(3)
        .map(|&class| Scored {
            category: classes[class].clone(),
            probability: row[class],
        })
        .filter(|scored| scored.probability > 0.0)
        .collect();
    let first = order.first().map_or(0.0, |&class| row[class]);
    let gap = first - order.get(1).map_or(0.0, |&class| row[class]);
    Prediction {
        category: order
            .first()
            .map_or_else(String::new, |&class| classes[class].clone()),
        probability: first,
        runner_up: top3.get(1).map(|scored| scored.category.clone()),
        gap,
        abstained: false,
        top3,
        neighbours,
    }
}

fn similarity(metric: Metric, distance: f64) -> f64 {
    match metric {
        Metric::Cosine => 1.0 - distance,
        Metric::Euclidean => 1.0 / (1.0 + distance),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{all, model, model_with, posting, predict_one};
    use crate::{ClassifierParams, vectorise};
    use careerpulse_learn::Weights;

    #[test]
    fn a_prediction_names_its_evidence_whatever_decides() {
        for model in all() {
            let prediction = predict_one(&model, "nurse patient");
            assert_eq!(prediction.category, "Healthcare");
            assert_eq!(prediction.runner_up.as_deref(), Some("Software"));
            let sum: f64 = prediction.top3.iter().map(|s| s.probability).sum();
            assert!((sum - 1.0).abs() < 1e-9, "{prediction:?}");
            let first = prediction.probability - prediction.top3[1].probability;
            assert!((prediction.gap - first).abs() < 1e-12);
            let near: Vec<i64> = prediction
                .neighbours
                .iter()
                .take(2)
                .map(|n| n.posting_id)
                .collect();
            assert!(near.contains(&11) && near.contains(&12));
            assert!(!prediction.abstained);
        }
    }

    #[test]
    fn what_is_under_a_threshold_of_the_model_or_the_settings_is_abstained() {
        let mut model = model();
        model.thresholds = Thresholds {
            min_probability: 0.9,
            min_gap: 0.0,
        };
        assert!(predict_one(&model, "nurse patient").abstained);
        model.thresholds = Thresholds {
            min_probability: 0.0,
            min_gap: 0.9,
        };
        assert!(predict_one(&model, "nurse patient").abstained);
        model.thresholds = Thresholds::default();
        let inputs = vectorise(&model.vectoriser, &[posting("nurse patient")], None).unwrap();
        let floors = Thresholds {
            min_probability: 0.9,
            min_gap: 0.0,
        };
        assert!(predict(&model, &inputs, &floors).unwrap()[0].abstained);
    }

    #[test]
    fn a_text_without_a_known_word_is_abstained_by_either_metric() {
        for metric in [Metric::Cosine, Metric::Euclidean] {
            let params = ClassifierParams::Knn {
                metric,
                k: 4,
                weights: Weights::Uniform,
            };
            let mut model = model_with(params);
            model.thresholds = Thresholds::default();
            for blank in ["zzz", "", "\u{4f60}\u{597d}"] {
                assert!(predict_one(&model, blank).abstained, "{metric} {blank}");
            }
            assert!(!predict_one(&model, "nurse").abstained, "{metric}");
        }
    }
}
