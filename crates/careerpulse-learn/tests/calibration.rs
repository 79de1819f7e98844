//! Calibration equals scikit-learn's, keeps what it promises on any scores, and is honest on simulated ones.

#![allow(
    clippy::unwrap_used,
    reason = "a helper that cannot go on fails its test"
)]

use careerpulse_learn::*;
use proptest::prelude::*;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::Deserialize;

#[derive(Deserialize)]
struct Oracle {
    temperature: Vec<TemperatureCase>,
    isotonic: Vec<IsotonicCase>,
    reliability: Reliability,
}

#[derive(Deserialize)]
struct TemperatureCase {
    kind: ScoreKind,
    classes: usize,
    smoothing: f64,
    scores: Vec<f64>,
    labels: Vec<u32>,
    scale: f64,
    calibrated: Vec<f64>,
}

#[derive(Deserialize)]
struct IsotonicCase {
    x: Vec<f64>,
    y: Vec<f64>,
    weights: Vec<f64>,
    low: f64,
    high: f64,
    bends: Vec<f64>,
    heights: Vec<f64>,
    at: Vec<f64>,
    found: Vec<f64>,
}

#[derive(Deserialize)]
struct Reliability {
    classes: usize,
    scores: Vec<f64>,
    labels: Vec<u32>,
    bins: usize,
    rows: Vec<u32>,
    confidence: Vec<f64>,
    accuracy: Vec<f64>,
    ece: f64,
    brier: f64,
    log_loss: f64,
}

fn oracle() -> Oracle {
    serde_json::from_str(include_str!("../../../testdata/oracle/calibration.json")).unwrap()
}

fn assert_close(found: &[f64], expected: &[f64], tolerance: f64, what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (at, (a, b)) in found.iter().zip(expected).enumerate() {
        assert!(
            (a - b).abs() <= tolerance,
            "{what}: entry {at} is {a}, not {b}"
        );
    }
}

#[test]
fn temperature_equals_scikit_learn() {
    for (number, case) in oracle().temperature.into_iter().enumerate() {
        let what = format!("temperature case {number}");
        let scores = Scores::new(case.classes, case.scores).unwrap();
        let found =
            Temperature::fit_scale(&scores, case.kind, &case.labels, case.smoothing).unwrap();
        assert_close(&[found.scale()], &[case.scale], 1e-6, &what);
        let calibrated = found.apply(&scores, case.kind).unwrap();
        let first = &calibrated.values()[..case.calibrated.len()];
        assert_close(first, &case.calibrated, 1e-6, &what);
    }
}

#[test]
fn isotonic_equals_scikit_learn() {
    for (number, case) in oracle().isotonic.into_iter().enumerate() {
        let what = format!("isotonic case {number}");
        let curve = Isotonic::fit(&case.x, &case.y, &case.weights, case.low, case.high).unwrap();
        assert_close(curve.x(), &case.bends, 0.0, &what);
        assert_close(curve.y(), &case.heights, 1e-12, &what);
        let found: Vec<f64> = case.at.iter().map(|&x| curve.at(x)).collect();
        assert_close(&found, &case.found, 1e-12, &what);
    }
}

#[test]
fn reliability_equals_scikit_learn() {
    let case = oracle().reliability;
    let scores = Scores::new(case.classes, case.scores).unwrap();
    let bins = reliability_bins(&scores, &case.labels, case.bins).unwrap();
    let rows: Vec<u32> = bins.iter().map(|bin| bin.rows).collect();
    assert_eq!(rows, case.rows);
    let confidence: Vec<f64> = bins.iter().map(|bin| bin.confidence).collect();
    assert_close(&confidence, &case.confidence, 1e-12, "confidence");
    let accuracy: Vec<f64> = bins.iter().map(|bin| bin.accuracy).collect();
    assert_close(&accuracy, &case.accuracy, 1e-12, "accuracy");
    let rows: Vec<&[f64]> = scores.iter().collect();
    let found = [
        expected_calibration_error(&scores, &case.labels, case.bins).unwrap(),
        brier_score(&scores, &case.labels).unwrap(),
        log_loss(&case.labels, &rows).unwrap(),
    ];
    // The probabilities are rounded to 9 digits, and scikit-learn's log loss wants them to sum to 1.
    let expected = [case.ece, case.brier, case.log_loss];
    assert_close(&found, &expected, 1e-8, "errors");
}

