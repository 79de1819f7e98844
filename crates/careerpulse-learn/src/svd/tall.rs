//! Tall dense matrices in `f64`, and their products with sparse and small ones.
//!
//! Every product is cut into blocks of a fixed number of rows, and sums over blocks are made
//! in the blocks' order: the bits do not depend on how many threads share the work.

use rayon::prelude::*;

use crate::sparse::CsrMatrix;

/// Rows a thread takes at a time in a sparse product.
const SPARSE_BLOCK: usize = 64;

/// Rows a thread takes at a time in a dense product.
const DENSE_BLOCK: usize = 1024;

/// A row-major matrix of `values.len() / cols` rows; `cols` is at least 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Tall {
    pub cols: usize,
    pub values: Vec<f64>,
}

impl Tall {
    pub fn rows(&self) -> usize {
        self.values.len() / self.cols
    }

    pub fn row(&self, row: usize) -> &[f64] {
        &self.values[row * self.cols..(row + 1) * self.cols]
    }
}

/// `left` times `right`, whose rows are as many as `left` has columns.
pub fn sparse_times(left: &CsrMatrix, right: &Tall) -> Tall {
    let mut values = vec![0.0; left.rows() * right.cols];
    let blocks = values.par_chunks_mut(SPARSE_BLOCK * right.cols);
    blocks.enumerate().for_each(|(block, out)| {
        for (i, out) in out.chunks_exact_mut(right.cols).enumerate() {
            let (columns, values) = left.row(block * SPARSE_BLOCK + i);
            add_rows(columns, values, right, out);
        }
    });
    Tall {
        cols: right.cols,
        values,
    }
}

/// `left` times the square `right` (row-major, as wide as `left`).
pub fn times_square(left: &Tall, right: &[f64]) -> Tall {
    let cols = left.cols;
    let mut values = vec![0.0; left.values.len()];
    let blocks = values.par_chunks_mut(DENSE_BLOCK * cols);
    let sources = left.values.par_chunks(DENSE_BLOCK * cols);
    blocks.zip(sources).for_each(|(out, source)| {
        let rows = source.len() / cols;
        multiply((rows, cols, cols), (source, cols, 1), right, out);
    });
    Tall { cols, values }
}

/// Products of every pair of columns (`cols` × `cols`).
pub fn gram(matrix: &Tall) -> Vec<f64> {
    let cols = matrix.cols;
    let blocks = matrix.values.par_chunks(DENSE_BLOCK * cols);
    let parts: Vec<Vec<f64>> = blocks
        .map(|block| {
            let mut out = vec![0.0; cols * cols];
            let rows = block.len() / cols;
            multiply((cols, rows, cols), (block, 1, cols), block, &mut out);
            out
        })
        .collect();
    let mut sum = vec![0.0; cols * cols];
    for part in parts {
        for (sum, value) in sum.iter_mut().zip(part) {
            *sum += value;
        }
    }
    sum
}

/// Adds to `out` the rows of `right` named by `columns`, each times its value.
fn add_rows(columns: &[u32], values: &[f32], right: &Tall, out: &mut [f64]) {
    // Four rows at a time read and write `out` once instead of four times.
    let (fours, four_values) = (columns.chunks_exact(4), values.chunks_exact(4));
    let rest = fours.remainder().iter().zip(four_values.remainder());
    for (c, v) in fours.zip(four_values) {
        let [a, b, c, d] = [c[0], c[1], c[2], c[3]].map(|column| right.row(column as usize));
        let [p, q, r, s] = [v[0], v[1], v[2], v[3]].map(f64::from);
        for ((((out, a), b), c), d) in out.iter_mut().zip(a).zip(b).zip(c).zip(d) {
            *out += p * a + q * b + r * c + s * d;
        }
    }
    for (&column, &value) in rest {
        let value = f64::from(value);
        for (out, a) in out.iter_mut().zip(right.row(column as usize)) {
            *out += value * a;
        }
    }
}

/// `out` (m × n) = `left` (m × k) times `right` (k × n), the latter two row-major;
/// `left` comes with its steps from row to row and from column to column.
#[expect(unsafe_code, reason = "the fast matrix product takes raw pointers")]
fn multiply(
    (m, k, n): (usize, usize, usize),
    (left, row_step, column_step): (&[f64], usize, usize),
    right: &[f64],
    out: &mut [f64],
) {
    assert!(m > 0 && k > 0 && n > 0);
    assert!((m - 1) * row_step + (k - 1) * column_step < left.len());
    assert!(right.len() == k * n && out.len() == m * n);
    // SAFETY: the first assertion of lengths holds the last element of `left` under these
    // strides, hence every one, inside its slice; the second holds `right` and `out`,
    // row-major, to exactly k × n and m × n. `out` is borrowed mutably, so it overlaps neither.
    unsafe {
        gemm::gemm(
            m,
            n,
            k,
            out.as_mut_ptr(),
            1,
            n as isize,
            false,
            left.as_ptr(),
            column_step as isize,
            row_step as isize,
            right.as_ptr(),
            1,
            n as isize,
            0.0_f64,
            1.0_f64,
            false,
            false,
            false,
            gemm::Parallelism::None,
        );
    }
}

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    reason = "a helper that cannot go on fails its test"
)]
mod tests {
    use super::*;

    /// Two blocks of rows and more, filled without a pattern that sums could hide.
    fn tall(rows: usize, cols: usize) -> Tall {
        let values = (0..rows * cols).map(|i| (i as f64 * 0.7).sin()).collect();
        Tall { cols, values }
    }

    #[test]
    fn products_are_those_of_the_definition() {
        let left = tall(2 * DENSE_BLOCK + 5, 3);
        let small = tall(3, 3);
        let product = times_square(&left, &small.values);
        let gram = gram(&left);
        for i in 0..3 {
            let expected: f64 = (0..3).map(|j| left.row(2050)[j] * small.row(j)[i]).sum();
            assert!((product.row(2050)[i] - expected).abs() < 1e-12);
            for j in 0..3 {
                let rows = 0..left.rows();
                let expected: f64 = rows.map(|row| left.row(row)[i] * left.row(row)[j]).sum();
                assert!((gram[i * 3 + j] - expected).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn a_sparse_product_and_its_transpose_are_those_of_the_definition() {
        // Rows of 0 to 6 entries take both the path of four at a time and the rest.
        let row = |i: u32| (0..i % 7).map(|j| (j * 2, (i + j) as f32)).collect();
        let rows: Vec<Vec<(u32, f32)>> = (0..150).map(row).collect();
        let matrix = CsrMatrix::from_rows(12, &rows).unwrap();
        let right = tall(12, 5);
        let product = sparse_times(&matrix, &right);
        for (i, row) in rows.iter().enumerate() {
            for j in 0..5 {
                let term = |&(column, value): &(u32, f32)| {
                    f64::from(value) * right.row(column as usize)[j]
                };
                let expected: f64 = row.iter().map(term).sum();
                assert!((product.row(i)[j] - expected).abs() < 1e-9);
            }
        }
        let there = matrix.transposed().unwrap();
        assert_eq!((there.rows(), there.cols()), (12, 150));
        assert_eq!(there.row(8).0.first(), Some(&5), "column 8 begins at row 5");
        assert_eq!(there.transposed().unwrap(), matrix);
    }
}
