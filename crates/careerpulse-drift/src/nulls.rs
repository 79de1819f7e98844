//! What a statistic does where nothing has changed, drawn once a version and kept.

use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// The drawn null distributions of one version's reference.
///
/// They hold for the reference that they were drawn from: keep them with the version, and give each
/// version its own. [`measure`](crate::measure()) draws what is missing and adds it here; given back, it
/// gives the same results without drawing.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Nulls {
    /// In the order they were drawn.
    pub entries: Vec<Null>,
}

/// The null distribution of one statistic.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Null {
    /// The check.
    pub check: String,
    /// The check's own rows in the reference.
    pub reference_rows: usize,
    /// The check's own rows in the window, rounded down to a grid of 16 steps from one power of two to the
    /// next: the distribution of fewer rows is wider, so rounding errs to the quiet side.
    pub window_rows: usize,
    /// The seed they were drawn from.
    pub seed: u64,
    /// The statistic in each draw, descending.
    pub draws: Vec<f64>,
}

impl Nulls {
    /// The distribution with this key, drawn by `draw` where it is not there, has fewer than `draws`
    /// draws, or is damaged. Each draw has a stream of its own, so threads change nothing.
    pub(crate) fn obtain(
        &mut self,
        key: Key<'_>,
        draws: usize,
        draw: impl Fn(&mut ChaCha8Rng) -> f64 + Sync,
    ) -> &Null {
        let is_key = |null: &Null| {
            null.check == key.check
                && null.reference_rows == key.reference_rows
                && null.window_rows == key.window_rows
                && null.seed == key.seed
        };
        let at = self.entries.iter().position(is_key);
        if let Some(at) = at.filter(|&at| self.entries[at].is_sound(draws)) {
            return &self.entries[at];
        }
        let name = key.check.bytes().fold(0_u64, |hash, byte| {
            hash.wrapping_mul(0x0100_0000_01b3)
                .wrapping_add(byte.into())
        });
        let seeded = ChaCha8Rng::seed_from_u64(key.seed ^ name);
        let mut drawn: Vec<f64> = (0..draws as u64)
            .into_par_iter()
            .map(|stream| {
                let mut rng = seeded.clone();
                rng.set_stream(stream);
                draw(&mut rng)
            })
            .collect();
        drawn.sort_unstable_by(|a, b| b.total_cmp(a));
        let null = Null {
            check: key.check.to_owned(),
            reference_rows: key.reference_rows,
            window_rows: key.window_rows,
            seed: key.seed,
            draws: drawn,
        };
        let at = match at {
            Some(at) => {
                self.entries[at] = null;
                at
            }
            None => {
                self.entries.push(null);
                self.entries.len() - 1
            }
        };
        &self.entries[at]
    }
}

/// Which null distribution.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Key<'a> {
    pub check: &'a str,
    pub reference_rows: usize,
    pub window_rows: usize,
    pub seed: u64,
}

impl Null {
    /// Chance of `value` or more: the rank among the draws, itself counted (Davison & Hinkley 1997, 4.2).
    pub fn p_value(&self, value: f64) -> f64 {
        let reached = self.draws.partition_point(|&draw| draw >= value);
        (reached + 1) as f64 / (self.draws.len() + 1) as f64
    }

    /// The least value whose p-value is at most `level`, and the p-value it has: the share of draws at or
    /// beyond it, itself counted; `None` where there are too few draws for any.
    pub fn critical(&self, level: f64) -> Option<(f64, f64)> {
        let draws = self.draws.len();
        let rank = (level * (draws + 1) as f64) as usize;
        let critical = self.draws.get(rank.checked_sub(1)?)?.next_up();
        let beyond = self.draws.partition_point(|&draw| draw >= critical);
        Some((critical, (beyond + 1) as f64 / (draws + 1) as f64))
    }

    fn is_sound(&self, draws: usize) -> bool {
        self.draws.len() >= draws
            && self.draws.iter().all(|draw| draw.is_finite())
            && self.draws.is_sorted_by(|a, b| a >= b)
    }
}

/// `rows` rounded down to its five leading binary digits.
pub(crate) fn grid(rows: usize) -> usize {
    let surplus = rows.checked_ilog2().unwrap_or(0).saturating_sub(4);
    rows >> surplus << surplus
}

#[cfg(test)]
mod tests {
    use rand::RngExt as _;

    use super::*;

    const KEY: Key<'static> = Key {
        check: "one",
        reference_rows: 10,
        window_rows: 4,
        seed: 3,
    };

    #[test]
    fn kept_draws_are_used_again_and_damaged_or_too_few_ones_are_not() {
        let mut nulls = Nulls::default();
        let drawn = nulls.obtain(KEY, 200, |rng| rng.random()).clone();
        assert_eq!(nulls.obtain(KEY, 150, |_| f64::NAN), &drawn);
        nulls.entries[0].draws.swap(0, 199);
        assert_eq!(nulls.obtain(KEY, 200, |rng| rng.random()), &drawn);
        nulls.entries[0].draws.truncate(50);
        assert_eq!(nulls.obtain(KEY, 200, |rng| rng.random()), &drawn);
        let other = Key {
            window_rows: 5,
            ..KEY
        };
        assert_eq!(nulls.obtain(other, 200, |_| 0.0).draws, [0.0; 200]);
        assert_eq!(nulls.entries.len(), 2);
    }

    #[test]
    fn values_from_the_critical_one_on_are_those_with_a_p_value_of_the_level() {
        let null = Null {
            check: String::new(),
            reference_rows: 1,
            window_rows: 1,
            seed: 0,
            draws: (0..99).rev().map(f64::from).collect(),
        };
        let (critical, rate) = null.critical(0.05).unwrap();
        assert!(null.p_value(critical) <= 0.05 && null.p_value(critical.next_down()) > 0.05);
        assert!((rate - 0.05).abs() < 1e-12);
        assert_eq!(null.critical(0.001), None);
        assert_eq!(null.p_value(1e9), 0.01);
    }

    #[test]
    fn the_grid_rounds_down_by_less_than_a_sixteenth() {
        for rows in 0..5_000 {
            let rounded = grid(rows);
            assert!(rounded <= rows && (rows - rounded) * 16 <= rows, "{rows}");
        }
        assert_eq!([1_000, 400, 31].map(grid), [992, 400, 31]);
    }
}
