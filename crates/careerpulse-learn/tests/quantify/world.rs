//! Rows whose posteriors are right, drawn from a known world.

use careerpulse_learn::Scores;
use careerpulse_learn::quantify::{
    Correction, CorrectionParams, LabeledRows, UnlabeledRows, correct,
};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Rows of one kind.
#[derive(Debug)]
pub struct Rows {
    pub posteriors: Scores,
    pub labels: Vec<u32>,
    pub groups: Vec<u64>,
    pub days: Vec<u32>,
}

/// How rows are drawn.
pub struct World {
    /// Shares of the classes that the posteriors carry.
    pub prior: Vec<f64>,
    /// How far classes lie apart.
    pub sharpness: f64,
    pub days: u32,
    /// Chance that a row copies the one before, its class with it.
    pub twins: f64,
}

impl World {
    /// `rows` rows with classes in the proportions of `shares`.
    pub fn draw(&self, rows: usize, shares: &[f64], seed: u64) -> Rows {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let classes = self.prior.len();
        let (mut values, mut labels, mut groups, mut days) = (vec![], vec![], vec![], vec![]);
        for row in 0..rows {
            if row > 0 && rng.random_bool(self.twins) {
                values.extend_from_within((row - 1) * classes..);
                labels.push(labels[row - 1]);
                groups.push(groups[row - 1]);
                days.push(days[row - 1]);
                continue;
            }
            let label = pick(shares, rng.random());
            // Unit normal evidence, shifted where the class is the true one.
            let weights: Vec<f64> = (0..classes)
                .map(|class| {
                    let noise: f64 = (0..12).map(|_| rng.random::<f64>()).sum::<f64>() - 6.0;
                    let evidence = noise + if class == label { self.sharpness } else { 0.0 };
                    self.prior[class] * (self.sharpness * evidence).exp()
                })
                .collect();
            let sum: f64 = weights.iter().sum();
            values.extend(weights.iter().map(|weight| weight / sum));
            labels.push(label as u32);
            groups.push(rng.random());
            days.push(rng.random_range(0..self.days));
        }
        Rows {
            posteriors: Scores::new(classes, values).unwrap(),
            labels,
            groups,
            days,
        }
    }
}

/// The counts of labelled rows by day.
pub fn observed(rows: &Rows, days: u32) -> Vec<Vec<f64>> {
    let mut counts = vec![vec![0.0; rows.posteriors.classes()]; days as usize];
    for (&label, &day) in rows.labels.iter().zip(&rows.days) {
        counts[day as usize][label as usize] += 1.0;
    }
    counts
}

/// The correction of `unlabeled` by `labeled`.
pub fn corrected(labeled: &Rows, unlabeled: &Rows, days: u32) -> Correction {
    correct(
        &LabeledRows {
            probabilities: &labeled.posteriors,
            labels: &labeled.labels,
            groups: &labeled.groups,
        },
        &UnlabeledRows {
            probabilities: &unlabeled.posteriors,
            groups: &unlabeled.groups,
            days: &unlabeled.days,
        },
        &observed(labeled, days),
        &CorrectionParams::default(),
    )
    .unwrap()
}

/// The sum of each class's values, and of each cell where cells are named.
pub fn sums(scores: &Scores, cells: &[u32], n_cells: usize) -> Vec<f64> {
    let classes = scores.classes();
    let mut sums = vec![0.0; n_cells * classes];
    for (row, &cell) in scores.iter().zip(cells) {
        for (class, value) in row.iter().enumerate() {
            sums[cell as usize * classes + class] += value;
        }
    }
    sums
}

fn pick(shares: &[f64], point: f64) -> usize {
    let mut left = point * shares.iter().sum::<f64>();
    for (class, share) in shares.iter().enumerate() {
        left -= share;
        if left < 0.0 {
            return class;
        }
    }
    shares.len() - 1
}
