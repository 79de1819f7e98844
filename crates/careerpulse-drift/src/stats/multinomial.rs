//! Counts of kinds in a sample of a reference, drawn kind by kind rather than row by row.

use rand::RngExt as _;
use rand_chacha::ChaCha8Rng;

/// Natural logarithms of the factorials of 0 to a number of rows.
pub(crate) struct LogFactorials(Vec<f64>);

impl LogFactorials {
    pub fn up_to(rows: usize) -> Self {
        let mut sum = 0.0;
        let logs = (1..=rows).map(|row| {
            sum += (row as f64).ln();
            sum
        });
        Self(std::iter::once(0.0).chain(logs).collect())
    }

    /// Counts of each kind in `rows` draws with replacement from rows with these counts.
    pub fn multinomial(&self, counts: &[u64], rows: usize, rng: &mut ChaCha8Rng) -> Vec<u64> {
        let mut rest = counts.iter().sum::<u64>();
        let mut left = rows;
        let draw = |&count: &u64| {
            let drawn = match rest {
                0 => 0,
                rest => self.binomial(left, count as f64 / rest as f64, rng),
            };
            rest -= count;
            left -= drawn;
            drawn as u64
        };
        counts.iter().map(draw).collect()
    }

    /// Inversion from the mode outwards (Kemp 1986), in about as many steps as the standard deviation.
    fn binomial(&self, rows: usize, share: f64, rng: &mut ChaCha8Rng) -> usize {
        if share >= 1.0 || rows == 0 {
            return rows;
        }
        if share <= 0.0 {
            return 0;
        }
        let mode = (((rows + 1) as f64 * share) as usize).min(rows);
        let log = &self.0;
        let at_mode = log[rows] - log[mode] - log[rows - mode]
            + mode as f64 * share.ln()
            + (rows - mode) as f64 * (-share).ln_1p();
        let at_mode = at_mode.exp();
        let odds = share / (1.0 - share);
        let mut left = rng.random::<f64>() - at_mode;
        let (mut low, mut high, mut below, mut above) = (mode, mode, at_mode, at_mode);
        while left >= 0.0 && (low > 0 || high < rows) {
            if high < rows {
                above *= (rows - high) as f64 / (high + 1) as f64 * odds;
                high += 1;
                left -= above;
                if left < 0.0 {
                    return high;
                }
            }
            if low > 0 {
                below *= low as f64 / ((rows - low + 1) as f64 * odds);
                low -= 1;
                left -= below;
                if left < 0.0 {
                    return low;
                }
            }
            // Rounding may leave a rest that no number has.
            if above + below < f64::MIN_POSITIVE {
                break;
            }
        }
        mode
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;

    use super::*;

    #[test]
    fn counts_sum_to_the_rows_and_have_the_multinomial_mean_and_variance() {
        let counts = [500, 300, 150, 45, 5, 0];
        let log = LogFactorials::up_to(400);
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let draws: Vec<Vec<u64>> = (0..4_000)
            .map(|_| log.multinomial(&counts, 400, &mut rng))
            .collect();
        for (kind, &count) in counts.iter().enumerate() {
            let share = count as f64 / 1_000.0;
            let (mean, variance) = (400.0 * share, 400.0 * share * (1.0 - share));
            let of_kind = || draws.iter().map(|draw| draw[kind] as f64);
            let found = of_kind().sum::<f64>() / 4_000.0;
            let squares = of_kind().map(|count| (count - mean).powi(2)).sum::<f64>() / 4_000.0;
            assert!(
                (found - mean).abs() < 4.0 * (variance / 4_000.0).sqrt() + 1e-9,
                "{kind}"
            );
            assert!(
                (squares - variance).abs() < 0.15 * variance + 1e-9,
                "{kind}"
            );
        }
        assert!(draws.iter().all(|draw| draw.iter().sum::<u64>() == 400));
    }
}
