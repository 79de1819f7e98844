//! A classifier that carries its labelled rows.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::{Features, Metric, Neighbours, Weights, nearest, vote};
use crate::error::LearnError;

/// Settings of [`Knn`].
///
/// | field | default | purpose | range |
/// |---|---|---|---|
/// | `k` | 7 | neighbours that vote | 1 to the rows of the training set |
/// | `metric` | cosine | what near means | |
/// | `weights` | uniform | how much each vote counts | |
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnnParams {
    /// Neighbours that vote.
    pub k: usize,
    /// What near means.
    pub metric: Metric,
    /// How much each vote counts.
    pub weights: Weights,
}

impl Default for KnnParams {
    fn default() -> KnnParams {
        KnnParams {
            k: 7,
            metric: Metric::Cosine,
            weights: Weights::Uniform,
        }
    }
}

/// A fitted nearest-neighbour classifier: the training rows themselves.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Parts", into = "Parts")]
pub struct Knn {
    params: KnnParams,
    features: Features,
    labels: Vec<u32>,
    classes: Vec<String>,
}

impl Knn {
    /// Keeps `features` (one row per posting) with `labels`, which number the sorted `classes`.
    ///
    /// Errors where lengths differ, a label names no class, `classes` is not sorted,
    /// `k` is 0 or above the number of rows, or a value is not finite.
    pub fn fit(
        params: KnnParams,
        features: Features,
        labels: Vec<u32>,
        classes: Vec<String>,
    ) -> Result<Knn, LearnError> {
        if params.k == 0 {
            return Err(LearnError::ZeroNeighbours);
        }
        if labels.len() != features.rows() {
            return Err(LearnError::Lengths {
                left_name: "labels",
                left: labels.len(),
                right_name: "the features",
                right: features.rows(),
            });
        }
        if params.k > labels.len() {
            return Err(LearnError::TooManyNeighbours {
                k: params.k,
                rows: labels.len(),
            });
        }
        if let Some(pair) = classes.windows(2).find(|pair| pair[0] >= pair[1]) {
            return Err(LearnError::UnsortedClasses(pair[1].clone()));
        }
        if let Some(row) = labels
            .iter()
            .position(|&label| label as usize >= classes.len())
        {
            return Err(LearnError::LabelOutOfRange {
                row,
                label: labels[row],
                classes: classes.len(),
            });
        }
        features.check_finite()?;
        Ok(Knn {
            params,
            features,
            labels,
            classes,
        })
    }

    /// Settings fitted with.
    pub fn params(&self) -> KnnParams {
        self.params
    }

    /// The training rows.
    pub fn features(&self) -> &Features {
        &self.features
    }

    /// Class number of each training row.
    pub fn labels(&self) -> &[u32] {
        &self.labels
    }

    /// Class names, sorted.
    pub fn classes(&self) -> &[String] {
        &self.classes
    }

    /// The `k` training rows nearest to each row of `query`. Errors as [`nearest`] does.
    pub fn kneighbors(&self, query: &Features, k: usize) -> Result<Neighbours, LearnError> {
        nearest(&self.features, query, self.params.metric, k)
    }

    /// Probability of every class for each row of `query`. Errors as [`nearest`] does.
    pub fn predict_proba(&self, query: &Features) -> Result<Vec<Vec<f64>>, LearnError> {
        Ok(self.vote(&self.kneighbors(query, self.params.k)?))
    }

    /// Probability of every class by neighbours already found with [`Knn::kneighbors`].
    pub fn vote(&self, neighbours: &Neighbours) -> Vec<Vec<f64>> {
        (0..neighbours.len())
            .into_par_iter()
            .map(|row| {
                vote(
                    neighbours.of(row),
                    &self.labels,
                    self.classes.len(),
                    self.params.k,
                    self.params.weights,
                )
            })
            .collect()
    }
}

/// What is written to disk; reading it back makes every check of [`Knn::fit`] again.
#[derive(Serialize, Deserialize)]
struct Parts {
    params: KnnParams,
    features: Features,
    labels: Vec<u32>,
    classes: Vec<String>,
}

impl TryFrom<Parts> for Knn {
    type Error = LearnError;

    fn try_from(parts: Parts) -> Result<Knn, LearnError> {
        Knn::fit(parts.params, parts.features, parts.labels, parts.classes)
    }
}

impl From<Knn> for Parts {
    fn from(knn: Knn) -> Parts {
        Parts {
            params: knn.params,
            features: knn.features,
            labels: knn.labels,
            classes: knn.classes,
        }
    }
}
