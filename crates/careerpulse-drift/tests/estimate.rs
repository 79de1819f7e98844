//! Estimates without labels: right where labels follow the probabilities, and found out where they do not.

#![allow(
    clippy::unwrap_used,
    reason = "a helper that cannot go on fails its test"
)]

use careerpulse_drift::{DriftError, EstimateSettings, Posteriors, Scored, estimate, score};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

const CLASSES: usize = 8;

/// Posteriors of which some are sure and some are not, and a label drawn from each row.
fn rows(count: usize, rng: &mut ChaCha8Rng) -> (Vec<f32>, Vec<u32>) {
    let (mut values, mut labels) = (Vec::new(), Vec::new());
    for _ in 0..count {
        let sharpness = 6.0 * rng.random::<f32>();
        let weights: Vec<f32> = (0..CLASSES)
            .map(|class| (sharpness * rng.random::<f32>() - 0.2 * class as f32).exp())
            .collect();
        let sum: f32 = weights.iter().sum();
        let row: Vec<f32> = weights.iter().map(|weight| weight / sum).collect();
        labels.push(draw(&row, rng));
        values.extend(row);
    }
    (values, labels)
}

fn draw(row: &[f32], rng: &mut ChaCha8Rng) -> u32 {
    let mut left = rng.random::<f32>();
    let fits = |value: &f32| {
        left -= value;
        left < 0.0
    };
    row.iter().position(fits).unwrap_or(row.len() - 1) as u32
}

/// Each row raised to a power, as by a model that is sure without reason.
fn raised(values: &[f32], power: f32) -> Vec<f32> {
    let rows = values.chunks(CLASSES).flat_map(|row| {
        let weights: Vec<f32> = row.iter().map(|value| value.powf(power)).collect();
        let sum: f32 = weights.iter().sum();
        weights.into_iter().map(move |weight| weight / sum)
    });
    rows.collect()
}

fn posteriors(values: &[f32]) -> Posteriors<'_> {
    Posteriors {
        classes: CLASSES,
        values,
    }
}

fn scored<'a>(values: &'a [f32], labels: &'a [u32]) -> Scored<'a> {
    Scored {
        posteriors: posteriors(values),
        labels,
    }
}

fn settings(seed: u64) -> EstimateSettings {
    EstimateSettings {
        level: 0.9,
        draws: 300,
        seed,
    }
}

#[test]
fn intervals_hold_the_truth_at_their_level_and_p_values_are_even() {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let (mut accurate, mut macros, mut small, tries) = (0, 0, 0, 300);
    for seed in 0..tries {
        let (old, old_labels) = rows(600, &mut rng);
        let (new, labels) = rows(150, &mut rng);
        let found = score(
            &scored(&new, &labels),
            &scored(&old, &old_labels),
            &settings(seed),
        )
        .unwrap();
        let holds = |figure: careerpulse_drift::Figure, truth: f64| {
            usize::from(figure.lo <= truth && truth <= figure.hi)
        };
        accurate += holds(found.estimate.accuracy, found.accuracy);
        macros += holds(found.estimate.macro_f1, found.macro_f1);
        small += usize::from(found.p_value <= 0.1);
    }
    // Nine in ten, within three standard errors of 300 tries.
    for held in [accurate, macros] {
        assert!((254..=290).contains(&held), "{held} of {tries}");
    }
    assert!(small <= 45, "{small} of {tries} p-values up to 0.1");
}

#[test]
fn a_model_that_is_too_sure_is_corrected_by_its_labelled_rows() {
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    let (old, old_labels) = rows(3_000, &mut rng);
    let (new, labels) = rows(1_000, &mut rng);
    let (old, new) = (raised(&old, 2.0), raised(&new, 2.0));
    let late = scored(&new, &labels);
    let found = score(&late, &scored(&old, &old_labels), &settings(3)).unwrap();
    assert!((found.estimate.firmness - 0.5).abs() < 0.05, "{found:?}");
    assert!(
        (found.estimate.accuracy.value - found.accuracy).abs() < 0.04,
        "{found:?}"
    );
    assert!(found.p_value > 0.01, "{found:?}");
    // Labelled rows on which the model was right to be so sure: the late labels find it out.
    let fitting: Vec<u32> = old.chunks(CLASSES).map(|row| draw(row, &mut rng)).collect();
    let found = score(&late, &scored(&old, &fitting), &settings(3)).unwrap();
    assert!(
        found.estimate.accuracy.lo > found.accuracy && found.p_value < 0.02,
        "{found:?}"
    );
}

#[test]
fn without_labelled_rows_the_interval_is_wider() {
    let mut rng = ChaCha8Rng::seed_from_u64(4);
    let (old, old_labels) = rows(2_000, &mut rng);
    let (new, _) = rows(400, &mut rng);
    let width = |labelled: &Scored<'_>| {
        let found = estimate(&posteriors(&new), labelled, &settings(5)).unwrap();
        found.accuracy.hi - found.accuracy.lo
    };
    assert!(width(&scored(&[], &[])) > 1.5 * width(&scored(&old, &old_labels)));
}

#[test]
fn sure_and_single_class_posteriors_have_figures_and_broken_ones_are_refused() {
    let none = scored(&[], &[]);
    let one = Posteriors {
        classes: 1,
        values: &[1.0, 1.0, 1.0],
    };
    let found = estimate(&one, &none, &settings(6)).unwrap();
    assert_eq!((found.accuracy.value, found.macro_f1.lo), (1.0, 1.0));
    let sure = [1.0_f32, 0.0, 0.0, 1.0];
    let sure = Posteriors {
        classes: 2,
        values: &sure,
    };
    let late = Scored {
        posteriors: sure,
        labels: &[1, 0],
    };
    let found = score(&late, &late, &settings(6)).unwrap();
    assert!(
        found.estimate.firmness.is_finite() && found.p_value > 0.0,
        "{found:?}"
    );
    assert_eq!(
        estimate(&posteriors(&[]), &none, &settings(6)),
        Err(DriftError::NoRows)
    );
    for values in [&[0.5_f32; 7][..], &[0.5; 8], &[f32::NAN; 8], &[-1.0; 8]] {
        assert!(
            estimate(&posteriors(values), &none, &settings(6)).is_err(),
            "{values:?}"
        );
    }
    let label = scored(&[0.125; 8], &[8]);
    let error = score(&label, &none, &settings(6)).unwrap_err().to_string();
    assert!(
        error.contains("row 0 of the rows with late labels has label 8"),
        "{error}"
    );
}
