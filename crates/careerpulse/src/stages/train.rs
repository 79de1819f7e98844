//! Train: the sweep, its winner fitted twice, and the winner registered as a new version at staging.

mod evaluate;
mod fit;
mod set;
mod sweep;

use std::collections::HashSet;
use std::sync::Arc;

use careerpulse_lake::rows::to_batch;
use serde_json::json;

use crate::config::Train;
use crate::digest::sha256_hex;
use crate::model::{load_model, save_model};
use crate::progress;
use crate::stage::{Ctx, Stage, Status, Summary};
use crate::tables::Table;
use crate::tables::ml::{ModelVersion, Run};
use crate::tracking::registry::{MODEL_NAME, versions};

use fit::{HeldOut, fit_model, judge};
use set::{TrainingSet, read_training_set};
use sweep::{Block, blocks, run_block, winner};

/// The stage.
pub const STAGE: Stage = Stage {
    name: "train",
    about: "runs the sweep over all configurations, and registers its winner as a new version at staging",
    reads: &[Table::LabeledPostings, Table::Embeddings],
    writes: &[Table::Runs, Table::ModelVersions],
    run: |ctx, config| Box::pin(run(ctx, &config.train)),
};

async fn run(ctx: &Ctx, settings: &Train) -> anyhow::Result<Summary> {
    let set = Arc::new(read_training_set(ctx, settings).await?);
    if let Some(why) = set.too_small(settings.folds) {
        return Ok(nothing_trained(&set, Status::Skipped, None, why));
    }
    let sweep_key = sweep_key(&set, settings)?;
    let same = version_of_sweep(ctx, &sweep_key).await?;
    if let Some(same) = same.as_ref().filter(|version| is_intact(ctx, version)) {
        let why = format!(
            "version {} was trained on the same rows with the same settings",
            same.version
        );
        return Ok(nothing_trained(
            &set,
            Status::Unchanged,
            Some(same.version),
            why,
        ));
    }

    let split = set.hold_out(settings)?;
    let plan = blocks(&set, settings);
    let (runs, written) = sweep(ctx, &set, settings, &sweep_key, &split.train, plan).await?;
    let Some(best) = winner(&runs) else {
        let mut why = vec!["no configuration of [train] fits the data: every k is above the rows that a fold leaves, or the method's features are missing".to_owned()];
        why.extend(set.remarks.iter().cloned());
        return Ok(nothing_trained(&set, Status::Skipped, None, why.join("; ")));
    };
    let configuration = sweep::configuration_of(best)?;
    let (held_out, model) = {
        let (set, settings) = (Arc::clone(&set), settings.clone());
        tokio::task::spawn_blocking(move || -> anyhow::Result<_> {
            let honest = fit_model(&set, &settings, &configuration, &split.train)?;
            let held_out = judge(&set, &honest, &split.test)?;
            let all: Vec<u32> = (0..set.postings() as u32).collect();
            Ok((held_out, fit_model(&set, &settings, &configuration, &all)?))
        })
        .await??
    };
    let artifact = format!("models/{sweep_key}/model.bin");
    let sha256 = save_model(&model, &ctx.lake.artifacts().join(&artifact))?;
    if let Some(same) = same.filter(|version| version.artifact_sha256 == sha256) {
        let why = format!(
            "the lost or altered model file of version {} was made anew",
            same.version
        );
        return Ok(nothing_trained(&set, Status::Done, Some(same.version), why));
    }
    let version = ModelVersion {
        artifact,
        artifact_sha256: sha256,
        created_at: ctx.clock.now(),
        ..version_row(&set, best, &held_out, &sweep_key)
    };
    let version = register(ctx, version).await?;

    let mut summary = Summary::new(STAGE.name, Status::Done)
        .with("runs", runs.iter().map(run_summary).collect::<Vec<_>>())
        .with("winner", run_summary(best))
        .with("version", version.version)
        .with("test", test_summary(&version));
    summary.note = (!set.remarks.is_empty()).then(|| set.remarks.join("; "));
    summary.rows_read = set.postings() as u64;
    summary.rows_written = written + 1;
    Ok(summary)
}

/// A summary with the same keys as that of a sweep.
fn nothing_trained(
    set: &TrainingSet,
    status: Status,
    version: Option<i64>,
    why: String,
) -> Summary {
    let mut summary = Summary::new(STAGE.name, status)
        .with("runs", json!([]))
        .with("winner", json!(null))
        .with("version", version)
        .with("test", json!(null))
        .with_note(why);
    summary.rows_read = set.postings() as u64;
    summary
}

/// The newest version of a sweep.
async fn version_of_sweep(ctx: &Ctx, sweep_key: &str) -> anyhow::Result<Option<ModelVersion>> {
    let known = versions(&ctx.lake).await?;
    Ok(known
        .into_iter()
        .rfind(|version| version.sweep_key == sweep_key))
}

fn is_intact(ctx: &Ctx, version: &ModelVersion) -> bool {
    load_model(
        &ctx.lake.artifacts().join(&version.artifact),
        &version.artifact_sha256,
    )
    .is_ok()
}

