//! The fitted components, and what they make of rows.

use serde::{Deserialize, Serialize};

use super::SvdParams;
use super::jacobi::right_singular;
use super::orthonormal::orthonormal;
use super::range::row_space;
use super::tall::{Tall, sparse_times, times_square};
use super::variance::explained;
use crate::dense::DenseMatrix;
use crate::error::LearnError;
use crate::sparse::CsrMatrix;

/// The leading right singular vectors of a sparse matrix.
///
/// The same seed gives the same bits whatever the number of threads.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Parts", into = "Parts")]
pub struct TruncatedSvd {
    params: SvdParams,
    /// Columns of the training matrix × components: a transform reads it row by row.
    loadings: Tall,
    singular_values: Vec<f64>,
    explained_variance_ratio: Vec<f64>,
}

impl TruncatedSvd {
    /// Finds the components of `matrix` (one row per posting).
    ///
    /// Randomized SVD (Halko, Martinsson and Tropp 2011, "Finding structure with randomness",
    /// section 5.1), as scikit-learn's `TruncatedSVD(algorithm="randomized")`. Holds the entries
    /// twice and rows + columns times `components + oversamples` numbers, never rows × columns.
    ///
    /// Errors where the settings are out of range, `matrix` is empty or zero throughout, holds a
    /// value that is not finite, or has fewer rows or columns than `components`.
    pub fn fit(params: SvdParams, matrix: &CsrMatrix) -> Result<TruncatedSvd, LearnError> {
        params.check()?;
        let (rows, cols) = (matrix.rows(), matrix.cols());
        if rows == 0 {
            return Err(LearnError::Empty("the training matrix"));
        }
        if params.components > rows.min(cols) {
            return Err(LearnError::TooManyComponents {
                components: params.components,
                rows,
                cols,
            });
        }
        matrix.check_finite()?;
        if (0..rows).all(|row| matrix.row(row).1.iter().all(|&value| value == 0.0)) {
            return Err(LearnError::ZeroMatrix { rows, cols });
        }
        let width = params.components.saturating_add(params.oversamples);
        let width = width.min(rows).min(cols);
        let basis = row_space(
            matrix,
            &matrix.transposed()?,
            width,
            params.iterations,
            params.seed,
        );
        // Within the basis the problem is rows × width, and its triangle has the same singular
        // values and right vectors.
        let (_, triangle) = orthonormal(&sparse_times(matrix, &basis));
        let (mut singular_values, vectors) = right_singular(&triangle, width);
        singular_values.truncate(params.components);
        let mut turn = vec![0.0; width * width];
        for (column, vector) in vectors.iter().enumerate().take(params.components) {
            for (row, &value) in vector.iter().enumerate() {
                turn[row * width + column] = value;
            }
        }
        let mut loadings = keep_columns(&times_square(&basis, &turn), params.components);
        fix_signs(&mut loadings);
        let explained_variance_ratio = explained(matrix, &sparse_times(matrix, &loadings));
        Ok(TruncatedSvd {
            params,
            loadings,
            singular_values,
            explained_variance_ratio,
        })
    }

    /// Settings fitted with.
    pub fn params(&self) -> SvdParams {
        self.params
    }

    /// Columns of the training matrix.
    pub fn cols(&self) -> usize {
        self.loadings.rows()
    }

    /// The components, `params().components` × [`TruncatedSvd::cols`], row after row: orthonormal,
    /// the entry of largest magnitude positive, in the order of the singular values.
    ///
    /// Where the training matrix has a rank below `components`, the rows past the rank are some
    /// orthonormal directions with singular value 0.
    pub fn components(&self) -> Vec<f64> {
        let columns = 0..self.loadings.cols;
        columns
            .flat_map(|column| (0..self.cols()).map(move |row| self.loadings.row(row)[column]))
            .collect()
    }

    /// Length of the training matrix along each component, descending.
    pub fn singular_values(&self) -> &[f64] {
        &self.singular_values
    }

