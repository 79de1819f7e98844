//! The generated year: a weekly rhythm, trends and one shock.

use std::collections::BTreeMap;

use careerpulse_forecast::{Coverage, ForecastParams, Forecasts, Series, SeriesForecast, forecast};
use careerpulse_replay::sample::{SampleParams, generate};

#[test]
fn most_categories_beat_seasonal_naive_and_intervals_hold_what_they_say() {
    let params = SampleParams {
        postings: 60_000,
        days: 365,
        ..SampleParams::default()
    };
    let made = forecast(&daily_counts(&params), &half_a_year_every(3)).unwrap();

    let better = count_better(&made);
    assert!(
        better * 10 >= made.categories.len() * 9,
        "{better} of {} categories beat seasonal naive",
        made.categories.len()
    );
    assert_eq!(made.total.backtest.beats_seasonal_naive, Some(true));
    for (level, nominal) in made.levels.iter().enumerate() {
        let share = pooled(&made, level).share().unwrap();
        assert!((share - nominal).abs() < 0.05, "{share} at {nominal}");
        for one in made.categories.iter().chain([&made.total]) {
            let share = one.backtest.coverage[level].share().unwrap();
            assert!(
                (share - nominal).abs() < 0.15,
                "{}: {share} at {nominal}",
                one.name
            );
        }
    }
}

#[test]
fn intermittent_categories_are_covered_too() {
    let params = SampleParams {
        postings: 8_000,
        days: 365,
        ..SampleParams::default()
    };
    let series = daily_counts(&params);
    let zeros = |one: &Series| {
        one.values
            .iter()
            .flatten()
            .filter(|&&value| value == 0.0)
            .count()
    };
    let intermittent = series.iter().filter(|one| zeros(one) > 183).count();
    assert!(
        intermittent > 20,
        "{intermittent}: most must be 0 on most days"
    );

    let made = forecast(&series, &half_a_year_every(5)).unwrap();
    for (level, nominal) in made.levels.iter().enumerate() {
        let share = pooled(&made, level).share().unwrap();
        assert!((share - nominal).abs() < 0.05, "{share} at {nominal}");
    }
    let better = count_better(&made);
    assert!(better * 10 >= made.categories.len() * 9, "{better}");
}

/// Categories whose published forecasts would have beaten seasonal naive.
fn count_better(made: &Forecasts) -> usize {
    let beats = |one: &&SeriesForecast| one.backtest.beats_seasonal_naive == Some(true);
    made.categories.iter().filter(beats).count()
}

/// As many days back as by default, in a fraction of the time.
fn half_a_year_every(step: usize) -> ForecastParams {
    ForecastParams {
        step,
        origins: 168 / step,
        ..ForecastParams::default()
    }
}

/// Postings per day of publication and true category.
fn daily_counts(params: &SampleParams) -> Vec<Series> {
    let mut counts = BTreeMap::<(&str, u64), f64>::new();
    let last_day = params.last_day;
    for one in generate(params).expect("a sample of this size exists") {
        let day = one.posting.publication_date[..10]
            .parse::<chrono::NaiveDate>()
            .expect("a day opens each moment");
        let ago = (last_day - day).num_days() as u64;
        *counts.entry((one.true_category, ago)).or_default() += 1.0;
    }
    let mut names: Vec<&str> = counts.keys().map(|&(name, _)| name).collect();
    names.dedup();
    (names.into_iter())
        .map(|name| Series {
            name: name.to_owned(),
            values: (0..u64::from(params.days))
                .rev()
                .map(|ago| Some(counts.get(&(name, ago)).copied().unwrap_or(0.0)))
                .collect(),
        })
        .collect()
}

fn pooled(made: &Forecasts, level: usize) -> Coverage {
    let all = made
        .categories
        .iter()
        .map(|one| one.backtest.coverage[level]);
    all.fold(Coverage { held: 0, days: 0 }, |sum, one| Coverage {
        held: sum.held + one.held,
        days: sum.days + one.days,
    })
}
