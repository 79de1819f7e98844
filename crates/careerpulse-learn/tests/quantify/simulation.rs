//! Corrected counts on worlds whose truth is known.

use careerpulse_learn::quantify::{classify_and_count, intervals};

use super::world::{Rows, World, corrected, sums};

const DAYS: u32 = 210;
const WEEK: u32 = 7;

fn world() -> World {
    World {
        prior: (1..=8).map(|class| f64::from(class) / 36.0).collect(),
        sharpness: 1.8,
        days: DAYS,
        twins: 0.1,
    }
}

fn weeks(rows: &Rows) -> (Vec<u32>, usize) {
    let weeks = rows.days.iter().map(|day| day / WEEK).collect();
    (weeks, DAYS.div_ceil(WEEK) as usize)
}

fn truth(rows: &Rows, cells: &[u32], n_cells: usize) -> Vec<f64> {
    let classes = rows.posteriors.classes();
    let mut counts = vec![0.0; n_cells * classes];
    for (&label, &cell) in rows.labels.iter().zip(cells) {
        counts[cell as usize * classes + label as usize] += 1.0;
    }
    counts
}

fn distance(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).sum()
}

/// Shares of covered category-weeks, summed absolute error of corrected and of counted predictions.
fn judged(labeled: &Rows, unlabeled: &Rows, finds_shift: bool) -> (f64, f64, f64) {
    let correction = corrected(labeled, unlabeled, DAYS);
    assert_eq!(
        correction.shift.found, finds_shift,
        "{:?}",
        correction.shift
    );
    let (cells, n_cells) = weeks(unlabeled);
    let truth = truth(unlabeled, &cells, n_cells);
    let found = intervals(&correction, &cells, n_cells, 0.9, 300, 1).unwrap();
    let bounds = found.low.iter().zip(&found.high).zip(&truth);
    let covered = bounds
        .filter(|((low, high), truth)| f64::from(**low) <= **truth && **truth <= f64::from(**high));
    let coverage = covered.count() as f64 / truth.len() as f64;
    let error = distance(&sums(&correction.adjusted, &cells, n_cells), &truth);
    let classes = unlabeled.posteriors.classes();
    let predicted = unlabeled.posteriors.predicted();
    let counted = (0..n_cells as u32).flat_map(|week| {
        let own = predicted
            .iter()
            .zip(&cells)
            .filter(|(_, cell)| **cell == week);
        let own: Vec<u32> = own.map(|(class, _)| *class).collect();
        classify_and_count(&own, classes).unwrap()
    });
    (
        coverage,
        error,
        distance(&counted.collect::<Vec<f64>>(), &truth),
    )
}

#[test]
fn with_and_without_a_shift_counts_are_nearer_and_intervals_hold_what_they_say() {
    let world = world();
    let shifted: Vec<f64> = world.prior.iter().rev().copied().collect();
    for (shares, finds_shift) in [(&world.prior, false), (&shifted, true)] {
        let labeled = world.draw(4_000, &world.prior, 11);
        let unlabeled = world.draw(4_000, shares, 12);
        let (coverage, corrected, counted) = judged(&labeled, &unlabeled, finds_shift);
        assert!((0.85..=0.95).contains(&coverage), "coverage {coverage}");
        assert!(
            corrected < 0.9 * counted,
            "{corrected} is not clearly below {counted}"
        );
    }
}

#[test]
fn the_test_finds_no_shift_where_there_is_none_though_rows_have_twins() {
    let world = World {
        twins: 0.5,
        ..world()
    };
    let found = (0..40).filter(|&seed| {
        let labeled = world.draw(800, &world.prior, 2 * seed);
        let unlabeled = world.draw(800, &world.prior, 2 * seed + 1);
        corrected(&labeled, &unlabeled, DAYS).shift.p < 0.1
    });
    // 4 of 40 are expected; more than 10 have a chance of 1 in 700.
    let found = found.count();
    assert!(found <= 10, "{found}");
}

#[test]
fn the_result_does_not_depend_on_the_number_of_threads() {
    let world = world();
    let (labeled, unlabeled) = (
        world.draw(900, &world.prior, 3),
        world.draw(9_000, &[1.0; 8], 4),
    );
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| {
            let correction = corrected(&labeled, &unlabeled, DAYS);
            let found = intervals(&correction, &unlabeled.days, DAYS as usize, 0.9, 50, 1).unwrap();
            (correction.adjusted, found)
        })
    };
    assert!(run(1) == run(3));
}
