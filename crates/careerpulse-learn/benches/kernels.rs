//! How long each kernel takes on small generated postings: `cargo bench -p careerpulse-learn`.

#![allow(
    clippy::unwrap_used,
    missing_docs,
    reason = "a benchmark that cannot go on has nothing to measure"
)]

use careerpulse_learn::*;
use divan::Bencher;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

const POSTINGS: usize = 1_000;
const CLASSES: usize = 12;
const WORDS: usize = 200;

fn main() {
    divan::main();
}

#[divan::bench]
fn clean(bencher: Bencher) {
    let texts = texts();
    let html: Vec<String> = texts
        .iter()
        .map(|text| {
            format!("<div class=\"d\"><p>{text}&nbsp;&amp; more</p><ul><li>x</li></ul></div>")
        })
        .collect();
    bencher.bench(|| {
        html.iter()
            .map(|html| clean_html(html).len())
            .sum::<usize>()
    });
}

#[divan::bench(args = [1, 2])]
fn tokenise_and_count(bencher: Bencher, longest: usize) {
    let (texts, analyzer) = (texts(), params(longest).analyzer());
    bencher.bench(|| Corpus::new(&texts, analyzer).unwrap());
}

#[divan::bench(args = [1, 2])]
fn tfidf_fit(bencher: Bencher, longest: usize) {
    let corpus = Corpus::new(&texts(), params(longest).analyzer()).unwrap();
    bencher.bench(|| Tfidf::fit(&corpus, &all(), params(longest)).unwrap());
}

#[divan::bench(args = [1, 2])]
fn tfidf_transform_rows(bencher: Bencher, longest: usize) {
    let corpus = Corpus::new(&texts(), params(longest).analyzer()).unwrap();
    let model = Tfidf::fit(&corpus, &all(), params(longest)).unwrap();
    bencher.bench(|| model.transform_rows(&corpus, &all()).unwrap());
}

#[divan::bench(args = [1, 2])]
fn tfidf_transform(bencher: Bencher, longest: usize) {
    let texts = texts();
    let corpus = Corpus::new(&texts, params(longest).analyzer()).unwrap();
    let model = Tfidf::fit(&corpus, &all(), params(longest)).unwrap();
    bencher.bench(|| model.transform(&texts).unwrap());
}

#[divan::bench(args = [Metric::Cosine, Metric::Euclidean])]
fn knn_dense(bencher: Bencher, metric: Metric) {
    let mut random = ChaCha8Rng::seed_from_u64(2);
    let values = (0..POSTINGS * 384).map(|_| random.random::<f32>() - 0.5);
    let x = Features::Dense(DenseMatrix::new(384, values.collect()).unwrap());
    bencher.bench(|| nearest_outside_fold(&x, &folds(), metric, 15).unwrap());
}

#[divan::bench(args = [Metric::Cosine, Metric::Euclidean])]
fn knn_sparse(bencher: Bencher, metric: Metric) {
    let x = Features::Sparse(weighed(1));
    bencher.bench(|| nearest_outside_fold(&x, &folds(), metric, 15).unwrap());
}

#[divan::bench(sample_count = 20)]
fn logistic_regression(bencher: Bencher) {
    let x = Features::Sparse(weighed(1));
    let params = LogisticParams::default();
    bencher.bench(|| LogisticRegression::fit(params, &x, &labels(), classes()).unwrap());
}

#[divan::bench(args = [1, 2], sample_count = 20)]
fn linear_svm(bencher: Bencher, longest: usize) {
    let x = Features::Sparse(weighed(longest));
    let params = SvmParams::default();
    bencher.bench(|| LinearSvm::fit(params, &x, &labels(), classes()).unwrap());
}

#[divan::bench(sample_count = 20)]
fn truncated_svd(bencher: Bencher) {
    let x = weighed(1);
    let params = SvdParams {
        components: 50,
        ..SvdParams::default()
    };
    bencher.bench(|| TruncatedSvd::fit(params, &x).unwrap());
}

/// Words by Zipf's law, a few of them each class's own.
fn texts() -> Vec<String> {
    let mut random = ChaCha8Rng::seed_from_u64(1);
    let posting = |row: usize| {
        let class = row % CLASSES;
        let word = |_| {
            let rank = 5_000_f64.powf(random.random::<f64>()) as usize;
            if random.random_bool(0.1) {
                format!("Class{class}word{}", rank % 50)
            } else {
                format!("Word{rank}")
            }
        };
        (0..WORDS).map(word).collect::<Vec<String>>().join(" ")
    };
    (0..POSTINGS).map(posting).collect()
}

fn params(longest: usize) -> TfidfParams {
    TfidfParams {
        ngram_range: (1, longest),
        ..TfidfParams::default()
    }
}

fn weighed(longest: usize) -> CsrMatrix {
    let corpus = Corpus::new(&texts(), params(longest).analyzer()).unwrap();
    let model = Tfidf::fit(&corpus, &all(), params(longest)).unwrap();
    model.transform_rows(&corpus, &all()).unwrap()
}

fn all() -> Vec<u32> {
    (0..POSTINGS as u32).collect()
}

fn labels() -> Vec<u32> {
    (0..POSTINGS).map(|row| (row % CLASSES) as u32).collect()
}

fn classes() -> Vec<String> {
    (0..CLASSES)
        .map(|class| format!("class {class:02}"))
        .collect()
}

fn folds() -> Vec<u32> {
    stratified_kfold(&labels(), 5, 1).unwrap()
}
