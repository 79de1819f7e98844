//! Rows of numbers, every one held.

use serde::{Deserialize, Serialize};

use crate::error::LearnError;

/// Squares of larger values would leave the range of `f32` within one row.
pub(crate) const LARGEST: f32 = 1e15;

/// Whether no distance or product can be made of a value.
pub(crate) fn is_bad(value: f32) -> bool {
    value.is_nan() || value.abs() > LARGEST
}

/// A row-major matrix of `f32`, such as sentence embeddings (rows × 384).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Parts", into = "Parts")]
pub struct DenseMatrix {
    rows: usize,
    cols: usize,
    values: Vec<f32>,
}

impl DenseMatrix {
    /// A matrix of `values.len() / cols` rows. Errors where the last row is incomplete.
    pub fn new(cols: usize, values: Vec<f32>) -> Result<DenseMatrix, LearnError> {
        if cols == 0 || !values.len().is_multiple_of(cols) {
            return Err(LearnError::Shape(format!(
                "{} values do not fill rows of {cols} columns",
                values.len()
            )));
        }
        Ok(DenseMatrix {
            rows: values.len() / cols,
            cols,
            values,
        })
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Number of columns.
    pub fn cols(&self) -> usize {
        self.cols
    }

    /// Row `row`. Panics where there is no such row, as indexing a slice does.
    pub fn row(&self, row: usize) -> &[f32] {
        &self.values[row * self.cols..(row + 1) * self.cols]
    }

    /// All values, row after row.
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// Refuses NaN, infinity and magnitudes above [`LARGEST`].
    pub(crate) fn check_finite(&self) -> Result<(), LearnError> {
        match self.values.iter().position(|value| is_bad(*value)) {
            Some(at) => Err(LearnError::BadValue {
                row: at / self.cols,
                column: at % self.cols,
                value: self.values[at],
            }),
            None => Ok(()),
        }
    }

    /// The rows named, in that order. Errors on a row that does not exist.
    pub fn select(&self, rows: &[u32]) -> Result<DenseMatrix, LearnError> {
        let mut values = Vec::with_capacity(rows.len() * self.cols);
        for &row in rows {
            if row as usize >= self.rows {
                return Err(LearnError::RowOutOfRange {
                    row: row as usize,
                    rows: self.rows,
                });
            }
            values.extend_from_slice(self.row(row as usize));
        }
        DenseMatrix::new(self.cols, values)
    }
}

/// What is written to disk; reading it back checks the shape again.
#[derive(Serialize, Deserialize)]
struct Parts {
    cols: usize,
    values: Vec<f32>,
}

impl TryFrom<Parts> for DenseMatrix {
    type Error = LearnError;

    fn try_from(parts: Parts) -> Result<DenseMatrix, LearnError> {
        DenseMatrix::new(parts.cols, parts.values)
    }
}

impl From<DenseMatrix> for Parts {
    fn from(matrix: DenseMatrix) -> Parts {
        Parts {
            cols: matrix.cols,
            values: matrix.values,
        }
    }
}