/// Registers a version under the next free number, whoever else registers at the same time.
async fn register(ctx: &Ctx, mut version: ModelVersion) -> anyhow::Result<ModelVersion> {
    let spec = Table::ModelVersions.spec();
    loop {
        let known = versions(&ctx.lake).await?;
        // Another process may have trained on the same rows meanwhile: its version is ours too.
        let is_same = |other: &&ModelVersion| {
            other.sweep_key == version.sweep_key && other.artifact_sha256 == version.artifact_sha256
        };
        if let Some(same) = known.iter().find(is_same) {
            return Ok(same.clone());
        }
        version.version = known.last().map_or(0, |last| last.version) + 1;
        let row = to_batch(spec, std::slice::from_ref(&version))?;
        if ctx.lake.insert_new(spec, vec![row]).await?.rows == 1 {
            return Ok(version);
        }
    }
}

/// Runs the blocks that are not done yet and records each as it ends, so that an interrupted sweep
/// goes on where it was; returns all runs of the sweep and how many were written now.
async fn sweep(
    ctx: &Ctx,
    set: &Arc<TrainingSet>,
    settings: &Train,
    sweep_key: &str,
    train_rows: &[u32],
    plan: Vec<Block>,
) -> anyhow::Result<(Vec<Run>, u64)> {
    let spec = Table::Runs.spec();
    let sql = format!(
        "select * from {} where sweep_key = '{sweep_key}'",
        spec.full_name()
    );
    let mut runs: Vec<Run> = ctx.lake.rows(&sql).await?;
    let began = runs
        .first()
        .map_or_else(|| ctx.clock.now(), |run| run.run_timestamp);
    let done: HashSet<String> = runs.iter().map(|run| run.run_id.clone()).collect();
    let bar = progress::bar(plan.len() as u64, "sweep");
    let mut written = 0;
    for block in plan {
        let ids = block
            .configurations
            .iter()
            .map(|c| sweep::run_id(sweep_key, c));
        if !ids.into_iter().all(|id| done.contains(&id)) {
            let (set, settings, key, rows) = (
                Arc::clone(set),
                settings.clone(),
                sweep_key.to_owned(),
                train_rows.to_vec(),
            );
            let mut fresh = tokio::task::spawn_blocking(move || {
                run_block(&set, &settings, &key, &rows, &block)
            })
            .await??;
            let now = ctx.clock.now();
            for run in &mut fresh {
                (run.run_timestamp, run.finished_at) = (began, now);
            }
            written += ctx
                .lake
                .insert_new(spec, vec![to_batch(spec, &fresh)?])
                .await?
                .rows;
            runs.extend(fresh.into_iter().filter(|run| !done.contains(&run.run_id)));
        }
        bar.inc(1);
    }
    Ok((runs, written))
}

/// The same rows, texts, embeddings and settings give the same key, whenever and wherever.
fn sweep_key(set: &TrainingSet, settings: &Train) -> anyhow::Result<String> {
    let inputs = json!({
        "format": 1,
        "rows": set.digest,
        "settings": settings,
        "embeddings": set.embeddings.iter().map(|e| (&e.revision, e.title_repeats)).collect::<Vec<_>>(),
    });
    Ok(sha256_hex(serde_json::to_string(&inputs)?.as_bytes())[..16].to_owned())
}

fn version_row(set: &TrainingSet, best: &Run, held_out: &HeldOut, sweep_key: &str) -> ModelVersion {
    ModelVersion {
        version: 0,
        name: MODEL_NAME.to_owned(),
        sweep_key: sweep_key.to_owned(),
        run_id: best.run_id.clone(),
        method: best.method.clone(),
        classifier: best.classifier.clone(),
        encoder_revision: sweep::revision_of(set, best),
        artifact: String::new(),
        artifact_sha256: String::new(),
        training_postings: set.postings() as i64,
        categories: set.classes.clone(),
        test_postings: held_out.postings as i64,
        test_accuracy: held_out.accuracy,
        test_macro_f1: held_out.macro_f1,
        test_weighted_f1: held_out.weighted_f1,
        test_categories_true: held_out.categories_true as i64,
        test_categories_predicted: held_out.categories_predicted as i64,
        test_report: held_out.report.clone(),
        created_at: best.finished_at,
    }
}

fn test_summary(version: &ModelVersion) -> serde_json::Value {
    json!({
        "accuracy": version.test_accuracy,
        "macro_f1": version.test_macro_f1,
        "weighted_f1": version.test_weighted_f1,
        "postings": version.test_postings,
    })
}

fn run_summary(run: &Run) -> serde_json::Value {
    json!({
        "run_id": run.run_id,
        "method": run.method,
        "classifier": run.classifier,
        "k": run.k,
        "weights": run.weights,
        "metric": run.metric,
        "title_repeats": run.title_repeats,
        "accuracy_mean": run.accuracy_mean,
        "macro_f1_mean": run.macro_f1_mean,
        "macro_f1_std": run.macro_f1_std,
        "weighted_f1_mean": run.weighted_f1_mean,
        "grouped_accuracy_mean": run.grouped_accuracy_mean,
        "grouped_macro_f1_mean": run.grouped_macro_f1_mean,
        "grouped_macro_f1_std": run.grouped_macro_f1_std,
        "grouped_weighted_f1_mean": run.grouped_weighted_f1_mean,
    })
}
