//! The nearest labelled rows and their vote: scikit-learn's `KNeighborsClassifier`.

mod approximate;
mod dense;
mod features;
mod fitted;
mod shortlist;
mod sparse;
mod vote;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::LearnError;

pub use approximate::{
    ApproximateIndex, ApproximateParams, LEAST_RECALL, Route, Search, nearest_or_approximate,
    nearest_outside_fold_or_approximate, recall,
};
pub use features::Features;
pub use fitted::{Knn, KnnParams};
pub use vote::vote;

/// How far apart two rows are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// `1 - cosine similarity`, in [0, 2]; a row of zeros is at distance 1 from every row.
    #[default]
    Cosine,
    /// Straight-line distance.
    Euclidean,
}

/// How much each neighbour's vote counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Weights {
    /// All alike.
    #[default]
    Uniform,
    /// By inverse distance; neighbours at distance 0 outvote all others.
    Distance,
}

/// A row of the index and how far it is from the query.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Neighbour {
    /// Row number in the index.
    pub row: u32,
    /// Distance under the metric asked for.
    pub distance: f64,
}

/// The `k` nearest rows of every query row, nearest first, equal distances by row number.
#[derive(Debug, Clone, PartialEq)]
pub struct Neighbours {
    k: usize,
    all: Vec<Neighbour>,
}

impl Neighbours {
    /// Number of query rows.
    pub fn len(&self) -> usize {
        self.all.len() / self.k
    }

    /// Whether there was no query row.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Neighbours per query row.
    pub fn k(&self) -> usize {
        self.k
    }

    /// Neighbours of query row `row`. Panics where there is no such row.
    pub fn of(&self, row: usize) -> &[Neighbour] {
        &self.all[row * self.k..(row + 1) * self.k]
    }

    /// Every query row's neighbours in turn.
    pub fn iter(&self) -> impl Iterator<Item = &[Neighbour]> {
        self.all.chunks_exact(self.k)
    }
}

/// The `k` rows of `index` nearest to each row of `query`, exactly.
///
/// Distances are sums in `f64` over the entries in column order, equal on every
/// number of threads. With `d` the dot product and `a`, `b` the squared lengths, all
/// three summed in the same order, the distance is `1 - d / sqrt(a b)` or
/// `sqrt(a + b - 2 d)`; for identical rows `a = b = d` to the bit and IEEE square
/// roots give `sqrt(a a) = a`, so it is exactly 0.
///
/// Memory: one block of queries at a time and thread, never queries × rows. Errors
/// on `k` of 0 or above the rows of `index`, unlike features, and values that are
/// NaN, infinite or above 1e15.
pub fn nearest(
    index: &Features,
    query: &Features,
    metric: Metric,
    k: usize,
) -> Result<Neighbours, LearnError> {
    Ok(only(nearest_by(index, query, &[metric], k)?))
}

/// What [`nearest`] finds under each of several metrics, from one pass over the products of all rows.
///
/// Equal to as many calls of [`nearest`] to the bit, and hardly slower than one. Errors as those do.
pub fn nearest_by(
    index: &Features,
    query: &Features,
    metrics: &[Metric],
    k: usize,
) -> Result<Vec<Neighbours>, LearnError> {
    check_k(k, index.rows())?;
    search(index, query, metrics, k, None)
}

/// The `k` rows of `x` nearest to each row of `x` among those in another fold.
///
/// `folds` holds one fold per row. One pass serves every fold, every smaller `k` and both
/// weightings, provided the features of a row do not depend on the fold (embeddings do
/// not; TF-IDF refitted per fold does). Distances and errors as for [`nearest`]; also an
/// error where a fold leaves fewer than `k` rows outside itself.
pub fn nearest_outside_fold(
    x: &Features,
    folds: &[u32],
    metric: Metric,
    k: usize,
) -> Result<Neighbours, LearnError> {
    Ok(only(nearest_outside_fold_by(x, folds, &[metric], k)?))
}

/// What [`nearest_outside_fold`] finds under each of several metrics, from one pass over the
/// products of all rows.
///
/// Equal to as many calls of [`nearest_outside_fold`] to the bit, and hardly slower than one.
/// Errors as those do.
pub fn nearest_outside_fold_by(
    x: &Features,
    folds: &[u32],
    metrics: &[Metric],
    k: usize,
) -> Result<Vec<Neighbours>, LearnError> {
    check_folds(x, folds, k)?;
    search(x, x, metrics, k, Some(folds))
}

