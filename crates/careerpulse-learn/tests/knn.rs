//! Exact search equals brute force, and what cannot be searched is an error.

#![allow(
    clippy::unwrap_used,
    reason = "a helper that cannot go on fails its test"
)]

use careerpulse_learn::*;
use proptest::prelude::*;

fn dense(cols: usize, values: Vec<f32>) -> Features {
    Features::Dense(DenseMatrix::new(cols, values).unwrap())
}

fn sparse(cols: usize, values: &[f32]) -> Features {
    let entries = |row: &[f32]| {
        (0..)
            .zip(row.iter().copied())
            .filter(|entry| entry.1 != 0.0)
            .collect()
    };
    let rows: Vec<Vec<(u32, f32)>> = values.chunks(cols).map(entries).collect();
    Features::Sparse(CsrMatrix::from_rows(cols, &rows).unwrap())
}

/// Distances of one row to all others, by the definition.
fn distance(a: &[f32], b: &[f32], metric: Metric) -> f64 {
    let dot = |a: &[f32], b: &[f32]| {
        a.iter()
            .zip(b)
            .map(|(&a, &b)| f64::from(a) * f64::from(b))
            .sum::<f64>()
    };
    match metric {
        Metric::Cosine if dot(a, a) * dot(b, b) == 0.0 => 1.0,
        Metric::Cosine => 1.0 - dot(a, b) / (dot(a, a) * dot(b, b)).sqrt(),
        Metric::Euclidean => (dot(a, a) + dot(b, b) - 2.0 * dot(a, b)).max(0.0).sqrt(),
    }
}

fn brute(
    index: &[f32],
    query: &[f32],
    cols: usize,
    metric: Metric,
    k: usize,
) -> Vec<Vec<(f64, u32)>> {
    let nearest = |query: &[f32]| {
        let mut all: Vec<(f64, u32)> = (0..)
            .zip(index.chunks(cols))
            .map(|(row, other)| (distance(query, other, metric), row))
            .collect();
        all.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        all.truncate(k);
        all
    };
    query.chunks(cols).map(nearest).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    // Small whole numbers make many exact ties and twins, and all sums exact.
    #[test]
    fn search_equals_brute_force(
        values in prop::collection::vec(-2..3_i8, 5 * 700..5 * 1200), k in 1..12_usize, cosine: bool,
    ) {
        let metric = if cosine { Metric::Cosine } else { Metric::Euclidean };
        let mut values: Vec<f32> = values.into_iter().map(f32::from).collect();
        values.truncate(values.len() / 5 * 5);
        let query = &values[..5 * 200];
        let expected = brute(&values, query, 5, metric, k);
        for (index, query) in [
            (dense(5, values.clone()), dense(5, query.to_vec())),
            (sparse(5, &values), sparse(5, query)),
        ] {
            let found = nearest(&index, &query, metric, k).unwrap();
            for (found, expected) in found.iter().zip(&expected) {
                let found: Vec<(f64, u32)> = found.iter().map(|n| (n.distance, n.row)).collect();
                for (a, b) in found.iter().zip(expected) {
                    prop_assert_eq!(a.1, b.1);
                    prop_assert!((a.0 - b.0).abs() < 1e-12);
                }
            }
        }
    }

    #[test]
    fn identical_rows_are_at_distance_zero(row in prop::collection::vec(-1e6..1e6_f32, 1..400), cosine: bool) {
        let metric = if cosine { Metric::Cosine } else { Metric::Euclidean };
        let twice = [row.clone(), row.clone()].concat();
        prop_assume!(row.iter().any(|&value| value != 0.0));
        for x in [dense(row.len(), twice.clone()), sparse(row.len(), &twice)] {
            let found = nearest(&x, &x, metric, 2).unwrap();
            prop_assert!(found.iter().flatten().all(|n| n.distance == 0.0));
            prop_assert_eq!(found.of(1)[0].row, 0);
        }
    }

    #[test]
    fn one_pass_outside_folds_equals_a_search_per_fold(
        values in prop::collection::vec(-1.0..1.0_f32, 8 * 300), k in 1..9_usize, seed: u64, cosine: bool,
    ) {
        let metric = if cosine { Metric::Cosine } else { Metric::Euclidean };
        let folds = stratified_kfold(&vec![0; 300], 4, seed).unwrap();
        for x in [dense(8, values.clone()), sparse(8, &values)] {
            let pass = nearest_outside_fold(&x, &folds, metric, k).unwrap();
            for fold in 0..4 {
                let (test, train): (Vec<u32>, Vec<u32>) = (0..300).partition(|&row| folds[row as usize] == fold);
                let found = nearest(&x.select(&train).unwrap(), &x.select(&test).unwrap(), metric, k).unwrap();
                for (place, &row) in test.iter().enumerate() {
                    let here = found.of(place).iter().map(|n| (train[n.row as usize], n.distance));
                    let there = pass.of(row as usize).iter().map(|n| (n.row, n.distance));
                    prop_assert!(here.eq(there));
                }
            }
        }
    }

    // Rows of lengths far apart, zeros and twins, so that rough distances mislead most.
    #[test]
    fn one_pass_by_several_metrics_equals_a_pass_by_each_and_a_full_ranking(
        values in prop::collection::vec(-3..4_i8, 6 * 300),
        scales in prop::collection::vec(-12..13_i32, 300),
        k in 1..12_usize,
    ) {
        let row = |(row, scale): (&[i8], &i32)| -> Vec<f32> {
            row.iter().map(|&value| f32::from(value) * 10_f32.powi(*scale)).collect()
        };
        let values: Vec<f32> = values.chunks(6).zip(&scales).flat_map(row).collect();
        let folds: Vec<u32> = (0..300).map(|row| row % 3).collect();
        let metrics = [Metric::Euclidean, Metric::Cosine, Metric::Euclidean];
        let query = &values[..6 * 150];
        for (x, query) in [
            (dense(6, values.clone()), dense(6, query.to_vec())),
            (sparse(6, &values), sparse(6, query)),
        ] {
            let anywhere = nearest_by(&x, &query, &metrics, k).unwrap();
            let outside = nearest_outside_fold_by(&x, &folds, &metrics, k).unwrap();
            prop_assert_eq!(anywhere.len(), metrics.len());
            prop_assert_eq!(outside.len(), metrics.len());
            for (at, metric) in metrics.into_iter().enumerate() {
                // Where all rows are asked for, none is passed over.
                let ranking = nearest(&x, &query, metric, 300).unwrap();
                for (found, ranking) in anywhere[at].iter().zip(ranking.iter()) {
                    prop_assert_eq!(found, &ranking[..k]);
                }
                prop_assert_eq!(&anywhere[at], &nearest(&x, &query, metric, k).unwrap());
                prop_assert_eq!(&outside[at], &nearest_outside_fold(&x, &folds, metric, k).unwrap());
            }
        }
    }

    #[test]
    fn probabilities_sum_to_one(
        distances in prop::collection::vec(prop_oneof![Just(0.0), 1e-9..2.0_f64], 1..20), k in 1..25_usize, uniform: bool,
    ) {
        let mut distances = distances;
        distances.sort_by(f64::total_cmp);
        let neighbours: Vec<Neighbour> =
            (0..).zip(distances).map(|(row, distance)| Neighbour { row, distance }).collect();
        let labels: Vec<u32> = (0..neighbours.len() as u32).map(|row| row % 3).collect();
        let weights = if uniform { Weights::Uniform } else { Weights::Distance };
        let total: f64 = vote(&neighbours, &labels, 3, k, weights).iter().sum();
        prop_assert!((total - 1.0).abs() < 1e-12);
    }
}

