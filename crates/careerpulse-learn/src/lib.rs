//! Text cleaning, features, classifiers, folds and metrics as pure functions: no disk, clock or network.
//!
//! scikit-learn is the oracle: same input, same numbers, to 1e-6. In reading order:
//!
//! 1. [`clean`] makes plain text of HTML, [`text`] joins title and description, and makes names one line.
//! 2. [`tokens`] and [`stopwords`] cut text into words, [`corpus`] counts them once,
//!    [`tfidf`] weighs them.
//!    [`svd`] presses the weighed rows into a few dense columns.
//! 3. [`dense`] and [`sparse`] hold rows of numbers, [`knn`] finds the nearest ones and votes.
//!    [`linear`] weighs every column for every class instead.
//! 4. [`duplicates`] finds twins, [`split`] makes folds that keep them together, [`metrics`] scores
//!    predictions.
//! 5. [`scores`] holds what a classifier says of rows outside its training, [`calibrate`] makes
//!    honest probabilities of it, [`coverage`] finds from where on they suffice, [`noise`] lists the
//!    labels that they speak against.
//! 6. [`quantify`] counts the classes of rows without a label, and says how sure it is.
//! 7. [`gate`] says whether one model may replace another.

pub mod error;

pub mod clean;
pub mod text;

pub mod stopwords;
pub mod tokens;

pub mod duplicates;

pub mod dense;
pub mod sparse;

pub mod corpus;
pub mod tfidf;

pub mod svd;

pub mod knn;
pub mod linear;

pub mod blocks;

pub mod scores;

pub mod metrics;
pub mod split;

pub mod calibrate;
pub mod coverage;
pub mod noise;

pub mod quantify;

pub mod gate;

pub use blocks::{OneHot, side_by_side};
pub use calibrate::{Calibration, Isotonic, ScoreKind, Temperature, cross_fitted, fit_calibration};
pub use clean::clean_html;
pub use corpus::{Analyzer, Corpus};
pub use coverage::{
    ClassCoverage, CoveragePoint, PrecisionTarget, class_coverage_curves, coverage_curve,
    threshold_for_precision,
};
pub use dense::DenseMatrix;
pub use error::LearnError;
pub use knn::{
    ApproximateIndex, ApproximateParams, Features, Knn, KnnParams, LEAST_RECALL, Metric, Neighbour,
    Neighbours, Route, Search, Weights, nearest, nearest_by, nearest_or_approximate,
    nearest_outside_fold, nearest_outside_fold_by, nearest_outside_fold_or_approximate, recall,
    vote,
};
pub use linear::{Coefficients, LinearSvm, LogisticParams, LogisticRegression, SvmParams};
pub use metrics::{
    ClassReport, ReliabilityBin, accuracy, brier_score, class_reports, confusion_matrix,
    expected_calibration_error, first_max, log_loss, macro_f1, reliability_bins, top_k_accuracy,
    weighted_f1,
};
pub use noise::{LabelNoise, Suspect, label_noise};
pub use scores::Scores;
pub use sparse::CsrMatrix;
pub use split::{
    Split, nested_subsets, stable_holdout, stratified_group_kfold, stratified_kfold,
    train_test_split,
};
pub use stopwords::StopWords;
pub use svd::{SvdParams, TruncatedSvd};
pub use text::{boosted, is_unprintable, one_line};
pub use tfidf::{Tfidf, TfidfParams};
