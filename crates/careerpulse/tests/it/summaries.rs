//! What `--json` says of each stage: the keys of the contract, one object a line, in the road's order.

use serde_json::Value;

use crate::support::{Home, generated};

const KEYS: [&str; 7] = [
    "stage",
    "status",
    "rows_read",
    "rows_written",
    "rows_rejected",
    "tables",
    "seconds",
];

/// Each stage with the keys it adds and the first table it writes.
const EXTRAS: [(&str, &[&str], &str); 9] = [
    (
        "bronze",
        &["requests", "pages", "retries", "rate_limited", "coverage"],
        "careerpulse_bronze.muse_pages",
    ),
    (
        "silver",
        &["inserted", "duplicates", "sentinels"],
        "careerpulse_silver.job_postings",
    ),
    (
        "gold",
        &["labelled", "unlabelled"],
        "careerpulse_gold.category_labeled_postings",
    ),
    ("features", &[], "careerpulse_gold.embeddings"),
    (
        "train",
        &["runs", "winner", "version", "test"],
        "careerpulse_ml.runs",
    ),
    (
        "promote",
        &["verdict", "reasons"],
        "careerpulse_ml.promotions",
    ),
    (
        "infer",
        &["scored", "abstained"],
        "careerpulse_inference.category_predictions",
    ),
    (
        "demand",
        &[
            "first_day",
            "last_day",
            "days",
            "days_missed",
            "categories",
            "revisions",
            "forecasts",
        ],
        "careerpulse_gold.daily_demand",
    ),
    (
        "monitor",
        &[
            "windows",
            "alarms",
            "new_alarms",
            "cleared_alarms",
            "estimates",
            "assumptions",
        ],
        "careerpulse_monitoring.alarms",
    ),
];

#[track_caller]
fn has_keys(value: &Value, keys: &[&str]) {
    for key in keys {
        assert!(
            value.get(key).is_some_and(|v| !v.is_null()),
            "`{key}` is missing: {value}"
        );
    }
}

#[test]
fn a_run_prints_one_object_a_stage_with_the_contracts_keys() {
    let (home, source) = (Home::new(), generated(250));
    let run = home.succeed(&["--json", "run", "--source", &source.url()]);
    let summaries = run.json();
    assert_eq!(summaries.len(), EXTRAS.len());
    for (summary, (stage, extras, table)) in summaries.iter().zip(EXTRAS) {
        has_keys(summary, &KEYS);
        has_keys(summary, extras);
        assert_eq!(summary["stage"], stage);
        assert!(summary["tables"][table].is_u64(), "{summary}");
        assert!(
            summary["seconds"]
                .as_f64()
                .is_some_and(|seconds| seconds >= 0.0)
        );
    }

    let [bronze, silver, gold, _, train, promote, infer, demand, _] = &summaries[..] else {
        panic!("nine stages");
    };
    assert_eq!(
        (&bronze["pages"], &silver["inserted"], &silver["duplicates"]),
        (&13.into(), &250.into(), &0.into())
    );
    has_keys(
        &bronze["coverage"][0],
        &[
            "slice",
            "total_reported",
            "reachable",
            "pages_fetched",
            "complete",
        ],
    );
    has_keys(
        &train["winner"],
        &[
            "method",
            "classifier",
            "macro_f1_mean",
            "macro_f1_std",
            "grouped_macro_f1_mean",
        ],
    );
    has_keys(&train["test"], &["accuracy", "macro_f1", "weighted_f1"]);
    let runs = train["runs"].as_array().expect("the runs are a list");
    // Of tfidf two values of k by two weightings, and of both methods two prior shifts.
    assert_eq!(runs.len(), 8);
    let knn = runs.iter().find(|run| run["classifier"] == "knn");
    has_keys(
        knn.expect("knn is in the sweep"),
        &["k", "weights", "metric"],
    );
    let score = |run: &Value| run["grouped_macro_f1_mean"].as_f64().expect("a score");
    let best = runs.iter().map(score).fold(f64::MIN, f64::max);
    assert_eq!(score(&train["winner"]), best);
    assert_eq!(promote["verdict"], "pass");
    assert_eq!(infer["scored"], gold["unlabelled"]);
    assert_eq!(demand["first_day"], "2026-03-03");
    assert_eq!(
        (&demand["last_day"], &demand["days_missed"]),
        (&"2026-06-30".into(), &0.into())
    );
}

#[test]
fn a_single_stage_prints_its_summary_and_a_quiet_run_nothing_else() {
    let (home, source) = (Home::new(), generated(40));
    let bronze = home.succeed(&[
        "--json",
        "ingest",
        "--source",
        &source.url(),
        "--max-requests",
        "1",
    ]);
    assert_eq!(bronze.json().len(), 1);
    assert_eq!(bronze.json()[0]["requests"], 1);
    assert_eq!(bronze.stderr, "");
    let silver = home.succeed(&["--json", "silver"]).json();
    assert_eq!(silver[0]["inserted"], 20);
}

#[test]
fn a_run_for_people_is_a_table_without_control_characters() {
    let (home, source) = (Home::new(), generated(250));
    let run = home.ingest("run", &source.url());
    for word in [
        "stage",
        "seconds",
        "bronze",
        "infer",
        "winner of 8 runs",
        "categories imputed by version 1",
    ] {
        assert!(run.stdout.contains(word), "{word}: {}", run.stdout);
    }
    assert!(!run.stdout.contains('\u{1b}') && !run.stderr.contains('\u{1b}'));
    assert!(
        !run.stderr.contains('\r'),
        "no progress bar where there is no terminal"
    );
}