/// Labels, margins and votes of rows like those of a real sweep: 11 uneven classes, some 3 of 4 right.
fn simulated(rows: usize, seed: u64) -> (Vec<u32>, Scores, Scores) {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut normal = || (0..12).map(|_| rng.random::<f64>()).sum::<f64>() - 6.0;
    let (mut labels, mut margins) = (Vec::new(), Vec::new());
    for row in 0..rows {
        // Class c comes about 1 / (c + 1) as often as class 0.
        let label = (0..11)
            .rev()
            .find(|class| row % (3 * class + 1) == 0)
            .unwrap_or(0);
        labels.push(label as u32);
        let signal = 1.0 + 0.5 * normal();
        margins.extend((0..11).map(|class| {
            let own = f64::from(u8::from(class == label));
            0.35 * normal() - 1.0 + own * signal
        }));
    }
    let margins = Scores::new(11, margins).unwrap();
    let mut votes = Vec::new();
    for row in margins.iter() {
        let weights: Vec<f64> = row.iter().map(|margin| (4.0 * margin).exp()).collect();
        let sum: f64 = weights.iter().sum();
        let mut counts = vec![0.0; 11];
        for _ in 0..7 {
            let mut left = rng.random::<f64>() * sum;
            let drawn = weights.iter().position(|weight| {
                left -= weight;
                left <= 0.0
            });
            counts[drawn.unwrap_or(0)] += 1.0 / 7.0;
        }
        votes.extend(counts);
    }
    (labels, margins, Scores::new(11, votes).unwrap())
}

/// Labels drawn from the softmax of twice the margins, so that a scale of 2 is the whole truth.
fn tempered(rows: usize, seed: u64) -> (Vec<u32>, Scores) {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let margins: Vec<f64> = (0..4 * rows).map(|_| 3.0 * rng.random::<f64>()).collect();
    let margins = Scores::new(4, margins).unwrap();
    let truth = Temperature::new(2.0, 0.0).unwrap();
    let truth = truth.apply(&margins, ScoreKind::Margins).unwrap();
    let draw = |row: &[f64]| {
        let mut left = rng.random::<f64>();
        let drawn = row.iter().position(|p| {
            left -= p;
            left <= 0.0
        });
        drawn.unwrap_or(0) as u32
    };
    (truth.iter().map(draw).collect(), margins)
}

#[test]
fn probabilities_of_rows_left_out_are_honest() {
    for seed in 0..3 {
        let (labels, margins, votes) = simulated(1050, seed);
        let folds = stratified_kfold(&labels, 5, 9).unwrap();
        for (scores, kind) in [
            (margins, ScoreKind::Margins),
            (votes, ScoreKind::Probabilities),
        ] {
            let calibrated = cross_fitted(&scores, kind, &labels, &folds).unwrap();
            let error = expected_calibration_error(&calibrated, &labels, 15).unwrap();
            assert!(error < 0.05, "{kind:?}, seed {seed}: {error}");
            assert_eq!(calibrated.predicted(), scores.predicted());
        }
    }
}

