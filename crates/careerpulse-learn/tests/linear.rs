//! Linear models equal scikit-learn's, and stay the same where theory says so.

#![allow(
    clippy::unwrap_used,
    reason = "a helper that cannot go on fails its test"
)]

use careerpulse_learn::*;
use serde::Deserialize;

#[derive(Deserialize)]
struct Case {
    kind: String,
    c: f64,
    balanced: bool,
    intercept_scaling: f64,
    classes: Vec<String>,
    cols: usize,
    labels: Vec<u32>,
    features: Vec<f32>,
    queries: Vec<f32>,
    logistic: Logistic,
    svm: Svm,
}

#[derive(Deserialize)]
struct Logistic {
    weights: Vec<f64>,
    intercepts: Vec<f64>,
    probabilities: Vec<f64>,
}

#[derive(Deserialize)]
struct Svm {
    weights: Vec<f64>,
    intercepts: Vec<f64>,
    decisions: Vec<f64>,
    predicted: Vec<u32>,
}

fn cases() -> Vec<Case> {
    serde_json::from_str(include_str!("../../../testdata/oracle/linear.json")).unwrap()
}

fn features(kind: &str, cols: usize, values: &[f32]) -> Features {
    if kind == "dense" {
        return Features::Dense(DenseMatrix::new(cols, values.to_vec()).unwrap());
    }
    let entries = |row: &[f32]| {
        (0..)
            .zip(row.iter().copied())
            .filter(|entry| entry.1 != 0.0)
            .collect()
    };
    let rows: Vec<Vec<(u32, f32)>> = values.chunks(cols).map(entries).collect();
    Features::Sparse(CsrMatrix::from_rows(cols, &rows).unwrap())
}

impl Case {
    fn x(&self) -> Features {
        features(&self.kind, self.cols, &self.features)
    }

    fn q(&self) -> Features {
        features(&self.kind, self.cols, &self.queries)
    }

    fn logistic(&self, x: &Features, labels: &[u32], c: f64) -> LogisticRegression {
        let params = LogisticParams {
            c,
            balanced: self.balanced,
            max_iter: 10_000,
            tol: 1e-9,
        };
        LogisticRegression::fit(params, x, labels, self.classes.clone()).unwrap()
    }

    fn svm(&self, x: &Features, labels: &[u32], c: f64) -> LinearSvm {
        let params = SvmParams {
            c,
            balanced: self.balanced,
            intercept_scaling: self.intercept_scaling,
            max_iter: 1000,
            tol: 1e-9,
        };
        LinearSvm::fit(params, x, labels, self.classes.clone()).unwrap()
    }
}

fn assert_close(found: &[f64], expected: &[f64], tolerance: f64, what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (at, (a, b)) in found.iter().zip(expected).enumerate() {
        assert!(
            (a - b).abs() <= tolerance,
            "{what}: entry {at} is {a}, not {b}"
        );
    }
}

/// Weights one class after another, as scikit-learn's `coef_` holds them.
fn by_class(model: &Coefficients) -> Vec<f64> {
    let seen = model.seen().len();
    let column = |class| (0..model.cols()).map(move |col| model.weights()[col * seen + class]);
    (0..seen).flat_map(column).collect()
}

