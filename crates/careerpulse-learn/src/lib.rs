//! Text cleaning, features, classifiers, folds and metrics as pure functions: no disk, clock or network.
//!
//! scikit-learn is the oracle: same input, same numbers, to 1e-6. In reading order:
//!
//! 1. [`clean`] makes plain text of HTML, [`text`] joins title and description.
//! 2. [`tokens`] and [`stopwords`] cut text into words, [`corpus`] counts them once,
//!    [`tfidf`] weighs them.
//!    [`svd`] presses the weighed rows into a few dense columns.
//! 3. [`dense`] and [`sparse`] hold rows of numbers, [`knn`] finds the nearest ones and votes.
//!    [`linear`] weighs every column for every class instead.
//! 4. [`split`] makes folds that keep twins together, [`metrics`] scores predictions.

pub mod error;

pub mod clean;
pub mod text;

pub mod stopwords;
pub mod tokens;

pub mod dense;
pub mod sparse;

pub mod corpus;
pub mod tfidf;

pub mod svd;

pub mod knn;
pub mod linear;

pub mod metrics;
pub mod split;

pub use clean::clean_html;
pub use corpus::{Analyzer, Corpus};
pub use dense::DenseMatrix;
pub use error::LearnError;
pub use knn::{
    ApproximateIndex, ApproximateParams, Features, Knn, KnnParams, LEAST_RECALL, Metric, Neighbour,
    Neighbours, Route, Search, Weights, nearest, nearest_or_approximate, nearest_outside_fold,
    nearest_outside_fold_or_approximate, recall, vote,
};
pub use linear::{Coefficients, LinearSvm, LogisticParams, LogisticRegression, SvmParams};
pub use metrics::{
    ClassReport, accuracy, class_reports, confusion_matrix, first_max, log_loss, macro_f1,
    top_k_accuracy, weighted_f1,
};
pub use sparse::CsrMatrix;
pub use split::{Split, stratified_group_kfold, stratified_kfold, train_test_split};
pub use stopwords::StopWords;
pub use svd::{SvdParams, TruncatedSvd};
pub use text::boosted;
pub use tfidf::{Tfidf, TfidfParams};
