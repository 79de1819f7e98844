//! The guarantees of folds and splits, as properties.

use std::collections::{HashMap, HashSet};

use proptest::prelude::*;
use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;

use super::*;

fn counts(labels: &[u32], rows: impl Iterator<Item = usize>) -> HashMap<u32, usize> {
    let mut counts = HashMap::new();
    for row in rows {
        *counts.entry(labels[row]).or_insert(0) += 1;
    }
    counts
}

/// Every class of every fold within `slack` rows of its share.
fn assert_proportions(labels: &[u32], folds: &[u32], n_folds: usize, slack: f64) {
    let total = counts(labels, 0..labels.len());
    for fold in 0..n_folds as u32 {
        let held = counts(labels, (0..labels.len()).filter(|&row| folds[row] == fold));
        for (class, size) in &total {
            let share = *size as f64 / n_folds as f64;
            let have = held.get(class).copied().unwrap_or(0) as f64;
            assert!(
                (have - share).abs() <= slack,
                "class {class} in fold {fold}: {have} of {share}"
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn folds_keep_proportions(labels in prop::collection::vec(0..6_u32, 10..200), n_folds in 2..8_usize, seed: u64) {
        let folds = stratified_kfold(&labels, n_folds, seed).unwrap();
        assert_proportions(&labels, &folds, n_folds, 0.999);
        let mut sizes = vec![0_i64; n_folds];
        folds.iter().for_each(|&fold| sizes[fold as usize] += 1);
        prop_assert!(sizes.iter().max().unwrap() - sizes.iter().min().unwrap() <= 1);
        prop_assert_eq!(stratified_kfold(&labels, n_folds, seed).unwrap(), folds);
    }

    #[test]
    fn no_group_is_in_two_folds(
        rows in prop::collection::vec((0..5_u32, 0..40_u64), 60..200), n_folds in 2..6_usize, seed: u64,
    ) {
        let (labels, groups): (Vec<u32>, Vec<u64>) = rows.into_iter().unzip();
        let folds = stratified_group_kfold(&labels, &groups, n_folds, seed).unwrap();
        let pairs: HashSet<_> = groups.iter().zip(&folds).collect();
        prop_assert_eq!(pairs.len(), groups.iter().collect::<HashSet<_>>().len());
        prop_assert_eq!(folds.iter().collect::<HashSet<_>>().len(), n_folds);
    }

    #[test]
    fn groups_of_one_are_spread_like_rows(labels in prop::collection::vec(0..4_u32, 40..200), seed: u64) {
        let groups: Vec<u64> = (0..labels.len() as u64).collect();
        let folds = stratified_group_kfold(&labels, &groups, 5, seed).unwrap();
        assert_proportions(&labels, &folds, 5, 1.0);
    }

    #[test]
    fn a_split_keeps_proportions(
        labels in prop::collection::vec(0..5_u32, 30..200), fraction in 0.1..0.5_f64, seed: u64,
    ) {
        let split = train_test_split(&labels, None, fraction, seed).unwrap();
        let mut all = [split.train.clone(), split.test.clone()].concat();
        all.sort_unstable();
        prop_assert_eq!(all, (0..labels.len() as u32).collect::<Vec<_>>());
        let test = counts(&labels, split.test.iter().map(|&row| row as usize));
        for (class, size) in counts(&labels, 0..labels.len()) {
            let share = size as f64 * fraction;
            prop_assert!((test.get(&class).copied().unwrap_or(0) as f64 - share).abs() < 1.0 + 1e-6);
        }
    }

    #[test]
    fn no_group_is_on_both_sides(rows in prop::collection::vec((0..4_u32, 0..40_u64), 80..200), seed: u64) {
        let (labels, groups): (Vec<u32>, Vec<u64>) = rows.into_iter().unzip();
        let split = train_test_split(&labels, Some(&groups), 0.25, seed).unwrap();
        let ids = |rows: &[u32]| rows.iter().map(|&row| groups[row as usize]).collect::<HashSet<_>>();
        prop_assert!(ids(&split.train).is_disjoint(&ids(&split.test)));
        prop_assert_eq!(split.train.len() + split.test.len(), labels.len());
        // A group is held back only where that brings the classes nearer their shares, so they end
        // no farther from them than they were with nothing held back.
        let held = counts(&labels, split.test.iter().map(|&row| row as usize));
        let distance = |held: f64, size: f64| (held - 0.25 * size).powi(2) / size;
        let (mut at_the_end, mut at_first) = (0.0, 0.0);
        for (class, size) in counts(&labels, 0..labels.len()) {
            at_the_end += distance(held.get(&class).copied().unwrap_or(0) as f64, size as f64);
            at_first += distance(0.0, size as f64);
        }
        prop_assert!(at_the_end <= at_first + 1e-9, "{at_the_end} {at_first}");
    }
}

#[test]
fn groups_of_a_few_rows_come_near_the_share() {
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    let shares: Vec<f64> = (0..200)
        .map(|seed| {
            let rows: Vec<(u32, u64)> = (0..150)
                .map(|_| (rng.random_range(0..4), rng.random_range(0..40)))
                .collect();
            let (labels, groups): (Vec<u32>, Vec<u64>) = rows.into_iter().unzip();
            let split = train_test_split(&labels, Some(&groups), 0.25, seed).unwrap();
            split.test.len() as f64 / labels.len() as f64
        })
        .collect();
    let off = |share: &f64| (share - 0.25).abs();
    let mean = shares.iter().map(off).sum::<f64>() / shares.len() as f64;
    // Groups hold some four rows of mixed classes; 0.033 is five rows of 150.
    assert!(mean < 0.05, "mean distance from the share: {mean}");
}

#[test]
fn the_test_set_has_scikit_learns_size() {
    let labels: Vec<u32> = (0..103).map(|row| row % 7).collect();
    for (fraction, size) in [(0.2, 21), (0.25, 26), (0.5, 52)] {
        assert_eq!(
            train_test_split(&labels, None, fraction, 1)
                .unwrap()
                .test
                .len(),
            size
        );
    }
    assert_eq!(
        train_test_split(&[0, 0, 0, 0, 0, 1, 1, 1, 1, 1], None, 0.2, 1)
            .unwrap()
            .test
            .len(),
        2
    );
}

#[test]
fn large_twins_do_not_unbalance_the_folds() {
    // 20 groups of 5 twins and 100 groups of 1, over two classes.
    let groups: Vec<u64> = (0..200)
        .map(|row| if row < 100 { row / 5 } else { row })
        .collect();
    let labels: Vec<u32> = groups.iter().map(|group| (group % 2) as u32).collect();
    let folds = stratified_group_kfold(&labels, &groups, 5, 3).unwrap();
    assert_proportions(&labels, &folds, 5, 2.0);
}

#[test]
fn a_rare_class_stays_in_training_and_aborts_nothing() {
    let labels = [0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
    assert!(stratified_kfold(&labels, 5, 1).is_ok());
    for seed in 0..20 {
        assert!(
            train_test_split(&labels, None, 0.3, seed)
                .unwrap()
                .train
                .contains(&9)
        );
        let groups: Vec<u64> = (0..10).collect();
        assert!(
            train_test_split(&labels, Some(&groups), 0.3, seed)
                .unwrap()
                .train
                .contains(&9)
        );
    }
}

#[test]
fn what_cannot_be_split_is_an_error() {
    assert_eq!(
        stratified_kfold(&[0, 1], 1, 0),
        Err(LearnError::TooFewFolds(1))
    );
    assert_eq!(
        stratified_kfold(&[0, 1], 3, 0),
        Err(LearnError::TooManyFolds {
            folds: 3,
            have: 2,
            what: "rows"
        })
    );
    assert_eq!(
        stratified_group_kfold(&[0, 1, 1], &[7, 7, 7], 2, 0),
        Err(LearnError::TooManyFolds {
            folds: 2,
            have: 1,
            what: "groups"
        })
    );
    assert!(matches!(
        stratified_group_kfold(&[0, 1], &[7], 2, 0),
        Err(LearnError::Lengths { .. })
    ));
    assert_eq!(
        train_test_split(&[0, 1], None, 1.0, 0),
        Err(LearnError::TestFraction(1.0))
    );
    assert!(matches!(
        train_test_split(&[0], None, 0.5, 0),
        Err(LearnError::EmptySide { .. })
    ));
    assert!(matches!(
        train_test_split(&[], None, 0.5, 0),
        Err(LearnError::Empty(_))
    ));
}
