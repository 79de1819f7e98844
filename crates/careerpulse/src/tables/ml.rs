//! Runs and model versions: the registry that needs no server.

use careerpulse_embed::LongTexts;
use careerpulse_lake::{Column, Kind, TableSpec};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

const SWEEP_KEY: Column = Column::required(
    "sweep_key",
    Kind::Text,
    "Digest of the training rows and the sweep's settings; the same inputs give the same key",
);
const RUN_ID: Column = Column::required(
    "run_id",
    Kind::Text,
    "The run: digest of the sweep and its configuration",
);
const METHOD: Column = Column::required(
    "method",
    Kind::Text,
    "tfidf, tfidf_svd, sentence_transformer or combined",
);
const CLASSIFIER: Column =
    Column::required("classifier", Kind::Text, "knn, logistic or linear_svm");
const VERSION: Column = Column::required("version", Kind::Int, "The model version, from 1");

/// One configuration of one sweep.
pub const RUNS: TableSpec = TableSpec {
    schema: "careerpulse_ml",
    name: "runs",
    comment: "One configuration of one sweep with its cross-validated figures",
    columns: &[
        RUN_ID,
        SWEEP_KEY,
        Column::required(
            "run_timestamp",
            Kind::Timestamp,
            "When the sweep began; the same for all its runs, UTC",
        ),
        METHOD,
        CLASSIFIER,
        Column::optional("k", Kind::Int, "Neighbours, of knn"),
        Column::optional("weights", Kind::Text, "uniform or distance, of knn"),
        Column::optional("metric", Kind::Text, "cosine or euclidean, of knn"),
        Column::optional(
            "c",
            Kind::Float,
            "Inverse strength of the penalty, of logistic and linear_svm",
        ),
        Column::optional(
            "prior_shift",
            Kind::Float,
            "How strongly a category's rareness speaks for it, of linear_svm",
        ),
        Column::required(
            "title_repeats",
            Kind::Int,
            "How often the title stands before the description",
        ),
        Column::required(
            "extra_features",
            Kind::Bool,
            "Whether level and location join the text",
        ),
        Column::required("parameters", Kind::Text, "All parameters, as JSON"),
        Column::required(
            "postings",
            Kind::Int,
            "Training rows of the cross-validation",
        ),
        Column::required("categories", Kind::Int, "Categories among them"),
        Column::required("folds", Kind::Int, "Folds"),
        Column::required(
            "accuracy_mean",
            Kind::Float,
            "Mean over plain stratified folds",
        ),
        Column::required(
            "accuracy_std",
            Kind::Float,
            "Standard deviation over those folds",
        ),
        Column::required(
            "macro_f1_mean",
            Kind::Float,
            "Mean over plain stratified folds",
        ),
        Column::required(
            "macro_f1_std",
            Kind::Float,
            "Standard deviation over those folds",
        ),
        Column::required(
            "weighted_f1_mean",
            Kind::Float,
            "Mean over plain stratified folds",
        ),
        Column::required(
            "weighted_f1_std",
            Kind::Float,
            "Standard deviation over those folds",
        ),
        Column::required(
            "top3_accuracy_mean",
            Kind::Float,
            "Mean share of postings whose category is among the three with the highest scores",
        ),
        Column::required(
            "top3_accuracy_std",
            Kind::Float,
            "Standard deviation over those folds",
        ),
        Column::required(
            "grouped_accuracy_mean",
            Kind::Float,
            "Mean over folds that keep duplicates on one side",
        ),
        Column::required(
            "grouped_accuracy_std",
            Kind::Float,
            "Standard deviation over those folds",
        ),
        Column::required(
            "grouped_macro_f1_mean",
            Kind::Float,
            "Mean over folds that keep duplicates on one side; decides the winner",
        ),
        Column::required(
            "grouped_macro_f1_std",
            Kind::Float,
            "Standard deviation over those folds",
        ),
        Column::required(
            "grouped_weighted_f1_mean",
            Kind::Float,
            "Mean over folds that keep duplicates on one side",
        ),
        Column::required(
            "grouped_weighted_f1_std",
            Kind::Float,
            "Standard deviation over those folds",
        ),
        Column::required(
            "grouped_top3_accuracy_mean",
            Kind::Float,
            "Mean over folds that keep duplicates on one side",
        ),
        Column::required(
            "grouped_top3_accuracy_std",
            Kind::Float,
            "Standard deviation over those folds",
        ),
        Column::required(
            "report",
            Kind::List(&Kind::Struct(CLASS_REPORT)),
            "Per category, over the out-of-fold predictions of the grouped folds",
        ),
        Column::required("finished_at", Kind::Timestamp, "When the run was done, UTC"),
    ],
    keys: &["run_id"],
    partition_by: &[],
    append_only: true,
};

