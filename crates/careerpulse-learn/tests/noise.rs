//! Confident learning equals cleanlab's.

#![allow(
    clippy::unwrap_used,
    reason = "a helper that cannot go on fails its test"
)]

use careerpulse_learn::*;
use serde::Deserialize;

#[derive(Deserialize)]
struct Oracle {
    noise: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    classes: usize,
    scores: Vec<f64>,
    labels: Vec<u32>,
    thresholds: Vec<f64>,
    joint: Vec<Vec<u32>>,
    suspects: Vec<u32>,
    margins: Vec<f64>,
    self_confidence: Vec<f64>,
}

fn cases() -> Vec<Case> {
    let oracle = include_str!("../../../testdata/oracle/calibration.json");
    serde_json::from_str::<Oracle>(oracle).unwrap().noise
}

#[test]
fn suspects_equal_cleanlabs() {
    for case in cases() {
        let scores = Scores::new(case.classes, case.scores).unwrap();
        let found = label_noise(&scores, &case.labels).unwrap();
        for (ours, theirs) in found.thresholds.iter().zip(&case.thresholds) {
            assert!((ours.unwrap() - theirs).abs() < 1e-12);
        }
        let mut joint = found.joint;
        for (class, row) in joint.iter_mut().enumerate() {
            row[class] = row[class].max(1);
        }
        assert_eq!(joint, case.joint);
        let rows: Vec<u32> = found.suspects.iter().map(|suspect| suspect.row).collect();
        assert_eq!(rows, case.suspects);
        for (at, suspect) in found.suspects.iter().enumerate() {
            assert!((suspect.score - case.margins[at]).abs() < 1e-12);
            assert_eq!(suspect.self_confidence, case.self_confidence[at]);
            assert_eq!(suspect.given, case.labels[suspect.row as usize]);
            assert_ne!(suspect.given, suspect.suggested);
            let row = scores.row(suspect.row as usize);
            let suggested = row[suspect.suggested as usize];
            assert_eq!(suspect.suggested_probability, suggested);
        }
    }
}

#[test]
fn a_flipped_label_comes_first() {
    let mut values = [0.9, 0.1, 0.0, 0.1, 0.8, 0.1, 0.0, 0.2, 0.8].repeat(5);
    values.extend([0.05, 0.9, 0.05]);
    values.extend([0.2, 0.8, 0.0]);
    let labels = [[0, 1, 2].repeat(5), vec![0, 2]].concat();
    let scores = Scores::new(3, values).unwrap();
    let found = label_noise(&scores, &labels).unwrap();
    let pairs: Vec<(u32, u32, u32)> = found
        .suspects
        .iter()
        .map(|suspect| (suspect.row, suspect.given, suspect.suggested))
        .collect();
    assert_eq!(pairs, [(15, 0, 1), (16, 2, 1)]);
}

#[test]
fn a_label_that_is_most_probable_anyway_is_no_suspect() {
    let rows = [
        [0.95, 0.05].repeat(4),
        vec![0.6, 0.4],
        [0.65, 0.35].repeat(4),
    ];
    let scores = Scores::new(2, rows.concat()).unwrap();
    let found = label_noise(&scores, &[0, 0, 0, 0, 0, 1, 1, 1, 1]).unwrap();
    // Row 4 reaches the low threshold of class 1 and not the high one of its own.
    assert_eq!(found.joint, [[4, 1], [0, 4]]);
    assert_eq!(found.suspects, []);
}

#[test]
fn a_class_without_rows_is_never_suggested() {
    let scores = Scores::new(3, [0.1, 0.2, 0.7, 0.6, 0.4, 0.0].repeat(4)).unwrap();
    let found = label_noise(&scores, &[0, 1].repeat(4)).unwrap();
    assert_eq!(found.thresholds[2], None);
    assert!(found.suspects.iter().all(|suspect| suspect.suggested != 2));
    assert!(found.joint.iter().all(|row| row[2] == 0));
}

#[test]
fn what_is_no_probability_is_refused() {
    let margins = Scores::new(2, vec![-1.0, 1.0]).unwrap();
    assert!(matches!(
        label_noise(&margins, &[0]),
        Err(LearnError::BadScore { .. })
    ));
    let one = Scores::new(1, vec![1.0]).unwrap();
    assert_eq!(label_noise(&one, &[0]), Err(LearnError::OneScoredClass));
    let none = Scores::new(2, vec![]).unwrap();
    assert!(matches!(label_noise(&none, &[]), Err(LearnError::Empty(_))));
}
