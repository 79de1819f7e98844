//! A held-out part that stays the same while rows are added.

use std::collections::BTreeMap;

use super::holdout::{check_holdout, split_by};
use super::{Split, check_lengths, class_count};
use crate::error::LearnError;

/// Holds back each group by its own number and the seed alone, `test_fraction` of the groups on average.
///
/// A group's place in [0, 1) is a hash of both; places under `test_fraction` are held back. So a row
/// that is added moves no other, but for two rules that serve small classes, in this order:
///
/// 1. Of a class of two groups or more none of which is held back, the group in the lowest place is.
/// 2. Of a class all of whose groups are held back, the group in the highest place is kept.
///
/// A class with one group is therefore kept for training. Both rules hold for every class wherever
/// each group is of one class; a group of several classes may leave a class without a held-out row.
/// Source: splitting by a hash of a stable identifier (Géron 2019, chapter 2); the hash is the
/// finaliser of SplitMix64 (Steele et al. 2014). Errors on a fraction outside (0, 1), lengths that
/// differ and a side left empty.
pub fn stable_holdout(
    labels: &[u32],
    groups: &[u64],
    test_fraction: f64,
    seed: u64,
) -> Result<Split, LearnError> {
    check_holdout(labels, test_fraction)?;
    check_lengths(labels, groups)?;
    // By place, so that the first group of a class is in its lowest one. Equal places are equal
    // groups: the hash is a bijection.
    let mut is_held: BTreeMap<u64, bool> = BTreeMap::new();
    let mut of_class: Vec<Vec<u64>> = vec![Vec::new(); class_count(labels)];
    let limit = (test_fraction * 2.0_f64.powi(64)) as u64;
    for (&label, &group) in labels.iter().zip(groups) {
        let place = place(group, seed);
        is_held.insert(place, place < limit);
        of_class[label as usize].push(place);
    }
    for places in &mut of_class {
        places.sort_unstable();
        places.dedup();
    }
    for places in of_class.iter().filter(|places| places.len() > 1) {
        if places.iter().all(|place| !is_held[place]) {
            is_held.insert(places[0], true);
        }
    }
    for places in &of_class {
        if let Some(&last) = places.last()
            && places.iter().all(|place| is_held[place])
        {
            is_held.insert(last, false);
        }
    }
    let in_test: Vec<bool> = groups
        .iter()
        .map(|&group| is_held[&place(group, seed)])
        .collect();
    split_by(&in_test, test_fraction)
}

/// The place of a group among all numbers of 64 bits.
fn place(group: u64, seed: u64) -> u64 {
    mix(group ^ mix(seed.wrapping_add(0x9e37_79b9_7f4a_7c15)))
}

/// The finaliser of SplitMix64, a bijection.
fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    /// Rows of groups that are of one class each.
    fn pure(groups: &[u64]) -> Vec<u32> {
        groups.iter().map(|group| (group % 7) as u32).collect()
    }

    fn of_class(groups: &[u64], rows: &[u32], class: u32) -> HashSet<u64> {
        let groups = rows.iter().map(|&row| groups[row as usize]);
        groups
            .filter(|group| group % 7 == u64::from(class))
            .collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn every_class_is_kept_and_from_two_groups_on_held_back(
            groups in prop::collection::vec(0..200_u64, 30..200), fraction in 0.05..0.9_f64, seed: u64,
        ) {
            let split = stable_holdout(&pure(&groups), &groups, fraction, seed).unwrap();
            let mut all = [split.train.clone(), split.test.clone()].concat();
            all.sort_unstable();
            prop_assert_eq!(all, (0..groups.len() as u32).collect::<Vec<_>>());
            for class in 0..7 {
                let kept = of_class(&groups, &split.train, class);
                let held = of_class(&groups, &split.test, class);
                prop_assert!(kept.is_disjoint(&held));
                let known = kept.len() + held.len();
                prop_assert!(known == 0 || !kept.is_empty());
                prop_assert!(known < 2 || !held.is_empty());
            }
        }

        #[test]
        fn added_rows_move_a_group_only_where_its_class_was_too_small_for_the_hash(
            groups in prop::collection::vec(0..5_000_u64, 30..120),
            added in prop::collection::vec(0..5_000_u64, 1..120),
            seed: u64,
        ) {
            let before = stable_holdout(&pure(&groups), &groups, 0.2, seed).unwrap();
            let more = [groups.as_slice(), &added].concat();
            let after = stable_holdout(&pure(&more), &more, 0.2, seed).unwrap();
            let limit = (0.2 * 2.0_f64.powi(64)) as u64;
            let by_hash = |row: &u32| place(groups[*row as usize], seed) < limit;
            for row in before.test.iter().filter(|row| by_hash(row)) {
                prop_assert!(after.test.contains(row));
            }
            for class in 0..7 {
                // At most one group of a class is where the rules and not its hash put it.
                let moved = |side: &[u32], held: bool| {
                    let rows = side.iter().filter(|row| by_hash(row) != held);
                    let groups = rows.map(|&row| groups[row as usize]);
                    groups.filter(|group| group % 7 == class).collect::<HashSet<_>>().len()
                };
                prop_assert!(moved(&before.test, true) + moved(&before.train, false) <= 1);
            }
        }
    }

    #[test]
    fn about_the_share_is_held_back_and_the_seed_decides_which() {
        let groups: Vec<u64> = (0..20_000).collect();
        let labels = pure(&groups);
        let split = |seed| stable_holdout(&labels, &groups, 0.2, seed).unwrap();
        let (one, other) = (split(1), split(2));
        // Four standard deviations of a binomial share.
        assert!((one.test.len() as f64 / 20_000.0 - 0.2).abs() < 0.0113);
        assert_ne!(one, other);
        assert_eq!(one, split(1));
    }

    #[test]
    fn the_order_of_rows_does_not_matter_and_what_cannot_be_split_is_an_error() {
        let (groups, backwards): (Vec<u64>, Vec<u64>) =
            ((0..90).collect(), (0..90).rev().collect());
        let held = |groups: &[u64]| -> HashSet<u64> {
            let split = stable_holdout(&pure(groups), groups, 0.3, 5).unwrap();
            split.test.iter().map(|&row| groups[row as usize]).collect()
        };
        assert_eq!(held(&groups), held(&backwards));
        let split = |labels: &[u32], groups: &[u64], fraction| {
            stable_holdout(labels, groups, fraction, 0).unwrap_err()
        };
        assert_eq!(split(&[0], &[1], 1.0), LearnError::TestFraction(1.0));
        assert!(matches!(split(&[], &[], 0.5), LearnError::Empty(_)));
        assert!(matches!(split(&[0], &[], 0.5), LearnError::Lengths { .. }));
        assert!(matches!(
            split(&[0, 1], &[3, 3], 0.5),
            LearnError::EmptySide { .. }
        ));
    }
}
