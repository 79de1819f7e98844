//! The bootstrap's figures against closed forms, SciPy and the metrics of this crate.

use std::path::Path;

use careerpulse_learn::gate::{Change, Finding, GateParams, Paired, Verdict, compare, decide};
use careerpulse_learn::{LearnError, accuracy, class_reports};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

/// Rows of five classes, twins among them, on which production is right in 70 % and the candidate in 75 %.
struct Rows {
    truth: Vec<u32>,
    candidate: Vec<u32>,
    production: Vec<u32>,
    groups: Vec<u64>,
}

impl Rows {
    fn new(rows: usize, seed: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let truth: Vec<u32> = (0..rows).map(|_| rng.random_range(0..5)).collect();
        let mut guess = |recall: f64| -> Vec<u32> {
            let one = |&truth: &u32| match rng.random_bool(recall) {
                true => truth,
                false => rng.random_range(0..5),
            };
            truth.iter().map(one).collect()
        };
        let (candidate, production) = (guess(0.75), guess(0.7));
        Self {
            candidate,
            production,
            groups: (0..rows as u64).collect(),
            truth,
        }
    }

    fn paired(&self) -> Paired<'_> {
        Paired {
            truth: &self.truth,
            candidate: &self.candidate,
            production: &self.production,
            groups: &self.groups,
            classes: 5,
        }
    }
}

#[test]
fn figures_are_those_of_the_metrics() {
    let rows = Rows::new(400, 1);
    let compared = compare(&rows.paired(), &GateParams::default()).unwrap();
    let of = |guess| {
        (
            accuracy(&rows.truth, guess).unwrap(),
            class_reports(&rows.truth, guess).unwrap(),
        )
    };
    let ((right, report), (old_right, old_report)) = (of(&rows.candidate), of(&rows.production));
    assert_eq!(
        (compared.accuracy.candidate, compared.accuracy.production),
        (right, old_right)
    );
    assert_eq!(compared.classes.len(), 5);
    for class in &compared.classes {
        let number = class.classes[0] as usize;
        assert_eq!(class.f1.candidate, report[number].f1);
        assert_eq!(class.f1.production, old_report[number].f1);
        assert_eq!(class.support, report[number].support as usize);
    }
}

#[test]
fn the_error_of_the_accuracys_change_is_that_of_paired_proportions() {
    for (rows, seed) in [(150, 1), (600, 2), (2_000, 3)] {
        let rows = Rows::new(rows, seed);
        let compared = compare(
            &rows.paired(),
            &GateParams {
                draws: 8_000,
                ..GateParams::default()
            },
        )
        .unwrap();
        // Source: McNemar's discordant counts; the variance of the mean of -1, 0 and 1.
        let (mut gained, mut lost, n) = (0.0, 0.0, rows.truth.len() as f64);
        for row in 0..rows.truth.len() {
            let right = |guess: &[u32]| guess[row] == rows.truth[row];
            gained += f64::from(u8::from(right(&rows.candidate) && !right(&rows.production)));
            lost += f64::from(u8::from(!right(&rows.candidate) && right(&rows.production)));
        }
        let closed = ((gained + lost - (gained - lost) * (gained - lost) / n) / (n * n)).sqrt();
        let error = compared.accuracy.standard_error;
        assert!(
            (error / closed - 1.0).abs() < 0.03,
            "{error} against {closed}"
        );
        assert!((compared.accuracy.change - (gained - lost) / n).abs() < 1e-12);
    }
}

#[test]
fn twins_count_once() {
    let single = Rows::new(300, 4);
    let twice = |rows: &[u32]| [rows, rows].concat();
    let twins = Rows {
        truth: twice(&single.truth),
        candidate: twice(&single.candidate),
        production: twice(&single.production),
        groups: [single.groups.as_slice(), &single.groups].concat(),
    };
    let params = GateParams::default();
    let (a, b) = (
        compare(&single.paired(), &params).unwrap(),
        compare(&twins.paired(), &params).unwrap(),
    );
    assert_eq!((a.groups, b.groups, b.rows), (300, 300, 600));
    assert_eq!(a.macro_f1, b.macro_f1);
    let apart = Rows {
        groups: (0..600).collect(),
        ..twins
    };
    let c = compare(&apart.paired(), &params).unwrap();
    assert!(c.macro_f1.standard_error < 0.8 * a.macro_f1.standard_error);
}

#[test]
fn the_result_does_not_depend_on_the_number_of_threads() {
    let rows = Rows::new(300, 5);
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| compare(&rows.paired(), &GateParams::default()).unwrap())
    };
    assert_eq!(on(1), on(5));
}

#[test]
fn an_unchanged_model_passes_and_a_lost_class_fails_with_the_worst_first() {
    let mut rows = Rows::new(600, 6);
    rows.candidate = rows.production.clone();
    let params = GateParams::default();
    let names = ["Arts", "Care", "Data", "Food", "Law"];
    let same = compare(&rows.paired(), &params).unwrap();
    assert_eq!((same.macro_f1.low, same.macro_f1.high), (0.0, 0.0));
    assert_eq!(decide(&same, &names, &params).verdict, Verdict::Pass);

    for guess in &mut rows.candidate {
        *guess = if *guess == 3 { 1 } else { *guess };
    }
    let lost = compare(&rows.paired(), &params).unwrap();
    assert_eq!(
        (lost.classes[0].classes.as_slice(), lost.classes[0].finding),
        (&[3][..], Finding::Shown)
    );
    let decision = decide(&lost, &names, &params);
    assert_eq!(decision.verdict, Verdict::Fail);
    assert!(
        decision.reasons[0].starts_with("Food: F1 0.000"),
        "{:?}",
        decision.reasons
    );
}

