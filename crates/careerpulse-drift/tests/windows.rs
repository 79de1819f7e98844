//! Windows of generated adverts: quiet ones stay quiet, and each known shift is named.

#![allow(
    clippy::unwrap_used,
    reason = "a helper that cannot go on fails its test"
)]

#[path = "../examples/shift/mod.rs"]
mod shift;
#[path = "../examples/world/mod.rs"]
mod world;

use std::sync::LazyLock;

use careerpulse_drift::{Nulls, Report, Settings, measure};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use shift::{DOUBLED, NEW, ROWS, SHIFTS, VANISHED};
use world::Advert;

static ADVERTS: LazyLock<Vec<Advert>> = LazyLock::new(|| world::adverts(7_000, 7).unwrap());

/// A rate that windows by the dozen can be counted at.
fn settings() -> Settings {
    Settings {
        false_alarm_rate: 0.2,
        draws: 600,
        vector_draws: 600,
        ..Settings::default()
    }
}

fn alarms(report: &Report) -> Vec<(&str, Option<&str>)> {
    let loud = report.measurements.iter().filter(|one| one.alarm);
    loud.map(|one| (one.check, one.subject.as_deref()))
        .collect()
}

#[test]
fn windows_without_drift_raise_alarms_at_the_stated_rate_at_most() {
    let (mut loud, mut windows) = (0, 0);
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    for rows in [1_000, 3_000] {
        for _ in 0..3 {
            let mut adverts = ADVERTS.clone();
            rand::seq::SliceRandom::shuffle(&mut adverts[..], &mut rng);
            let (old, new) = adverts.split_at(rows);
            let reference = world::sample(old, 800);
            let mut nulls = Nulls::default();
            for size in [100, 400].repeat(12) {
                let window = world::sample(&world::draw(new, size, &mut rng), 200);
                let report = measure(&reference, &window, &settings(), &mut nulls).unwrap();
                loud += usize::from(!alarms(&report).is_empty());
                windows += 1;
            }
        }
    }
    let share = f64::from(loud as u32) / f64::from(windows);
    // Exact tests of few rows reach less than their level, so the rate is not reached itself.
    assert!((0.02..=0.2).contains(&share), "{loud} of {windows}");
}

#[test]
fn each_shift_is_named_by_its_own_alarm() {
    let (old, new) = ADVERTS.split_at(3_000);
    // With half of the labels missing a window of 400 is too small to name a doubling every time.
    let large_enough = |shift: &&shift::Shift| !shift.name.contains("half of the labels");
    for shift in SHIFTS.iter().filter(large_enough) {
        let mut rng = ChaCha8Rng::seed_from_u64(2);
        let mut old = old.to_vec();
        (shift.reference)(&mut old, &mut rng);
        let reference = world::sample(&old, 1_000);
        let mut nulls = Nulls::default();
        let named = (0..5).filter(|_| {
            let window = world::sample(&(shift.window)(new, ROWS, &mut rng), ROWS);
            let report = measure(&reference, &window, &Settings::default(), &mut nulls).unwrap();
            let alarms = alarms(&report);
            match shift.expected {
                "none" => alarms.is_empty(),
                "category_share" => alarms.contains(&("category_share", Some(DOUBLED))),
                "new_category" => alarms.contains(&("new_category", Some(NEW))),
                "vanished_category" => alarms.contains(&("vanished_category", Some(VANISHED))),
                other => alarms.iter().any(|(check, _)| *check == other),
            }
        });
        let named = named.count();
        // A doubling is named in about nine windows of ten, a new category in nearly all, the others always.
        let least = match shift.expected {
            "category_share" => 3,
            "new_category" => 4,
            _ => 5,
        };
        assert!(
            named >= least,
            "{}: named in {named} of 5 windows",
            shift.name
        );
    }
}

#[test]
fn kept_null_distributions_and_threads_change_nothing() {
    let (old, new) = ADVERTS.split_at(1_500);
    let reference = world::sample(old, 500);
    let window = world::sample(&new[..200], 200);
    let mut nulls = Nulls::default();
    let first = measure(&reference, &window, &settings(), &mut nulls).unwrap();
    let kept = nulls.clone();
    let stored: Nulls = postcard::from_bytes(&postcard::to_stdvec(&nulls).unwrap()).unwrap();
    assert!(stored == nulls);
    let again = measure(&reference, &window, &settings(), &mut nulls).unwrap();
    assert!((&again, &nulls) == (&first, &kept));
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .unwrap();
    let mut fresh = Nulls::default();
    let alone = pool.install(|| measure(&reference, &window, &settings(), &mut fresh).unwrap());
    assert!((alone, fresh) == (first, kept));
}

#[test]
fn alarms_are_values_at_or_beyond_the_critical_one_with_ids_to_look_at() {
    let (old, new) = ADVERTS.split_at(3_000);
    let reference = world::sample(old, 1_000);
    for shift in &SHIFTS {
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        let window = world::sample(&(shift.window)(new, ROWS, &mut rng), ROWS);
        let report = measure(&reference, &window, &settings(), &mut Nulls::default()).unwrap();
        // Where one label in twenty is missing, few postings are predicted.
        let is_of_predictions = |one: &careerpulse_drift::Skipped| {
            one.check.starts_with("prediction") || ["confidence", "abstention"].contains(&one.check)
        };
        assert!(
            report.skipped.iter().all(is_of_predictions),
            "{:?}",
            report.skipped
        );
        for one in &report.measurements {
            assert!(
                one.value.is_finite() && (0.0..=1.0).contains(&one.p_value),
                "{one:?}"
            );
            assert!(one.evidence.len() <= 10);
            assert!(
                one.evidence.iter().all(|id| window.ids.contains(id)),
                "{one:?}"
            );
            if one.statistic == "share" {
                continue;
            }
            assert!(one.false_alarm_rate <= one.level, "{one:?}");
            assert_eq!(
                one.alarm,
                one.critical.is_some_and(|critical| one.value >= critical),
                "{one:?}"
            );
            assert_eq!(one.alarm, one.p_value <= one.level, "{one:?}");
        }
    }
}