/// The fields of a per-class report.
const CLASS_REPORT: &[Column] = &[
    Column::required("category", Kind::Text, "The category"),
    Column::required(
        "precision",
        Kind::Float,
        "Share of predictions of the category that are right",
    ),
    Column::required(
        "recall",
        Kind::Float,
        "Share of the category's postings that are found",
    ),
    Column::required("f1", Kind::Float, "Harmonic mean of both"),
    Column::required("support", Kind::Int, "Postings of the category"),
];

/// Registered models.
pub const MODEL_VERSIONS: TableSpec = TableSpec {
    schema: "careerpulse_ml",
    name: "model_versions",
    comment: "One registered model: the winner of one sweep, fitted on all labelled postings",
    columns: &[
        VERSION,
        Column::required("name", Kind::Text, "The registered model's name"),
        SWEEP_KEY,
        RUN_ID,
        METHOD,
        CLASSIFIER,
        Column::optional(
            "encoder_revision",
            Kind::Text,
            "The encoder that the model needs, if any",
        ),
        Column::required(
            "artifact",
            Kind::Text,
            "The model file, relative to LAKE/artifacts/",
        ),
        Column::required(
            "artifact_sha256",
            Kind::Text,
            "SHA-256 of the model file, hexadecimal",
        ),
        Column::required(
            "assessed_artifact",
            Kind::Text,
            "The file of the model that was fitted without the held-out postings, relative to LAKE/artifacts/; the gate compares by it",
        ),
        Column::required(
            "assessed_sha256",
            Kind::Text,
            "SHA-256 of that file, hexadecimal",
        ),
        Column::required(
            "training_postings",
            Kind::Int,
            "Postings that the registered model was fitted on",
        ),
        Column::required(
            "categories",
            Kind::List(&Kind::Text),
            "The categories it can predict",
        ),
        Column::required(
            "calibration",
            Kind::Text,
            "How scores became probabilities: temperature or temperature and isotonic",
        ),
        Column::required(
            "calibration_error",
            Kind::Float,
            "Expected calibration error of out-of-fold probabilities, calibrated without their fold, 15 bins",
        ),
        Column::required(
            "min_probability",
            Kind::Float,
            "A prediction counts from this probability on; above 1 where none reaches the precision asked for",
        ),
        Column::required(
            "min_gap",
            Kind::Float,
            "A prediction counts from this lead over the runner-up on",
        ),
        Column::required(
            "test_postings",
            Kind::Int,
            "Held-out postings of the honest figures",
        ),
        Column::required(
            "test_accuracy",
            Kind::Float,
            "Accuracy on held-out postings, by the model fitted without them",
        ),
        Column::required("test_macro_f1", Kind::Float, "Macro F1 on the same"),
        Column::required("test_weighted_f1", Kind::Float, "Weighted F1 on the same"),
        Column::required(
            "test_calibration_error",
            Kind::Float,
            "Expected calibration error on the same, 15 bins",
        ),
        Column::required(
            "test_coverage",
            Kind::Float,
            "Share of the same whose prediction counts under the thresholds picked without them",
        ),
        Column::optional(
            "test_covered_accuracy",
            Kind::Float,
            "Accuracy on those; null where none counts",
        ),
        Column::required(
            "test_categories_true",
            Kind::Int,
            "Categories among the held-out postings",
        ),
        Column::required(
            "test_categories_predicted",
            Kind::Int,
            "Categories among the predictions for them; 1 is a degenerate predictor",
        ),
        Column::required(
            "test_report",
            Kind::List(&Kind::Struct(CLASS_REPORT)),
            "Per category, on the held-out postings",
        ),
        Column::required(
            "created_at",
            Kind::Timestamp,
            "When the version was registered, UTC",
        ),
    ],
    keys: &["version"],
    partition_by: &[],
    append_only: true,
};

