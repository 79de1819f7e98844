//! Folds for cross-validation.

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use super::{class_count, gather_groups, hardest_first, rows_by_class};
use crate::error::LearnError;

/// The fold, 0 to `n_folds - 1`, of each row; each class is spread as evenly as can be.
///
/// Source: scikit-learn's `StratifiedKFold(shuffle=True)`: the fold sizes differ by one row at
/// most, and so do the counts of each class. A class with fewer rows than folds
/// aborts nothing: some folds hold none of it. Errors on fewer than 2 folds and on more
/// folds than rows.
pub fn stratified_kfold(labels: &[u32], n_folds: usize, seed: u64) -> Result<Vec<u32>, LearnError> {
    check_folds(n_folds, labels.len(), "rows")?;
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut folds = vec![0; labels.len()];
    // Dealing goes on where the class before stopped, which keeps the folds level.
    let mut dealt = 0;
    for rows in rows_by_class(labels) {
        let mut hands: Vec<u32> = (dealt..dealt + rows.len())
            .map(|card| (card % n_folds) as u32)
            .collect();
        dealt += rows.len();
        hands.shuffle(&mut rng);
        for (row, fold) in rows.into_iter().zip(hands) {
            folds[row as usize] = fold;
        }
    }
    Ok(folds)
}

/// The fold of each row; rows of one group share it, and classes are spread as evenly as that allows.
///
/// Source: scikit-learn's `StratifiedGroupKFold(shuffle=True)`: groups are placed one by one,
/// those with the most uneven classes first, each in the fold where the spread of the
/// classes over the folds stays smallest. Rare classes abort nothing. Errors where
/// lengths differ, on fewer than 2 folds and on more folds than groups.
pub fn stratified_group_kfold(
    labels: &[u32],
    groups: &[u64],
    n_folds: usize,
    seed: u64,
) -> Result<Vec<u32>, LearnError> {
    let mut groups = gather_groups(labels, groups)?;
    check_folds(n_folds, groups.len(), "groups")?;
    groups.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
    let classes = class_count(labels);
    hardest_first(&mut groups, classes);

    let sizes: Vec<f64> = rows_by_class(labels)
        .iter()
        .map(|rows| rows.len() as f64)
        .collect();
    let mut board = Board {
        shares: vec![0.0; classes * n_folds],
        rows: vec![0; n_folds],
        n_folds,
    };
    let mut folds = vec![0; labels.len()];
    for group in groups {
        let shares: Vec<(u32, f64)> = group
            .counts
            .iter()
            .map(|&(class, count)| (class, count / sizes[class as usize]))
            .collect();
        let fold = board.best_fold(&shares);
        board.place(fold, &shares, group.rows.len());
        for row in group.rows {
            folds[row as usize] = fold as u32;
        }
    }
    Ok(folds)
}

fn check_folds(n_folds: usize, have: usize, what: &'static str) -> Result<(), LearnError> {
    if n_folds < 2 {
        return Err(LearnError::TooFewFolds(n_folds));
    }
    if n_folds > have {
        return Err(LearnError::TooManyFolds {
            folds: n_folds,
            have,
            what,
        });
    }
    Ok(())
}

/// What share of each class each fold holds so far.
struct Board {
    shares: Vec<f64>,
    rows: Vec<usize>,
    n_folds: usize,
}

impl Board {
    /// The fold that keeps the shares most even; of equally good ones the one with the fewest rows.
    fn best_fold(&self, shares: &[(u32, f64)]) -> usize {
        // Only the classes of the group change, so only their deviations are compared.
        let cost = |fold: usize| -> f64 {
            shares
                .iter()
                .map(|&(class, share)| self.deviation_with(class, fold, share))
                .sum()
        };
        let mut best = (0, cost(0));
        for fold in 1..self.n_folds {
            let cost = cost(fold);
            let close = (cost - best.1).abs() <= 1e-8 + 1e-5 * best.1;
            let better = match close {
                true => self.rows[fold] < self.rows[best.0],
                false => cost < best.1,
            };
            if better {
                best = (fold, cost);
            }
        }
        best.0
    }

    /// Standard deviation over folds of the shares of `class` once `fold` holds `share` more.
    fn deviation_with(&self, class: u32, fold: usize, share: f64) -> f64 {
        let start = class as usize * self.n_folds;
        let folds = &self.shares[start..start + self.n_folds];
        let n = self.n_folds as f64;
        let mean = (folds.iter().sum::<f64>() + share) / n;
        let squares = folds.iter().enumerate().map(|(at, &held)| {
            let held = if at == fold { held + share } else { held };
            (held - mean) * (held - mean)
        });
        (squares.sum::<f64>() / n).sqrt()
    }

    fn place(&mut self, fold: usize, shares: &[(u32, f64)], rows: usize) {
        self.rows[fold] += rows;
        for &(class, share) in shares {
            self.shares[class as usize * self.n_folds + fold] += share;
        }
    }
}
