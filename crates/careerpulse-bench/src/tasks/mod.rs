//! The pieces of work, one file each; `bench/tasks/` holds the other side of every one.
//!
//! A file has three functions: `load` reads what the work starts from, `run` is the work, and
//! `answer` writes what it came to for the comparison.

mod clean;
mod embed;
mod knn;
mod linear;
mod rows;
mod svd;
mod tfidf;

use std::path::Path;

use anyhow::{Context, Result};
use careerpulse_embed::Precision;

use crate::desk::{Desk, serve};

/// Serves a task at a desk until the orders end.
pub type Serve = fn(&mut Desk) -> Result<()>;

/// All tasks by name, in the order of the road.
pub const TASKS: &[(&str, Serve)] = &[
    ("clean", |desk| {
        serve(
            desk,
            clean::load,
            |html| clean::run(html),
            |_, texts, to| clean::answer(texts, to),
        )
    }),
    ("tfidf", |desk| {
        serve(
            desk,
            tfidf::load,
            |texts| tfidf::run_words(texts),
            |_, fitted, to| tfidf::answer(fitted, to),
        )
    }),
    ("tfidf_bigrams", |desk| {
        serve(
            desk,
            tfidf::load,
            |texts| tfidf::run_bigrams(texts),
            |_, fitted, to| tfidf::answer(fitted, to),
        )
    }),
    ("svd", |desk| {
        serve(desk, rows::sparse, svd::run, svd::answer)
    }),
    ("knn_dense", |desk| {
        serve(desk, rows::dense, knn::run, knn::answer)
    }),
    ("knn_sparse", |desk| {
        serve(desk, rows::sparse, knn::run, knn::answer)
    }),
    ("logistic", |desk| {
        serve(
            desk,
            rows::sparse,
            linear::run_logistic,
            linear::answer_logistic,
        )
    }),
    ("svm", |desk| {
        serve(desk, rows::sparse, linear::run_svm, linear::answer_svm)
    }),
    ("embed", |desk| encode(desk, Precision::F32)),
    ("encode_f32", |desk| encode(desk, Precision::F32)),
    ("encode_bf16", |desk| encode(desk, Precision::Bf16)),
    ("encode_int8", |desk| encode(desk, Precision::Int8)),
];

fn encode(desk: &mut Desk, precision: Precision) -> Result<()> {
    let load = |data: &Path| embed::load(data, precision);
    serve(desk, load, embed::run, embed::answer)
}

/// The task of that name. Errors with the names there are.
pub fn find(name: &str) -> Result<Serve> {
    let found = TASKS.iter().find(|(task, _)| *task == name);
    found.map(|(_, serve)| *serve).with_context(|| {
        let names: Vec<&str> = TASKS.iter().map(|(name, _)| *name).collect();
        format!("there is no task {name:?}; there are {}", names.join(", "))
    })
}

#[cfg(test)]
mod tests;