#[test]
fn the_number_of_threads_changes_no_bit() {
    let values: Vec<f32> = (0..64 * 900)
        .map(|i| ((i * 7919) % 1013) as f32 / 1013.0 - 0.5)
        .collect();
    let x = dense(64, values);
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| nearest(&x, &x, Metric::Cosine, 10).unwrap())
    };
    assert_eq!(on(1), on(3));
}

#[test]
fn a_twin_outvotes_all_others() {
    let at = |row, distance| Neighbour { row, distance };
    let neighbours = [at(0, 0.0), at(1, 0.1), at(2, 0.1), at(3, 0.2)];
    let labels = [1, 0, 0, 0];
    assert_eq!(
        vote(&neighbours, &labels, 2, 4, Weights::Distance),
        [0.0, 1.0]
    );
    assert_eq!(
        vote(&neighbours, &labels, 2, 4, Weights::Uniform),
        [0.75, 0.25]
    );
    assert_eq!(
        first_max(&vote(&neighbours, &labels, 2, 2, Weights::Uniform)),
        0,
        "a tie goes to the first class"
    );
}

#[test]
fn all_rows_alike_are_searched_too() {
    for x in [dense(3, vec![0.3; 3 * 2000]), sparse(3, &[0.3; 3 * 2000])] {
        let found = nearest(&x, &x, Metric::Cosine, 5).unwrap();
        assert!(found.iter().all(|near| near.iter().map(|n| n.row).eq(0..5)));
    }
}

