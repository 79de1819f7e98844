//! Small symmetric matrices, positive semidefinite, row-major.

/// A pivot smaller than this share of its diagonal entry is rounding.
const RANK: f64 = 1e-10;

/// The Cholesky factor `L` of a positive semidefinite matrix, `L Lᵀ` being the matrix.
///
/// A direction without any weight gets a column of zeros, so that a matrix that leaves one degree of
/// freedom open (class shares sum to 1) needs no exception: Higham, Accuracy and Stability of
/// Numerical Algorithms (2002), section 10.3.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Factor {
    size: usize,
    lower: Vec<f64>,
}

impl Factor {
    /// Factors a matrix of `size` rows, of which the lower triangle is read.
    pub(super) fn of(matrix: &[f64], size: usize) -> Factor {
        let mut lower = vec![0.0; size * size];
        for col in 0..size {
            let (before, at) = (col * size, col * size + col);
            let taken: f64 = lower[before..at].iter().map(|value| value * value).sum();
            let pivot = matrix[at] - taken;
            if pivot.is_nan() || pivot <= RANK * matrix[at].abs() {
                continue;
            }
            let root = pivot.sqrt();
            lower[at] = root;
            for row in col + 1..size {
                let dot: f64 = (0..col)
                    .map(|k| lower[row * size + k] * lower[before + k])
                    .sum();
                lower[row * size + col] = (matrix[row * size + col] - dot) / root;
            }
        }
        Factor { size, lower }
    }

    /// How many directions have weight.
    pub(super) fn rank(&self) -> usize {
        (0..self.size)
            .filter(|&at| self.lower[at * self.size + at] > 0.0)
            .count()
    }

    /// `L z`: a draw from the normal distribution of this covariance where `z` is standard normal.
    pub(super) fn times(&self, z: &[f64]) -> Vec<f64> {
        let row = |row: usize| {
            let entries = &self.lower[row * self.size..row * self.size + row + 1];
            entries.iter().zip(z).map(|(a, b)| a * b).sum()
        };
        (0..self.size).map(row).collect()
    }

    /// The `x` of `L y = b`, 0 in directions without weight.
    pub(super) fn forward(&self, b: &[f64]) -> Vec<f64> {
        let mut y = vec![0.0; self.size];
        for row in 0..self.size {
            let pivot = self.lower[row * self.size + row];
            if pivot > 0.0 {
                let known: f64 = (0..row)
                    .map(|k| self.lower[row * self.size + k] * y[k])
                    .sum();
                y[row] = (b[row] - known) / pivot;
            }
        }
        y
    }

    /// A solution of `matrix · x = b`, 0 in directions without weight.
    pub(super) fn solve(&self, b: &[f64]) -> Vec<f64> {
        let mut x = self.forward(b);
        for row in (0..self.size).rev() {
            let pivot = self.lower[row * self.size + row];
            if pivot > 0.0 {
                let known: f64 = (row + 1..self.size)
                    .map(|k| self.lower[k * self.size + row] * x[k])
                    .sum();
                x[row] = (x[row] - known) / pivot;
            } else {
                x[row] = 0.0;
            }
        }
        x
    }
}

/// Adds `weight · v vᵀ` to the lower triangle.
pub(super) fn add_outer(matrix: &mut [f64], v: &[f64], weight: f64) {
    let size = v.len();
    for (row, &value) in v.iter().enumerate() {
        let scaled = weight * value;
        if scaled != 0.0 {
            let entries = &mut matrix[row * size..row * size + row + 1];
            for (entry, other) in entries.iter_mut().zip(v) {
                *entry += scaled * other;
            }
        }
    }
}

/// Copies the lower triangle to the upper.
pub(super) fn mirror(matrix: &mut [f64], size: usize) {
    for row in 0..size {
        for col in 0..row {
            matrix[col * size + row] = matrix[row * size + col];
        }
    }
}

/// `A V Aᵀ` of a matrix of `rows` × `cols` and a symmetric `V` of `cols` × `cols`.
pub(super) fn sandwich(a: &[f64], v: &[f64], rows: usize, cols: usize) -> Vec<f64> {
    let mut half = vec![0.0; rows * cols];
    for row in 0..rows {
        for k in 0..cols {
            let weight = a[row * cols + k];
            for col in 0..cols {
                half[row * cols + col] += weight * v[k * cols + col];
            }
        }
    }
    let entry = |row: usize, col: usize| -> f64 {
        let (left, right) = (
            &half[row * cols..(row + 1) * cols],
            &a[col * cols..(col + 1) * cols],
        );
        left.iter().zip(right).map(|(x, y)| x * y).sum()
    };
    (0..rows * rows)
        .map(|at| entry(at / rows, at % rows))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_regular_matrix_is_solved() {
        let matrix = [4.0, 2.0, 0.6, 2.0, 5.0, 1.0, 0.6, 1.0, 3.0];
        let factor = Factor::of(&matrix, 3);
        assert_eq!(factor.rank(), 3);
        let x = factor.solve(&[1.0, -2.0, 0.5]);
        for (row, expected) in matrix.chunks_exact(3).zip([1.0, -2.0, 0.5]) {
            let found: f64 = row.iter().zip(&x).map(|(a, b)| a * b).sum();
            assert!((found - expected).abs() < 1e-12);
        }
        let z = [0.3, -1.0, 2.0];
        let draw = factor.times(&z);
        let back = factor.forward(&draw);
        assert!(back.iter().zip(z).all(|(a, b)| (a - b).abs() < 1e-12));
    }

    #[test]
    fn an_open_direction_gets_nothing() {
        // The covariance of shares of three classes: its rows sum to 0.
        let p = [0.5, 0.3, 0.2];
        let entry = |at: usize| match (at / 3, at % 3) {
            (row, col) if row == col => p[row] * (1.0 - p[row]),
            (row, col) => -p[row] * p[col],
        };
        let matrix: Vec<f64> = (0..9).map(entry).collect();
        let factor = Factor::of(&matrix, 3);
        assert_eq!(factor.rank(), 2);
        assert_eq!(factor.solve(&[0.1, -0.1, 0.0])[2], 0.0);
        assert!(factor.times(&[1.0, 1.0, 1.0]).iter().sum::<f64>().abs() < 1e-12);
        assert_eq!(Factor::of(&[0.0; 4], 2).times(&[1.0, 1.0]), [0.0, 0.0]);
    }

    #[test]
    fn the_sandwich_is_the_product() {
        let a = [1.0, 2.0, 0.0, -1.0];
        let v = [2.0, 0.5, 0.5, 1.0];
        assert_eq!(sandwich(&a, &v, 2, 2), [8.0, -2.5, -2.5, 1.0]);
    }
}
