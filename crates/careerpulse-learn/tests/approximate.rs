//! The graph finds what the exact search finds, always the same, or says that it did not.

#![allow(
    clippy::unwrap_used,
    reason = "a helper that cannot go on fails its test"
)]

use careerpulse_learn::*;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

const COLS: usize = 16;

/// Rows scattered around some centres, in the order drawn; every fifth repeats an earlier one.
fn clustered(rows: usize, centres: usize, seed: u64) -> DenseMatrix {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut normal = |spread: f32| {
        let sum: f32 = (0..12).map(|_| rng.random::<f32>()).sum();
        spread * (sum - 6.0)
    };
    let around: Vec<f32> = (0..centres * COLS).map(|_| normal(1.0)).collect();
    let mut values: Vec<f32> = Vec::with_capacity(rows * COLS);
    let mut rng = ChaCha8Rng::seed_from_u64(seed + 1);
    for row in 0..rows {
        if row % 5 == 4 {
            let earlier = rng.random_range(0..row);
            values.extend_from_within(earlier * COLS..(earlier + 1) * COLS);
        } else {
            let centre = rng.random_range(0..centres);
            let centre = &around[centre * COLS..(centre + 1) * COLS];
            values.extend(centre.iter().map(|value| value + normal(0.5)));
        }
    }
    DenseMatrix::new(COLS, values).unwrap()
}

fn features(matrix: &DenseMatrix) -> Features {
    Features::Dense(matrix.clone())
}

fn on_threads<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> T {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
    pool.build().unwrap().install(work)
}

/// Every neighbour found is at the exact distance; the share of rows that agree.
fn agreement(found: &Neighbours, exact: &Neighbours) -> f64 {
    let (mut same, mut all) = (0, 0);
    for (found, exact) in found.iter().zip(exact.iter()) {
        for near in found {
            all += 1;
            if let Some(other) = exact.iter().find(|other| other.row == near.row) {
                assert_eq!(near.distance, other.distance, "distances agree to the bit");
                same += 1;
            }
        }
    }
    f64::from(same) / f64::from(all)
}

#[test]
fn recall_at_10_is_at_least_99_percent() {
    let x = clustered(3000, 30, 1);
    let query = clustered(300, 30, 1);
    for metric in [Metric::Cosine, Metric::Euclidean] {
        let index = ApproximateIndex::build(&x, metric, ApproximateParams::default()).unwrap();
        let exact = nearest(&features(&x), &features(&query), metric, 10).unwrap();
        let found = index.search(&query, 10).unwrap();
        let share = agreement(&found, &exact);
        assert!(share >= 0.99, "{metric}: {share}");
        let measured = recall(&index, &query, 10).unwrap();
        assert!((measured - share).abs() < 0.005, "{measured} {share}");
    }
}

#[test]
fn recall_counts_what_was_missed() {
    let x = clustered(3000, 30, 1);
    let params = ApproximateParams {
        links: 2,
        build_breadth: 1,
        breadth: 1,
    };
    let index = ApproximateIndex::build(&x, Metric::Cosine, params).unwrap();
    let measured = recall(&index, &clustered(200, 30, 1), 10).unwrap();
    assert!(measured < 0.9, "{measured}");
}

#[test]
fn the_same_rows_make_the_same_answer_on_any_number_of_threads() {
    let x = clustered(2000, 20, 2);
    let search = || nearest_or_approximate(&features(&x), &features(&x), Metric::Cosine, 7, 100);
    let one = on_threads(1, || search().unwrap());
    assert!(matches!(one.route, Route::Approximate { .. }), "{one:?}");
    assert_eq!(one, on_threads(3, || search().unwrap()));
}

