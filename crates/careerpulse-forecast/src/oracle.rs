//! The models beside statsforecast, the adjustment beside statsmodels, MinT beside NumPy and SciPy.

use serde::Deserialize;

use crate::forecast::reconcile::min_trace;
use crate::models::{History, Model, predict};
use crate::seasonally_adjusted;

/// What `testdata/oracle/make.py` writes.
#[derive(Deserialize)]
struct Expected {
    models: Vec<Case>,
    two_years: TwoYears,
    reconciled: Vec<Reconciled>,
}

#[derive(Deserialize)]
struct Case {
    values: Vec<f64>,
    seasonal_naive: Vec<f64>,
    mean_28: Vec<f64>,
    weekday_mean_of_26: Vec<f64>,
    ets_weekly: Vec<f64>,
    mstl: Vec<f64>,
    stl_adjusted: Vec<f64>,
}

#[derive(Deserialize)]
struct TwoYears {
    values: Vec<f64>,
    adjusted: Vec<f64>,
}

#[derive(Deserialize)]
struct Reconciled {
    categories: Vec<f64>,
    total: f64,
    variances: Vec<f64>,
    free: Vec<f64>,
    bounded: Vec<f64>,
}

fn expected() -> Expected {
    let text = include_str!("../testdata/oracle/expected.json");
    serde_json::from_str(text).expect("make.py writes what this test reads")
}

fn forecasts(model: Model, values: &[f64]) -> Vec<f64> {
    let known: Vec<Option<f64>> = values.iter().copied().map(Some).collect();
    let history = History {
        known: &known,
        filled: values,
        season: 7,
    };
    predict(model, history, 28).expect("every series of the oracle is long enough")
}

/// The largest difference, relative to the mean of what is expected.
fn apart(ours: &[f64], theirs: &[f64]) -> f64 {
    assert_eq!(ours.len(), theirs.len());
    let mean = theirs.iter().sum::<f64>() / theirs.len() as f64;
    let differences = ours
        .iter()
        .zip(theirs)
        .map(|(one, other)| (one - other).abs());
    differences.fold(0.0, f64::max) / mean
}

#[test]
fn naive_and_mean_are_statsforecasts() {
    for case in expected().models {
        assert_eq!(
            forecasts(Model::SeasonalNaive, &case.values),
            case.seasonal_naive
        );
        assert!(apart(&forecasts(Model::Mean28, &case.values), &case.mean_28) < 1e-12);
    }
}

#[test]
fn the_weekly_rhythm_is_statsforecasts_seasonal_window_average() {
    for case in expected().models {
        let ours = &forecasts(Model::WeekdayMean, &case.values)[..7];
        let sum = |values: &[f64]| values.iter().sum::<f64>();
        // Ours carries the present level, theirs that of half a year: only the shares are the same.
        let scale = sum(&case.weekday_mean_of_26) / sum(ours);
        let ours: Vec<f64> = ours.iter().map(|value| value * scale).collect();
        assert!(apart(&ours, &case.weekday_mean_of_26) < 1e-12, "{ours:?}");
    }
}

#[test]
fn smoothed_weeks_are_statsforecasts() {
    for case in expected().models {
        let ours = forecasts(Model::Ets, &case.values);
        let weeks: Vec<f64> = ours.chunks(7).map(|week| week.iter().sum()).collect();
        let apart = apart(&weeks, &case.ets_weekly);
        assert!(apart < 1e-6, "{apart}: {weeks:?} {:?}", case.ets_weekly);
    }
}

/// Theirs goes five times through STL's inner loop where R and the vendor go twice, and smooths its
/// low-pass over two days more.
#[test]
fn mstl_is_near_statsforecasts() {
    for case in expected().models {
        let ours = forecasts(Model::Mstl, &case.values);
        let apart = apart(&ours, &case.mstl);
        assert!(apart < 0.02, "{apart}: {ours:?} {:?}", case.mstl);
    }
}

#[test]
fn adjustment_is_statsmodels_to_rounding() {
    for case in expected().models {
        let ours = seasonally_adjusted(&case.values, 7).expect("long enough");
        let apart = apart(&ours, &case.stl_adjusted);
        assert!(apart < 1e-9, "{apart}");
    }
    let TwoYears { values, adjusted } = expected().two_years;
    let apart = apart(
        &seasonally_adjusted(&values, 7).expect("long enough"),
        &adjusted,
    );
    assert!(apart < 1e-9, "{apart}");
}

#[test]
fn min_trace_is_the_projection_and_the_nearest_point_above_zero() {
    let mut bound = 0;
    for case in expected().reconciled {
        let categories: Vec<&[f64]> = case.categories.iter().map(std::slice::from_ref).collect();
        let (total, weights) = case
            .variances
            .split_last()
            .expect("the total's is the last");
        let ours = min_trace(&categories, &[case.total], weights, *total).concat();
        let theirs = case.free.iter().all(|&value| value >= 0.0);
        bound += usize::from(!theirs);
        assert!(
            apart(&ours[..6], &case.bounded) < 1e-6,
            "{ours:?} {:?}",
            case.bounded
        );
        if theirs {
            assert!(
                apart(&ours[..6], &case.free) < 1e-9,
                "{ours:?} {:?}",
                case.free
            );
        }
        assert_eq!(ours[6].to_bits(), ours[..6].iter().sum::<f64>().to_bits());
    }
    assert!(
        bound > 0,
        "a case in which no bound binds proves nothing about bounds"
    );
}