#[test]
fn a_curve_is_taken_only_where_it_is_clearly_better() {
    let (labels, margins) = tempered(1000, 6);
    let plain = fit_calibration(&margins, ScoreKind::Margins, &labels).unwrap();
    assert_eq!(plain.method(), "temperature");
    let scale = plain.temperature().scale();
    assert!((scale - 2.0).abs() < 0.2, "{scale}");
    // Among its surest rows this classifier is wrong every other time, which no scale can say.
    let mut rng = ChaCha8Rng::seed_from_u64(4);
    let (mut labels, mut values) = (Vec::new(), Vec::new());
    for _ in 0..1000 {
        let sure = rng.random_bool(0.5);
        let right = rng.random_bool(if sure { 0.5 } else { 0.95 });
        let margin = if sure { 4.0 } else { 1.0 } + rng.random::<f64>();
        values.extend([margin, -margin, 0.0]);
        labels.push(if right { 0 } else { 1 });
    }
    let scores = Scores::new(3, values).unwrap();
    let bent = fit_calibration(&scores, ScoreKind::Margins, &labels).unwrap();
    assert_eq!(bent.method(), "temperature, isotonic");
    let few = scores.select(&(0..150).collect::<Vec<_>>()).unwrap();
    let few = fit_calibration(&few, ScoreKind::Margins, &labels[..150]).unwrap();
    assert_eq!(few.method(), "temperature");
}

#[test]
fn each_fold_is_calibrated_by_the_others() {
    let (labels, margins, _) = simulated(300, 2);
    let folds: Vec<u32> = (0..300).map(|row| 7 * (row % 3)).collect();
    let whole = cross_fitted(&margins, ScoreKind::Margins, &labels, &folds).unwrap();
    let rows = |inside: bool| -> Vec<u32> {
        (0..300)
            .filter(|&row| (folds[row as usize] == 7) == inside)
            .collect()
    };
    let others = rows(false);
    let labels: Vec<u32> = others.iter().map(|&row| labels[row as usize]).collect();
    let fit = fit_calibration(
        &margins.select(&others).unwrap(),
        ScoreKind::Margins,
        &labels,
    );
    let own = rows(true);
    let expected = fit.unwrap().apply(&margins.select(&own).unwrap()).unwrap();
    assert_eq!(whole.select(&own).unwrap(), expected);
}

#[test]
fn certain_and_hopeless_rows_need_no_exception() {
    let right = Scores::new(3, [1.0, 0.0, 0.0, 0.0, 1.0, 0.0].repeat(150)).unwrap();
    let labels = [0, 1].repeat(150);
    let fit = fit_calibration(&right, ScoreKind::Probabilities, &labels).unwrap();
    let sure = fit.apply(&right).unwrap().confidences();
    assert!(sure.iter().all(|p| (0.99..1.0).contains(p)), "{}", sure[0]);

    let wrong = [2].repeat(300);
    let fit = fit_calibration(&right, ScoreKind::Probabilities, &wrong).unwrap();
    let calibrated = fit.apply(&right).unwrap();
    let hopeless = calibrated.confidences();
    assert!(hopeless.iter().all(|p| *p < 0.34), "{}", hopeless[0]);
    assert_eq!(calibrated.predicted(), right.predicted());

    let one = Scores::new(2, vec![0.3, -0.2]).unwrap();
    let fit = fit_calibration(&one, ScoreKind::Margins, &[0]).unwrap();
    let p = fit.apply(&one).unwrap().confidences()[0];
    assert!((0.5..1.0).contains(&p), "{p}");

    let flat = Scores::new(2, vec![0.0; 6]).unwrap();
    let fit = fit_calibration(&flat, ScoreKind::Probabilities, &[0, 0, 1]).unwrap();
    assert_eq!(fit.apply(&flat).unwrap().values(), [0.5; 6]);

    let far = Scores::new(2, [f64::MAX, f64::MIN, 1.0, 0.0].repeat(2)).unwrap();
    let fit = fit_calibration(&far, ScoreKind::Margins, &[0, 1, 1, 0]).unwrap();
    assert!(fit.apply(&far).is_ok());
}