/// The single answer to a search by a single metric.
fn only(mut found: Vec<Neighbours>) -> Neighbours {
    found.pop().expect("a search by one metric has one answer")
}

fn check_k(k: usize, rows: usize) -> Result<(), LearnError> {
    if k == 0 {
        return Err(LearnError::ZeroNeighbours);
    }
    if k > rows {
        return Err(LearnError::TooManyNeighbours { k, rows });
    }
    Ok(())
}

fn check_folds(x: &Features, folds: &[u32], k: usize) -> Result<(), LearnError> {
    if k == 0 {
        return Err(LearnError::ZeroNeighbours);
    }
    if folds.len() != x.rows() {
        return Err(LearnError::Lengths {
            left_name: "folds",
            left: folds.len(),
            right_name: "the features",
            right: x.rows(),
        });
    }
    let mut sizes = std::collections::BTreeMap::new();
    for &fold in folds {
        *sizes.entry(fold).or_insert(0_usize) += 1;
    }
    for (fold, size) in sizes {
        if k > x.rows() - size {
            return Err(LearnError::TooManyNeighboursOutsideFold {
                k,
                fold,
                rows: x.rows() - size,
            });
        }
    }
    Ok(())
}

fn search(
    index: &Features,
    query: &Features,
    metrics: &[Metric],
    k: usize,
    folds: Option<&[u32]>,
) -> Result<Vec<Neighbours>, LearnError> {
    index.check_finite()?;
    query.check_finite()?;
    if index.cols() != query.cols() {
        return Err(LearnError::Width {
            index: index.cols(),
            query: query.cols(),
        });
    }
    let all = match (index, query) {
        (Features::Dense(index), Features::Dense(query)) => {
            dense::search(index, query, metrics, k, folds)
        }
        (Features::Sparse(index), Features::Sparse(query)) => {
            sparse::search(index, query, metrics, k, folds)
        }
        _ => {
            return Err(LearnError::MixedFeatures {
                index: index.kind(),
                query: query.kind(),
            });
        }
    };
    Ok(all.into_iter().map(|all| Neighbours { k, all }).collect())
}

/// For each of `metrics` what the blocks found, in the blocks' order.
fn joined(blocks: Vec<Vec<Vec<Neighbour>>>, metrics: &[Metric]) -> Vec<Vec<Neighbour>> {
    let of_metric = |at: usize| {
        blocks
            .iter()
            .flat_map(|block| &block[at])
            .copied()
            .collect()
    };
    (0..metrics.len()).map(of_metric).collect()
}

impl Metric {
    /// What candidates are ranked by: rises with the distance, cheaper to compute.
    fn key(self, dot: f64, left_square: f64, right_square: f64) -> f64 {
        match self {
            Metric::Cosine => {
                let product = left_square * right_square;
                let similarity = if product > 0.0 {
                    dot / product.sqrt()
                } else {
                    0.0
                };
                (1.0 - similarity).clamp(0.0, 2.0)
            }
            Metric::Euclidean => (left_square + right_square - 2.0 * dot).max(0.0),
        }
    }

    fn distance(self, key: f64) -> f64 {
        match self {
            Metric::Cosine => key,
            Metric::Euclidean => key.sqrt(),
        }
    }
}

impl fmt::Display for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Metric::Cosine => "cosine",
            Metric::Euclidean => "euclidean",
        })
    }
}

impl FromStr for Metric {
    type Err = LearnError;

    fn from_str(name: &str) -> Result<Metric, LearnError> {
        match name {
            "cosine" => Ok(Metric::Cosine),
            "euclidean" => Ok(Metric::Euclidean),
            _ => Err(LearnError::UnknownName {
                what: "metric",
                name: name.to_owned(),
                expected: "cosine, euclidean",
            }),
        }
    }
}

impl fmt::Display for Weights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Weights::Uniform => "uniform",
            Weights::Distance => "distance",
        })
    }
}

impl FromStr for Weights {
    type Err = LearnError;

    fn from_str(name: &str) -> Result<Weights, LearnError> {
        match name {
            "uniform" => Ok(Weights::Uniform),
            "distance" => Ok(Weights::Distance),
            _ => Err(LearnError::UnknownName {
                what: "weights",
                name: name.to_owned(),
                expected: "uniform, distance",
            }),
        }
    }
}
