//! Whether vectors of two samples can be told apart.

use rand::seq::SliceRandom as _;
use rand_chacha::ChaCha8Rng;

/// Vectors of one width, row-major, each column scaled to a like weight.
pub(crate) struct Scaled {
    dim: usize,
    values: Vec<f32>,
}

impl Scaled {
    /// `values` divided by each column's standard deviation among the rows of `spread`, to which their
    /// mean is added, so that columns that hardly vary do not drown the others (regularised diagonal
    /// discriminant analysis, Bickel & Levina 2004).
    pub fn new<'a>(
        dim: usize,
        spread: impl Iterator<Item = &'a [f32]> + Clone,
        rows: impl Iterator<Item = &'a [f32]>,
    ) -> Self {
        let (mut count, mut sums) = (0.0, vec![0.0_f64; dim]);
        for row in spread.clone() {
            count += 1.0;
            add(&mut sums, row);
        }
        let means: Vec<f64> = sums.iter().map(|sum| sum / f64::max(count, 1.0)).collect();
        let mut squares = vec![0.0_f64; dim];
        for row in spread {
            for ((sum, mean), &value) in squares.iter_mut().zip(&means).zip(row) {
                *sum += (f64::from(value) - mean).powi(2);
            }
        }
        let variances: Vec<f64> = squares
            .iter()
            .map(|sum| sum / f64::max(count, 1.0))
            .collect();
        let ridge = variances.iter().sum::<f64>() / dim as f64;
        // Columns that are all constant say nothing and are left as they are.
        let factor = |variance: &f64| match variance + ridge > 0.0 {
            true => (variance + ridge).sqrt().recip(),
            false => 1.0,
        };
        let factors: Vec<f64> = variances.iter().map(factor).collect();
        let scale = |row: &'a [f32]| {
            let columns = row.iter().zip(&means).zip(&factors);
            columns
                .map(|((&value, mean), factor)| ((f64::from(value) - mean) * factor) as f32)
                .collect::<Vec<f32>>()
        };
        Self {
            dim,
            values: rows.flat_map(scale).collect(),
        }
    }

    fn row(&self, row: u32) -> &[f32] {
        let at = row as usize * self.dim;
        &self.values[at..at + self.dim]
    }

    fn sum(&self, rows: &[u32]) -> Vec<f64> {
        let mut sums = vec![0.0; self.dim];
        for &row in rows {
            add(&mut sums, self.row(row));
        }
        sums
    }

    /// The distance between the mean vectors: the maximum mean discrepancy (Gretton et al. 2012) of the
    /// linear kernel.
    pub fn discrepancy(&self, then: &[u32], now: &[u32]) -> f64 {
        let difference = self.direction(then, now);
        let squares = difference.iter().map(|&value| f64::from(value).powi(2));
        squares.sum::<f64>().sqrt()
    }

    /// How like the window each row is, rows of `now` first: its product with the difference of the means
    /// of the half that it is not in.
    ///
    /// The halves are drawn, so a row never speaks for itself.
    pub fn likeness(&self, then: &[u32], now: &[u32], rng: &mut ChaCha8Rng) -> Likeness {
        let [then, now] = [then, now].map(|rows| {
            let mut rows = rows.to_vec();
            rows.shuffle(rng);
            rows
        });
        let (then_a, then_b) = then.split_at(then.len() / 2);
        let (now_a, now_b) = now.split_at(now.len() / 2);
        let by_a = self.direction(then_a, now_a);
        let by_b = self.direction(then_b, now_b);
        let score = |rows: &[u32], direction: &[f32]| -> Scored {
            let product = |&row: &u32| (row, dot(self.row(row), direction));
            rows.iter().map(product).collect()
        };
        Likeness {
            halves: [
                (score(then_a, &by_b), score(now_a, &by_b)),
                (score(then_b, &by_a), score(now_b, &by_a)),
            ],
        }
    }

    fn direction(&self, then: &[u32], now: &[u32]) -> Vec<f32> {
        let mean = |rows: &[u32]| -> Vec<f64> {
            let count = rows.len().max(1) as f64;
            self.sum(rows).into_iter().map(|sum| sum / count).collect()
        };
        let (then, now) = (mean(then), mean(now));
        let columns = now.iter().zip(&then);
        columns.map(|(now, then)| (now - then) as f32).collect()
    }
}

/// Rows and how like the window they are.
type Scored = Vec<(u32, f32)>;

/// How like the window rows are, in two halves of (then, now).
pub(crate) struct Likeness {
    halves: [(Scored, Scored); 2],
}

impl Likeness {
    /// Chance that a row of the window is more like it than one of the reference, ties counting half
    /// (Hanley & McNeil 1982): the mean of both halves, each by its pairs.
    pub fn auc(self) -> f64 {
        let (mut wins, mut pairs) = (0.0, 0.0);
        for (then, now) in self.halves {
            pairs += then.len() as f64 * now.len() as f64;
            wins += count_wins(then, now);
        }
        match pairs > 0.0 {
            true => wins / pairs,
            false => 0.5,
        }
    }

    /// The window's rows, the one most like it first.
    pub fn most_like(&self) -> Vec<u32> {
        let mut rows: Scored = self.halves.iter().flat_map(|half| half.1.clone()).collect();
        rows.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        rows.into_iter().map(|(row, _)| row).collect()
    }
}

fn count_wins(then: Scored, now: Scored) -> f64 {
    let values = |rows: Scored| {
        let mut values: Vec<f32> = rows.into_iter().map(|(_, value)| value).collect();
        values.sort_unstable_by(f32::total_cmp);
        values
    };
    let (then, now) = (values(then), values(now));
    let (mut below, mut up_to, mut wins) = (0, 0, 0.0);
    for value in now {
        while then.get(below).is_some_and(|&other| other < value) {
            below += 1;
        }
        up_to = up_to.max(below);
        while then.get(up_to).is_some_and(|&other| other <= value) {
            up_to += 1;
        }
        wins += (below + up_to) as f64 / 2.0;
    }
    wins
}

fn add(sums: &mut [f64], row: &[f32]) {
    for (sum, &value) in sums.iter_mut().zip(row) {
        *sum += f64::from(value);
    }
}

/// Eight sums side by side, for the compiler to make vectors of.
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0_f32; 8];
    let (a, b) = (a.chunks(8), b.chunks(8));
    for (a, b) in a.zip(b) {
        for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
            *sum += a * b;
        }
    }
    sums.iter().sum()
}
