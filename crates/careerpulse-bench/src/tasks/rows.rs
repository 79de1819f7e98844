//! Rows of numbers with their classes and folds: what every classifier starts from.

use std::path::Path;

use anyhow::Result;
use careerpulse_learn::{DenseMatrix, Features};

use crate::arrays::{read_array, read_json, read_sparse};
use crate::prepare::About;

/// Features, and for each row its class and fold.
pub struct Labelled {
    /// One row per posting.
    pub features: Features,
    /// Class of each row.
    pub labels: Vec<u32>,
    /// Fold of each row.
    pub folds: Vec<u32>,
    /// Shapes and class names.
    pub about: About,
}

/// The rows of TF-IDF weights.
pub fn sparse(data: &Path) -> Result<Labelled> {
    load(data, |about| {
        Ok(Features::Sparse(read_sparse(data, "tfidf", about.columns)?))
    })
}

/// The dense rows.
pub fn dense(data: &Path) -> Result<Labelled> {
    load(data, |about| {
        let values = read_array(&data.join("dense.f32"))?;
        Ok(Features::Dense(DenseMatrix::new(
            about.dense_columns,
            values,
        )?))
    })
}

fn load(data: &Path, features: impl FnOnce(&About) -> Result<Features>) -> Result<Labelled> {
    let about: About = read_json(&data.join("about.json"))?;
    Ok(Labelled {
        features: features(&about)?,
        labels: read_array(&data.join("labels.u32"))?,
        folds: read_array(&data.join("folds.u32"))?,
        about,
    })
}
