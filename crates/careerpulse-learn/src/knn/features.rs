//! What a search compares: dense or sparse rows.

use serde::{Deserialize, Serialize};

use crate::dense::DenseMatrix;
use crate::error::LearnError;
use crate::sparse::CsrMatrix;

/// One vector per posting.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Features {
    /// Such as sentence embeddings.
    Dense(DenseMatrix),
    /// Such as TF-IDF weights.
    Sparse(CsrMatrix),
}

impl Features {
    /// Number of rows.
    pub fn rows(&self) -> usize {
        match self {
            Features::Dense(matrix) => matrix.rows(),
            Features::Sparse(matrix) => matrix.rows(),
        }
    }

    /// Number of columns.
    pub fn cols(&self) -> usize {
        match self {
            Features::Dense(matrix) => matrix.cols(),
            Features::Sparse(matrix) => matrix.cols(),
        }
    }

    /// The rows named, in that order. Errors on a row that does not exist.
    pub fn select(&self, rows: &[u32]) -> Result<Features, LearnError> {
        Ok(match self {
            Features::Dense(matrix) => Features::Dense(matrix.select(rows)?),
            Features::Sparse(matrix) => Features::Sparse(matrix.select(rows)?),
        })
    }

    pub(super) fn kind(&self) -> &'static str {
        match self {
            Features::Dense(_) => "dense",
            Features::Sparse(_) => "sparse",
        }
    }

    /// Refuses values that no distance or product can be made of.
    pub(crate) fn check_finite(&self) -> Result<(), LearnError> {
        match self {
            Features::Dense(matrix) => matrix.check_finite(),
            Features::Sparse(matrix) => matrix.check_finite(),
        }
    }
}
