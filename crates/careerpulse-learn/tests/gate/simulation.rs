//! Candidates of known quality, drawn over and over: how often each verdict falls.
//!
//! Verdicts of 400 tries each (pass, fail, insufficient evidence) with 25 classes by Zipf's law and
//! recall 0.8. Errors of both models are independent, but for `alike`, where the equally good candidate
//! says what production says on 80 % of the rows, as one retrained on nearly the same rows does.
//!
//! | rows | equal | alike | better by 0.03 | loses 0.15 F1 on a class of 100 rows |
//! |---|---|---|---|---|
//! | 200 | 97, 13, 290 | 260, 7, 133 | 172, 2, 226 | 1, 331, 68 |
//! | 500 | 129, 2, 269 | 336, 0, 64 | 299, 0, 101 | 3, 274, 123 |
//! | 1,000 | 226, 9, 165 | 346, 2, 52 | 359, 1, 40 | 21, 220, 159 |
//! | 2,000 | 277, 12, 111 | 343, 1, 56 | 377, 0, 23 | 50, 161, 189 |
//! | 5,000 | 298, 6, 96 | 351, 2, 47 | 386, 0, 14 | 85, 139, 176 |

use careerpulse_learn::gate::{Change, Comparison, GateParams, Paired, Verdict, compare, decide};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

const CLASSES: usize = 25;
const RECALL: f64 = 0.8;
const TRIES: u64 = 400;

/// Class 2 has so many rows where it is made worse.
const SUPPORT: usize = 100;

/// A population of candidates.
#[derive(Clone, Copy)]
struct Population {
    rows: usize,
    /// The candidate's recall.
    recall: [f64; CLASSES],
    /// Whether class 2 has exactly [`SUPPORT`] rows.
    is_fixed: bool,
    /// Share of rows on which the candidate says what production says, as a model retrained on
    /// nearly the same rows does.
    agreement: f64,
}

const EQUAL: Population = Population {
    rows: 1_000,
    recall: [RECALL; CLASSES],
    is_fixed: false,
    agreement: 0.0,
};

/// Loses 0.15 F1 on the class with 100 rows.
fn worse() -> Population {
    // By the expected counts: as many false positives as rows missed elsewhere fall on it.
    let (support, false_positives) = (SUPPORT as f64, SUPPORT as f64 * (1.0 - RECALL));
    let f1 = |recall: f64| 2.0 * recall * support / (support + recall * support + false_positives);
    let wanted = f1(RECALL) - 0.15;
    let mut recall = EQUAL.recall;
    recall[2] = wanted * (support + false_positives) / (support * (2.0 - wanted));
    assert!((f1(recall[2]) - wanted).abs() < 1e-12);
    Population {
        recall,
        is_fixed: true,
        ..EQUAL
    }
}

fn class_by_size(rng: &mut ChaCha8Rng) -> u32 {
    let whole: f64 = (1..=CLASSES).map(|rank| 1.0 / rank as f64).sum();
    let mut left = rng.random::<f64>() * whole;
    for class in 0..CLASSES as u32 {
        left -= 1.0 / f64::from(class + 1);
        if left < 0.0 {
            return class;
        }
    }
    CLASSES as u32 - 1
}

/// Right with the class's recall, and otherwise another class by its size.
fn predict(truth: u32, recall: &[f64], rng: &mut ChaCha8Rng) -> u32 {
    if rng.random_bool(recall[truth as usize]) {
        return truth;
    }
    loop {
        let guess = class_by_size(rng);
        if guess != truth {
            return guess;
        }
    }
}

/// The comparisons of all tries with their verdicts.
fn tries(population: Population) -> Vec<(Comparison, Verdict)> {
    let one = |seed: u64| {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let fixed = if population.is_fixed { SUPPORT } else { 0 };
        let mut truth = vec![2; fixed];
        while truth.len() < population.rows {
            let class = class_by_size(&mut rng);
            if class != 2 || !population.is_fixed {
                truth.push(class);
            }
        }
        let predictions = |&truth: &u32| {
            let production = predict(truth, &EQUAL.recall, &mut rng);
            let candidate = match rng.random_bool(population.agreement) {
                true => production,
                false => predict(truth, &population.recall, &mut rng),
            };
            (production, candidate)
        };
        let (production, candidate): (Vec<u32>, Vec<u32>) = truth.iter().map(predictions).unzip();
        let pairs = Paired {
            truth: &truth,
            candidate: &candidate,
            production: &production,
            groups: &(0..truth.len() as u64).collect::<Vec<_>>(),
            classes: CLASSES,
        };
        let params = GateParams {
            draws: 500,
            seed,
            ..GateParams::default()
        };
        let comparison = compare(&pairs, &params).expect("the rows can be compared");
        let verdict = decide(&comparison, &["class"; CLASSES], &params).verdict;
        (comparison, verdict)
    };
    (0..TRIES).into_par_iter().map(one).collect()
}

/// How often each verdict falls: pass, fail, insufficient evidence.
fn verdicts(tries: &[(Comparison, Verdict)]) -> [usize; 3] {
    let count = |wanted| {
        tries
            .iter()
            .filter(|(_, verdict)| *verdict == wanted)
            .count()
    };
    [
        count(Verdict::Pass),
        count(Verdict::Fail),
        count(Verdict::InsufficientEvidence),
    ]
}

#[test]
fn an_equally_good_candidate_is_failed_in_under_5_percent_of_400_draws() {
    let tries = tries(EQUAL);
    let [pass, fail, _] = verdicts(&tries);
    assert!(fail < TRIES as usize / 20, "{fail} of {TRIES} failed");
    assert!(pass > TRIES as usize / 3, "{pass} of {TRIES} passed");
    // The true change is 0, and 90 % of the intervals should hold it: 360, and four deviations about it.
    for figure in [|c: &Comparison| c.macro_f1, |c: &Comparison| c.accuracy] {
        let holds = |change: Change| change.low <= 0.0 && 0.0 <= change.high;
        let held = tries.iter().filter(|(c, _)| holds(figure(c))).count();
        assert!((336..=384).contains(&held), "{held} of {TRIES} hold it");
    }
}

#[test]
fn a_candidate_that_loses_0_15_f1_on_a_class_of_100_rows_is_not_passed_in_90_percent() {
    let [pass, fail, _] = verdicts(&tries(worse()));
    assert!(pass < TRIES as usize / 10, "{pass} of {TRIES} passed");
    assert!(fail > TRIES as usize / 3, "{fail} of {TRIES} failed");
}

#[test]
fn an_equally_good_candidate_that_mostly_agrees_passes_mostly() {
    let agreeing = Population {
        agreement: 0.8,
        ..EQUAL
    };
    let [pass, fail, _] = verdicts(&tries(agreeing));
    assert!(fail < TRIES as usize / 20, "{fail} of {TRIES} failed");
    assert!(pass > TRIES as usize * 2 / 3, "{pass} of {TRIES} passed");
}
