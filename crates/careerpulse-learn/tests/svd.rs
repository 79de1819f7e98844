//! The truncated SVD is scikit-learn's and has the properties of one: arrays by
//! `testdata/oracle/make_svd.py`.

#![allow(
    clippy::unwrap_used,
    reason = "a helper that cannot go on fails its test"
)]

use careerpulse_learn::*;
use proptest::prelude::*;
use serde::Deserialize;

#[derive(Deserialize)]
struct Case {
    cols: usize,
    rows: Vec<(Vec<u32>, Vec<f32>)>,
    components: Vec<Vec<f64>>,
    singular_values: Vec<f64>,
    explained_variance_ratio: Vec<f64>,
    transformed: Vec<Vec<f64>>,
}

impl Case {
    fn matrix(&self) -> CsrMatrix {
        let row = |(columns, values): &(Vec<u32>, Vec<f32>)| {
            let entries = columns.iter().copied().zip(values.iter().copied());
            entries.collect()
        };
        let rows: Vec<Vec<(u32, f32)>> = self.rows.iter().map(row).collect();
        CsrMatrix::from_rows(self.cols, &rows).unwrap()
    }
}

fn cases() -> Vec<Case> {
    serde_json::from_str(include_str!("../../../testdata/oracle/svd.json")).unwrap()
}

fn params(components: usize) -> SvdParams {
    SvdParams {
        components,
        ..SvdParams::default()
    }
}

fn dense(cols: usize, values: &[f32]) -> CsrMatrix {
    let entries = |row: &[f32]| {
        (0..)
            .zip(row.iter().copied())
            .filter(|entry| entry.1 != 0.0)
            .collect()
    };
    let rows: Vec<Vec<(u32, f32)>> = values.chunks(cols).map(entries).collect();
    CsrMatrix::from_rows(cols, &rows).unwrap()
}

