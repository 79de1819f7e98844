//! What a near duplicate with a label says of a row without.

use rayon::prelude::*;

use super::evidence::Evidence;
use super::rows::Grouped;

/// Pairs that are taken to agree and to disagree before any is seen.
const HELD: (f64, f64) = (1.0, 1.0);

/// Multiplies the likelihood ratios of every unlabelled row that has near duplicates with a label.
///
/// With chance `a` a near duplicate has the row's own label, else one that says nothing; so a class has the
/// ratio `a · (its share of the duplicates' labels) / (its prior) + 1 - a`. How often two of a group agree
/// is measured on the labelled groups.
pub(super) fn heed(
    evidence: &mut Evidence,
    groups: &[u64],
    labeled: &Grouped,
    labeled_groups: &[u64],
    labels: &[u32],
    prior: &[f64],
) {
    let classes = prior.len();
    let copied = copied(labeled, labels, prior);
    let of_rows = |rows: &[u32]| -> Vec<f64> {
        let mut shares = vec![0.0; classes];
        for &row in rows {
            shares[labels[row as usize] as usize] += 1.0 / rows.len() as f64;
        }
        let shares = shares.iter().zip(prior);
        shares
            .map(|(share, prior)| copied * share / prior + 1.0 - copied)
            .collect()
    };
    // Both sides are in the order of the groups' numbers.
    let numbers: Vec<u64> = (0..labeled.len())
        .map(|at| labeled_groups[labeled.rows(at)[0] as usize])
        .collect();
    let found: Vec<Option<usize>> = groups
        .par_iter()
        .map(|group| numbers.binary_search(group).ok())
        .collect();
    let rows = evidence.ratios.par_chunks_mut(classes).zip(found);
    rows.for_each(|(row, group)| {
        if let Some(group) = group {
            let factors = of_rows(labeled.rows(group));
            row.iter_mut()
                .zip(factors)
                .for_each(|(ratio, factor)| *ratio *= factor);
            let most = row.iter().copied().fold(0.0, f64::max);
            row.iter_mut().for_each(|ratio| *ratio /= most);
        }
    });
}

/// The chance that a near duplicate has the label of a row, beyond what two rows at random have.
fn copied(labeled: &Grouped, labels: &[u32], prior: &[f64]) -> f64 {
    let (mut agreeing, mut pairs) = (HELD.0, HELD.0 + HELD.1);
    for group in 0..labeled.len() {
        // A pair of neighbours each, so that one large group does not speak for all.
        for two in labeled.rows(group).windows(2) {
            pairs += 1.0;
            agreeing += f64::from(u8::from(labels[two[0] as usize] == labels[two[1] as usize]));
        }
    }
    let by_chance: f64 = prior.iter().map(|share| share * share).sum();
    match by_chance < 1.0 {
        true => ((agreeing / pairs - by_chance) / (1.0 - by_chance)).clamp(0.0, 1.0),
        false => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn duplicates_that_agree_are_believed() {
        let groups: Vec<u64> = (0..40).map(|row| row / 2).collect();
        let grouped = Grouped::of(&groups);
        let same: Vec<u32> = (0..40).map(|row| row / 2 % 2).collect();
        // 21 of 22 pairs agree, where chance has half of them agree.
        let found = copied(&grouped, &same, &[0.5, 0.5]);
        assert!((found - (21.0 / 22.0 - 0.5) / 0.5).abs() < 1e-12, "{found}");
        let never: Vec<u32> = (0..40).map(|row| row % 2).collect();
        assert_eq!(copied(&grouped, &never, &[0.5, 0.5]), 0.0);
        assert_eq!(copied(&grouped, &[0; 40], &[1.0]), 0.0);
    }
}
