//! What MLflow is told of a sweep, a run and a version: pure functions from rows to keys and values.

use careerpulse_embed::LongTexts;
use careerpulse_mlflow::{DatasetInput, Metric, Param, Tag, cut_param_value};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::tables::Table;
use crate::tables::ml::{ClassReport, ModelVersion, Run};
use crate::tables::sweeps::Sweep;

/// Tag by which a run is found again: the sweep's key for a parent, the run's id for a child.
pub const RUN_KEY: &str = "careerpulse.run_key";
/// Tag of a run: the sweep that it is of.
pub const SWEEP_KEY: &str = "careerpulse.sweep_key";
/// Tag of a version: its number in the lake.
pub const VERSION: &str = "careerpulse.version";
/// Tag of a version and of its logged model: the SHA-256 of the model file.
pub const ARTIFACT: &str = "careerpulse.artifact_sha256";

/// Where a run's per-class report lies.
pub const REPORT_PATH: &str = "evaluation/report.json";

/// What the experiment's page says of it.
pub fn experiment_tags() -> Vec<Tag> {
    vec![
        Tag::new(
            "mlflow.note.content",
            "# CareerPulse\nImputing the category of job postings. A parent run is a sweep, its children are the configurations; metrics under `cv/` are cross-validated (`cv/grouped_…`: duplicates kept on one side), those under `test/` are of held-out postings.",
        ),
        Tag::new("mlflow.experimentKind", "custom_model_development"),
    ]
}

/// The name of a sweep's run, its RUN_TIMESTAMP in UTC, such as `20261122_051530`.
pub fn sweep_name(sweep: &Sweep) -> String {
    sweep.run_timestamp.format("%Y%m%d_%H%M%S").to_string()
}

/// The tags of a sweep's run.
pub fn sweep_tags(sweep: &Sweep) -> Vec<Tag> {
    let mut tags = source_tags(sweep);
    tags.push(Tag::new(RUN_KEY, &sweep.sweep_key));
    tags.push(Tag::new(
        "mlflow.note.content",
        format!(
            "Sweep over {} labelled postings in {} categories (version {} of `{}`).",
            sweep.postings,
            sweep.categories,
            sweep.table_version,
            Table::LabeledPostings.name()
        ),
    ));
    tags
}

/// The tags of a configuration's run.
pub fn run_tags(sweep: &Sweep, run: &Run, parent: &str) -> Vec<Tag> {
    let mut tags = source_tags(sweep);
    let report = json!([{"path": REPORT_PATH, "type": "table"}]);
    tags.extend([
        Tag::new(RUN_KEY, &run.run_id),
        Tag::new("mlflow.parentRunId", parent),
        Tag::new("mlflow.loggedArtifacts", report.to_string()),
    ]);
    tags
}

/// A configuration's name, such as `tfidf + knn (k=7, distance, cosine, title × 2)`.
pub fn run_name(run: &Run) -> String {
    let mut words: Vec<String> = Vec::new();
    words.extend(run.k.map(|k| format!("k={k}")));
    words.extend(run.weights.clone());
    words.extend(run.metric.clone());
    words.extend(run.c.map(|c| format!("c={c}")));
    words.extend(run.prior_shift.map(|shift| format!("prior shift {shift}")));
    words.push(format!("title × {}", run.title_repeats));
    if run.long_texts() != LongTexts::Cut {
        words.push(run.long_texts().to_string());
    }
    if run.extra_features {
        words.push("level and location".to_owned());
    }
    format!("{} + {} ({})", run.method, run.classifier, words.join(", "))
}

/// A sweep's settings, one parameter each.
pub fn sweep_params(sweep: &Sweep) -> Vec<Param> {
    let settings: Value = serde_json::from_str(&sweep.settings).unwrap_or_default();
    let mut params = vec![
        Param::new("postings", sweep.postings.to_string()),
        Param::new("categories", sweep.categories.to_string()),
        Param::new("program", format!("careerpulse {}", sweep.program)),
    ];
    for (name, value) in settings.as_object().into_iter().flatten() {
        params.push(Param::new(format!("train.{name}"), words_of(value)));
    }
    params
}

