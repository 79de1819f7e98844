//! The sweep.

use careerpulse_embed::LongTexts;
use careerpulse_model::{ClassifierName, Method};
use serde::{Deserialize, Serialize};

/// The sweep: every combination of the lists is one tracked run.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields)]
pub struct Train {
    /// What the classifier sees of a posting.
    pub methods: Vec<Method>,
    /// What decides by it.
    pub classifiers: Vec<ClassifierName>,
    /// Numbers of neighbours.
    pub k: Vec<usize>,
    /// How neighbours' votes count.
    pub weights: Vec<careerpulse_learn::Weights>,
    /// Distances.
    pub metrics: Vec<careerpulse_learn::Metric>,
    /// Inverse strengths of the linear classifiers' penalty.
    pub c: Vec<f64>,
    /// How strongly a category's rareness speaks for it, in `linear_svm`.
    pub prior_shift: Vec<f64>,
    /// How often the title is put before the description.
    pub title_repeats: Vec<usize>,
    /// How long texts were read for the embeddings.
    #[serde(with = "super::word::list")]
    pub long_texts: Vec<LongTexts>,
    /// Whether level and location join the text.
    pub extra_features: Vec<bool>,
    /// What a level or location weighs beside a text of length 1.
    pub extra_weight: f64,
    /// Cross-validation folds.
    pub folds: usize,
    /// The share of postings held out for the winner's honest figures.
    pub test_fraction: f64,
    /// Seed of folds and split.
    pub seed: u64,
    /// The size that the TF-IDF vocabulary is cut to.
    pub tfidf_max_features: usize,
    /// Terms in fewer postings than this are left out.
    pub tfidf_min_df: usize,
    /// The longest n-gram.
    pub tfidf_max_ngram: usize,
    /// The columns that `tfidf_svd` presses the words into.
    pub svd_components: usize,
    /// As `tfidf_max_features`, for the words of `combined`.
    pub combined_max_features: usize,
    /// As `tfidf_max_ngram`, for the words of `combined`.
    pub combined_max_ngram: usize,
    /// Rows up to which neighbours are searched exactly; above, dense rows are searched by a graph
    /// whose recall is measured.
    pub exact_search_limit: usize,
    /// The precision that predictions must have to count; the model's thresholds are picked for it.
    pub target_precision: f64,
}

impl Default for Train {
    fn default() -> Self {
        use careerpulse_learn::{Metric, Weights};
        Self {
            methods: vec![
                Method::Tfidf,
                Method::TfidfSvd,
                Method::SentenceTransformer,
                Method::Combined,
            ],
            classifiers: vec![
                ClassifierName::Knn,
                ClassifierName::Logistic,
                ClassifierName::LinearSvm,
            ],
            k: vec![3, 5, 7, 10, 15],
            weights: vec![Weights::Uniform, Weights::Distance],
            metrics: vec![Metric::Cosine],
            c: vec![1.0, 3.0],
            prior_shift: vec![0.0, 0.1],
            title_repeats: vec![1, 2],
            long_texts: vec![LongTexts::Cut],
            extra_features: vec![false, true],
            extra_weight: 0.3,
            folds: 5,
            test_fraction: 0.2,
            seed: 42,
            tfidf_max_features: 10_000,
            tfidf_min_df: 1,
            tfidf_max_ngram: 1,
            svd_components: 200,
            combined_max_features: 40_000,
            combined_max_ngram: 2,
            exact_search_limit: 400_000,
            target_precision: 0.9,
        }
    }
}
