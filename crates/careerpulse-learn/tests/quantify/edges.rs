//! Rows that hardly are any, and rows that are refused.

use careerpulse_learn::quantify::*;
use careerpulse_learn::{LearnError, Scores};

use super::world::{Rows, World, corrected};

fn none(classes: usize) -> Rows {
    Rows {
        posteriors: Scores::new(classes, vec![]).unwrap(),
        labels: vec![],
        groups: vec![],
        days: vec![],
    }
}

fn some() -> Rows {
    let world = World {
        prior: vec![0.5, 0.3, 0.2],
        sharpness: 1.5,
        days: 10,
        twins: 0.0,
    };
    world.draw(50, &world.prior, 1)
}

#[test]
fn without_rows_there_is_still_an_answer() {
    let empty = corrected(&some(), &none(3), 10);
    assert_eq!(
        (empty.adjusted.rows(), empty.shift.found, empty.converged),
        (0, false, true)
    );
    assert_eq!(empty.unlabeled_prior, empty.labeled_prior);
    let found = intervals(&empty, &[], 2, 0.9, 10, 1).unwrap();
    assert_eq!((found.low, found.high), (vec![0; 6], vec![0; 6]));

    // Without labelled rows posteriors are taken at their word.
    let alone = corrected(&none(3), &some(), 10);
    assert!(!alone.shift.found);
    let near = |(a, b): (&f64, &f64)| (a - b).abs() < 0.02;
    assert!(
        alone
            .adjusted
            .values()
            .iter()
            .zip(some().posteriors.values())
            .all(near)
    );
    assert!(intervals(&alone, &some().days, 10, 0.9, 10, 1).is_ok());
    assert_eq!(corrected(&none(3), &none(3), 0).adjusted.rows(), 0);
}

#[test]
fn few_rows_one_class_and_exact_zeros_are_no_exceptions() {
    let one = Rows {
        posteriors: Scores::new(2, vec![0.0, 1.0]).unwrap(),
        labels: vec![0],
        groups: vec![1],
        days: vec![0],
    };
    let found = corrected(&one, &one, 1);
    assert!(found.adjusted.values().iter().all(|p| p.is_finite()));
    let single = Rows {
        posteriors: Scores::new(1, vec![1.0; 3]).unwrap(),
        labels: vec![0; 3],
        groups: vec![1, 2, 3],
        days: vec![0; 3],
    };
    let found = corrected(&single, &single, 1);
    assert_eq!(
        (found.adjusted.values(), found.shift.found),
        (&[1.0; 3][..], false)
    );
    let found = intervals(&found, &[0; 3], 1, 0.9, 10, 1).unwrap();
    assert_eq!((found.low, found.high), (vec![3], vec![3]));
    // Class 1 has neither rows nor probability anywhere.
    let zeros = Rows {
        posteriors: Scores::new(3, [0.7, 0.0, 0.3].repeat(20)).unwrap(),
        labels: [0, 2].repeat(10),
        groups: (0..20).collect(),
        days: vec![0; 20],
    };
    let found = corrected(&zeros, &zeros, 1);
    assert!(
        (found.adjusted.row(0)[0] - 0.5).abs() < 0.05 && found.adjusted.row(0)[1] < 0.05,
        "{:?}",
        found.adjusted.row(0)
    );
}

