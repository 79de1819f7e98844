//! Rows of numbers, only the nonzero ones held.

use serde::{Deserialize, Serialize};

use crate::dense::is_bad;
use crate::error::LearnError;

/// A matrix in compressed sparse rows, columns ascending within a row.
///
/// Values are `f32`: TF-IDF weights lie in [0, 1], where `f32` is good to 6e-8, well
/// inside the 1e-6 asked for, at half the memory. Every sum over them is made in
/// `f64`, where a product of two `f32` is exact.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Parts", into = "Parts")]
pub struct CsrMatrix {
    cols: usize,
    starts: Vec<usize>,
    columns: Vec<u32>,
    values: Vec<f32>,
}

impl CsrMatrix {
    /// A matrix of `starts.len() - 1` rows; row `i` holds entries `starts[i]..starts[i + 1]`.
    ///
    /// Errors where the starts descend, do not cover all entries, or a row's
    /// columns are not ascending and below `cols`.
    pub fn new(
        cols: usize,
        starts: Vec<usize>,
        columns: Vec<u32>,
        values: Vec<f32>,
    ) -> Result<CsrMatrix, LearnError> {
        if columns.len() != values.len() {
            return Err(LearnError::Shape(format!(
                "{} columns for {} values",
                columns.len(),
                values.len()
            )));
        }
        if starts.first() != Some(&0)
            || starts.last() != Some(&columns.len())
            || !starts.is_sorted()
        {
            return Err(LearnError::Shape(format!(
                "the row starts must rise from 0 to {}",
                columns.len()
            )));
        }
        for (row, window) in starts.windows(2).enumerate() {
            let columns = &columns[window[0]..window[1]];
            let in_range = columns.last().is_none_or(|&last| (last as usize) < cols);
            if !in_range || !columns.is_sorted_by(|a, b| a < b) {
                return Err(LearnError::Shape(format!(
                    "the columns of row {row} must be ascending and below {cols}"
                )));
            }
        }
        Ok(CsrMatrix {
            cols,
            starts,
            columns,
            values,
        })
    }

    /// A matrix from rows of (column, value), columns ascending.
    pub fn from_rows(cols: usize, rows: &[Vec<(u32, f32)>]) -> Result<CsrMatrix, LearnError> {
        let entries = rows.iter().map(Vec::len).sum();
        let mut starts = Vec::with_capacity(rows.len() + 1);
        let mut columns = Vec::with_capacity(entries);
        let mut values = Vec::with_capacity(entries);
        starts.push(0);
        for row in rows {
            columns.extend(row.iter().map(|entry| entry.0));
            values.extend(row.iter().map(|entry| entry.1));
            starts.push(columns.len());
        }
        CsrMatrix::new(cols, starts, columns, values)
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.starts.len() - 1
    }

    /// Number of columns.
    pub fn cols(&self) -> usize {
        self.cols
    }

    /// Number of entries held.
    pub fn entries(&self) -> usize {
        self.columns.len()
    }

    /// Columns and values of row `row`. Panics where there is no such row, as indexing a slice does.
    pub fn row(&self, row: usize) -> (&[u32], &[f32]) {
        let range = self.starts[row]..self.starts[row + 1];
        (&self.columns[range.clone()], &self.values[range])
    }

    /// The matrix with rows and columns exchanged. Errors where a row's number does not fit 32 bits.
    pub(crate) fn transposed(&self) -> Result<CsrMatrix, LearnError> {
        let rows = u32::try_from(self.rows())
            .map_err(|_| LearnError::Shape(format!("{} rows are more than 2^32", self.rows())))?;
        let mut starts = vec![0; self.cols() + 1];
        for row in 0..self.rows() {
            for &column in self.row(row).0 {
                starts[column as usize + 1] += 1;
            }
        }
        for column in 0..self.cols() {
            starts[column + 1] += starts[column];
        }
        let mut next = starts.clone();
        let mut columns = vec![0; self.entries()];
        let mut values = vec![0.0; self.entries()];
        for row in 0..rows {
            let (row_columns, row_values) = self.row(row as usize);
            for (&column, &value) in row_columns.iter().zip(row_values) {
                let at = &mut next[column as usize];
                (columns[*at], values[*at]) = (row, value);
                *at += 1;
            }
        }
        CsrMatrix::new(self.rows(), starts, columns, values)
    }

    /// Refuses NaN, infinity and magnitudes above [`crate::dense::LARGEST`].
    pub(crate) fn check_finite(&self) -> Result<(), LearnError> {
        for row in 0..self.rows() {
            let (columns, values) = self.row(row);
            if let Some(at) = values.iter().position(|value| is_bad(*value)) {
                return Err(LearnError::BadValue {
                    row,
                    column: columns[at] as usize,
                    value: values[at],
                });
            }
        }
        Ok(())
    }

    /// The rows named, in that order. Errors on a row that does not exist.
    pub fn select(&self, rows: &[u32]) -> Result<CsrMatrix, LearnError> {
        let mut starts = Vec::with_capacity(rows.len() + 1);
        let (mut columns, mut values) = (Vec::new(), Vec::new());
        starts.push(0);
        for &row in rows {
            if row as usize >= self.rows() {
                return Err(LearnError::RowOutOfRange {
                    row: row as usize,
                    rows: self.rows(),
                });
            }
            let (row_columns, row_values) = self.row(row as usize);
            columns.extend_from_slice(row_columns);
            values.extend_from_slice(row_values);
            starts.push(columns.len());
        }
        Ok(CsrMatrix {
            cols: self.cols,
            starts,
            columns,
            values,
        })
    }
}

/// What is written to disk; reading it back checks the shape again.
#[derive(Serialize, Deserialize)]
struct Parts {
    cols: usize,
    starts: Vec<usize>,
    columns: Vec<u32>,
    values: Vec<f32>,
}

impl TryFrom<Parts> for CsrMatrix {
    type Error = LearnError;

    fn try_from(parts: Parts) -> Result<CsrMatrix, LearnError> {
        CsrMatrix::new(parts.cols, parts.starts, parts.columns, parts.values)
    }
}

impl From<CsrMatrix> for Parts {
    fn from(matrix: CsrMatrix) -> Parts {
        Parts {
            cols: matrix.cols,
            starts: matrix.starts,
            columns: matrix.columns,
            values: matrix.values,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_parts_are_refused() {
        assert!(CsrMatrix::new(3, vec![0, 2], vec![0, 2], vec![1.0, 1.0]).is_ok());
        assert!(CsrMatrix::new(2, vec![0, 2], vec![0, 2], vec![1.0, 1.0]).is_err());
        assert!(CsrMatrix::new(3, vec![0, 2], vec![2, 0], vec![1.0, 1.0]).is_err());
        assert!(CsrMatrix::new(3, vec![0, 1], vec![0, 2], vec![1.0, 1.0]).is_err());
        assert!(CsrMatrix::new(3, vec![], vec![], vec![]).is_err());
    }
}