/// A row of `careerpulse_ml.runs`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the table's column comments say it")]
pub struct Run {
    pub run_id: String,
    pub sweep_key: String,
    pub run_timestamp: DateTime<Utc>,
    pub method: String,
    pub classifier: String,
    pub k: Option<i64>,
    pub weights: Option<String>,
    pub metric: Option<String>,
    pub c: Option<f64>,
    pub prior_shift: Option<f64>,
    pub title_repeats: i64,
    pub extra_features: bool,
    pub parameters: String,
    pub postings: i64,
    pub categories: i64,
    pub folds: i64,
    pub accuracy_mean: f64,
    pub accuracy_std: f64,
    pub macro_f1_mean: f64,
    pub macro_f1_std: f64,
    pub weighted_f1_mean: f64,
    pub weighted_f1_std: f64,
    pub top3_accuracy_mean: f64,
    pub top3_accuracy_std: f64,
    pub grouped_accuracy_mean: f64,
    pub grouped_accuracy_std: f64,
    pub grouped_macro_f1_mean: f64,
    pub grouped_macro_f1_std: f64,
    pub grouped_weighted_f1_mean: f64,
    pub grouped_weighted_f1_std: f64,
    pub grouped_top3_accuracy_mean: f64,
    pub grouped_top3_accuracy_std: f64,
    pub report: Vec<ClassReport>,
    pub finished_at: DateTime<Utc>,
}

impl Run {
    /// How long texts were read for its embeddings, if it has any; cut, where its parameters were stored
    /// before there was a choice.
    pub fn long_texts(&self) -> LongTexts {
        let parameters: serde_json::Value =
            serde_json::from_str(&self.parameters).unwrap_or_default();
        let word = parameters["long_texts"].as_str();
        word.and_then(|word| word.parse().ok()).unwrap_or_default()
    }
}

/// One category's figures within a run or version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the table's column comments say it")]
pub struct ClassReport {
    pub category: String,
    pub precision: f64,
    pub recall: f64,
    pub f1: f64,
    pub support: i64,
}

/// A row of `careerpulse_ml.model_versions`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the table's column comments say it")]
pub struct ModelVersion {
    pub version: i64,
    pub name: String,
    pub sweep_key: String,
    pub run_id: String,
    pub method: String,
    pub classifier: String,
    pub encoder_revision: Option<String>,
    pub artifact: String,
    pub artifact_sha256: String,
    pub assessed_artifact: String,
    pub assessed_sha256: String,
    pub training_postings: i64,
    pub categories: Vec<String>,
    pub calibration: String,
    pub calibration_error: f64,
    pub min_probability: f64,
    pub min_gap: f64,
    pub test_postings: i64,
    pub test_accuracy: f64,
    pub test_macro_f1: f64,
    pub test_weighted_f1: f64,
    pub test_calibration_error: f64,
    pub test_coverage: f64,
    pub test_covered_accuracy: Option<f64>,
    pub test_categories_true: i64,
    pub test_categories_predicted: i64,
    pub test_report: Vec<ClassReport>,
    pub created_at: DateTime<Utc>,
}

#[cfg(test)]
pub mod testing {
    //! A version for tests.

    use super::ModelVersion;

    /// A version of two categories with nothing wrong.
    pub fn version() -> ModelVersion {
        ModelVersion {
            version: 1,
            name: "m".into(),
            sweep_key: "s".into(),
            run_id: "r".into(),
            method: "tfidf".into(),
            classifier: "knn".into(),
            encoder_revision: None,
            artifact: "a".into(),
            artifact_sha256: "b".into(),
            assessed_artifact: "c".into(),
            assessed_sha256: "d".into(),
            training_postings: 100,
            categories: vec!["A".into(), "B".into()],
            calibration: "temperature".into(),
            calibration_error: 0.02,
            min_probability: 0.5,
            min_gap: 0.0,
            test_postings: 20,
            test_accuracy: 0.9,
            test_macro_f1: 0.9,
            test_weighted_f1: 0.9,
            test_calibration_error: 0.03,
            test_coverage: 0.8,
            test_covered_accuracy: Some(0.95),
            test_categories_true: 2,
            test_categories_predicted: 2,
            test_report: Vec::new(),
            created_at: chrono::DateTime::UNIX_EPOCH,
        }
    }
}
