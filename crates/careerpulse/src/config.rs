//! Settings, a struct per stage: what can be set, and the defaults.

mod check;
mod load;

use std::path::PathBuf;

use careerpulse_model::{ClassifierName, Method, Thresholds};
use serde::{Deserialize, Serialize};

pub use load::{DEFAULT_FILE, known_variables, load};

/// Everything that can be set. Each key has an environment name: `CAREERPULSE_` and its path in
/// capitals, so `[bronze] max_requests` is `CAREERPULSE_BRONZE_MAX_REQUESTS`. Environment beats file.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The lake's folder (`CAREERPULSE_LAKE`).
    pub lake: String,
    /// Settings of the `bronze` stage.
    pub bronze: Bronze,
    /// Settings of the `silver` stage.
    pub silver: Silver,
    /// Settings of the `gold` stage.
    pub gold: Gold,
    /// Settings of the `features` stage.
    pub features: Features,
    /// Settings of the `train` stage.
    pub train: Train,
    /// Settings of the `promote` stage.
    pub promote: Promote,
    /// Settings of the `infer` stage.
    pub infer: Infer,
    /// Settings of the `demand` stage.
    pub demand: Demand,
    /// Where runs and versions are shown beside the lake.
    pub tracking: Tracking,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            lake: "./lake".into(),
            bronze: Bronze::default(),
            silver: Silver::default(),
            gold: Gold::default(),
            features: Features::default(),
            train: Train::default(),
            promote: Promote::default(),
            infer: Infer::default(),
            demand: Demand::default(),
            tracking: Tracking::default(),
        }
    }
}

/// How The Muse is crawled. The API key is no setting: it comes from `MUSE_API_KEY` alone.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields)]
pub struct Bronze {
    /// The address of the jobs endpoint.
    pub source: String,
    /// The most requests of one crawl, spread over its slices; 0 is no limit.
    pub max_requests: u32,
    /// Requests in flight at once.
    pub concurrency: usize,
    /// Seconds until a request counts as lost.
    pub timeout_seconds: u64,
    /// Tries per request, the first included.
    pub max_attempts: u32,
    /// The longest wait for the rate limit to reset, in seconds.
    pub max_wait_seconds: u64,
    /// The largest response body that is accepted, in MiB.
    pub max_body_mib: usize,
    /// Pages per commit.
    pub batch_pages: usize,
    /// For how many hours an interrupted crawl is resumed rather than begun anew.
    pub resume_hours: i64,
}

impl Default for Bronze {
    fn default() -> Self {
        Self {
            source: "https://www.themuse.com/api/public/jobs".into(),
            max_requests: 500,
            concurrency: 4,
            timeout_seconds: 30,
            max_attempts: 8,
            max_wait_seconds: 3_900,
            max_body_mib: 32,
            batch_pages: 50,
            resume_hours: 24,
        }
    }
}

/// How pages become postings.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields)]
pub struct Silver {
    /// Pages per commit; at some hundred kilobytes a page this bounds the stage's memory.
    pub batch_pages: usize,
    /// The longest description that is kept, in KiB; a longer one is cut, and the repair recorded.
    pub max_description_kib: usize,
}

impl Default for Silver {
    fn default() -> Self {
        Self {
            batch_pages: 500,
            max_description_kib: 1_024,
        }
    }
}

/// How postings become training and scoring rows.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields)]
pub struct Gold {
    /// Categories with fewer postings than this stay out of training until they have grown.
    pub min_category_postings: u64,
    /// A taxonomy file that replaces the shipped one; empty is the shipped one.
    pub taxonomy: String,
    /// The Jaccard index of two descriptions' runs of three words from which on they are one advert.
    pub duplicate_similarity: f64,
    /// Postings compared per commit.
    pub batch: usize,
}

impl Default for Gold {
    fn default() -> Self {
        Self {
            min_category_postings: 5,
            taxonomy: String::new(),
            duplicate_similarity: 0.8,
            batch: 20_000,
        }
    }
}

/// How texts become embeddings.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields)]
pub struct Features {
    /// Whether sentence embeddings are made: `auto` (fetch the weights if need be), `local` (only if
    /// the weights are here already) or `off`.
    pub encoder: EncoderMode,
    /// Where the encoder's weights live; empty is the user's cache folder.
    pub encoder_dir: String,
    /// How often the title stands before the description in the texts that are embedded: one
    /// embedding per entry and text. `[train] title_repeats` uses those that are here.
    pub title_repeats: Vec<usize>,
    /// Texts per commit.
    pub batch: usize,
}

impl Default for Features {
    fn default() -> Self {
        Self {
            encoder: EncoderMode::Auto,
            encoder_dir: String::new(),
            title_repeats: vec![2],
            batch: 512,
        }
    }
}

