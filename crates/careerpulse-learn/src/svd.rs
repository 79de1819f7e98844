//! Sparse rows pressed into a few dense columns: scikit-learn's `TruncatedSVD`.

mod fitted;
mod jacobi;
mod orthonormal;
mod range;
mod tall;
mod variance;

pub use fitted::TruncatedSvd;

use serde::{Deserialize, Serialize};

use crate::error::LearnError;

/// Settings of [`TruncatedSvd`].
///
/// | field | default | purpose | range |
/// |---|---|---|---|
/// | `components` | 200 | columns kept | 1 to the rows and the columns of the training matrix |
/// | `oversamples` | 10 | directions tried beyond those kept | as many as the matrix has |
/// | `iterations` | 5 | power iterations, each of which separates the kept from the rest | |
/// | `seed` | 0 | of the random directions | |
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SvdParams {
    /// Columns kept.
    pub components: usize,
    /// Directions tried beyond those kept.
    pub oversamples: usize,
    /// Power iterations.
    pub iterations: usize,
    /// Seed of the random directions.
    pub seed: u64,
}

impl Default for SvdParams {
    fn default() -> SvdParams {
        SvdParams {
            components: 200,
            oversamples: 10,
            iterations: 5,
            seed: 0,
        }
    }
}

impl SvdParams {
    /// Itself, or an error that names the setting out of range.
    pub fn check(&self) -> Result<&SvdParams, LearnError> {
        if self.components == 0 {
            return Err(LearnError::ZeroComponents);
        }
        Ok(self)
    }
}
