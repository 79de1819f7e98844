//! SciPy's tests and distances, as `testdata/oracle/make_drift.py` wrote them down.

#![allow(
    clippy::unwrap_used,
    reason = "a helper that cannot go on fails its test"
)]

use careerpulse_drift::shares;
use careerpulse_drift::stats::bh::benjamini_hochberg;
use careerpulse_drift::stats::divergence::{jensen_shannon, psi};
use careerpulse_drift::stats::ks::ks;
use serde::Deserialize;

#[derive(Deserialize)]
struct Oracle {
    ks: Vec<KsCase>,
    fisher: Vec<FisherCase>,
    distances: Vec<DistanceCase>,
    benjamini_hochberg: Vec<AdjustedCase>,
}

#[derive(Deserialize)]
struct KsCase {
    then: Vec<f64>,
    now: Vec<f64>,
    gap: f64,
    p_value: f64,
}

#[derive(Deserialize)]
struct FisherCase {
    now: (u64, u64),
    then: (u64, u64),
    p_value: f64,
}

#[derive(Deserialize)]
struct DistanceCase {
    then: Vec<u64>,
    now: Vec<u64>,
    psi: f64,
    js: f64,
}

#[derive(Deserialize)]
struct AdjustedCase {
    p_values: Vec<f64>,
    adjusted: Vec<f64>,
}

fn oracle() -> Oracle {
    serde_json::from_str(include_str!("../../../testdata/oracle/drift.json")).unwrap()
}

/// Near in proportion, for tail chances are small.
fn assert_near(found: f64, expected: f64, what: &str) {
    let error = (found - expected).abs();
    assert!(
        error <= 1e-9 * expected.abs() + 1e-300,
        "{what}: {found}, SciPy says {expected}"
    );
}

#[test]
fn ks_is_scipys_exact_test() {
    for case in oracle().ks {
        let found = ks(&case.then, &case.now);
        assert_near(found.gap, case.gap, "gap");
        let what = format!("{} and {} rows", case.then.len(), case.now.len());
        assert!(
            (found.p_value / case.p_value - 1.0).abs() < 1e-6,
            "{what}: {} {}",
            found.p_value,
            case.p_value
        );
    }
}

#[test]
fn shares_are_compared_as_by_scipys_fisher_exact() {
    for case in oracle().fisher {
        let found = shares(case.now, case.then).unwrap();
        let what = format!("{:?} now, {:?} then", case.now, case.then);
        assert!(
            (found.p_value - case.p_value).abs() <= 1e-7 * case.p_value,
            "{what}: {} {}",
            found.p_value,
            case.p_value
        );
    }
}

#[test]
fn distances_are_scipys_and_the_closed_form() {
    for case in oracle().distances {
        assert_near(psi(&case.then, &case.now), case.psi, "psi");
        assert_near(jensen_shannon(&case.then, &case.now), case.js, "js");
    }
}

#[test]
fn many_tests_are_corrected_as_by_scipy() {
    for case in oracle().benjamini_hochberg {
        for (found, expected) in benjamini_hochberg(&case.p_values).iter().zip(case.adjusted) {
            assert_near(*found, expected, "adjusted");
        }
    }
}