impl Features {
    /// The weights' folder, where one is set.
    pub fn encoder_dir(&self) -> Option<PathBuf> {
        (!self.encoder_dir.is_empty()).then(|| PathBuf::from(&self.encoder_dir))
    }
}

/// Whether sentence embeddings are made.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum EncoderMode {
    /// Yes; the weights are fetched where they are missing.
    Auto,
    /// Only where the weights are here already.
    Local,
    /// No.
    Off,
}

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

/// What a version must show to become production.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields)]
pub struct Promote {
    /// The lowest held-out macro F1.
    pub min_macro_f1: f64,
    /// Macro F1 that a candidate may lose against production; a larger loss must be excluded.
    pub max_loss: f64,
    /// F1 that a category may lose; a larger loss counts where chance does not explain it.
    pub max_category_loss: f64,
    /// Held-out adverts that a category needs to be judged on its own.
    pub min_category_postings: usize,
    /// The chance that a candidate without a loss is refused.
    pub fail_error: f64,
    /// The chance that a candidate without a loss is held back by a category's suspicious figure.
    pub doubt_error: f64,
    /// Bootstrap draws.
    pub draws: usize,
    /// Unlabelled postings, the newest, that a candidate is tried on.
    pub recent_postings: usize,
    /// By how much more of those it may abstain than on held-out postings.
    pub max_more_abstained: f64,
    /// The share of those that may be predicted otherwise than held-out postings are.
    pub max_shift: f64,
}

impl Default for Promote {
    fn default() -> Self {
        Self {
            min_macro_f1: 0.1,
            max_loss: 0.05,
            max_category_loss: 0.05,
            min_category_postings: 30,
            fail_error: 0.02,
            doubt_error: 0.3,
            draws: 2_000,
            recent_postings: 1_000,
            max_more_abstained: 0.3,
            max_shift: 0.5,
        }
    }
}

/// How missing categories are imputed.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields)]
pub struct Infer {
    /// A posting whose best category has a lower probability is marked `abstained`; the model's own
    /// threshold, picked in training, counts where it is higher.
    pub min_probability: f64,
    /// As `min_probability`, for the lead over the runner-up.
    pub min_gap: f64,
    /// Postings per commit.
    pub batch: usize,
}

impl Infer {
    /// The floors, which may raise a model's own thresholds.
    pub fn floors(&self) -> Thresholds {
        Thresholds {
            min_probability: self.min_probability,
            min_gap: self.min_gap,
        }
    }
}

impl Default for Infer {
    fn default() -> Self {
        Self {
            min_probability: 0.0,
            min_gap: 0.0,
            batch: 2_048,
        }
    }
}

/// How postings are counted and what is made of the counts.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields)]
pub struct Demand {
    /// The longest range of days that is published; what has left it stays as it was.
    pub max_days: u64,
    /// Days after which a day's figures change only with its postings or the model, and no longer because
    /// the others tell more of the mix.
    pub settle_days: u64,
    /// The share of what could be reached that a day's crawl must have fetched for its stock to count.
    pub min_coverage: f64,
    /// The probability that the intervals of corrected figures hold the truth.
    pub interval: f64,
    /// Bootstrap draws behind those intervals.
    pub draws: usize,
    /// How many locations are told apart, the largest.
    pub locations: usize,
    /// The day on which the index is 100, as `YYYY-MM-DD`; empty is the first with a whole week.
    pub index_base: String,
    /// Days ahead that are forecast; 0 is no forecast.
    pub horizon: usize,
}

impl Default for Demand {
    fn default() -> Self {
        Self {
            max_days: 730,
            settle_days: 28,
            min_coverage: 0.9,
            interval: 0.9,
            draws: 400,
            locations: 10,
            index_base: String::new(),
            horizon: 28,
        }
    }
}

/// Where runs and versions are shown beside the lake, which always holds them.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields)]
pub struct Tracking {
    /// Address of an MLflow server; empty is `MLFLOW_TRACKING_URI`, and without that the lake alone;
    /// `off` is the lake alone whatever the environment says.
    pub uri: String,
    /// The MLflow experiment that all runs are in.
    pub experiment: String,
    /// The registered model that the versions are of.
    pub model: String,
    /// Seconds until a call to the server counts as lost.
    pub timeout_seconds: u64,
    /// The folder of the server that `mlflow up` starts: its database, artifacts and log.
    pub folder: String,
}

impl Default for Tracking {
    fn default() -> Self {
        Self {
            uri: String::new(),
            experiment: "careerpulse".into(),
            model: "careerpulse-category".into(),
            timeout_seconds: 30,
            folder: "./mlflow".into(),
        }
    }
}
