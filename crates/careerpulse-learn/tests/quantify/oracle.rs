//! The named estimators beside numpy and scipy.

use careerpulse_learn::Scores;
use careerpulse_learn::quantify::*;
use serde::Deserialize;

#[derive(Deserialize)]
struct Case {
    prior: Vec<f64>,
    labels: Vec<u32>,
    labeled: Vec<f64>,
    unlabeled: Vec<f64>,
    classify_and_count: Vec<f64>,
    adjusted_count: Vec<f64>,
    probabilistic_count: Vec<f64>,
    probabilistic_adjusted_count: Vec<f64>,
    em_prior: Vec<f64>,
    em_log_likelihood: f64,
    calibration_estimator: Vec<f64>,
}

#[test]
fn the_named_estimators_find_what_their_papers_equations_say() {
    let json = include_str!("../../../../testdata/oracle/quantify.json");
    let cases: Vec<Case> = serde_json::from_str(json).unwrap();
    for case in cases {
        let classes = case.prior.len();
        let labeled = Scores::new(classes, case.labeled).unwrap();
        let unlabeled = Scores::new(classes, case.unlabeled).unwrap();
        let (guesses, predicted) = (labeled.predicted(), unlabeled.predicted());
        let near = |name: &str, found: &[f64], expected: &[f64], tolerance: f64| {
            let far = found
                .iter()
                .zip(expected)
                .any(|(a, b)| (a - b).abs() > tolerance);
            assert!(
                !far && found.len() == expected.len(),
                "{name}: {found:?} is not {expected:?}"
            );
        };
        let found = classify_and_count(&predicted, classes).unwrap();
        near("classify and count", &found, &case.classify_and_count, 0.0);
        let found = adjusted_count(&case.labels, &guesses, &predicted, classes).unwrap();
        near("adjusted count", &found, &case.adjusted_count, 1e-3);
        let found = probabilistic_count(&unlabeled).unwrap();
        near(
            "probabilistic count",
            &found,
            &case.probabilistic_count,
            1e-9,
        );
        let found = probabilistic_adjusted_count(&labeled, &case.labels, &unlabeled).unwrap();
        near(
            "probabilistic adjusted count",
            &found,
            &case.probabilistic_adjusted_count,
            1e-3,
        );
        let found = calibration_estimator(&case.labels, &guesses, &predicted, classes).unwrap();
        near(
            "calibration estimator",
            &found,
            &case.calibration_estimator,
            1e-9,
        );
        let found = em_prior_shift(&unlabeled, &case.prior, 100_000, 1e-12).unwrap();
        assert!(found.converged);
        near("EM prior", &found.prior, &case.em_prior, 1e-4);
        near(
            "EM likelihood",
            &[found.log_likelihood],
            &[case.em_log_likelihood],
            1e-5,
        );
    }
}
