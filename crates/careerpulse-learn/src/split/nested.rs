//! Ever larger parts of the same rows, for a learning curve.

use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::{class_count, gather_groups};
use crate::error::LearnError;

/// For each of `fractions`, about that share of the rows, ascending row numbers.
///
/// Of two subsets the smaller is contained in the larger, no group is torn, and the classes
/// keep their proportions as nearly as whole groups allow: each subset is the beginning of one
/// list of all groups, in which the groups of a class are spread evenly. A subset ends where its
/// size is nearest the share asked for, and holds at least one group; with 1.0 it is everything.
/// A rare class may be missing from a small subset. The group of a row is its own number
/// where `groups` is none.
///
/// Errors on no rows, lengths that differ and fractions not above 0 and at most 1.
pub fn nested_subsets(
    labels: &[u32],
    groups: Option<&[u64]>,
    fractions: &[f64],
    seed: u64,
) -> Result<Vec<Vec<u32>>, LearnError> {
    if labels.is_empty() {
        return Err(LearnError::Empty("the list of labels"));
    }
    let share = |fraction: &&f64| **fraction > 0.0 && **fraction <= 1.0;
    if let Some(&value) = fractions.iter().find(|fraction| !share(fraction)) {
        let name = "a fraction of the learning curve";
        return Err(LearnError::Share { name, value });
    }
    let own: Vec<u64>;
    let groups = match groups {
        Some(groups) => groups,
        None => {
            own = (0..labels.len() as u64).collect();
            &own
        }
    };
    let order = evenly_spread(labels, groups, &mut ChaCha8Rng::seed_from_u64(seed))?;
    let subset = |fraction: &f64| {
        let wanted = fraction * labels.len() as f64;
        let mut rows: Vec<u32> = Vec::new();
        for group in &order {
            // Half of the group past the share is as near as stopping short of it.
            if !rows.is_empty() && rows.len() as f64 + group.len() as f64 / 2.0 > wanted {
                break;
            }
            rows.extend(group);
        }
        rows.sort_unstable();
        rows
    };
    Ok(fractions.iter().map(subset).collect())
}

/// The rows of every group, in an order of which every beginning holds the classes in proportion.
fn evenly_spread(
    labels: &[u32],
    groups: &[u64],
    rng: &mut ChaCha8Rng,
) -> Result<Vec<Vec<u32>>, LearnError> {
    let mut groups = gather_groups(labels, groups)?;
    groups.shuffle(rng);
    // Groups come under the class most of their rows are of.
    let mut by_class = vec![Vec::new(); class_count(labels)];
    for group in groups {
        let most = group.counts.iter().copied().reduce(
            |best, next| {
                if next.1 > best.1 { next } else { best }
            },
        );
        let class = most.map_or(0, |most| most.0 as usize);
        by_class[class].push(group.rows);
    }
    let mut placed: Vec<(f64, Vec<u32>)> = Vec::new();
    for groups in by_class {
        let total: usize = groups.iter().map(Vec::len).sum();
        // One draw per class decides whether its share is rounded up or down, so that not
        // every rare class is left out of a small subset.
        let draw: f64 = rng.random();
        let mut before = 0.0;
        for rows in groups {
            let size = rows.len() as f64;
            placed.push(((before + draw * size) / total as f64, rows));
            before += size;
        }
    }
    placed.sort_by(|a, b| a.0.total_cmp(&b.0));
    Ok(placed.into_iter().map(|placed| placed.1).collect())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn subsets_are_nested_and_groups_whole(
            rows in prop::collection::vec((0..4_u32, 0..40_u64), 1..200), seed: u64,
        ) {
            let (labels, groups): (Vec<u32>, Vec<u64>) = rows.into_iter().unzip();
            let fractions = [1.0, 0.1, 0.5, 0.25];
            let subsets = nested_subsets(&labels, Some(&groups), &fractions, seed).unwrap();
            prop_assert_eq!(&subsets[0], &(0..labels.len() as u32).collect::<Vec<_>>());
            let mut by_size: Vec<HashSet<u32>> = subsets.iter().map(|rows| rows.iter().copied().collect()).collect();
            by_size.sort_by_key(HashSet::len);
            for pair in by_size.windows(2) {
                prop_assert!(pair[0].is_subset(&pair[1]) && !pair[0].is_empty());
            }
            for rows in &by_size {
                let group = |row: u32| groups[row as usize];
                let held: HashSet<u64> = rows.iter().map(|&row| group(row)).collect();
                let whole = (0..labels.len() as u32).filter(|&row| held.contains(&group(row)));
                prop_assert_eq!(whole.count(), rows.len());
            }
            let again = nested_subsets(&labels, Some(&groups), &fractions, seed).unwrap();
            prop_assert_eq!(again, subsets);
        }

        #[test]
        fn single_rows_keep_size_and_proportions(
            labels in prop::collection::vec(0..5_u32, 10..300), fraction in 0.1..1.0_f64, seed: u64,
        ) {
            let rows = &nested_subsets(&labels, None, &[fraction], seed).unwrap()[0];
            let wanted = fraction * labels.len() as f64;
            prop_assert!((rows.len() as f64 - wanted).abs() <= 0.5 + 1e-9);
            for class in 0..5 {
                let all = labels.iter().filter(|label| **label == class).count();
                let held = rows.iter().filter(|row| labels[**row as usize] == class).count();
                // One row for the class's own rounding, the others for that of all classes.
                prop_assert!((held as f64 - fraction * all as f64).abs() < 3.0);
            }
        }
    }

    #[test]
    fn large_groups_do_not_come_first() {
        // Class 0 in 25 groups of 4 rows, class 1 in 100 of 1.
        let labels: Vec<u32> = (0..200).map(|row| row / 100).collect();
        let groups: Vec<u64> = (0..200)
            .map(|row| if row < 100 { row / 4 } else { row })
            .collect();
        for seed in 0..20 {
            let rows = &nested_subsets(&labels, Some(&groups), &[0.25], seed).unwrap()[0];
            let first = rows.iter().filter(|row| **row < 100).count();
            assert!((20..=30).contains(&first), "{first} of {}", rows.len());
        }
    }

    #[test]
    fn what_makes_no_subset_is_refused() {
        assert!(nested_subsets(&[], None, &[0.5], 0).is_err());
        assert!(nested_subsets(&[0, 1], Some(&[1]), &[0.5], 0).is_err());
        for broken in [0.0, 1.1, f64::NAN] {
            assert!(nested_subsets(&[0, 1], None, &[0.5, broken], 0).is_err());
        }
        assert_eq!(nested_subsets(&[0, 1], None, &[], 0).unwrap().len(), 0);
    }
}