#[test]
fn what_cannot_be_calibrated_is_refused() {
    let fit = |scores: &Scores, labels: &[u32]| {
        fit_calibration(scores, ScoreKind::Probabilities, labels).unwrap_err()
    };
    let scores = Scores::new(2, vec![0.4, 0.6, 0.9, 0.1]).unwrap();
    assert!(matches!(
        fit(&Scores::new(2, vec![]).unwrap(), &[]),
        LearnError::Empty(_)
    ));
    assert_eq!(
        fit(&Scores::new(1, vec![1.0]).unwrap(), &[0]),
        LearnError::OneScoredClass
    );
    assert!(matches!(fit(&scores, &[0]), LearnError::Lengths { .. }));
    assert!(matches!(
        fit(&scores, &[0, 2]),
        LearnError::LabelOutOfRange { row: 1, .. }
    ));
    let margins = Scores::new(2, vec![0.4, -0.6]).unwrap();
    assert!(matches!(
        fit(&margins, &[0]),
        LearnError::BadScore { class: 1, .. }
    ));
    let cross = |folds: &[u32]| cross_fitted(&scores, ScoreKind::Margins, &[0, 1], folds);
    assert_eq!(cross(&[3, 3]), Err(LearnError::TooFewFolds(1)));
    assert!(matches!(cross(&[3]), Err(LearnError::Lengths { .. })));
    assert!(reliability_bins(&scores, &[0, 1], 0).is_err());
    assert!(reliability_bins(&margins, &[0], 15).is_err());
    assert!(Isotonic::fit(&[], &[], &[], 0.0, 1.0).is_err());
    assert!(Isotonic::fit(&[0.5], &[0.5], &[0.0], 0.0, 1.0).is_err());
    assert!(Isotonic::fit(&[f64::NAN], &[0.5], &[1.0], 0.0, 1.0).is_err());
    assert!(Isotonic::fit(&[0.5], &[0.5], &[1.0], 0.9, 0.1).is_err());
    assert!(Isotonic::fit(&[0.5, 0.6], &[0.5], &[1.0], 0.0, 1.0).is_err());
}

#[test]
fn a_broken_calibration_is_not_read() {
    for broken in [
        r#"{"kind":"margins","temperature":{"scale":0.0,"smoothing":0.0},"isotonic":null}"#,
        r#"{"kind":"margins","temperature":{"scale":1.0,"smoothing":-1.0},"isotonic":null}"#,
        r#"{"kind":"margins","temperature":{"scale":1.0,"smoothing":0.0},"isotonic":{"x":[],"y":[]}}"#,
        r#"{"kind":"margins","temperature":{"scale":1.0,"smoothing":0.0},"isotonic":{"x":[0.5,0.4],"y":[0.1,0.2]}}"#,
        r#"{"kind":"margins","temperature":{"scale":1.0,"smoothing":0.0},"isotonic":{"x":[0.4,0.5],"y":[0.3,0.2]}}"#,
        r#"{"kind":"margins","temperature":{"scale":1.0,"smoothing":0.0},"isotonic":{"x":[0.4],"y":[1.2]}}"#,
    ] {
        assert!(
            serde_json::from_str::<Calibration>(broken).is_err(),
            "{broken}"
        );
    }
}

/// A calibration of any shape, with or without a curve.
fn calibrations(kind: ScoreKind) -> impl Strategy<Value = Calibration> {
    let curve = prop::collection::vec((0.0..1.0_f64, 0.0..1.0_f64), 1..8);
    (0.01..20.0_f64, 0.0..0.5_f64, prop::option::of(curve)).prop_map(
        move |(scale, smoothing, curve)| {
            let curve = curve.map(|points| {
                let (x, y): (Vec<f64>, Vec<f64>) = points.into_iter().unzip();
                Isotonic::fit(&x, &y, &vec![1.0; x.len()], 0.0, 1.0).unwrap()
            });
            let temperature = Temperature::new(scale, smoothing).unwrap();
            Calibration::new(kind, temperature, curve)
        },
    )
}

/// Scores in steps of a hundredth, so that what differs does so by more than rounding.
fn stepped(low: i32, high: i32) -> impl Strategy<Value = Scores> {
    (2..6_usize).prop_flat_map(move |classes| {
        prop::collection::vec(low..=high, classes..60).prop_map(move |steps| {
            let full = steps.len() / classes * classes;
            let values = steps[..full].iter().map(|&step| f64::from(step) / 100.0);
            Scores::new(classes, values.collect()).unwrap()
        })
    })
}