#[test]
fn what_does_not_fit_together_is_refused() {
    let rows = some();
    let labeled = LabeledRows {
        probabilities: &rows.posteriors,
        labels: &rows.labels,
        groups: &rows.groups,
    };
    let unlabeled = UnlabeledRows {
        probabilities: &rows.posteriors,
        groups: &rows.groups,
        days: &rows.days,
    };
    let counts = vec![vec![0.0; 3]; 10];
    let params = CorrectionParams::default();
    let refused = |labeled: &LabeledRows,
                   unlabeled: &UnlabeledRows,
                   counts: &[Vec<f64>],
                   params: &CorrectionParams| {
        correct(labeled, unlabeled, counts, params).unwrap_err()
    };
    assert!(matches!(
        refused(&labeled, &unlabeled, &counts[..2], &params),
        LearnError::DayOutOfRange { days: 2, .. }
    ));
    for bad in [f64::NAN, -1.0] {
        let mut counts = counts.clone();
        counts[4][1] = bad;
        assert!(matches!(
            refused(&labeled, &unlabeled, &counts, &params),
            LearnError::BadCount {
                row: 4,
                class: 1,
                ..
            }
        ));
    }
    let short = vec![vec![0.0; 2]; 10];
    assert!(matches!(
        refused(&labeled, &unlabeled, &short, &params),
        LearnError::Lengths { .. }
    ));
    let few = LabeledRows {
        groups: &rows.groups[1..],
        ..labeled
    };
    assert!(matches!(
        refused(&few, &unlabeled, &counts, &params),
        LearnError::Lengths { .. }
    ));
    let few = LabeledRows {
        labels: &[],
        groups: &[],
        ..labeled
    };
    assert!(matches!(
        refused(&few, &unlabeled, &counts, &params),
        LearnError::Lengths { .. }
    ));
    let few = UnlabeledRows {
        days: &rows.days[1..],
        ..unlabeled
    };
    assert!(matches!(
        refused(&labeled, &few, &counts, &params),
        LearnError::Lengths { .. }
    ));
    let wild = Scores::new(3, vec![2.0; 150]).unwrap();
    let wild = UnlabeledRows {
        probabilities: &wild,
        ..unlabeled
    };
    assert!(matches!(
        refused(&labeled, &wild, &counts, &params),
        LearnError::BadScore { .. }
    ));
    let params = CorrectionParams {
        shift_error: f64::NAN,
        ..params
    };
    assert!(matches!(
        refused(&labeled, &unlabeled, &counts, &params),
        LearnError::Share { .. }
    ));
}

#[test]
fn intervals_of_no_cell_and_no_level_are_refused() {
    let rows = some();
    let correction = corrected(&rows, &rows, 10);
    let days = &rows.days;
    assert!(matches!(
        intervals(&correction, &days[1..], 10, 0.9, 10, 1),
        Err(LearnError::Lengths { .. })
    ));
    assert!(matches!(
        intervals(&correction, days, 3, 0.9, 10, 1),
        Err(LearnError::CellOutOfRange { .. })
    ));
    assert!(matches!(
        intervals(&correction, days, 10, 0.9, 0, 1),
        Err(LearnError::NotPositive { .. })
    ));
    for level in [0.0, 1.0, f64::NAN] {
        assert!(matches!(
            intervals(&correction, days, 10, level, 10, 1),
            Err(LearnError::Share { .. })
        ));
    }
}

#[test]
fn em_refuses_priors_that_are_none() {
    let rows = some();
    let em =
        |prior: &[f64], steps, tolerance| em_prior_shift(&rows.posteriors, prior, steps, tolerance);
    assert!(matches!(
        em(&[0.5; 2], 10, 1e-6),
        Err(LearnError::Lengths { .. })
    ));
    assert!(matches!(
        em(&[0.5, 0.5, f64::NAN], 10, 1e-6),
        Err(LearnError::BadCount { class: 2, .. })
    ));
    assert!(matches!(
        em(&[0.0; 3], 10, 1e-6),
        Err(LearnError::NotPositive { .. })
    ));
    assert!(matches!(
        em(&[1.0; 3], 0, 1e-6),
        Err(LearnError::NotPositive { .. })
    ));
    assert!(matches!(
        em(&[1.0; 3], 10, 0.0),
        Err(LearnError::NotPositive { .. })
    ));
    let found = em(&[0.5, 0.5, 0.0], 10, 1e-6).unwrap();
    assert_eq!(found.prior[2], 0.0);
    let empty = em_prior_shift(&Scores::new(2, vec![]).unwrap(), &[3.0, 1.0], 10, 1e-6).unwrap();
    assert_eq!(
        (empty.prior, empty.counts, empty.converged),
        (vec![0.75, 0.25], vec![0.0; 2], true)
    );
}
