//! A matrix of features times a few vectors at once, summed in `f64`.

use rayon::prelude::*;

use crate::dense::DenseMatrix;
use crate::error::LearnError;
use crate::knn::Features;

/// Rows per task: enough work to share, and the same tasks on every number of threads.
const ROWS: usize = 64;

/// `out += x · weights`, where `weights` is columns × `width` and `out` rows × `width`, both row-major.
///
/// Each entry of `out` is summed by one thread in column order, so it is the same to the
/// bit on every number of threads.
pub(super) fn add_times(x: &Features, weights: &[f64], width: usize, out: &mut [f64]) {
    out.par_chunks_mut(ROWS * width)
        .enumerate()
        .for_each(|(task, out)| {
            for (offset, out) in out.chunks_exact_mut(width).enumerate() {
                add_row_times(x, task * ROWS + offset, weights, out);
            }
        });
}

/// `out += row · weights`, where `weights` is columns × `out.len()`.
pub(super) fn add_row_times(x: &Features, row: usize, weights: &[f64], out: &mut [f64]) {
    match x {
        Features::Dense(matrix) => {
            let values = matrix.row(row);
            combine(|| values.iter().copied().enumerate(), weights, out);
        }
        Features::Sparse(matrix) => {
            let (columns, values) = matrix.row(row);
            let columns = || columns.iter().map(|&column| column as usize);
            combine(|| columns().zip(values.iter().copied()), weights, out);
        }
    }
}

/// The dot product of one row with `weights`, one per column.
pub(super) fn row_dot(x: &Features, row: usize, weights: &[f64]) -> f64 {
    match x {
        Features::Dense(matrix) => {
            let mut lanes = [0.0; 8];
            let (values, weights) = (matrix.row(row).chunks(8), weights.chunks(8));
            for (values, weights) in values.zip(weights) {
                for ((lane, &value), &weight) in lanes.iter_mut().zip(values).zip(weights) {
                    *lane += f64::from(value) * weight;
                }
            }
            lanes.iter().sum()
        }
        Features::Sparse(matrix) => {
            // Four sums side by side: one alone would wait for each addition in turn.
            let mut lanes = [0.0; 4];
            let (columns, values) = matrix.row(row);
            let (fours, rest) = columns.as_chunks::<4>();
            let (four_values, rest_values) = values.as_chunks::<4>();
            for (columns, values) in fours.iter().zip(four_values) {
                for lane in 0..4 {
                    lanes[lane] += f64::from(values[lane]) * weights[columns[lane] as usize];
                }
            }
            let rest = rest.iter().zip(rest_values);
            let rest = rest.map(|(&column, &value)| f64::from(value) * weights[column as usize]);
            lanes.iter().sum::<f64>() + rest.sum::<f64>()
        }
    }
}

/// `out += factor · row`.
pub(super) fn add_row(x: &Features, row: usize, factor: f64, out: &mut [f64]) {
    for_each(x, row, |column, value| out[column] += factor * value);
}

/// `out += factor · row²`, entry by entry.
pub(super) fn add_row_squares(x: &Features, row: usize, factor: f64, out: &mut [f64]) {
    for_each(x, row, |column, value| {
        out[column] += factor * value * value;
    });
}

/// Calls `act` with every column and value of a row.
fn for_each(x: &Features, row: usize, mut act: impl FnMut(usize, f64)) {
    match x {
        Features::Dense(matrix) => {
            for (column, &value) in matrix.row(row).iter().enumerate() {
                act(column, f64::from(value));
            }
        }
        Features::Sparse(matrix) => {
            let (columns, values) = matrix.row(row);
            for (&column, &value) in columns.iter().zip(values) {
                act(column as usize, f64::from(value));
            }
        }
    }
}

/// Each `part` rows made columns, so that a gradient is a sum of [`add_times`].
///
/// A part's rows of the other factor stay in a core's cache while all columns gather from
/// them; one transposed matrix would gather from main memory.
pub(super) fn columns_of_parts(x: &Features, part: usize) -> Result<Vec<Features>, LearnError> {
    let rows: Vec<u32> = (0..x.rows() as u32).collect();
    let parts = rows.par_chunks(part);
    parts.map(|rows| transpose(&x.select(rows)?)).collect()
}

fn transpose(x: &Features) -> Result<Features, LearnError> {
    Ok(match x {
        Features::Dense(matrix) => {
            let mut values = vec![0.0; matrix.values().len()];
            for row in 0..matrix.rows() {
                for (column, &value) in matrix.row(row).iter().enumerate() {
                    values[column * matrix.rows() + row] = value;
                }
            }
            Features::Dense(DenseMatrix::new(matrix.rows(), values)?)
        }
        Features::Sparse(matrix) => Features::Sparse(matrix.transposed()?),
    })
}

/// Adds `weights` rows, up to sixteen vectors at a time so that the sums stay in registers.
fn combine<I: Iterator<Item = (usize, f32)>>(
    entries: impl Fn() -> I,
    weights: &[f64],
    out: &mut [f64],
) {
    let width = out.len();
    let mut at = 0;
    while at < width {
        let (rest, entries) = (&mut out[at..], entries());
        at += match width - at {
            16.. => block::<16>(entries, weights, width, at, rest),
            12.. => block::<12>(entries, weights, width, at, rest),
            8.. => block::<8>(entries, weights, width, at, rest),
            4.. => block::<4>(entries, weights, width, at, rest),
            _ => block::<1>(entries, weights, width, at, rest),
        };
    }
}

/// Adds to `N` sums, of the vectors from `at` on, and returns `N`.
fn block<const N: usize>(
    entries: impl Iterator<Item = (usize, f32)>,
    weights: &[f64],
    width: usize,
    at: usize,
    out: &mut [f64],
) -> usize {
    let mut sums = [0.0; N];
    sums.copy_from_slice(&out[..N]);
    for (index, value) in entries {
        let start = index * width + at;
        let value = f64::from(value);
        for (sum, &weight) in sums.iter_mut().zip(&weights[start..start + N]) {
            *sum += value * weight;
        }
    }
    out[..N].copy_from_slice(&sums);
    N
}
