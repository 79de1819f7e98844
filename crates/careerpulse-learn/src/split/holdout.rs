//! One training and one test set.

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use super::{class_count, gather_groups, hardest_first, rows_by_class};
use crate::error::LearnError;

/// Row numbers of both sides, ascending.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Split {
    /// Rows to learn from.
    pub train: Vec<u32>,
    /// Rows to be judged on.
    pub test: Vec<u32>,
}

/// Holds back about `test_fraction` of the rows, of every class alike, without parting a group.
///
/// Without groups the guarantees are those of scikit-learn's `train_test_split(stratify)`:
/// `ceil(test_fraction · rows)` test rows up to rounding, each class within one row of its share;
/// fewer where so many classes have a single row that the others cannot make up for them. With
/// groups (one id per row) no group is on both sides and each class comes as near its share as
/// whole groups allow. A class too small to be shared stays in training, unless more than half is
/// held back or a group forces it. Errors on a fraction
/// outside (0, 1), lengths that differ and a side left empty.
pub fn train_test_split(
    labels: &[u32],
    groups: Option<&[u64]>,
    test_fraction: f64,
    seed: u64,
) -> Result<Split, LearnError> {
    check_holdout(labels, test_fraction)?;
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let in_test = match groups {
        None => hold_back_rows(labels, test_fraction, &mut rng),
        Some(groups) => hold_back_groups(labels, groups, test_fraction, &mut rng)?,
    };
    split_by(&in_test, test_fraction)
}

/// Both sides, by whether each row is in the test set. Errors where one is empty; `fraction` is for its words.
pub(super) fn split_by(in_test: &[bool], fraction: f64) -> Result<Split, LearnError> {
    let rows = |side: bool| {
        (0..)
            .zip(in_test)
            .filter(|row| *row.1 == side)
            .map(|row| row.0)
            .collect::<Vec<u32>>()
    };
    let split = Split {
        train: rows(false),
        test: rows(true),
    };
    for (side, name) in [
        (&split.train, "the training set"),
        (&split.test, "the test set"),
    ] {
        if side.is_empty() {
            return Err(LearnError::EmptySide {
                rows: in_test.len(),
                fraction,
                side: name,
            });
        }
    }
    Ok(split)
}

/// Errors on a fraction outside (0, 1) and on no rows.
pub(super) fn check_holdout(labels: &[u32], test_fraction: f64) -> Result<(), LearnError> {
    if !(test_fraction > 0.0 && test_fraction < 1.0) {
        return Err(LearnError::TestFraction(test_fraction));
    }
    if labels.is_empty() {
        return Err(LearnError::Empty("the list of labels"));
    }
    Ok(())
}

/// Whether each row is in the test set, by largest remainders.
fn hold_back_rows(labels: &[u32], fraction: f64, rng: &mut ChaCha8Rng) -> Vec<bool> {
    let mut classes = rows_by_class(labels);
    // A hair is taken off so that 0.2 · 10 rows is 2 rows whatever the rounding.
    let wanted = (fraction * labels.len() as f64 - 1e-9).ceil() as usize;
    let exact: Vec<f64> = classes
        .iter()
        .map(|rows| rows.len() as f64 * fraction + 1e-9)
        .collect();
    let mut quota: Vec<usize> = exact.iter().map(|share| share.floor() as usize).collect();
    let mut order: Vec<usize> = (0..classes.len())
        .filter(|&class| quota[class] + 1 < classes[class].len())
        .collect();
    // Shuffled first, so that equal remainders are drawn by lot.
    order.shuffle(rng);
    order.sort_by(|&a, &b| exact[b].fract().total_cmp(&exact[a].fract()));
    let missing = wanted.saturating_sub(quota.iter().sum());
    for &class in order.iter().take(missing) {
        quota[class] += 1;
    }
    let mut in_test = vec![false; labels.len()];
    for (rows, quota) in classes.iter_mut().zip(quota) {
        rows.shuffle(rng);
        for &row in &rows[..quota] {
            in_test[row as usize] = true;
        }
    }
    in_test
}

/// Whether each row is in the test set: a group goes there where that brings its classes nearer their shares.
fn hold_back_groups(
    labels: &[u32],
    groups: &[u64],
    fraction: f64,
    rng: &mut ChaCha8Rng,
) -> Result<Vec<bool>, LearnError> {
    let mut groups = gather_groups(labels, groups)?;
    groups.shuffle(rng);
    hardest_first(&mut groups, class_count(labels));
    let sizes: Vec<f64> = rows_by_class(labels)
        .iter()
        .map(|rows| rows.len() as f64)
        .collect();
    let mut held = vec![0.0; sizes.len()];
    let mut in_test = vec![false; labels.len()];
    for group in groups {
        // Change of the squared distance to the share, each class by its own size.
        let change: f64 = group
            .counts
            .iter()
            .map(|&(class, count)| {
                let class = class as usize;
                let gap = fraction * sizes[class] - held[class];
                count * (count - 2.0 * gap) / sizes[class]
            })
            .sum();
        if change < 0.0 {
            group
                .counts
                .iter()
                .for_each(|&(class, count)| held[class as usize] += count);
            group
                .rows
                .iter()
                .for_each(|&row| in_test[row as usize] = true);
        }
    }
    Ok(in_test)
}