#[test]
fn few_rows_and_sparse_rows_are_searched_exactly() {
    let x = features(&clustered(300, 5, 3));
    let search = nearest_or_approximate(&x, &x, Metric::Cosine, 5, 300).unwrap();
    assert_eq!((search.route, search.recall), (Route::Exact, None));
    assert_eq!(
        search.neighbours,
        nearest(&x, &x, Metric::Cosine, 5).unwrap()
    );
    let rows: Vec<Vec<(u32, f32)>> = (0..50).map(|row| vec![(row % 7, 1.0)]).collect();
    let sparse = Features::Sparse(CsrMatrix::from_rows(7, &rows).unwrap());
    let search = nearest_or_approximate(&sparse, &sparse, Metric::Cosine, 5, 0).unwrap();
    assert_eq!(search.route, Route::Exact);
    let folds: Vec<u32> = (0..50).map(|row| row % 3).collect();
    let search = nearest_outside_fold_or_approximate(&sparse, &folds, Metric::Cosine, 5, 0);
    assert_eq!(search.unwrap().route, Route::Exact);
}

#[test]
fn crowds_of_the_same_row_hide_no_other_and_keep_their_order() {
    let mut values = clustered(1000, 10, 4).values().to_vec();
    for crowd in 0..3 {
        for _ in 0..400 {
            values.extend_from_within(crowd * COLS..(crowd + 1) * COLS);
        }
    }
    let x = features(&DenseMatrix::new(COLS, values).unwrap());
    let search = nearest_or_approximate(&x, &x, Metric::Euclidean, 10, 100).unwrap();
    assert!(search.recall.unwrap() >= LEAST_RECALL);
    let exact = nearest(&x, &x, Metric::Euclidean, 10).unwrap();
    assert!(agreement(&search.neighbours, &exact) >= 0.99);
    assert_eq!(search.neighbours.of(1800), exact.of(1800));
}

#[test]
fn rows_of_zeros_are_at_distance_1_from_every_row() {
    let mut values = clustered(500, 10, 5).values().to_vec();
    values[3 * COLS..5 * COLS].fill(0.0);
    let x = features(&DenseMatrix::new(COLS, values).unwrap());
    let search = nearest_or_approximate(&x, &x, Metric::Cosine, 10, 100).unwrap();
    assert!(
        search
            .neighbours
            .of(3)
            .iter()
            .all(|near| near.distance == 1.0)
    );
    let exact = nearest(&x, &x, Metric::Cosine, 10).unwrap();
    assert!(search.neighbours.of(9) == exact.of(9));
}

#[test]
fn rows_that_no_graph_tells_apart_are_searched_exactly_after_all() {
    // One row so long that the squares of all others leave the range of f32.
    let x = clustered(1500, 20, 6);
    let mut values: Vec<f32> = x.values().iter().map(|value| value * 1e-10).collect();
    values[0] = 1e15;
    let x = features(&DenseMatrix::new(COLS, values).unwrap());
    let search = nearest_or_approximate(&x, &x, Metric::Euclidean, 10, 100).unwrap();
    assert_eq!(search.route, Route::ExactAfterAll);
    assert!(search.recall.unwrap() < LEAST_RECALL);
    assert_eq!(
        search.neighbours,
        nearest(&x, &x, Metric::Euclidean, 10).unwrap()
    );
}

#[test]
fn one_graph_serves_every_fold() {
    let x = clustered(2000, 20, 7);
    // Whole neighbourhoods share a fold, as near-duplicates do: the first column decides.
    let folds: Vec<u32> = (0..2000)
        .map(|row| {
            if x.row(row)[0] > 0.5 {
                0
            } else {
                1 + row as u32 % 3
            }
        })
        .collect();
    let x = features(&x);
    for metric in [Metric::Cosine, Metric::Euclidean] {
        let exact = nearest_outside_fold(&x, &folds, metric, 10).unwrap();
        let search = nearest_outside_fold_or_approximate(&x, &folds, metric, 10, 100).unwrap();
        assert!(
            matches!(search.route, Route::Approximate { .. }),
            "{:?}",
            search.recall
        );
        assert!(search.recall.unwrap() >= LEAST_RECALL);
        let near = search.neighbours.iter().zip(&folds);
        for (near, &fold) in near {
            assert!(near.iter().all(|near| folds[near.row as usize] != fold));
        }
        let share = agreement(&search.neighbours, &exact);
        assert!(share >= 0.985, "{metric}: {share}");
    }
}

