//! Rows to find neighbours of, and which rows each may find.

use std::collections::BTreeMap;

use rand::SeedableRng;
use rand::seq::index::sample;
use rand_chacha::ChaCha8Rng;

use crate::dense::DenseMatrix;
use crate::error::LearnError;

/// Queries that recall is measured on.
const SAMPLE: usize = 500;
const SAMPLE_SEED: u64 = 10;

/// Query rows; with folds, none finds a row of its own.
pub struct Queries<'q> {
    pub matrix: &'q DenseMatrix,
    pub folds: Option<Folds<'q>>,
}

/// The fold of each row of the index and of each query.
pub struct Folds<'q> {
    pub index: &'q [u32],
    pub query: &'q [u32],
}

/// Some of the queries, with copies of their rows.
pub struct Sample<'q> {
    matrix: DenseMatrix,
    index_folds: Option<&'q [u32]>,
    query_folds: Vec<u32>,
}

impl<'q> Queries<'q> {
    pub fn all_allowed(matrix: &'q DenseMatrix) -> Queries<'q> {
        Queries {
            matrix,
            folds: None,
        }
    }

    /// Every row of the index queries those outside its fold.
    pub fn outside_fold(matrix: &'q DenseMatrix, folds: &'q [u32]) -> Queries<'q> {
        Queries {
            matrix,
            folds: Some(Folds {
                index: folds,
                query: folds,
            }),
        }
    }

    pub fn rows(&self) -> usize {
        self.matrix.rows()
    }

    /// Whether query `query` may find row `row` of the index.
    pub fn allows(&self, query: usize, row: u32) -> bool {
        self.folds
            .as_ref()
            .is_none_or(|folds| folds.index[row as usize] != folds.query[query])
    }

    /// The rows of an index of `rows` that the query with the fewest may find.
    pub fn least_allowed(&self, rows: usize) -> usize {
        let Some(folds) = &self.folds else {
            return rows;
        };
        rows - sizes(folds.index).into_values().max().unwrap_or(0)
    }

    /// How many candidates it takes to be left with `k` outside the fold: as many more as the
    /// largest fold takes, and half of that again for rows whose likes share their fold.
    pub fn breadth_for(&self, rows: usize, k: usize) -> usize {
        if self.folds.is_none() {
            return k;
        }
        let share = rows as f64 / self.least_allowed(rows).max(1) as f64;
        (k as f64 * share * 1.5).ceil() as usize
    }

    /// The queries named, in that order. Errors on a row that does not exist.
    pub fn select(&self, rows: &[u32]) -> Result<Sample<'q>, LearnError> {
        Ok(Sample {
            matrix: self.matrix.select(rows)?,
            index_folds: self.folds.as_ref().map(|folds| folds.index),
            query_folds: self.folds.as_ref().map_or_else(Vec::new, |folds| {
                rows.iter().map(|&row| folds.query[row as usize]).collect()
            }),
        })
    }

    /// Some of the queries, always the same; all where they are few.
    pub fn sample(&self) -> Result<Sample<'q>, LearnError> {
        let mut rng = ChaCha8Rng::seed_from_u64(SAMPLE_SEED);
        let picked = sample(&mut rng, self.rows(), SAMPLE.min(self.rows()));
        let mut picked: Vec<u32> = picked.into_iter().map(|row| row as u32).collect();
        picked.sort_unstable();
        self.select(&picked)
    }
}

impl Sample<'_> {
    pub fn queries(&self) -> Queries<'_> {
        Queries {
            matrix: &self.matrix,
            folds: self.index_folds.map(|index| Folds {
                index,
                query: &self.query_folds,
            }),
        }
    }
}

fn sizes(folds: &[u32]) -> BTreeMap<u32, usize> {
    let mut sizes = BTreeMap::new();
    for &fold in folds {
        *sizes.entry(fold).or_insert(0) += 1;
    }
    sizes
}