/// A configuration's parameters, as its row holds them.
pub fn run_params(run: &Run) -> Vec<Param> {
    let mut params = vec![
        Param::new("method", &run.method),
        Param::new("classifier", &run.classifier),
        Param::new("title_repeats", run.title_repeats.to_string()),
        Param::new("extra_features", run.extra_features.to_string()),
        Param::new("long_texts", run.long_texts().word()),
        Param::new("folds", run.folds.to_string()),
        Param::new("postings", run.postings.to_string()),
        Param::new("categories", run.categories.to_string()),
    ];
    let optional = [
        ("k", run.k.map(|k| k.to_string())),
        ("weights", run.weights.clone()),
        ("metric", run.metric.clone()),
        ("c", run.c.map(|c| c.to_string())),
        (
            "prior_shift",
            run.prior_shift.map(|shift| shift.to_string()),
        ),
    ];
    for (name, value) in optional {
        params.extend(value.map(|value| Param::new(name, value)));
    }
    params
}

/// A configuration's cross-validated figures.
pub fn run_metrics(run: &Run) -> Vec<Metric> {
    let figures = [
        ("cv/accuracy_mean", run.accuracy_mean),
        ("cv/accuracy_std", run.accuracy_std),
        ("cv/macro_f1_mean", run.macro_f1_mean),
        ("cv/macro_f1_std", run.macro_f1_std),
        ("cv/weighted_f1_mean", run.weighted_f1_mean),
        ("cv/weighted_f1_std", run.weighted_f1_std),
        ("cv/top3_accuracy_mean", run.top3_accuracy_mean),
        ("cv/top3_accuracy_std", run.top3_accuracy_std),
        ("cv/grouped_accuracy_mean", run.grouped_accuracy_mean),
        ("cv/grouped_accuracy_std", run.grouped_accuracy_std),
        ("cv/grouped_macro_f1_mean", run.grouped_macro_f1_mean),
        ("cv/grouped_macro_f1_std", run.grouped_macro_f1_std),
        ("cv/grouped_weighted_f1_mean", run.grouped_weighted_f1_mean),
        ("cv/grouped_weighted_f1_std", run.grouped_weighted_f1_std),
        (
            "cv/grouped_top3_accuracy_mean",
            run.grouped_top3_accuracy_mean,
        ),
        (
            "cv/grouped_top3_accuracy_std",
            run.grouped_top3_accuracy_std,
        ),
    ];
    metrics(&figures, run.finished_at)
}

/// A version's held-out figures and its calibration.
pub fn version_metrics(version: &ModelVersion) -> Vec<Metric> {
    let mut figures = vec![
        ("test/accuracy", version.test_accuracy),
        ("test/macro_f1", version.test_macro_f1),
        ("test/weighted_f1", version.test_weighted_f1),
        ("test/calibration_error", version.test_calibration_error),
        ("test/coverage", version.test_coverage),
        ("cv/calibration_error", version.calibration_error),
    ];
    figures.extend(
        version
            .test_covered_accuracy
            .map(|accuracy| ("test/covered_accuracy", accuracy)),
    );
    metrics(&figures, version.created_at)
}

/// A per-class report that MLflow shows as a table.
pub fn report_table(report: &[ClassReport]) -> Value {
    let short = |share: f64| (share * 1e4).round() / 1e4;
    let row = |row: &ClassReport| {
        let figures = [row.precision, row.recall, row.f1].map(short);
        json!([
            row.category,
            figures[0],
            figures[1],
            figures[2],
            row.support
        ])
    };
    let rows: Vec<Value> = report.iter().map(row).collect();
    json!({"columns": ["category", "precision", "recall", "f1", "support"], "data": rows})
}