fn assert_calibrated(calibration: &Calibration, scores: &Scores) -> Result<(), TestCaseError> {
    let found = calibration.apply(scores).unwrap();
    for row in found.iter() {
        prop_assert!((row.iter().sum::<f64>() - 1.0).abs() < 1e-9, "{:?}", row);
        prop_assert!(row.iter().all(|p| (0.0..=1.0).contains(p)), "{:?}", row);
    }
    prop_assert_eq!(found.predicted(), scores.predicted());
    let bytes = postcard::to_stdvec(calibration).unwrap();
    let read: Calibration = postcard::from_bytes(&bytes).unwrap();
    let bits = |scores: &Scores| {
        scores
            .values()
            .iter()
            .map(|p| p.to_bits())
            .collect::<Vec<_>>()
    };
    prop_assert_eq!(bits(&read.apply(scores).unwrap()), bits(&found));
    prop_assert_eq!(&read, calibration);
    Ok(())
}

proptest! {
    #[test]
    fn probabilities_stay_probabilities(
        calibration in calibrations(ScoreKind::Probabilities), scores in stepped(0, 100),
    ) {
        assert_calibrated(&calibration, &scores)?;
    }

    #[test]
    fn margins_become_probabilities(
        calibration in calibrations(ScoreKind::Margins), scores in stepped(-500, 500),
    ) {
        assert_calibrated(&calibration, &scores)?;
    }

    #[test]
    fn the_fitted_scale_is_the_lowest_point(scores in stepped(-500, 500), seed: u64) {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let labels: Vec<u32> = (0..scores.rows())
            .map(|_| rng.random_range(0..scores.classes() as u32))
            .collect();
        let fit = Temperature::fit(&scores, ScoreKind::Margins, &labels).unwrap();
        let doubt = 1.0 / (labels.len() as f64 + 2.0);
        let loss = |scale: f64| -> f64 {
            let calibrated = Temperature::new(scale, 0.0).unwrap().apply(&scores, ScoreKind::Margins).unwrap();
            calibrated.iter().zip(&labels).map(|(row, &label)| {
                let ln = |p: &f64| p.max(f64::MIN_POSITIVE).ln();
                let mean = row.iter().map(ln).sum::<f64>() / row.len() as f64;
                -(1.0 - doubt) * ln(&row[label as usize]) - doubt * mean
            }).sum()
        };
        let lowest = loss(fit.scale());
        for factor in [0.5, 0.9, 1.1, 2.0] {
            // The scale of hopeless rows ends a little above 0, where the loss is nearly level.
            prop_assert!(loss(factor * fit.scale()) >= lowest - 1e-4 * labels.len() as f64);
        }
    }

    #[test]
    fn coverage_falls_as_thresholds_rise(
        rows in prop::collection::vec((0..50_u32, any::<bool>()), 1..200), most in 2..30_usize,
    ) {
        let confidence: Vec<f64> = rows.iter().map(|row| f64::from(row.0) / 50.0).collect();
        let correct: Vec<bool> = rows.iter().map(|row| row.1).collect();
        let curve = coverage_curve(&confidence, &correct, most).unwrap();
        prop_assert!(curve.len() <= most);
        prop_assert_eq!(curve[0].rows as usize, rows.len());
        prop_assert!(curve.is_sorted_by(|a, b| a.threshold < b.threshold && a.coverage > b.coverage));
        let surest = confidence.iter().copied().fold(0.0, f64::max);
        prop_assert_eq!(curve[curve.len() - 1].threshold, surest);
        for point in &curve {
            let kept: Vec<bool> = confidence.iter().zip(&correct)
                .filter(|row| *row.0 >= point.threshold).map(|row| *row.1).collect();
            prop_assert_eq!(point.rows as usize, kept.len());
            let right = kept.iter().filter(|right| **right).count();
            prop_assert_eq!(point.accuracy, right as f64 / kept.len() as f64);
        }
        let target = PrecisionTarget { precision: 0.8, min_rows: 5, z: 1.0 };
        if let Some(found) = threshold_for_precision(&confidence, &correct, target).unwrap() {
            prop_assert!(found.accuracy >= 0.8 && found.rows >= 5);
        }
    }
}
