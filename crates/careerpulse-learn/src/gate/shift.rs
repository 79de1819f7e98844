//! Whether predictions on one set of rows are spread over the classes as on another.

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::LearnError;

/// How far two spreads are apart, and how far chance takes them.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Shift {
    /// The total variation distance, 0 to 1: the share of rows that would have to change class.
    pub distance: f64,
    /// The distance that so many rows of the reference exceed at the false-alarm rate.
    pub critical: f64,
}

/// The distance of the spread of `rows` over classes from that of `reference`.
///
/// The critical value comes from `draws` samples of the reference of the size of `rows`, since a fixed
/// limit would alarm on every small set. Errors on no rows on either side, labels not below `classes`,
/// no draws and a false-alarm rate outside (0, 1).
pub fn shift(
    rows: &[u32],
    reference: &[u32],
    classes: usize,
    false_alarms: f64,
    draws: usize,
    seed: u64,
) -> Result<Shift, LearnError> {
    for (name, labels) in [("the list of rows", rows), ("the reference", reference)] {
        if labels.is_empty() {
            return Err(LearnError::Empty(name));
        }
        if let Some(row) = labels.iter().position(|&label| label as usize >= classes) {
            return Err(LearnError::LabelOutOfRange {
                row,
                label: labels[row],
                classes,
            });
        }
    }
    if draws == 0 {
        return Err(LearnError::NotPositive {
            name: "draws",
            value: 0.0,
        });
    }
    if !(false_alarms > 0.0 && false_alarms < 1.0) {
        return Err(LearnError::Share {
            name: "false_alarms",
            value: false_alarms,
        });
    }
    let expected = shares(reference.iter().copied(), classes);
    let mut distances: Vec<f64> = (0..draws as u64)
        .into_par_iter()
        .map(|draw| {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            rng.set_stream(draw);
            let sample = (0..rows.len()).map(|_| reference[rng.random_range(0..reference.len())]);
            distance(&shares(sample, classes), &expected)
        })
        .collect();
    distances.sort_unstable_by(f64::total_cmp);
    Ok(Shift {
        distance: distance(&shares(rows.iter().copied(), classes), &expected),
        critical: super::bootstrap::quantile(&distances, 1.0 - false_alarms),
    })
}

fn shares(labels: impl Iterator<Item = u32>, classes: usize) -> Vec<f64> {
    let (mut counts, mut rows) = (vec![0.0; classes], 0.0);
    for label in labels {
        counts[label as usize] += 1.0;
        rows += 1.0;
    }
    counts.iter().map(|count| count / rows).collect()
}

fn distance(left: &[f64], right: &[f64]) -> f64 {
    left.iter()
        .zip(right)
        .map(|(a, b)| (a - b).abs())
        .sum::<f64>()
        / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_critical_value_is_exceeded_at_its_rate_and_a_landslide_exceeds_it() {
        let reference: Vec<u32> = (0..5_000).map(|row| row % 10).collect();
        let mut rng = ChaCha8Rng::seed_from_u64(5);
        let exceeded = (0..400).filter(|_| {
            let rows: Vec<u32> = (0..80).map(|_| rng.random_range(0..10)).collect();
            let found = shift(&rows, &reference, 10, 0.05, 200, 1).unwrap();
            found.distance > found.critical
        });
        let exceeded = exceeded.count();
        // 20 of 400 are expected; from 4 to 40 is more than three and a half deviations.
        assert!((4..=40).contains(&exceeded), "{exceeded}");
        let landslide = shift(&[3; 80], &reference, 10, 0.01, 200, 1).unwrap();
        assert!((landslide.distance - 0.9).abs() < 1e-9 && landslide.critical < 0.5);
    }

    #[test]
    fn what_cannot_be_told_is_an_error() {
        assert!(shift(&[], &[0], 1, 0.1, 10, 0).is_err());
        assert!(shift(&[0], &[], 1, 0.1, 10, 0).is_err());
        assert!(shift(&[1], &[0], 1, 0.1, 10, 0).is_err());
        assert!(shift(&[0], &[0], 1, 0.0, 10, 0).is_err());
        assert!(shift(&[0], &[0], 1, 0.1, 0, 0).is_err());
    }
}
