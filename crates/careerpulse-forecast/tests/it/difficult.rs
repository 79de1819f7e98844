//! Series that are short, constant, empty, new, or not collected of late.

use careerpulse_forecast::{Basis, ForecastError, ForecastParams, Model, SeriesForecast, forecast};

use crate::support::{counts, named, quick};

fn means(one: &SeriesForecast) -> Vec<f64> {
    one.points.iter().map(|point| point.mean).collect()
}

fn has_intervals(one: &SeriesForecast) -> bool {
    one.points
        .iter()
        .all(|point| point.intervals.iter().all(Option::is_some))
}

#[test]
fn a_fortnight_is_repeated_and_less_is_its_mean() {
    let two_weeks: Vec<Option<f64>> = (0..14).map(|day| Some(f64::from(day))).collect();
    let made = forecast(&named(vec![two_weeks.clone()]), &quick()).unwrap();
    let one = &made.categories[0];
    assert_eq!(
        (one.model, one.basis),
        (Model::SeasonalNaive, Basis::NoBacktest)
    );
    assert_eq!(
        means(one)[..8],
        [7.0, 8.0, 9.0, 10.0, 11.0, 12.0, 13.0, 7.0]
    );

    let made = forecast(&named(vec![two_weeks[..13].to_vec()]), &quick()).unwrap();
    let one = &made.categories[0];
    assert_eq!((one.model, one.basis), (Model::KnownMean, Basis::TooShort));
    assert_eq!(means(one), [6.0; 28]);
    assert!(
        one.points
            .iter()
            .all(|point| point.intervals == [None, None])
    );
    assert_eq!(means(&made.total), [6.0; 28]);
}

#[test]
fn one_day_is_enough_for_a_mean_and_none_is_an_error() {
    let made = forecast(&named(vec![vec![Some(3.0)]]), &quick()).unwrap();
    assert_eq!(means(&made.categories[0]), [3.0; 28]);
    for nothing in [vec![], vec![None; 100]] {
        let error = forecast(&named(vec![nothing]), &quick()).unwrap_err();
        assert!(
            matches!(error, ForecastError::NothingKnown { .. }),
            "{error}"
        );
    }
}

#[test]
fn nothing_ever_posted_stays_nothing() {
    let made = forecast(
        &named(vec![vec![Some(0.0); 200], counts(1, 200, 5.0)]),
        &quick(),
    )
    .unwrap();
    let empty = &made.categories[0];
    assert_eq!(empty.basis, Basis::NoneBeatsSeasonalNaive);
    assert_eq!(means(empty), [0.0; 28]);
    assert!(has_intervals(empty));
    assert_eq!(empty.backtest.rmsse, None, "an error of 0 cannot be scaled");
    assert_eq!(empty.backtest.beats_seasonal_naive, Some(false));
    assert_eq!(means(&made.total), means(&made.categories[1]));
}

#[test]
fn a_constant_series_stays_constant_without_width() {
    let made = forecast(&named(vec![vec![Some(4.0); 120]]), &quick()).unwrap();
    let one = &made.categories[0];
    assert_eq!(one.model, Model::SeasonalNaive);
    for point in &one.points {
        assert_eq!(point.mean, 4.0);
        for interval in &point.intervals {
            let interval = interval.unwrap();
            assert!(interval.upper - interval.lower < 1e-9, "{interval:?}");
        }
    }
}

#[test]
fn a_new_category_is_forecast_from_its_first_day_and_spoils_no_other() {
    let old = counts(1, 200, 8.0);
    let mut new = counts(2, 200, 6.0);
    new[..190].fill(None);
    let both = forecast(&named(vec![old.clone(), new]), &quick()).unwrap();
    let alone = forecast(&named(vec![old]), &quick()).unwrap();
    assert_eq!(both.categories[1].basis, Basis::TooShort);
    assert_eq!(both.categories[0].points, alone.categories[0].points);
    assert!(has_intervals(&both.categories[0]));

    let mut younger = counts(3, 200, 6.0);
    younger[..100].fill(None);
    let made = forecast(&named(vec![younger.clone()]), &quick()).unwrap();
    let same = forecast(&named(vec![younger[100..].to_vec()]), &quick()).unwrap();
    assert_eq!(
        means(&made.categories[0]),
        means(&same.categories[0]),
        "days before the first are not 0"
    );
}

