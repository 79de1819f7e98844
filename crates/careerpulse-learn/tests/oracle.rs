//! The same input gives the same numbers as the Python stack: arrays by `testdata/oracle/make_learn.py`.

#![allow(
    clippy::unwrap_used,
    reason = "a helper that cannot go on fails its test"
)]

use careerpulse_learn::*;
use serde::Deserialize;
use serde::de::DeserializeOwned;

macro_rules! oracle {
    ($name:literal) => {
        parse(include_str!(concat!("../../../testdata/oracle/", $name)))
    };
}

fn parse<T: DeserializeOwned>(json: &str) -> T {
    serde_json::from_str(json).unwrap()
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-6
}

type SparseRows = Vec<(Vec<u32>, Vec<f64>)>;

#[derive(Deserialize)]
struct TfidfOracle {
    texts: Vec<String>,
    unseen: Vec<String>,
    cases: Vec<TfidfCase>,
}

#[derive(Deserialize)]
struct TfidfCase {
    params: TfidfParams,
    terms: Vec<String>,
    rows: SparseRows,
    unseen: SparseRows,
}

fn assert_rows(found: &CsrMatrix, expected: &SparseRows) {
    assert_eq!(found.rows(), expected.len());
    for (row, (columns, values)) in expected.iter().enumerate() {
        let (found_columns, found_values) = found.row(row);
        assert_eq!(found_columns, columns, "row {row}");
        for (&a, &b) in found_values.iter().zip(values) {
            assert!(close(f64::from(a), b), "row {row}: {a} is not {b}");
        }
    }
}

#[test]
fn tfidf_is_scikit_learns() {
    let oracle: TfidfOracle = oracle!("learn_tfidf.json");
    let rows: Vec<u32> = (0..oracle.texts.len() as u32).collect();
    for case in oracle.cases {
        let corpus = Corpus::new(&oracle.texts, case.params.analyzer()).unwrap();
        let model = Tfidf::fit(&corpus, &rows, case.params.clone()).unwrap();
        let terms: Vec<&str> = model.terms().iter().map(|term| &**term).collect();
        assert_eq!(terms, case.terms, "{:?}", case.params);
        let matrix = model.transform_rows(&corpus, &rows).unwrap();
        assert_rows(&matrix, &case.rows);
        assert_rows(&model.transform(&oracle.unseen).unwrap(), &case.unseen);
        assert_eq!(
            model.transform(&oracle.texts).unwrap(),
            matrix,
            "both ways give the same bits"
        );
    }
}

#[test]
fn a_fold_refitted_equals_one_fitted_from_scratch() {
    let oracle: TfidfOracle = oracle!("learn_tfidf.json");
    for case in oracle.cases {
        let corpus = Corpus::new(&oracle.texts, case.params.analyzer()).unwrap();
        for fold in 0..3 {
            let rows: Vec<u32> = (0..oracle.texts.len() as u32)
                .filter(|row| row % 3 != fold)
                .collect();
            let texts: Vec<&str> = rows
                .iter()
                .map(|&row| oracle.texts[row as usize].as_str())
                .collect();
            let own = Corpus::new(&texts, case.params.analyzer()).unwrap();
            let all: Vec<u32> = (0..texts.len() as u32).collect();
            let (Ok(refit), Ok(scratch)) = (
                Tfidf::fit(&corpus, &rows, case.params.clone()),
                Tfidf::fit(&own, &all, case.params.clone()),
            ) else {
                panic!("both must fit: {:?}", case.params);
            };
            assert_eq!(refit.terms(), scratch.terms());
            assert_eq!(refit.idf(), scratch.idf());
            assert_eq!(
                refit.transform_rows(&corpus, &rows).unwrap(),
                scratch.transform(&texts).unwrap()
            );
            assert_eq!(
                refit.transform_rows(&corpus, &[0, 1, 2]).unwrap(),
                scratch.transform(&oracle.texts[..3]).unwrap()
            );
        }
    }
}

#[derive(Deserialize)]
struct KnnOracle {
    dense: DenseRows,
    sparse: SparseSide,
    cases: Vec<KnnCase>,
}

#[derive(Deserialize)]
struct DenseRows {
    index: Vec<Vec<f32>>,
    labels: Vec<u32>,
    queries: Vec<Vec<f32>>,
}

#[derive(Deserialize)]
struct SparseSide {
    columns: usize,
    index: SparseRows,
    labels: Vec<u32>,
    queries: SparseRows,
}

#[derive(Deserialize)]
struct KnnCase {
    kind: String,
    metric: Metric,
    weights: Weights,
    k: usize,
    clear: Vec<bool>,
    distances: Vec<Vec<f64>>,
    probabilities: Vec<Vec<f64>>,
    predicted: Vec<u32>,
}

fn dense(rows: &[Vec<f32>]) -> Features {
    Features::Dense(DenseMatrix::new(rows[0].len(), rows.concat()).unwrap())
}