/// The training rows, told apart by the table's version and their content.
pub fn dataset(sweep: &Sweep, lake: &str) -> DatasetInput {
    let column =
        |name: &str, required: bool| json!({"type": "string", "name": name, "required": required});
    let columns = [
        column("title", true),
        column("description_clean", true),
        column("level", false),
        column("location", false),
        column("category", true),
    ];
    let content = sweep.data_digest.get(..12).unwrap_or(&sweep.data_digest);
    let uri = format!("{lake}/{}", Table::LabeledPostings.name().replace('.', "/"));
    DatasetInput {
        name: Table::LabeledPostings.name(),
        digest: format!("v{}-{content}", sweep.table_version),
        source: json!({"uri": uri}).to_string(),
        schema: json!({"mlflow_colspec": columns}).to_string(),
        profile: json!({"num_rows": sweep.postings}).to_string(),
        context: "training".to_owned(),
    }
}

fn source_tags(sweep: &Sweep) -> Vec<Tag> {
    let mut tags = vec![
        Tag::new(SWEEP_KEY, &sweep.sweep_key),
        Tag::new("mlflow.source.name", "careerpulse train"),
        Tag::new("mlflow.source.type", "LOCAL"),
    ];
    let reasons: String = sweep.reasons.join("; ").chars().take(1_000).collect();
    tags.push(Tag::new("careerpulse.reasons", &reasons));
    let user = ["USER", "LOGNAME", "USERNAME"];
    let user = user.iter().find_map(|name| std::env::var(name).ok());
    tags.extend(user.map(|user| Tag::new("mlflow.user", user)));
    let commit = sweep.git_commit.as_ref();
    tags.extend(commit.map(|commit| Tag::new("mlflow.source.git.commit", commit)));
    tags
}

fn metrics(figures: &[(&str, f64)], at: DateTime<Utc>) -> Vec<Metric> {
    let metric = |(key, value): &(&str, f64)| Metric {
        key: (*key).to_owned(),
        value: *value,
        timestamp: at.timestamp_millis(),
        ..Metric::default()
    };
    figures.iter().map(metric).collect()
}

/// Texts without quotation marks, lists with commas.
fn words_of(value: &Value) -> String {
    let words = match value {
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(words_of).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    };
    cut_param_value(&words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sweep() -> Sweep {
        Sweep {
            sweep_key: "0123456789abcdef".to_owned(),
            run_timestamp: DateTime::from_timestamp(1_795_324_530, 0).unwrap(),
            table_version: 12,
            data_digest: "a".repeat(64),
            postings: 1_321,
            categories: 11,
            settings: r#"{"methods":["tfidf","combined"],"c":[1.0],"seed":7}"#.to_owned(),
            program: "0.1.0".to_owned(),
            git_commit: None,
            reasons: vec!["there is no version yet".to_owned()],
        }
    }

    #[test]
    fn a_sweep_is_named_by_its_moment_and_its_settings_are_parameters() {
        assert_eq!(sweep_name(&sweep()), "20261122_051530");
        let params = sweep_params(&sweep());
        let value = |key: &str| {
            params
                .iter()
                .find(|p| p.key == key)
                .map(|p| p.value.as_str())
        };
        assert_eq!(value("train.methods"), Some("tfidf, combined"));
        assert_eq!(value("train.c"), Some("1.0"));
        assert_eq!(value("postings"), Some("1321"));
    }

    #[test]
    fn a_data_set_is_told_apart_by_version_and_content_within_the_limit() {
        let input = dataset(&sweep(), "./lake");
        assert_eq!(input.digest, "v12-aaaaaaaaaaaa");
        assert!(input.digest.len() <= careerpulse_mlflow::MAX_DIGEST);
        let other = Sweep {
            table_version: i64::MAX,
            ..sweep()
        };
        assert!(dataset(&other, "./lake").digest.len() <= careerpulse_mlflow::MAX_DIGEST);
        assert!(
            input
                .source
                .contains("./lake/careerpulse_gold/category_labeled_postings")
        );
    }

    #[test]
    fn a_report_is_a_table_of_short_figures() {
        let row = ClassReport {
            category: "Sales".to_owned(),
            precision: 1.0 / 3.0,
            recall: 0.5,
            f1: 0.4,
            support: 12,
        };
        let table = report_table(&[row]);
        assert_eq!(table["data"][0], json!(["Sales", 0.3333, 0.5, 0.4, 12]));
        assert_eq!(table["columns"].as_array().unwrap().len(), 5);
    }
}