    /// Share of the training matrix's variance that lies along each component, as scikit-learn
    /// defines it: of the transformed columns, about their means. 0 where the rows do not vary.
    pub fn explained_variance_ratio(&self) -> &[f64] {
        &self.explained_variance_ratio
    }

    /// The rows of `matrix` along the components (rows × components), summed in `f64`.
    ///
    /// Errors where `matrix` has other columns than the training matrix or holds a value that is
    /// not finite.
    pub fn transform(&self, matrix: &CsrMatrix) -> Result<DenseMatrix, LearnError> {
        if matrix.cols() != self.cols() {
            return Err(LearnError::Width {
                index: self.cols(),
                query: matrix.cols(),
            });
        }
        matrix.check_finite()?;
        let found = sparse_times(matrix, &self.loadings);
        let values = found.values.into_iter().map(|value| value as f32).collect();
        DenseMatrix::new(self.params.components, values)
    }
}

fn keep_columns(matrix: &Tall, cols: usize) -> Tall {
    let rows = matrix.values.chunks_exact(matrix.cols);
    Tall {
        cols,
        values: rows.flat_map(|row| &row[..cols]).copied().collect(),
    }
}

/// Makes the entry of largest magnitude of every column positive, the first of equals:
/// scikit-learn's `svd_flip(u_based_decision=False)`, as its `TruncatedSVD` calls it.
fn fix_signs(loadings: &mut Tall) {
    let mut largest = vec![0.0_f64; loadings.cols];
    for row in loadings.values.chunks_exact(loadings.cols) {
        for (largest, &value) in largest.iter_mut().zip(row) {
            if value.abs() > largest.abs() {
                *largest = value;
            }
        }
    }
    for row in loadings.values.chunks_exact_mut(loadings.cols) {
        for (value, largest) in row.iter_mut().zip(&largest) {
            if *largest < 0.0 {
                *value = -*value;
            }
        }
    }
}

/// What is written to disk; reading it back checks that the parts fit together.
#[derive(Serialize, Deserialize)]
struct Parts {
    params: SvdParams,
    loadings: Vec<f64>,
    singular_values: Vec<f64>,
    explained_variance_ratio: Vec<f64>,
}

impl TryFrom<Parts> for TruncatedSvd {
    type Error = LearnError;

    fn try_from(parts: Parts) -> Result<TruncatedSvd, LearnError> {
        let cols = parts.params.check()?.components;
        let broken = |what: &str| Err(LearnError::Shape(format!("the saved SVD {what}")));
        if parts.loadings.len() / cols < cols || !parts.loadings.len().is_multiple_of(cols) {
            return broken(&format!(
                "has {} loadings, which do not fill at least {cols} rows of {cols} components",
                parts.loadings.len()
            ));
        }
        let ratios = &parts.explained_variance_ratio;
        if parts.singular_values.len() != cols || ratios.len() != cols {
            return broken(&format!(
                "has {} singular values and {} variance ratios for {cols} components",
                parts.singular_values.len(),
                ratios.len()
            ));
        }
        let numbers = [&parts.loadings, &parts.singular_values, ratios];
        if !numbers.into_iter().flatten().all(|value| value.is_finite()) {
            return broken("holds a value that is not finite");
        }
        let falling = parts.singular_values.is_sorted_by(|a, b| a >= b);
        if !falling || parts.singular_values[cols - 1] < 0.0 {
            return broken("has singular values that are negative or out of order");
        }
        Ok(TruncatedSvd {
            params: parts.params,
            loadings: Tall {
                cols,
                values: parts.loadings,
            },
            singular_values: parts.singular_values,
            explained_variance_ratio: parts.explained_variance_ratio,
        })
    }
}

impl From<TruncatedSvd> for Parts {
    fn from(svd: TruncatedSvd) -> Parts {
        Parts {
            params: svd.params,
            loadings: svd.loadings.values,
            singular_values: svd.singular_values,
            explained_variance_ratio: svd.explained_variance_ratio,
        }
    }
}
