//! How much of a matrix's variance lies along each component.

use super::tall::Tall;
use crate::sparse::CsrMatrix;

/// Variance of each column of `found` over the variance of all columns of `matrix`, 0 where
/// `matrix` does not vary.
pub fn explained(matrix: &CsrMatrix, found: &Tall) -> Vec<f64> {
    let rows = matrix.rows() as f64;
    let mut means = vec![0.0; matrix.cols()];
    let mut held = vec![0.0; matrix.cols()];
    for (column, value) in entries(matrix) {
        means[column] += value / rows;
        held[column] += 1.0;
    }
    // About its mean, a column's entries add their squared distances, and what is not held is 0.
    let of_held: f64 = entries(matrix)
        .map(|(column, value)| (value - means[column]).powi(2))
        .sum();
    let not_held = means.iter().zip(&held);
    let total = of_held
        + not_held
            .map(|(mean, held)| (rows - held) * mean * mean)
            .sum::<f64>();
    // A mean of that many rows is off by at most this share: equal rows leave no more.
    let rounding = (rows * f64::EPSILON).powi(2);
    if total <= rounding * entries(matrix).map(|(_, value)| value * value).sum::<f64>() {
        return vec![0.0; found.cols];
    }
    let variance = |column: usize| {
        let values = || (0..found.rows()).map(|row| found.row(row)[column]);
        let mean = values().sum::<f64>() / rows;
        values().map(|value| (value - mean).powi(2)).sum::<f64>() / total
    };
    (0..found.cols).map(variance).collect()
}

/// Column and value of every entry, row after row.
fn entries(matrix: &CsrMatrix) -> impl Iterator<Item = (usize, f64)> {
    (0..matrix.rows()).flat_map(|row| {
        let (columns, values) = matrix.row(row);
        let entry = |(&column, &value): (&u32, &f32)| (column as usize, f64::from(value));
        columns.iter().zip(values).map(entry)
    })
}