#[test]
fn logistic_regression_equals_scikit_learn() {
    for (number, case) in cases().iter().enumerate() {
        let model = case.logistic(&case.x(), &case.labels, case.c);
        assert!(model.converged(), "case {number}");
        let found = model.predict_proba(&case.q()).unwrap();
        for row in &found {
            assert!((row.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        }
        let what = format!("logistic case {number}");
        assert_close(&found.concat(), &case.logistic.probabilities, 1e-5, &what);
        let (mut weights, mut intercepts) = (
            by_class(model.coefficients()),
            model.coefficients().intercepts().to_vec(),
        );
        if case.classes.len() == 2 {
            // There scikit-learn holds only the difference.
            let (first, second) = weights.split_at(case.cols);
            weights = second.iter().zip(first).map(|(b, a)| b - a).collect();
            intercepts = vec![intercepts[1] - intercepts[0]];
        }
        assert_close(&weights, &case.logistic.weights, 1e-5, &what);
        assert_close(&intercepts, &case.logistic.intercepts, 1e-5, &what);
    }
}

#[test]
fn linear_svm_equals_scikit_learn() {
    for (number, case) in cases().iter().enumerate() {
        let model = case.svm(&case.x(), &case.labels, case.c);
        assert!(model.converged(), "case {number}");
        let what = format!("svm case {number}");
        let decisions = model.decision_function(&case.q()).unwrap();
        assert_eq!(
            model.predict(&case.q()).unwrap(),
            case.svm.predicted,
            "{what}"
        );
        let coefficients = model.coefficients();
        let (mut found, mut weights, mut intercepts) = (
            decisions.concat(),
            by_class(coefficients),
            coefficients.intercepts().to_vec(),
        );
        if case.classes.len() == 2 {
            // There scikit-learn holds only the second class's machine.
            found = decisions.iter().map(|row| row[1]).collect();
            assert!(decisions.iter().all(|row| row[0] == -row[1]));
            weights.drain(..case.cols);
            intercepts.remove(0);
        }
        assert_close(&found, &case.svm.decisions, 1e-5, &what);
        assert_close(&weights, &case.svm.weights, 1e-5, &what);
        assert_close(&intercepts, &case.svm.intercepts, 1e-5, &what);
    }
}

#[test]
fn dense_and_sparse_rows_of_the_same_numbers_fit_alike() {
    for case in cases() {
        let dense = features("dense", case.cols, &case.features);
        let sparse = features("sparse", case.cols, &case.features);
        let logistic = |x| by_class(case.logistic(x, &case.labels, case.c).coefficients());
        assert_close(&logistic(&dense), &logistic(&sparse), 1e-6, "logistic");
        let svm = |x| by_class(case.svm(x, &case.labels, case.c).coefficients());
        assert_close(&svm(&dense), &svm(&sparse), 1e-6, "svm");
    }
}

// Twice the rows double the sum of losses, which half the C undoes; balanced weights stay as they are.
#[test]
fn every_row_twice_at_half_the_c_fits_the_same() {
    for case in cases() {
        let rows: Vec<u32> = (0..case.labels.len() as u32).collect();
        let twice = case.x().select(&[rows.clone(), rows].concat()).unwrap();
        let labels = [case.labels.clone(), case.labels.clone()].concat();
        let once = case.logistic(&case.x(), &case.labels, case.c);
        let doubled = case.logistic(&twice, &labels, case.c / 2.0);
        let weights = |model: &LogisticRegression| by_class(model.coefficients());
        assert_close(&weights(&once), &weights(&doubled), 1e-6, "logistic");
        let once = case.svm(&case.x(), &case.labels, case.c);
        let doubled = case.svm(&twice, &labels, case.c / 2.0);
        let weights = |model: &LinearSvm| by_class(model.coefficients());
        assert_close(&weights(&once), &weights(&doubled), 1e-6, "svm");
    }
}

#[test]
fn saved_and_loaded_models_are_the_same_to_the_bit() {
    for case in cases() {
        let logistic = case.logistic(&case.x(), &case.labels, case.c);
        let bytes = postcard::to_allocvec(&logistic).unwrap();
        let back: LogisticRegression = postcard::from_bytes(&bytes).unwrap();
        assert_eq!(back, logistic);
        assert_eq!(
            back.predict_proba(&case.q()),
            logistic.predict_proba(&case.q())
        );
        assert!(postcard::from_bytes::<LogisticRegression>(&bytes[..bytes.len() - 20]).is_err());
        let svm = case.svm(&case.x(), &case.labels, case.c);
        let bytes = postcard::to_allocvec(&svm).unwrap();
        let back: LinearSvm = postcard::from_bytes(&bytes).unwrap();
        assert_eq!(back, svm);
        assert_eq!(
            back.decision_function(&case.q()),
            svm.decision_function(&case.q())
        );
    }
}

#[test]
fn the_number_of_threads_does_not_change_a_bit() {
    // Enough rows for several tasks, and enough weights for several sums.
    let (rows, cols) = (700, 6_000);
    let row = |row: u32| {
        let mut columns: Vec<u32> = (0..12).map(|i| (row * 131 + i * i * 977) % cols).collect();
        columns.push(row % 5);
        columns.sort_unstable();
        columns.dedup();
        let value = |column: u32| ((column * 7 + row) % 11 + 1) as f32 / 11.0;
        columns
            .into_iter()
            .map(|column| (column, value(column)))
            .collect()
    };
    let entries: Vec<Vec<(u32, f32)>> = (0..rows).map(row).collect();
    let x = Features::Sparse(CsrMatrix::from_rows(cols as usize, &entries).unwrap());
    let labels: Vec<u32> = (0..rows).map(|row| row % 5).collect();
    let classes: Vec<String> = ["a", "b", "c", "d", "e"].map(String::from).to_vec();
    let fit = || {
        (
            LogisticRegression::fit(LogisticParams::default(), &x, &labels, classes.clone()),
            LinearSvm::fit(SvmParams::default(), &x, &labels, classes.clone()),
        )
    };
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        pool.unwrap().install(fit)
    };
    let (logistic, svm) = on(1);
    assert!(logistic.as_ref().unwrap().iterations() > 5);
    assert_eq!((logistic, svm), on(3));
}

#[test]
fn the_loss_never_increases_with_more_steps() {
    for case in cases() {
        let x = case.x();
        let (mut last_logistic, mut last_svm) = (f64::INFINITY, f64::INFINITY);
        for max_iter in 1..25 {
            let params = LogisticParams {
                c: 1e3,
                balanced: false,
                max_iter,
                tol: 1e-12,
            };
            let model = LogisticRegression::fit(params, &x, &case.labels, case.classes.clone());
            let model = model.unwrap();
            let square: f64 = model.coefficients().weights().iter().map(|w| w * w).sum();
            let doubled = if case.classes.len() == 2 { 2.0 } else { 1.0 };
            let rows = case.labels.len() as f64;
            let loss = log_loss(&case.labels, &model.predict_proba(&x).unwrap()).unwrap()
                + doubled * square / (2e3 * rows);
            assert!(
                loss <= last_logistic + 1e-12,
                "{loss} after {last_logistic}"
            );
            last_logistic = loss;

            let params = SvmParams {
                balanced: false,
                max_iter,
                tol: 1e-12,
                ..SvmParams::default()
            };
            let model = LinearSvm::fit(params, &x, &case.labels, case.classes.clone()).unwrap();
            let square = |values: &[f64]| values.iter().map(|w| w * w).sum::<f64>();
            let coefficients = model.coefficients();
            let mut loss =
                0.5 * (square(coefficients.weights()) + square(coefficients.intercepts()));
            let margins = model.decision_function(&x).unwrap();
            for (&label, margins) in case.labels.iter().zip(&margins) {
                for (class, margin) in (0..).zip(margins) {
                    let side = if class == label { 1.0 } else { -1.0 };
                    loss += (1.0 - side * margin).max(0.0).powi(2);
                }
            }
            assert!(loss <= last_svm * (1.0 + 1e-12), "{loss} after {last_svm}");
            last_svm = loss;
        }
    }
}

#[test]
fn a_class_without_rows_has_probability_zero_and_is_never_predicted() {
    let case = &cases()[3];
    let mut wider = case.classes.clone();
    wider.insert(2, "coroner".to_owned());
    let labels: Vec<u32> = case.labels.iter().map(|&l| l + u32::from(l >= 2)).collect();
    let params = LogisticParams {
        tol: 1e-9,
        ..LogisticParams::default()
    };
    let model = LogisticRegression::fit(params, &case.x(), &labels, wider.clone()).unwrap();
    assert_eq!(model.coefficients().seen(), [0, 1, 3, 4, 5]);
    let mut found = model.predict_proba(&case.q()).unwrap();
    for row in &mut found {
        assert_eq!(row.remove(2), 0.0);
    }
    assert_close(&found.concat(), &case.logistic.probabilities, 1e-5, "rest");
    let svm = LinearSvm::fit(SvmParams::default(), &case.x(), &labels, wider).unwrap();
    let margins = svm.decision_function(&case.q()).unwrap();
    assert!(margins.iter().all(|row| row[2] == f64::NEG_INFINITY));
    assert!(!svm.predict(&case.q()).unwrap().contains(&2));
}