#[test]
fn what_cannot_be_searched_is_an_error() {
    let x = dense(2, vec![1.0, 0.0, 0.0, 1.0]);
    let search = |query: &Features, k| nearest(&x, query, Metric::Cosine, k).unwrap_err();
    assert_eq!(search(&x, 0), LearnError::ZeroNeighbours);
    let error = search(&x, 3);
    assert_eq!(error, LearnError::TooManyNeighbours { k: 3, rows: 2 });
    assert!(error.to_string().contains('3') && error.to_string().contains('2'));
    let error = search(&dense(2, vec![1.0, f32::NAN]), 1);
    assert!(
        error.to_string().starts_with("row 0, column 1 is NaN"),
        "{error}"
    );
    assert!(matches!(
        search(&dense(1, vec![1.0]), 1),
        LearnError::Width { index: 2, query: 1 }
    ));
    assert!(matches!(
        search(&sparse(2, &[1.0, 0.0]), 1),
        LearnError::MixedFeatures { .. }
    ));
    assert_eq!(
        nearest_outside_fold(&x, &[0, 0], Metric::Cosine, 1),
        Err(LearnError::TooManyNeighboursOutsideFold {
            k: 1,
            fold: 0,
            rows: 0
        })
    );
    let fit = |labels| {
        Knn::fit(
            KnnParams {
                k: 1,
                ..KnnParams::default()
            },
            x.clone(),
            labels,
            vec!["a".into()],
        )
    };
    assert!(matches!(fit(vec![0]), Err(LearnError::Lengths { .. })));
    assert!(matches!(
        fit(vec![0, 1]),
        Err(LearnError::LabelOutOfRange { row: 1, .. })
    ));
}

#[test]
fn a_saved_classifier_predicts_the_same_bits() {
    let texts = [
        "ward nurse night",
        "sql data pipelines",
        "nurse shifts ward",
        "data reports sql",
    ];
    let params = TfidfParams::default();
    let corpus = Corpus::new(&texts, params.analyzer()).unwrap();
    let tfidf = Tfidf::fit(&corpus, &[0, 1, 2, 3], params).unwrap();
    let features = Features::Sparse(tfidf.transform_rows(&corpus, &[0, 1, 2, 3]).unwrap());
    let knn_params = KnnParams {
        k: 3,
        weights: Weights::Distance,
        ..KnnParams::default()
    };
    let knn = Knn::fit(
        knn_params,
        features,
        vec![1, 0, 1, 0],
        vec!["data".into(), "health".into()],
    )
    .unwrap();

    let bytes = postcard::to_stdvec(&(&tfidf, &knn)).unwrap();
    let (tfidf_back, knn_back): (Tfidf, Knn) = postcard::from_bytes(&bytes).unwrap();
    let query = Features::Sparse(
        tfidf
            .transform(&["night shifts nurse", "unknown words"])
            .unwrap(),
    );
    let query_back = Features::Sparse(
        tfidf_back
            .transform(&["night shifts nurse", "unknown words"])
            .unwrap(),
    );
    assert_eq!(query, query_back);
    let probabilities = knn.predict_proba(&query).unwrap();
    assert_eq!(probabilities, knn_back.predict_proba(&query_back).unwrap());
    assert_eq!(first_max(&probabilities[0]), 1);
    assert!(postcard::from_bytes::<(Tfidf, Knn)>(&bytes[..bytes.len() - 3]).is_err());
}

#[test]
fn names_are_read_as_they_are_written() {
    for metric in [Metric::Cosine, Metric::Euclidean] {
        assert_eq!(metric.to_string().parse(), Ok(metric));
    }
    for weights in [Weights::Uniform, Weights::Distance] {
        assert_eq!(weights.to_string().parse(), Ok(weights));
    }
    assert!(
        "manhattan"
            .parse::<Metric>()
            .unwrap_err()
            .to_string()
            .contains("cosine, euclidean")
    );
}

#[test]
fn settings_out_of_range_are_errors() {
    let corpus = Corpus::new(&["the of", ""], Analyzer::default()).unwrap();
    let fit = |params: TfidfParams| Tfidf::fit(&corpus, &[0, 1], params).unwrap_err();
    let error = fit(TfidfParams::default());
    assert!(error.to_string().starts_with("empty vocabulary"), "{error}");
    assert_eq!(
        fit(TfidfParams {
            max_features: Some(0),
            ..TfidfParams::default()
        }),
        LearnError::ZeroMaxFeatures
    );
    assert_eq!(
        fit(TfidfParams {
            min_df: 0,
            ..TfidfParams::default()
        }),
        LearnError::ZeroMinDf
    );
    let wide = TfidfParams {
        ngram_range: (1, 2),
        ..TfidfParams::default()
    };
    assert!(matches!(fit(wide), LearnError::AnalyzerMismatch { .. }));
    let empty = TfidfParams {
        ngram_range: (2, 1),
        ..TfidfParams::default()
    };
    assert_eq!(fit(empty), LearnError::NgramRange { low: 2, high: 1 });
}
