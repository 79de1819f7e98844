//! Every task on a few postings: it obeys, and it leaves the answers that the comparison reads.

use std::fs;

use super::*;
use crate::prepare::prepare;

/// What each task leaves for `bench/tasks/`.
const LEFT: &[(&str, &[&str])] = &[
    ("clean", &["texts.ndjson"]),
    ("tfidf", &TFIDF),
    ("tfidf_bigrams", &TFIDF),
    (
        "svd",
        &["components.f64", "rows.f32", "singular_values.json"],
    ),
    ("knn_dense", &["scores.json"]),
    ("knn_sparse", &["scores.json"]),
    ("logistic", &LINEAR),
    ("svm", &LINEAR),
];
const LINEAR: [&str; 3] = ["intercepts.f64", "predicted.u32", "weights.f64"];
const TFIDF: [&str; 5] = [
    "matrix.columns",
    "matrix.starts",
    "matrix.values",
    "terms.json",
    "tied.json",
];

#[test]
fn every_task_runs_and_leaves_its_answers() {
    let data = tempfile::tempdir().unwrap();
    prepare(80, 7, data.path()).unwrap();
    for (name, left) in LEFT {
        let answers = tempfile::tempdir().unwrap();
        let mut replies = Vec::new();
        find(name).unwrap()(&mut Desk {
            data: data.path(),
            answers: answers.path(),
            orders: &mut "run\nanswer\n".as_bytes(),
            replies: &mut replies,
        })
        .unwrap();
        assert_eq!(
            replies.iter().filter(|byte| **byte == b'\n').count(),
            3,
            "{name}"
        );
        let mut files: Vec<String> = fs::read_dir(answers.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        files.sort();
        assert_eq!(files, *left, "{name}");
    }
}

#[test]
fn every_task_is_tested_but_those_that_need_weights() {
    let listed: Vec<&str> = TASKS.iter().map(|(name, _)| *name).collect();
    let tested: Vec<&str> = LEFT
        .iter()
        .map(|(name, _)| *name)
        .chain(["embed", "encode_f32", "encode_bf16", "encode_int8"])
        .collect();
    assert_eq!(listed, tested);
}

#[test]
fn an_unknown_task_is_an_error_that_lists_the_others() {
    let error = find("fly").unwrap_err().to_string();
    assert!(
        error.contains("\"fly\"") && error.contains("knn_sparse"),
        "{error}"
    );
}