#[test]
fn few_rows_are_insufficient_and_small_classes_are_judged_together() {
    let rows = Rows::new(60, 7);
    let params = GateParams::default();
    let compared = compare(&rows.paired(), &params).unwrap();
    assert_eq!(compared.classes.len(), 1, "no class has 30 rows");
    assert_eq!(compared.classes[0].classes, [0, 1, 2, 3, 4]);
    let decision = decide(&compared, &["a"; 5], &params);
    assert_eq!(decision.verdict, Verdict::InsufficientEvidence);
    assert!(
        decision.reasons[0].contains("not excluded"),
        "{:?}",
        decision.reasons
    );
    let few = Rows::new(20, 8);
    let compared = compare(&few.paired(), &params).unwrap();
    assert_eq!(compared.classes[0].finding, Finding::Unjudged);
    let mut same = Rows::new(20, 8);
    same.candidate = same.production.clone();
    let compared = compare(&same.paired(), &params).unwrap();
    let decision = decide(&compared, &["a"; 5], &params);
    assert_eq!(decision.verdict, Verdict::InsufficientEvidence);
    assert!(
        decision.reasons[0].contains("too few"),
        "{:?}",
        decision.reasons
    );
}

#[test]
fn a_class_that_only_one_model_knows_is_a_loss_or_a_gain() {
    let mut rows = Rows::new(800, 9);
    rows.production = rows.candidate.clone();
    for guess in &mut rows.production {
        *guess = if *guess == 0 { 1 } else { *guess };
    }
    let gain = compare(&rows.paired(), &GateParams::default()).unwrap();
    assert!(gain.macro_f1.low > 0.1, "{:?}", gain.macro_f1);
    assert_eq!(
        decide(&gain, &["a"; 5], &GateParams::default()).verdict,
        Verdict::Pass
    );
}

#[test]
fn what_cannot_be_compared_is_an_error() {
    let rows = Rows::new(40, 1);
    let params = GateParams::default();
    let with = |pairs: Paired<'_>| compare(&pairs, &params);
    assert_eq!(
        with(Paired {
            truth: &[],
            candidate: &[],
            production: &[],
            groups: &[],
            classes: 5
        }),
        Err(LearnError::Empty("the list of true labels"))
    );
    assert!(matches!(
        with(Paired {
            groups: &[1],
            ..rows.paired()
        }),
        Err(LearnError::Lengths { .. })
    ));
    assert!(matches!(
        with(Paired {
            classes: 4,
            ..rows.paired()
        }),
        Err(LearnError::LabelOutOfRange { .. })
    ));
    for broken in [
        GateParams { draws: 0, ..params },
        GateParams {
            level: 1.0,
            ..params
        },
        GateParams {
            fail_error: f64::NAN,
            ..params
        },
    ] {
        assert!(compare(&rows.paired(), &broken).is_err());
    }
}

#[test]
fn intervals_are_scipys() {
    #[derive(serde::Deserialize)]
    struct Oracle {
        truth: Vec<u32>,
        candidate: Vec<u32>,
        production: Vec<u32>,
        groups: Vec<u64>,
        classes: usize,
        level: f64,
        accuracy: Expected,
        macro_f1: Expected,
        f1: Vec<Expected>,
    }
    #[derive(serde::Deserialize)]
    struct Expected {
        change: f64,
        low: f64,
        high: f64,
        standard_error: f64,
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/oracle/gate.json");
    let oracle: Oracle = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let pairs = Paired {
        truth: &oracle.truth,
        candidate: &oracle.candidate,
        production: &oracle.production,
        groups: &oracle.groups,
        classes: oracle.classes,
    };
    let params = GateParams {
        draws: 20_000,
        level: oracle.level,
        ..GateParams::default()
    };
    let compared = compare(&pairs, &params).unwrap();
    let same = |found: &Change, expected: &Expected, what: &str| {
        assert!((found.change - expected.change).abs() < 1e-9, "{what}");
        // Both draw at random, 20,000 times: the ends of an interval vary by some 2 % of its error.
        let close = |a: f64, b: f64| (a - b).abs() < 0.08 * expected.standard_error;
        assert!(
            close(found.low, expected.low),
            "{what}: {} {}",
            found.low,
            expected.low
        );
        assert!(
            close(found.high, expected.high),
            "{what}: {} {}",
            found.high,
            expected.high
        );
        assert!(
            close(found.standard_error, expected.standard_error),
            "{what}"
        );
    };
    same(&compared.accuracy, &oracle.accuracy, "accuracy");
    same(&compared.macro_f1, &oracle.macro_f1, "macro F1");
    assert_eq!(compared.classes.len(), oracle.classes);
    for class in &compared.classes {
        same(&class.f1, &oracle.f1[class.classes[0] as usize], "class");
    }
}
