//! Stages, runs, slices, tables.

use super::{CATEGORIES, hours_ago, noise};
use crate::view::pipeline::{Pipeline, SliceCoverage, StageCard, StageRun, TableCard};

/// Name, what it does, reads, heeds, writes.
type Stage = (
    &'static str,
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
    &'static [&'static str],
);

const STAGES: [Stage; 9] = [
    (
        "bronze",
        "crawls the source and stores each page as received",
        &[],
        &[],
        &["bronze.muse_pages", "bronze.coverage"],
    ),
    (
        "silver",
        "parses pages, rejects or repairs with a reason, and inserts postings not seen before",
        &["bronze.muse_pages"],
        &[],
        &[
            "silver.job_postings",
            "silver.sightings",
            "silver.rejects",
            "silver.unknown_fields",
            "silver.pages_read",
        ],
    ),
    (
        "gold",
        "cleans texts, maps categories, groups near duplicates",
        &["silver.job_postings"],
        &[],
        &[
            "gold.labeled_postings",
            "gold.unlabeled_postings",
            "gold.text_bands",
            "gold.duplicates",
        ],
    ),
    (
        "features",
        "embeds each distinct text that has no embedding yet",
        &["gold.labeled_postings", "gold.unlabeled_postings"],
        &[],
        &["gold.embeddings"],
    ),
    (
        "train",
        "runs the sweep and registers its winner at staging",
        &["gold.labeled_postings", "gold.embeddings"],
        &["gold.alarms"],
        &[
            "ml.sweeps",
            "ml.runs",
            "ml.confusion",
            "ml.coverage_curve",
            "ml.reliability",
            "ml.learning_curve",
            "ml.label_suspects",
            "ml.out_of_fold",
            "ml.model_versions",
        ],
    ),
    (
        "promote",
        "compares the version at staging with production and writes to the ledger",
        &[
            "gold.labeled_postings",
            "gold.unlabeled_postings",
            "gold.embeddings",
            "ml.sweeps",
            "ml.model_versions",
        ],
        &[],
        &["ml.promotions"],
    ),
    (
        "infer",
        "predicts the category of each unlabelled posting",
        &[
            "gold.unlabeled_postings",
            "gold.embeddings",
            "ml.model_versions",
            "ml.promotions",
        ],
        &[],
        &["gold.category_predictions"],
    ),
    (
        "demand",
        "counts postings by day and category, corrects, and publishes index and forecast",
        &[
            "bronze.coverage",
            "silver.job_postings",
            "silver.sightings",
            "gold.labeled_postings",
            "gold.unlabeled_postings",
            "gold.duplicates",
            "ml.out_of_fold",
            "ml.model_versions",
            "ml.promotions",
            "gold.category_predictions",
        ],
        &[],
        &[
            "gold.daily_demand",
            "gold.weekly_demand",
            "gold.segment_demand",
            "gold.revisions",
            "gold.demand_index",
            "gold.demand_forecast",
            "gold.forecast_backtest",
        ],
    ),
    (
        "monitor",
        "compares what has arrived with what the model knew and raises alarms",
        &[
            "bronze.coverage",
            "silver.job_postings",
            "silver.sightings",
            "silver.rejects",
            "silver.unknown_fields",
            "gold.labeled_postings",
            "gold.unlabeled_postings",
            "gold.duplicates",
            "gold.embeddings",
            "ml.out_of_fold",
            "ml.model_versions",
            "ml.promotions",
            "gold.category_predictions",
        ],
        &[],
        &[
            "gold.critical_values",
            "gold.distributions",
            "gold.estimates",
            "gold.alarms",
            "gold.measurements",
        ],
    ),
];

/// The pipeline page's records.
pub(super) fn pipeline() -> Pipeline {
    Pipeline {
        stages: STAGES.iter().map(card).collect(),
        runs: (0..6).flat_map(run).collect(),
        slices: CATEGORIES
            .iter()
            .enumerate()
            .map(|(at, name)| slice(at, name))
            .collect(),
        tables: tables(),
    }
}

/// Every table the stages write; one is not there yet.
pub(super) fn tables() -> Vec<TableCard> {
    let written = STAGES
        .iter()
        .flat_map(|stage| stage.4.iter().map(move |table| (stage.0, *table)));
    written
        .enumerate()
        .map(|(at, (stage, table))| TableCard {
            name: table.to_owned(),
            comment: format!(
                "one of what {stage} writes: a row of {}",
                table
                    .split('.')
                    .next_back()
                    .unwrap_or(table)
                    .replace('_', " ")
            ),
            version: (table != "ml.learning_curve").then_some(40 + 13 * at as u64),
        })
        .collect()
}

fn card(stage: &Stage) -> StageCard {
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    StageCard {
        name: stage.0.to_owned(),
        about: stage.1.to_owned(),
        reads: owned(stage.2),
        heeds: owned(stage.3),
        writes: owned(stage.4),
    }
}

/// The stages of the run `back` days ago; one of them failed.
fn run(back: u64) -> Vec<StageRun> {
    let mut began = hours_ago(back as i64 * 24 + 1);
    let mut rows = Vec::new();
    for (at, stage) in STAGES.iter().enumerate() {
        let seconds = [184.0, 6.2, 9.8, 41.3, 96.0, 3.4, 2.1, 5.7, 8.8][at]
            * (0.8 + 0.4 * noise(back * 9 + at as u64));
        let status = match (back, at) {
            (2, 3) => "failed",
            (1, 4) => "skipped",
            (0, 5) => "refused",
            (_, 6) if back == 3 => "unchanged",
            _ => "done",
        };
        rows.push(StageRun {
            run_id: format!("019aa1{:02}-5c11", 40 - back),
            stage: stage.0.to_owned(),
            status: status.to_owned(),
            started_at: began,
            seconds,
            rows_read: (4_000.0 * (1.0 + noise(back + at as u64))) as u64,
            rows_written: (1_500.0 * noise(back * 3 + at as u64)) as u64,
            rows_rejected: if at == 1 { 7 } else { 0 },
            note: match status {
                "failed" => Some("the embedding model's files could not be read: models/encoder.safetensors ends after 12 MB".to_owned()),
                "skipped" => Some("no alarm asks for training and 412 new labelled postings are fewer than 2,000".to_owned()),
                "refused" => Some("insufficient evidence for seven small categories; version 8 stays at staging".to_owned()),
                _ => None,
            },
        });
        if status == "failed" {
            break;
        }
        began += chrono::TimeDelta::milliseconds((seconds * 1e3) as i64);
    }
    rows.reverse();
    rows
}

fn slice(at: usize, name: &str) -> SliceCoverage {
    let share = if at == 12 {
        0.31
    } else {
        1.0 - 0.02 * (at % 3) as f64
    };
    SliceCoverage {
        slice: format!("category={name}"),
        reachable: 2_000 / (at as u64 / 6 + 1),
        pages: (100.0 / (at as f64 / 6.0 + 1.0) * share) as u64,
        share: (at != 29).then_some(share),
        finished_at: hours_ago(0) - chrono::TimeDelta::seconds(at as i64 * 41),
        error: (at == 12).then(|| "503 Service Unavailable after 5 tries".to_owned()),
    }
}
