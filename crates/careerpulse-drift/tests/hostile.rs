//! Empty, constant and broken input: answered or refused, and never a panic or a figure that is none.

use careerpulse_drift::{CHECKS, Imputed, Nulls, Sample, Settings, Vectors, measure};
use proptest::prelude::*;

fn settings() -> Settings {
    Settings {
        false_alarm_rate: 0.1,
        draws: 100,
        vector_draws: 100,
        min_rows: 2,
        ..Settings::default()
    }
}

/// `rows` adverts that all say the same.
fn constant(rows: usize) -> Sample {
    Sample {
        ids: (0..rows as i64).collect(),
        categories: (0..rows)
            .map(|row| (row % 2 == 0).then(|| "Sales".to_owned()))
            .collect(),
        imputed: vec![
            Some(Imputed {
                category: "Sales".to_owned(),
                probability: 1.0,
                abstained: false,
            });
            rows
        ],
        fresh: vec![true; rows],
        lengths: vec![7; rows],
        languages: vec![Some("en".to_owned()); rows],
        vectors: Some(Vectors {
            dim: 3,
            rows: (0..rows as u32).collect(),
            values: vec![1.0; 3 * rows],
        }),
    }
}

#[test]
fn empty_samples_skip_every_check_with_a_reason() {
    for (reference, window) in [
        (Sample::default(), Sample::default()),
        (constant(40), Sample::default()),
        (Sample::default(), constant(40)),
    ] {
        let report = measure(&reference, &window, &settings(), &mut Nulls::default()).unwrap();
        assert!(report.measurements.is_empty());
        assert_eq!(report.skipped.len(), CHECKS.len());
        assert!(
            report.skipped[0].reason.contains("0 rows of the"),
            "{:?}",
            report.skipped[0]
        );
    }
}

#[test]
fn constant_columns_are_quiet_and_share_the_rate() {
    let report = measure(
        &constant(60),
        &constant(30),
        &settings(),
        &mut Nulls::default(),
    )
    .unwrap();
    assert!(report.skipped.is_empty(), "{:?}", report.skipped);
    for one in &report.measurements {
        assert!(
            !one.alarm && one.value.is_finite() && one.p_value > 0.9,
            "{one:?}"
        );
    }
    // Three checks of categories are one test, which has six portions of sixteen.
    let mut portions: Vec<(&str, f64)> = Vec::new();
    for one in &report.measurements {
        let family = CHECKS
            .iter()
            .find(|check| check.name == one.check)
            .unwrap()
            .family;
        portions.push((family, one.level));
    }
    portions.dedup();
    assert_eq!(portions.len(), 13);
    let whole: f64 = portions.iter().map(|(_, level)| level).sum();
    assert!((whole - 0.1).abs() < 1e-12 && (portions[2].1 - 0.1 * 6.0 / 16.0).abs() < 1e-12);
}

#[test]
fn checks_without_rows_of_their_own_leave_their_part_to_the_others() {
    let mut window = constant(30);
    window.vectors = None;
    let report = measure(&constant(60), &window, &settings(), &mut Nulls::default()).unwrap();
    let skipped: Vec<&str> = report.skipped.iter().map(|one| one.check).collect();
    assert_eq!(skipped, ["embedding_auc", "embedding_mmd"]);
    assert!((report.measurements[0].level - 0.1 * 0.5 / 14.0).abs() < 1e-12);
}

#[test]
fn broken_columns_and_settings_are_refused_by_name() {
    let refuse = |window: &Sample, settings: Settings, expected: &str| {
        let error = measure(&constant(40), window, &settings, &mut Nulls::default());
        let error = error.unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    };
    let mut short = constant(40);
    short.lengths.pop();
    refuse(
        &short,
        settings(),
        "the window's column lengths has 39 entries for 40 ids",
    );
    let mut sure = constant(40);
    sure.imputed[3].as_mut().unwrap().probability = f32::NAN;
    refuse(&sure, settings(), "row 3 of imputed has probability NaN");
    let mut wide = constant(40);
    wide.vectors.as_mut().unwrap().dim = 4;
    refuse(&wide, settings(), "do not fill 40 rows of 4 columns");
    let mut twice = constant(40);
    twice.vectors.as_mut().unwrap().rows[1] = 0;
    refuse(&twice, settings(), "row 0 has two vectors");
    let mut infinite = constant(40);
    infinite.vectors.as_mut().unwrap().values[5] = f32::INFINITY;
    refuse(&infinite, settings(), "vector 1, column 2 is inf");
    let mut other = constant(40);
    other.vectors = Some(Vectors {
        dim: 1,
        rows: vec![0],
        values: vec![1.0],
    });
    refuse(&other, settings(), "have 3 columns but the window's have 1");
    for (rate, draws) in [(0.0, 100), (0.5, 100), (f64::NAN, 100), (0.1, 99)] {
        let settings = Settings {
            false_alarm_rate: rate,
            draws,
            ..settings()
        };
        refuse(&constant(40), settings, "it must be");
    }
}

fn name() -> impl Strategy<Value = Option<String>> {
    proptest::option::of("[a-c]{0,1}")
}

fn imputed() -> impl Strategy<Value = Option<Imputed>> {
    proptest::option::of(("[a-c]", 0.0..=1.0_f32, any::<bool>()).prop_map(
        |(category, probability, abstained)| Imputed {
            category,
            probability,
            abstained,
        },
    ))
}

fn sample() -> impl Strategy<Value = Sample> {
    let row = (name(), imputed(), any::<u32>(), name(), -1e15..1e15_f32);
    proptest::collection::vec(row, 0..25).prop_map(|rows| {
        let mut sample = Sample::default();
        let mut vectors = Vectors {
            dim: 1,
            ..Vectors::default()
        };
        for (row, (category, imputed, length, language, value)) in rows.into_iter().enumerate() {
            sample.ids.push(row as i64);
            sample.categories.push(category);
            sample.imputed.push(imputed);
            sample.fresh.push(true);
            sample.lengths.push(length);
            sample.languages.push(language);
            vectors.rows.push(row as u32);
            vectors.values.push(value);
        }
        sample.vectors = Some(vectors);
        sample
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_samples_give_figures(reference in sample(), window in sample()) {
        let report = measure(&reference, &window, &settings(), &mut Nulls::default()).unwrap();
        for one in &report.measurements {
            prop_assert!(one.value.is_finite() && one.critical.is_none_or(f64::is_finite), "{one:?}");
            prop_assert!((0.0..=1.0).contains(&one.p_value), "{one:?}");
            prop_assert!((0.0..=1.0).contains(&one.false_alarm_rate), "{one:?}");
        }
        for one in &report.distributions {
            prop_assert!((0.0..=1.0).contains(&one.reference.share) && (0.0..=1.0).contains(&one.window.share));
        }
    }
}
