//! Nearest sparse rows: each query adds up the columns it shares with the index.

use rayon::prelude::*;

use super::shortlist::Shortlist;
use super::{Metric, Neighbour, joined};
use crate::sparse::CsrMatrix;

/// Query rows a thread takes at a time: enough to make the hand-over cheap.
const QUERY_BLOCK: usize = 32;

/// All neighbours by each metric, `k` per query row. The caller has checked widths, values and `k`.
pub fn search(
    index: &CsrMatrix,
    query: &CsrMatrix,
    metrics: &[Metric],
    k: usize,
    folds: Option<&[u32]>,
) -> Vec<Vec<Neighbour>> {
    let inverted = Inverted::new(index);
    let squares = squares(index);
    let query_squares = squares_of(query, index, &squares);
    // Only to pass over the far rows quickly; what passes is computed exactly.
    let inverse: Vec<f64> = squares.iter().map(|&square| inverse_root(square)).collect();
    let blocks: Vec<usize> = (0..query.rows()).step_by(QUERY_BLOCK).collect();
    let found = blocks
        .par_iter()
        .map(|&first| {
            let mut dots = vec![0.0_f64; index.rows()];
            let mut found = vec![Vec::with_capacity(QUERY_BLOCK * k); metrics.len()];
            for row in first..query.rows().min(first + QUERY_BLOCK) {
                inverted.multiply(query.row(row), &mut dots);
                let allowed = |other: usize| folds.is_none_or(|folds| folds[other] != folds[row]);
                let square = query_squares[row];
                let scale = inverse_root(square);
                for (&metric, found) in metrics.iter().zip(&mut found) {
                    let rough = |dot: f64, other: usize| match metric {
                        Metric::Cosine => 1.0 - dot * scale * inverse[other] - SLACK,
                        Metric::Euclidean => f64::NEG_INFINITY,
                    };
                    let mut list = Shortlist::new(k, 0.0);
                    for (other, &dot) in dots.iter().enumerate() {
                        if rough(dot, other) < list.limit() && allowed(other) {
                            list.offer(metric.key(dot, square, squares[other]), other as u32);
                        }
                    }
                    found.extend(nearest_first(list, metric, k));
                }
            }
            found
        })
        .collect();
    joined(found, metrics)
}

/// `1 / sqrt(square)`, and 0 for the row of zeros.
fn inverse_root(square: f64) -> f64 {
    if square > 0.0 {
        square.sqrt().recip()
    } else {
        0.0
    }
}

/// More than the rounding of a product of three numbers near 1.
const SLACK: f64 = 1e-12;

fn nearest_first(list: Shortlist, metric: Metric, k: usize) -> impl Iterator<Item = Neighbour> {
    let mut candidates = list.into_candidates();
    candidates.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    candidates.truncate(k);
    candidates.into_iter().map(move |(key, row)| Neighbour {
        row,
        distance: metric.distance(key),
    })
}

/// Squared lengths of all rows, summed in column order as the dot products are.
fn squares(matrix: &CsrMatrix) -> Vec<f64> {
    (0..matrix.rows())
        .map(|row| {
            let values = matrix.row(row).1;
            values
                .iter()
                .map(|&value| f64::from(value) * f64::from(value))
                .fold(0.0, |sum, square| sum + square)
        })
        .collect()
}

fn squares_of(query: &CsrMatrix, index: &CsrMatrix, known: &[f64]) -> Vec<f64> {
    if std::ptr::eq(query, index) {
        known.to_vec()
    } else {
        squares(query)
    }
}

/// For each column the rows that hold it, ascending, and their values.
struct Inverted {
    starts: Vec<usize>,
    entries: Vec<(u32, f32)>,
}

impl Inverted {
    fn new(matrix: &CsrMatrix) -> Inverted {
        let mut starts = vec![0; matrix.cols() + 1];
        for row in 0..matrix.rows() {
            for &column in matrix.row(row).0 {
                starts[column as usize + 1] += 1;
            }
        }
        for column in 0..matrix.cols() {
            starts[column + 1] += starts[column];
        }
        let mut next = starts.clone();
        let mut entries = vec![(0, 0.0); matrix.entries()];
        for row in 0..matrix.rows() {
            let (columns, values) = matrix.row(row);
            for (&column, &value) in columns.iter().zip(values) {
                entries[next[column as usize]] = (row as u32, value);
                next[column as usize] += 1;
            }
        }
        Inverted { starts, entries }
    }

    /// Fills `dots` with the dot product of `query` and every row.
    fn multiply(&self, (columns, values): (&[u32], &[f32]), dots: &mut [f64]) {
        dots.fill(0.0);
        for (&column, &value) in columns.iter().zip(values) {
            let value = f64::from(value);
            let column = column as usize;
            for &(row, other) in &self.entries[self.starts[column]..self.starts[column + 1]] {
                dots[row as usize] += value * f64::from(other);
            }
        }
    }
}