fn components(svd: &TruncatedSvd) -> Vec<Vec<f64>> {
    let flat = svd.components();
    flat.chunks(svd.cols()).map(<[f64]>::to_vec).collect()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn bits(svd: &TruncatedSvd) -> Vec<u64> {
    svd.components()
        .iter()
        .chain(svd.singular_values())
        .chain(svd.explained_variance_ratio())
        .map(|value| value.to_bits())
        .collect()
}

fn on_threads<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> T {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
    pool.build().unwrap().install(work)
}

#[test]
fn values_and_variances_are_scikit_learns() {
    for case in cases() {
        let found = TruncatedSvd::fit(params(case.components.len()), &case.matrix()).unwrap();
        for (a, b) in found.singular_values().iter().zip(&case.singular_values) {
            assert!((a / b - 1.0).abs() < 1e-6, "{a} is not {b}");
        }
        let ratios = found.explained_variance_ratio();
        assert_eq!(ratios.len(), case.explained_variance_ratio.len());
        for (a, b) in ratios.iter().zip(&case.explained_variance_ratio) {
            assert!((a - b).abs() < 1e-6, "{a} is not {b}");
        }
    }
}

#[test]
fn components_are_scikit_learns_with_their_signs() {
    for case in cases() {
        let found = TruncatedSvd::fit(params(case.components.len()), &case.matrix()).unwrap();
        let ours = components(&found);
        assert_eq!(ours.len(), case.components.len());
        for (i, (a, b)) in ours.iter().zip(&case.components).enumerate() {
            // Positive and 1: the same direction, not its opposite.
            assert!(dot(a, b) > 1.0 - 1e-9, "component {i}: {}", dot(a, b));
            for (a, b) in a.iter().zip(b) {
                assert!((a - b).abs() < 1e-5, "component {i}: {a} is not {b}");
            }
        }
    }
}

/// The cosines of the principal angles between both subspaces are the singular values of
/// `V_ours V_refᵀ`; none is above 1, so their squares' sum tells how far the least can be below.
#[test]
fn the_subspace_is_scikit_learns() {
    for case in cases() {
        let k = case.components.len();
        let found = TruncatedSvd::fit(params(k), &case.matrix()).unwrap();
        let ours = components(&found);
        let squares: f64 = ours
            .iter()
            .flat_map(|a| case.components.iter().map(|b| dot(a, b).powi(2)))
            .sum();
        assert!(squares > k as f64 - 1e-6, "{squares} of {k}");
    }
}

#[test]
fn rows_and_their_reconstruction_are_scikit_learns() {
    for case in cases() {
        let matrix = case.matrix();
        let found = TruncatedSvd::fit(params(case.components.len()), &matrix).unwrap();
        let ours = components(&found);
        let rows = found.transform(&matrix).unwrap();
        assert_eq!((rows.rows(), rows.cols()), (matrix.rows(), ours.len()));
        for (i, expected) in case.transformed.iter().enumerate() {
            let row: Vec<f64> = rows.row(i).iter().copied().map(f64::from).collect();
            for (a, b) in row.iter().zip(expected) {
                assert!((a - b).abs() < 1e-5, "row {i}: {a} is not {b}");
            }
            for column in 0..case.cols {
                let back = |row: &[f64], components: &[Vec<f64>]| -> f64 {
                    let terms = row.iter().zip(components);
                    terms.map(|(a, component)| a * component[column]).sum()
                };
                let (a, b) = (back(&row, &ours), back(expected, &case.components));
                assert!(
                    (a - b).abs() < 1e-5,
                    "row {i}, column {column}: {a} is not {b}"
                );
            }
        }
    }
}

#[test]
fn a_matrix_of_known_factors_gives_them_back() {
    // Rows that are disjoint have their lengths as singular values and their directions as
    // components, here 13, 5 and 2 with the largest entries -12, 4 and -2.
    let matrix = dense(
        6,
        &[
            0.0, 0.0, 0.0, 3.0, 4.0, 0.0, //
            -12.0, 0.0, 5.0, 0.0, 0.0, 0.0, //
            0.0, -2.0, 0.0, 0.0, 0.0, 0.0,
        ],
    );
    let found = TruncatedSvd::fit(params(3), &matrix).unwrap();
    let expected = [
        (13.0, [12.0, 0.0, -5.0, 0.0, 0.0, 0.0]),
        (5.0, [0.0, 0.0, 0.0, 3.0, 4.0, 0.0]),
        (2.0, [0.0, 2.0, 0.0, 0.0, 0.0, 0.0]),
    ];
    for (i, (length, direction)) in expected.into_iter().enumerate() {
        assert!((found.singular_values()[i] - length).abs() < 1e-12);
        for (a, b) in components(&found)[i].iter().zip(direction) {
            assert!((a - b / length).abs() < 1e-12, "component {i}: {a}");
        }
    }
    // All variance lies in the rows' own space.
    let total: f64 = found.explained_variance_ratio().iter().sum();
    assert!((total - 1.0).abs() < 1e-12, "{total}");
}

#[test]
fn a_rank_below_the_components_ends_in_zeros() {
    let row = [1.0, 2.0, 0.0, 2.0, 0.0];
    let matrix = dense(5, &row.repeat(7));
    let found = TruncatedSvd::fit(params(4), &matrix).unwrap();
    assert!((found.singular_values()[0] - 63_f64.sqrt()).abs() < 1e-12);
    assert!(
        found.singular_values()[1..]
            .iter()
            .all(|&value| value < 1e-12)
    );
    assert_eq!(found.explained_variance_ratio(), [0.0; 4], "equal rows");
    for (i, a) in components(&found).iter().enumerate() {
        for (j, b) in components(&found).iter().enumerate() {
            let expected = if i == j { 1.0 } else { 0.0 };
            assert!((dot(a, b) - expected).abs() < 1e-12);
        }
    }
}

#[test]
fn a_spectrum_that_falls_far_is_followed_down() {
    // Each singular value a tenth of the one before, over nine decades: far past what the
    // products of columns alone would hold in f64.
    let mut values = vec![0.0; 12 * 12];
    for i in 0..12 {
        values[i * 12 + (i * 5) % 12] = 10_f32.powi(-(i as i32).min(9));
    }
    let found = TruncatedSvd::fit(params(9), &dense(12, &values)).unwrap();
    for (i, value) in found.singular_values().iter().enumerate() {
        let expected = f64::from(10_f32.powi(-(i as i32)));
        assert!((value / expected - 1.0).abs() < 1e-6, "{i}: {value}");
    }
}

#[test]
fn what_cannot_be_factored_is_an_error() {
    let error = |params, matrix: &CsrMatrix| {
        let error = TruncatedSvd::fit(params, matrix).unwrap_err();
        (error.clone(), error.to_string())
    };
    let fine = dense(3, &[1.0, 0.0, 2.0, 0.0, 1.0, 0.0]);
    assert_eq!(error(params(0), &fine).0, LearnError::ZeroComponents);
    let (_, text) = error(params(3), &fine);
    for part in ["3 components", "2 rows", "3 columns"] {
        assert!(text.contains(part), "{text}");
    }
    assert!(TruncatedSvd::fit(params(2), &fine).is_ok());
    assert!(matches!(
        error(params(1), &CsrMatrix::from_rows(3, &[]).unwrap()).0,
        LearnError::Empty(_)
    ));
    assert!(matches!(
        error(params(1), &CsrMatrix::from_rows(0, &[vec![]]).unwrap()).0,
        LearnError::TooManyComponents { .. }
    ));
    let zero = CsrMatrix::from_rows(2, &[vec![(0, 0.0)], vec![]]).unwrap();
    assert_eq!(
        error(params(1), &zero).0,
        LearnError::ZeroMatrix { rows: 2, cols: 2 }
    );
    for value in [f32::NAN, f32::INFINITY, 1e16] {
        let bad = CsrMatrix::from_rows(3, &[vec![(0, 1.0)], vec![(2, value)]]).unwrap();
        let (error, text) = error(params(1), &bad);
        assert!(matches!(
            error,
            LearnError::BadValue {
                row: 1,
                column: 2,
                ..
            }
        ));
        assert!(text.contains("row 1, column 2"), "{text}");
        let found = TruncatedSvd::fit(params(1), &fine).unwrap();
        assert!(matches!(
            found.transform(&bad),
            Err(LearnError::BadValue { .. })
        ));
    }
    let found = TruncatedSvd::fit(params(1), &fine).unwrap();
    assert_eq!(
        found.transform(&dense(2, &[1.0, 1.0])),
        Err(LearnError::Width { index: 3, query: 2 })
    );
}

#[test]
fn a_saved_model_transforms_to_the_same_bits_and_a_broken_one_is_refused() {
    let case = &cases()[0];
    let matrix = case.matrix();
    let found = TruncatedSvd::fit(params(4), &matrix).unwrap();
    let saved = postcard::to_stdvec(&found).unwrap();
    let back: TruncatedSvd = postcard::from_bytes(&saved).unwrap();
    assert_eq!(bits(&back), bits(&found));
    let row_bits = |svd: &TruncatedSvd| -> Vec<u32> {
        let rows = svd.transform(&matrix).unwrap();
        rows.values().iter().map(|value| value.to_bits()).collect()
    };
    assert_eq!(row_bits(&back), row_bits(&found));
    assert!(postcard::from_bytes::<TruncatedSvd>(&saved[..saved.len() - 9]).is_err());

    let json = serde_json::to_value(&found).unwrap();
    assert!(serde_json::from_value::<TruncatedSvd>(json.clone()).is_ok());
    for (pointer, value) in [
        ("/params/components", serde_json::json!(0)),
        ("/params/components", serde_json::json!(5)),
        ("/loadings", serde_json::json!([])),
        ("/loadings", serde_json::json!([1.0, 2.0, 3.0])),
        ("/singular_values", serde_json::json!([3.0, 2.0, 1.0])),
        ("/singular_values", serde_json::json!([3.0, 2.0, 1.0, -1.0])),
        ("/singular_values", serde_json::json!([1.0, 2.0, 1.0, 1.0])),
        ("/explained_variance_ratio", serde_json::json!([])),
    ] {
        let mut broken = json.clone();
        *broken.pointer_mut(pointer).unwrap() = value;
        let read = serde_json::from_value::<TruncatedSvd>(broken);
        assert!(read.is_err(), "{pointer}");
    }
}

#[test]
fn threads_do_not_change_bits() {
    // More rows and columns than a block of any product, so that threads do share them.
    let row = |i: u32| {
        let columns = (0..1500_u32).filter(move |j| (i * 31 + j * 17 + i * j).is_multiple_of(97));
        columns
            .map(move |j| (j, ((i + 2 * j) as f32 * 0.37).sin()))
            .collect()
    };
    let rows: Vec<Vec<(u32, f32)>> = (0..2100).map(row).collect();
    let matrix = CsrMatrix::from_rows(1500, &rows).unwrap();
    let work = || {
        let found = TruncatedSvd::fit(params(12), &matrix).unwrap();
        let rows = found.transform(&matrix).unwrap();
        let row_bits: Vec<u32> = rows.values().iter().map(|v| v.to_bits()).collect();
        (bits(&found), row_bits)
    };
    assert_eq!(on_threads(1, work), on_threads(3, work));
}

/// A matrix with at least one entry, and as many components as it can have or fewer.
fn matrices() -> impl Strategy<Value = (CsrMatrix, usize)> {
    (1..12_usize, 1..12_usize).prop_flat_map(|(rows, cols)| {
        let value = prop_oneof![2 => Just(0.0_f32), 3 => -8.0..8.0_f32];
        let values = prop::collection::vec(value, rows * cols);
        (values, 1..=rows.min(cols))
            .prop_filter("all zero", |(values, _)| values.iter().any(|&v| v != 0.0))
            .prop_map(move |(values, k)| (dense(cols, &values), k))
    })
}

proptest! {
    #[test]
    fn components_are_orthonormal_and_values_fall((matrix, k) in matrices(), seed in 0..9_u64) {
        let found = TruncatedSvd::fit(SvdParams { seed, ..params(k) }, &matrix).unwrap();
        let ours = components(&found);
        for (i, a) in ours.iter().enumerate() {
            for (j, b) in ours.iter().enumerate() {
                let expected = if i == j { 1.0 } else { 0.0 };
                prop_assert!((dot(a, b) - expected).abs() < 1e-8);
            }
            let first_max = a.iter().fold(0.0_f64, |m, &v| if v.abs() > m.abs() { v } else { m });
            prop_assert!(first_max > 0.0, "component {i} is upside down");
        }
        let values = found.singular_values();
        prop_assert!(values.is_sorted_by(|a, b| a >= b) && values[k - 1] >= 0.0);
    }

    #[test]
    fn transformed_columns_are_as_long_as_the_singular_values((matrix, k) in matrices()) {
        // Even cut off early: no oversampling, no iteration.
        for (oversamples, iterations) in [(10, 5), (0, 0)] {
            let params = SvdParams { oversamples, iterations, ..params(k) };
            let found = TruncatedSvd::fit(params, &matrix).unwrap();
            let rows = found.transform(&matrix).unwrap();
            for (i, &value) in found.singular_values().iter().enumerate() {
                let square = |row: usize| f64::from(rows.row(row)[i]).powi(2);
                let length = (0..rows.rows()).map(square).sum::<f64>().sqrt();
                prop_assert!((length - value).abs() < 1e-5 * (1.0 + value), "{} {}", length, value);
            }
        }
    }

    #[test]
    fn all_components_give_the_matrix_back((matrix, _) in matrices()) {
        let k = matrix.rows().min(matrix.cols());
        let found = TruncatedSvd::fit(params(k), &matrix).unwrap();
        let (ours, rows) = (components(&found), found.transform(&matrix).unwrap());
        for row in 0..matrix.rows() {
            let mut expected = vec![0.0; matrix.cols()];
            let (columns, values) = matrix.row(row);
            for (&column, &value) in columns.iter().zip(values) {
                expected[column as usize] = f64::from(value);
            }
            for (column, expected) in expected.into_iter().enumerate() {
                let term = |i: usize| f64::from(rows.row(row)[i]) * ours[i][column];
                let back: f64 = (0..k).map(term).sum();
                prop_assert!((back - expected).abs() < 1e-4, "{} {}", back, expected);
            }
        }
    }
}
