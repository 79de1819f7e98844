//! What the stage says of itself.

use serde_json::json;

use super::STAGE;
use crate::stage::{Status, Summary};
use crate::tables::ml::{ModelVersion, Run};

/// A summary with the same keys as that of a sweep.
pub fn nothing_trained(
    postings: usize,
    status: Status,
    version: Option<i64>,
    why: String,
) -> Summary {
    let mut summary = Summary::new(STAGE.name, status)
        .with("reasons", json!([]))
        .with("runs", json!([]))
        .with("winner", json!(null))
        .with("version", version)
        .with("calibration_error", json!(null))
        .with("suspected_labels", 0)
        .with("test", json!(null))
        .with_note(why);
    summary.rows_read = postings as u64;
    summary
}

/// The version's figures on held-out postings.
pub fn test_summary(version: &ModelVersion) -> serde_json::Value {
    json!({
        "accuracy": version.test_accuracy,
        "macro_f1": version.test_macro_f1,
        "weighted_f1": version.test_weighted_f1,
        "calibration_error": version.test_calibration_error,
        "coverage": version.test_coverage,
        "covered_accuracy": version.test_covered_accuracy,
        "postings": version.test_postings,
    })
}

/// One run's configuration and figures.
pub fn run_summary(run: &Run) -> serde_json::Value {
    json!({
        "run_id": run.run_id,
        "method": run.method,
        "classifier": run.classifier,
        "k": run.k,
        "weights": run.weights,
        "metric": run.metric,
        "c": run.c,
        "prior_shift": run.prior_shift,
        "title_repeats": run.title_repeats,
        "extra_features": run.extra_features,
        "long_texts": run.long_texts().word(),
        "accuracy_mean": run.accuracy_mean,
        "macro_f1_mean": run.macro_f1_mean,
        "macro_f1_std": run.macro_f1_std,
        "weighted_f1_mean": run.weighted_f1_mean,
        "top3_accuracy_mean": run.top3_accuracy_mean,
        "grouped_accuracy_mean": run.grouped_accuracy_mean,
        "grouped_macro_f1_mean": run.grouped_macro_f1_mean,
        "grouped_macro_f1_std": run.grouped_macro_f1_std,
        "grouped_weighted_f1_mean": run.grouped_weighted_f1_mean,
        "grouped_top3_accuracy_mean": run.grouped_top3_accuracy_mean,
    })
}