#[test]
fn k_may_be_all_rows_and_no_more() {
    let x = features(&clustered(200, 5, 8));
    let search = |k| nearest_or_approximate(&x, &x, Metric::Cosine, k, 10);
    assert_eq!(
        search(200).unwrap().neighbours,
        nearest(&x, &x, Metric::Cosine, 200).unwrap()
    );
    assert_eq!(search(0).unwrap_err(), LearnError::ZeroNeighbours);
    let error = search(201).unwrap_err();
    assert_eq!(error, LearnError::TooManyNeighbours { k: 201, rows: 200 });
    let folds: Vec<u32> = (0..200).map(|row| row % 2).collect();
    let search = |k| nearest_outside_fold_or_approximate(&x, &folds, Metric::Cosine, k, 10);
    assert!(search(100).is_ok());
    assert!(matches!(
        search(101).unwrap_err(),
        LearnError::TooManyNeighboursOutsideFold {
            k: 101,
            rows: 100,
            ..
        }
    ));
}

#[test]
fn what_cannot_be_searched_is_an_error() {
    let x = clustered(200, 5, 9);
    let mut values = x.values().to_vec();
    values[3 * COLS + 2] = f32::NAN;
    let broken = features(&DenseMatrix::new(COLS, values).unwrap());
    let x = features(&x);
    for (index, query) in [(&x, &broken), (&broken, &x)] {
        let error = nearest_or_approximate(index, query, Metric::Cosine, 3, 10).unwrap_err();
        assert!(
            error.to_string().starts_with("row 3, column 2 is NaN"),
            "{error}"
        );
    }
    let narrow = Features::Dense(DenseMatrix::new(1, vec![1.0]).unwrap());
    let error = nearest_or_approximate(&x, &narrow, Metric::Cosine, 3, 10).unwrap_err();
    assert_eq!(
        error,
        LearnError::Width {
            index: COLS,
            query: 1
        }
    );
    let error = nearest_outside_fold_or_approximate(&x, &[0, 1], Metric::Cosine, 3, 10);
    assert!(matches!(
        error.unwrap_err(),
        LearnError::Lengths {
            left: 2,
            right: 200,
            ..
        }
    ));
    let (Features::Dense(rows), params) = (&x, ApproximateParams::default()) else {
        unreachable!("made dense above")
    };
    let params = ApproximateParams {
        links: 257,
        ..params
    };
    let Err(error) = ApproximateIndex::build(rows, Metric::Cosine, params) else {
        unreachable!("257 links are too many")
    };
    assert!(
        error.to_string().contains("links") && error.to_string().contains("257"),
        "{error}"
    );
    let none = Features::Dense(DenseMatrix::new(COLS, Vec::new()).unwrap());
    assert!(
        nearest_or_approximate(&x, &none, Metric::Cosine, 3, 10)
            .unwrap()
            .neighbours
            .is_empty()
    );
}

#[test]
fn distances_are_the_exact_search_s_to_the_bit() {
    // An odd number of columns, and sums that round.
    let values = clustered(77 * 50, 100, 10).values().to_vec();
    let x = DenseMatrix::new(77, values[..77 * 800].to_vec()).unwrap();
    for metric in [Metric::Cosine, Metric::Euclidean] {
        let index = ApproximateIndex::build(&x, metric, ApproximateParams::default()).unwrap();
        let exact = nearest(&features(&x), &features(&x), metric, 50).unwrap();
        assert!(agreement(&index.search(&x, 50).unwrap(), &exact) > 0.8);
    }
}