fn sparse(columns: usize, rows: &SparseRows) -> Features {
    let rows: Vec<Vec<(u32, f32)>> = rows
        .iter()
        .map(|(columns, values)| {
            columns
                .iter()
                .copied()
                .zip(values.iter().map(|&value| value as f32))
                .collect()
        })
        .collect();
    Features::Sparse(CsrMatrix::from_rows(columns, &rows).unwrap())
}

#[test]
fn knn_is_scikit_learns() {
    let oracle: KnnOracle = oracle!("learn_knn.json");
    let mut compared = 0;
    for case in &oracle.cases {
        let (index, query, labels) = match case.kind.as_str() {
            "dense" => (
                dense(&oracle.dense.index),
                dense(&oracle.dense.queries),
                &oracle.dense.labels,
            ),
            _ => {
                let side = &oracle.sparse;
                (
                    sparse(side.columns, &side.index),
                    sparse(side.columns, &side.queries),
                    &side.labels,
                )
            }
        };
        let classes = ["a", "b", "c", "d", "e"][..=*labels.iter().max().unwrap() as usize].iter();
        let params = KnnParams {
            k: case.k,
            metric: case.metric,
            weights: case.weights,
        };
        let model = Knn::fit(
            params,
            index,
            labels.clone(),
            classes.map(|&name| name.to_owned()).collect(),
        )
        .unwrap();
        let neighbours = model.kneighbors(&query, case.k).unwrap();
        let probabilities = model.predict_proba(&query).unwrap();
        for row in (0..query.rows()).filter(|&row| case.clear[row]) {
            let at = format!(
                "{} {} {} k={} row {row}",
                case.kind, case.metric, case.weights, case.k
            );
            for (found, &expected) in neighbours.of(row).iter().zip(&case.distances[row]) {
                assert!(
                    close(found.distance, expected),
                    "{at}: {} is not {expected}",
                    found.distance
                );
            }
            for (&found, &expected) in probabilities[row].iter().zip(&case.probabilities[row]) {
                assert!(
                    close(found, expected),
                    "{at}: {:?} is not {:?}",
                    probabilities[row],
                    case.probabilities[row]
                );
            }
            assert_eq!(first_max(&probabilities[row]), case.predicted[row], "{at}");
            compared += 1;
        }
    }
    assert!(compared > 150, "only {compared} rows were free of ties");
}

#[derive(Deserialize)]
struct MetricsOracle {
    cases: Vec<MetricsCase>,
    test_sizes: Vec<(usize, f64, usize)>,
}

#[derive(Deserialize)]
struct MetricsCase {
    truth: Vec<u32>,
    probabilities: Vec<Vec<f64>>,
    predicted: Vec<u32>,
    accuracy: f64,
    macro_f1: f64,
    weighted_f1: f64,
    classes: Vec<u32>,
    precision: Vec<f64>,
    recall: Vec<f64>,
    f1: Vec<f64>,
    support: Vec<u32>,
    confusion: Vec<Vec<u32>>,
    top: Vec<f64>,
    log_loss: f64,
}

#[test]
fn metrics_are_scikit_learns() {
    let oracle: MetricsOracle = oracle!("learn_metrics.json");
    for case in oracle.cases {
        let (truth, predicted) = (&case.truth[..], &case.predicted[..]);
        assert!(close(accuracy(truth, predicted).unwrap(), case.accuracy));
        assert!(close(macro_f1(truth, predicted).unwrap(), case.macro_f1));
        assert!(close(
            weighted_f1(truth, predicted).unwrap(),
            case.weighted_f1
        ));
        let reports = class_reports(truth, predicted).unwrap();
        assert_eq!(
            reports
                .iter()
                .map(|report| report.class)
                .collect::<Vec<_>>(),
            case.classes
        );
        for (at, report) in reports.iter().enumerate() {
            assert!(
                close(report.precision, case.precision[at])
                    && close(report.recall, case.recall[at])
            );
            assert!(close(report.f1, case.f1[at]) && report.support == case.support[at]);
        }
        assert_eq!(
            confusion_matrix(truth, predicted, 6).unwrap(),
            case.confusion
        );
        for (k, &expected) in (1..).zip(&case.top) {
            assert!(
                close(
                    top_k_accuracy(truth, &case.probabilities, k).unwrap(),
                    expected
                ),
                "top {k}"
            );
        }
        assert!(close(
            log_loss(truth, &case.probabilities).unwrap(),
            case.log_loss
        ));
    }
    for (rows, fraction, size) in oracle.test_sizes {
        let labels: Vec<u32> = (0..rows as u32).map(|row| row % 4).collect();
        assert_eq!(
            train_test_split(&labels, None, fraction, 0)
                .unwrap()
                .test
                .len(),
            size
        );
    }
}

#[test]
fn clean_text_is_beautifulsoups() {
    let oracle: Vec<(String, String)> = oracle!("learn_clean.json");
    for (html, text) in oracle {
        assert_eq!(clean_html(&html), text, "of {html:?}");
    }
}