#[test]
fn a_gap_at_the_end_is_neither_zero_nor_an_end() {
    let whole = counts(4, 240, 20.0);
    let mut gap = whole.clone();
    gap[230..].fill(None);
    let made = forecast(&named(vec![gap]), &quick()).unwrap();
    let expected = forecast(&named(vec![whole]), &quick()).unwrap();
    let sum = |made: &SeriesForecast| means(made).iter().sum::<f64>();
    let (with, without) = (sum(&made.categories[0]), sum(&expected.categories[0]));
    assert!((with / without - 1.0).abs() < 0.15, "{with} and {without}");
    assert!(has_intervals(&made.categories[0]));
}

#[test]
fn a_whole_weekday_never_collected_is_still_forecast() {
    let mut values = counts(5, 240, 20.0);
    for day in (6..240).step_by(7) {
        values[day] = None;
    }
    let made = forecast(&named(vec![values]), &quick()).unwrap();
    assert!(
        made.categories[0]
            .points
            .iter()
            .all(|point| point.mean.is_finite())
    );
}

#[test]
fn no_shape_or_size_of_figures_is_too_odd() {
    let shapes: [fn(usize) -> f64; 9] = [
        |day| (day % 7) as f64,
        |day| day as f64,
        |day| 200.0 - day as f64,
        |day| if day == 150 { 1e6 } else { 0.0 },
        |day| if day < 100 { 0.0 } else { 50.0 },
        |day| if day < 100 { 50.0 } else { 0.0 },
        |day| (day % 2) as f64 * 1e12,
        |day| (day * day % 11) as f64 * 1e-12,
        |day| 1.1_f64.powi(day as i32),
    ];
    let series = named(
        (shapes.iter())
            .map(|shape| (0..200).map(|day| Some(shape(day))).collect())
            .collect(),
    );
    let made = forecast(&series, &quick()).unwrap();
    for one in made.categories.iter().chain([&made.total]) {
        assert!(has_intervals(one), "{}", one.name);
        for point in &one.points {
            let ends = point
                .intervals
                .iter()
                .flatten()
                .map(|interval| interval.upper);
            assert!(
                ends.chain([point.mean])
                    .all(|value| value >= 0.0 && value.is_finite()),
                "{point:?}"
            );
        }
    }
    let last = made.categories[5]
        .points
        .iter()
        .map(|point| point.mean)
        .sum::<f64>();
    assert!(last < 1.0, "{last}: what ended a hundred days ago is over");
}

#[test]
fn what_is_wrong_with_the_input_is_named() {
    let mut values = counts(6, 60, 5.0);
    values[17] = Some(f64::NAN);
    let error = forecast(&named(vec![counts(1, 60, 5.0), values]), &quick()).unwrap_err();
    assert!(
        error.to_string().starts_with("category 1, day 17: NaN"),
        "{error}"
    );

    let lengths = named(vec![counts(1, 60, 5.0), counts(2, 59, 5.0)]);
    assert!(matches!(
        forecast(&lengths, &quick()),
        Err(ForecastError::Lengths { .. })
    ));
    assert_eq!(forecast(&[], &quick()), Err(ForecastError::NoSeries));

    let series = named(vec![counts(1, 60, 5.0)]);
    let changed = |change: fn(&mut ForecastParams)| {
        let mut params = quick();
        change(&mut params);
        forecast(&series, &params).unwrap_err().to_string()
    };
    assert!(changed(|params| params.step = 14).contains("multiple of the season"));
    assert!(changed(|params| params.step = 0).contains("step is 0"));
    assert!(changed(|params| params.horizon = 0).contains("horizon is 0"));
    assert!(changed(|params| params.season = 1).contains("season is 1"));
    assert!(changed(|params| params.levels = vec![95.0]).contains("level 95"));
    let mut none = quick();
    none.origins = 0;
    assert_eq!(
        forecast(&series, &none).unwrap().categories[0].basis,
        Basis::NoBacktest
    );
}
