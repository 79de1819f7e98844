//! What holds whatever comes in.

use careerpulse_forecast::{Forecasts, SeriesForecast, forecast};
use proptest::prelude::*;
use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;

use crate::support::{counts, named, quick};

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn figures_are_not_negative_and_add_up_to_the_bit(
        seed in 0u64..1_000_000,
        levels in prop::collection::vec(0.0..30.0f64, 1..5),
        days in 1usize..130,
        missing in 0.0..0.6f64,
    ) {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut values: Vec<_> = (levels.iter().zip(seed..))
            .map(|(&level, seed)| counts(seed, days, level))
            .collect();
        for value in values.iter_mut().flat_map(|one| one.iter_mut().skip(1)) {
            if rng.random_bool(missing) {
                *value = None;
            }
        }
        let made = forecast(&named(values), &quick()).unwrap();
        check(&made);
    }
}

fn check(made: &Forecasts) {
    for one in made.categories.iter().chain([&made.total]) {
        for point in &one.points {
            assert!(
                point.mean >= 0.0 && point.mean.is_finite(),
                "{}: {point:?}",
                one.name
            );
            let known: Vec<_> = point.intervals.iter().flatten().collect();
            for interval in &known {
                assert!(
                    interval.lower >= 0.0 && interval.upper.is_finite(),
                    "{}: {point:?}",
                    one.name
                );
                assert!(
                    interval.lower <= point.mean && point.mean <= interval.upper,
                    "{point:?}"
                );
            }
            if let [narrow, wide] = known[..] {
                assert!(
                    wide.lower <= narrow.lower && narrow.upper <= wide.upper,
                    "{point:?}"
                );
            }
        }
    }
    for (day, total) in made.total.points.iter().enumerate() {
        let sum: f64 = made.categories.iter().map(|one| one.points[day].mean).sum();
        assert_eq!(sum.to_bits(), total.mean.to_bits(), "day {day}");
    }
}

fn sum(one: &SeriesForecast) -> f64 {
    one.points.iter().map(|point| point.mean).sum()
}

#[test]
fn days_not_collected_are_not_read_as_zero() {
    let mut rng = ChaCha8Rng::seed_from_u64(11);
    let whole: Vec<_> = (0..4).map(|seed| counts(seed, 300, 12.0)).collect();
    let mut holes = whole.clone();
    for day in 1..300 {
        if rng.random_bool(0.3) {
            holes.iter_mut().for_each(|one| one[day] = None);
        }
    }
    let made = forecast(&named(whole), &quick()).unwrap();
    let with_holes = forecast(&named(holes), &quick()).unwrap();
    check(&with_holes);
    for (one, other) in made.categories.iter().zip(&with_holes.categories) {
        let ratio = sum(other) / sum(one);
        assert!(
            (ratio - 1.0).abs() < 0.12,
            "{}: {ratio}; read as 0 it would be 0.7",
            one.name
        );
    }
}

#[test]
fn ten_times_as_many_postings_are_ten_times_the_forecast() {
    let values: Vec<_> = (0..3).map(|seed| counts(seed, 260, 6.0)).collect();
    let tenfold = (values.iter())
        .map(|one| {
            one.iter()
                .map(|value| value.map(|value| 10.0 * value))
                .collect()
        })
        .collect();
    let made = forecast(&named(values), &quick()).unwrap();
    let large = forecast(&named(tenfold), &quick()).unwrap();
    for (one, other) in made.categories.iter().zip(&large.categories) {
        assert_eq!(one.model, other.model);
        for (small, large) in one.points.iter().zip(&other.points) {
            let near = |one: f64, other: f64| (10.0 * one - other).abs() < 0.02 * (1.0 + other);
            assert!(near(small.mean, large.mean), "{small:?} {large:?}");
            let intervals =
                (small.intervals.iter().flatten()).zip(large.intervals.iter().flatten());
            for (small, large) in intervals {
                assert!(near(small.lower, large.lower) && near(small.upper, large.upper));
            }
        }
        assert_eq!(one.backtest.origins, other.backtest.origins);
        let (one, other) = (one.backtest.rmsse.unwrap(), other.backtest.rmsse.unwrap());
        assert!((one - other).abs() < 0.01, "{one} and {other}");
    }
}

#[test]
fn the_number_of_threads_changes_no_bit() {
    let series = named((0..4).map(|seed| counts(seed, 200, 4.0)).collect());
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| forecast(&series, &quick()).unwrap())
    };
    assert_eq!(with(1), with(5));
}
