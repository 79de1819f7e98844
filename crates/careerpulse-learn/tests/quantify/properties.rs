//! What holds for any rows.

use careerpulse_learn::Scores;
use careerpulse_learn::quantify::*;
use proptest::prelude::*;

use super::world::{Rows, World, corrected, sums};

const DAYS: u32 = 20;

fn worlds() -> impl Strategy<Value = (Rows, Rows)> {
    let shares = || proptest::collection::vec(0.02_f64..1.0, 4);
    (
        shares(),
        shares(),
        0.3_f64..3.0,
        0_u64..1_000,
        1_usize..60,
        1_usize..120,
    )
        .prop_map(|(prior, shifted, sharpness, seed, labeled, unlabeled)| {
            let sum: f64 = prior.iter().sum();
            let prior: Vec<f64> = prior.iter().map(|share| share / sum).collect();
            let world = World {
                prior,
                sharpness,
                days: DAYS,
                twins: 0.2,
            };
            (
                world.draw(labeled, &world.prior, seed),
                world.draw(unlabeled, &shifted, seed + 1),
            )
        })
}

/// The rows in another order and under other class numbers: class `c` becomes `3 - c`.
fn turned(rows: &Rows) -> Rows {
    let classes = rows.posteriors.classes();
    let order: Vec<u32> = (0..rows.labels.len() as u32).rev().collect();
    let values = order
        .iter()
        .flat_map(|&row| rows.posteriors.row(row as usize).iter().rev().copied());
    Rows {
        posteriors: Scores::new(classes, values.collect()).unwrap(),
        labels: order
            .iter()
            .map(|&row| 3 - rows.labels[row as usize])
            .collect(),
        groups: order.iter().map(|&row| rows.groups[row as usize]).collect(),
        days: order.iter().map(|&row| rows.days[row as usize]).collect(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn rows_sum_to_one_and_classes_to_the_rows((labeled, unlabeled) in worlds()) {
        let correction = corrected(&labeled, &unlabeled, DAYS);
        for row in correction.adjusted.iter() {
            prop_assert!((row.iter().sum::<f64>() - 1.0).abs() < 1e-9);
            prop_assert!(row.iter().all(|p| (0.0..=1.0).contains(p)));
        }
        let n = unlabeled.labels.len() as f64;
        let classes = unlabeled.posteriors.classes();
        let (guesses, predicted) = (labeled.posteriors.predicted(), unlabeled.posteriors.predicted());
        let prior = vec![0.25; classes];
        for counts in [
            sums(&correction.adjusted, &vec![0; unlabeled.labels.len()], 1),
            adjusted_count(&labeled.labels, &guesses, &predicted, classes).unwrap(),
            probabilistic_adjusted_count(&labeled.posteriors, &labeled.labels, &unlabeled.posteriors).unwrap(),
            em_prior_shift(&unlabeled.posteriors, &prior, 100, 1e-9).unwrap().counts,
            calibration_estimator(&labeled.labels, &guesses, &predicted, classes).unwrap(),
        ] {
            prop_assert!((counts.iter().sum::<f64>() - n).abs() < 1e-6 * n, "{counts:?}");
            prop_assert!(counts.iter().all(|count| *count >= 0.0), "{counts:?}");
        }
    }

    #[test]
    fn the_order_of_rows_and_classes_does_not_matter((labeled, unlabeled) in worlds()) {
        let found = corrected(&labeled, &unlabeled, DAYS);
        let other = corrected(&turned(&labeled), &turned(&unlabeled), DAYS);
        let back = other.adjusted.iter().rev().flat_map(|row| row.iter().rev());
        for (a, b) in found.adjusted.values().iter().zip(back) {
            prop_assert!((a - b).abs() < 1e-3, "{a} {b}");
        }
        prop_assert!((found.shift.statistic - other.shift.statistic).abs() < 1e-3 * (1.0 + found.shift.statistic));
    }

    #[test]
    fn the_likelihood_of_em_never_falls((_, unlabeled) in worlds()) {
        let mut before = 0.0;
        for steps in 1..12 {
            let found = em_prior_shift(&unlabeled.posteriors, &[1.0; 4], steps, 1e-300).unwrap();
            prop_assert!(found.log_likelihood >= before - 1e-9, "{} {before}", found.log_likelihood);
            before = found.log_likelihood;
        }
    }

    #[test]
    fn perfect_posteriors_give_the_truth((labeled, unlabeled) in worlds()) {
        let perfect = |rows: Rows| {
            let values = rows.labels.iter().flat_map(|&label| (0..4).map(move |class| f64::from(u8::from(class == label))));
            Rows { posteriors: Scores::new(4, values.collect()).unwrap(), ..rows }
        };
        let (labeled, unlabeled) = (perfect(labeled), perfect(unlabeled));
        let correction = corrected(&labeled, &unlabeled, DAYS);
        for (row, &label) in correction.adjusted.iter().zip(&unlabeled.labels) {
            prop_assert!(row[label as usize] > 0.98, "{row:?}");
        }
    }

    #[test]
    fn intervals_lie_within_their_cells_and_within_wider_ones((labeled, unlabeled) in worlds()) {
        let correction = corrected(&labeled, &unlabeled, DAYS);
        let cells = DAYS as usize + 1;
        let narrow = intervals(&correction, &unlabeled.days, cells, 0.5, 60, 1).unwrap();
        let wide = intervals(&correction, &unlabeled.days, cells, 0.9, 60, 1).unwrap();
        for (at, (low, high)) in narrow.low.iter().zip(&narrow.high).enumerate() {
            let rows = unlabeled.days.iter().filter(|day| **day as usize == at / 4).count() as u32;
            prop_assert!(low <= high && wide.low[at] <= *low && *high <= wide.high[at]);
            prop_assert!(wide.high[at] <= rows);
        }
        prop_assert_eq!(&narrow, &intervals(&correction, &unlabeled.days, cells, 0.5, 60, 1).unwrap());
    }
}
