//! What cannot be fitted, predicted or read back is an error.

#![allow(
    clippy::unwrap_used,
    reason = "a helper that cannot go on fails its test"
)]

use super::*;
use crate::dense::DenseMatrix;
use crate::error::LearnError;
use crate::knn::Features;
use crate::sparse::CsrMatrix;

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

/// Both fits refuse alike.
fn refusal(x: &Features, labels: &[u32], classes: &[&str]) -> LearnError {
    let classes: Vec<String> = classes.iter().map(|&name| name.to_owned()).collect();
    let svm = LinearSvm::fit(SvmParams::default(), x, labels, classes.clone()).unwrap_err();
    let logistic = LogisticRegression::fit(LogisticParams::default(), x, labels, classes);
    // By text, since a NaN in an error differs from itself.
    assert_eq!(logistic.unwrap_err().to_string(), svm.to_string());
    svm
}

#[test]
fn what_cannot_be_fitted_is_refused() {
    let dense = |values: &[f32]| features("dense", 1, values);
    let x = dense(&[0.0, 1.0]);
    let names = ["a", "b"];
    assert_eq!(
        refusal(&x, &[1, 1], &names),
        LearnError::OneClass("b".to_owned())
    );
    assert!(matches!(
        refusal(&dense(&[]), &[], &names),
        LearnError::Empty(_)
    ));
    assert!(matches!(
        refusal(&x, &[0], &names),
        LearnError::Lengths {
            left: 1,
            right: 2,
            ..
        }
    ));
    assert!(matches!(
        refusal(&x, &[0, 2], &names),
        LearnError::LabelOutOfRange { row: 1, .. }
    ));
    assert!(matches!(
        refusal(&x, &[0, 1], &["b", "a"]),
        LearnError::UnsortedClasses(_)
    ));
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let found = refusal(&dense(&[0.0, bad]), &[0, 1], &names);
        assert!(matches!(
            found,
            LearnError::BadValue {
                row: 1,
                column: 0,
                ..
            }
        ));
        let found = refusal(&features("sparse", 1, &[0.0, bad]), &[0, 1], &names);
        assert!(matches!(
            found,
            LearnError::BadValue {
                row: 1,
                column: 0,
                ..
            }
        ));
    }
}

#[test]
fn settings_out_of_range_are_refused() {
    let (x, names) = (features("dense", 1, &[0.0, 1.0]), || {
        vec!["a".to_owned(), "b".to_owned()]
    });
    let logistic = LogisticParams::default();
    for (params, name) in [
        (LogisticParams { c: 0.0, ..logistic }, "c"),
        (
            LogisticParams {
                c: f64::NAN,
                ..logistic
            },
            "c",
        ),
        (
            LogisticParams {
                tol: -1.0,
                ..logistic
            },
            "tol",
        ),
        (
            LogisticParams {
                max_iter: 0,
                ..logistic
            },
            "max_iter",
        ),
    ] {
        let error = LogisticRegression::fit(params, &x, &[0, 1], names()).unwrap_err();
        assert!(
            error.to_string().starts_with(&format!("{name} is ")),
            "{error}"
        );
    }
    let svm = SvmParams::default();
    for (params, name) in [
        (
            SvmParams {
                c: f64::INFINITY,
                ..svm
            },
            "c",
        ),
        (
            SvmParams {
                intercept_scaling: 0.0,
                ..svm
            },
            "intercept_scaling",
        ),
        (SvmParams { tol: 0.0, ..svm }, "tol"),
        (SvmParams { max_iter: 0, ..svm }, "max_iter"),
    ] {
        let error = LinearSvm::fit(params, &x, &[0, 1], names()).unwrap_err();
        assert!(
            error.to_string().starts_with(&format!("{name} is ")),
            "{error}"
        );
    }
}

#[test]
fn queries_of_another_width_or_without_numbers_are_refused() {
    let x = features("dense", 1, &[0.0, 1.0]);
    let names = vec!["a".to_owned(), "b".to_owned()];
    let model = LogisticRegression::fit(LogisticParams::default(), &x, &[0, 1], names).unwrap();
    let wide = features("dense", 2, &[0.0, 1.0]);
    assert_eq!(
        model.predict_proba(&wide),
        Err(LearnError::Width { index: 1, query: 2 })
    );
    assert!(
        model
            .predict_proba(&features("dense", 1, &[f32::NAN]))
            .is_err()
    );
    assert!(
        model
            .predict_proba(&features("dense", 1, &[]))
            .unwrap()
            .is_empty()
    );
}

#[test]
fn a_saved_model_whose_parts_do_not_fit_is_refused() {
    let x = features("dense", 1, &[0.0, 1.0]);
    let classes = ["a", "b"].map(String::from).to_vec();
    let model = LinearSvm::fit(SvmParams::default(), &x, &[0, 1], classes).unwrap();
    let whole = serde_json::to_value(&model).unwrap();
    assert!(serde_json::from_value::<LinearSvm>(whole.clone()).is_ok());
    let breaks: [(&str, serde_json::Value); 5] = [
        ("/params/c", (-1.0).into()),
        ("/coefficients/cols", 2.into()),
        ("/coefficients/cols", u64::MAX.into()),
        ("/coefficients/seen/1", 2.into()),
        ("/coefficients/classes/0", "zebra".into()),
    ];
    for (path, value) in breaks {
        let mut broken = whole.clone();
        *broken.pointer_mut(path).unwrap() = value;
        assert!(
            serde_json::from_value::<LinearSvm>(broken).is_err(),
            "{path}"
        );
    }
}
