//! Train: the sweep, its winner fitted twice, and the winner registered as a new version at staging.

mod assess;
mod due;
mod features;
mod figures;
mod fit;
mod out_of_fold;
mod plan;
mod record;
mod refusal;
mod registration;
mod set;
mod summary;
mod sweep;
#[cfg(test)]
mod testing;

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use careerpulse_embed::{LongTexts, Precision};
use careerpulse_lake::rows::to_batch;
use careerpulse_learn::Split;
use serde_json::json;

use crate::config::{Retrain, Train};
use crate::progress;
use crate::stage::{Ctx, Stage, Status, Summary};
use crate::tables::Table;
use crate::tables::ml::{ModelVersion, Run};
use crate::tables::sweeps::Sweep;
use crate::tracking::{Mirror, runs_of_sweep};
use careerpulse_model::{Model, save_model, sha256_hex};

use assess::{Assessment, Judged, assess};
use due::{Due, due};
use features::Source;
use fit::{Fitted, HeldOut, fit_model, judge};
use plan::{Block, Configuration, blocks};
use record::record_sweep;
use refusal::is_refusal;
use registration::{is_intact, register, version_of_sweep, version_row};
use set::{TrainingSet, read_training_set};
use summary::{nothing_trained, run_summary, test_summary};
use sweep::{Folds, folds, run_block, too_many_neighbours, winner};

/// The stage.
pub const STAGE: Stage = Stage {
    name: "train",
    about: "runs the sweep over all configurations, and registers its winner as a new version at staging",
    reads: &[
        Table::JobPostings,
        Table::LabeledPostings,
        Table::Embeddings,
    ],
    heeds: &[Table::Alarms],
    writes: &[
        Table::Sweeps,
        Table::Runs,
        Table::Confusion,
        Table::CoverageCurve,
        Table::Reliability,
        Table::LearningCurve,
        Table::LabelSuspects,
        Table::OutOfFold,
        Table::ModelVersions,
    ],
    run: |ctx, config| {
        let precision = config.features.precision.on_this_processor();
        // What cannot be made here is `features`' to refuse.
        let precision = precision.unwrap_or(Precision::F32);
        Box::pin(run(ctx, &config.train, &config.retrain, precision))
    },
};

async fn run(
    ctx: &Ctx,
    settings: &Train,
    retrain: &Retrain,
    precision: Precision,
) -> anyhow::Result<Summary> {
    let mut mirror = Mirror::new(&*ctx.tracker);
    let summary = match due(ctx, settings, retrain).await? {
        Due::Yes(reasons) => {
            let set = Arc::new(read_training_set(ctx, settings, precision).await?);
            train(ctx, settings, set, &reasons, &mut mirror).await?
        }
        Due::No { newest, why } => {
            // A stop after the version was registered may have left the second home behind.
            mirror.sweep(&newest.sweep_key).await;
            nothing_trained(0, Status::Unchanged, Some(newest.version), why)
        }
    };
    Ok(summary.with_remarks(mirror.into_remarks()))
}

async fn train(
    ctx: &Ctx,
    settings: &Train,
    set: Arc<TrainingSet>,
    reasons: &[String],
    mirror: &mut Mirror<'_>,
) -> anyhow::Result<Summary> {
    if let Some(why) = set.too_small(settings.folds) {
        return Ok(nothing_trained(set.postings(), Status::Skipped, None, why));
    }
    let sweep_key = sweep_key(&set, settings)?;
    let same = version_of_sweep(ctx, &sweep_key).await?;
    if let Some(same) = same.as_ref().filter(|version| is_intact(ctx, version)) {
        mirror.sweep(&sweep_key).await;
        let why = format!(
            "version {} was trained on the same rows with the same settings",
            same.version
        );
        return Ok(nothing_trained(
            set.postings(),
            Status::Unchanged,
            Some(same.version),
            why,
        ));
    }

    let split = set.hold_out(settings)?;
    let plan = blocks(&set, settings);
    let folds = match folds(&set, settings, &split.train) {
        // Such as a training part of fewer adverts than folds.
        Err(e) if is_refusal(&e) => {
            let why = format!("the training part cannot be folded: {e:#}");
            return Ok(nothing_trained(set.postings(), Status::Skipped, None, why));
        }
        folds => folds?,
    };
    let too_many = too_many_neighbours(settings, &folds);
    let row = record_sweep(ctx, &set, settings, &sweep_key, reasons).await?;
    let mirrored = (ctx, &mut *mirror);
    let swept = sweep(mirrored, &set, settings, &row, &split.train, folds, plan).await?;
    let runs = &swept.runs;
    let Some((best, configuration)) = winner(runs)? else {
        let mut why = vec!["no configuration of [train] fits the data: every k is above the rows that a fold leaves, or the method's features are missing".to_owned()];
        why.extend(swept.left_out.iter().chain(&set.remarks).cloned());
        return Ok(nothing_trained(
            set.postings(),
            Status::Skipped,
            None,
            why.join("; "),
        ));
    };
    let finished = {
        let (set, settings, key) = (Arc::clone(&set), settings.clone(), sweep_key.clone());
        tokio::task::spawn_blocking(move || finish(&set, &settings, &key, &configuration, &split))
            .await?
    };
    let finished = match finished? {
        Ok(finished) => finished,
        Err(why) => return Ok(nothing_trained(set.postings(), Status::Skipped, None, why)),
    };
    let assessed = store_assessment(ctx, &finished.assessment).await?;
    let store = |name: &str, model: &Model| {
        let artifact = format!("models/{sweep_key}/{name}");
        save_model(model, &ctx.lake.artifacts().join(&artifact)).map(|sha256| (artifact, sha256))
    };
    let (assessed_artifact, assessed_sha256) = store("assessed.bin", &finished.assessed)?;
    let (artifact, artifact_sha256) = store("model.bin", &finished.fitted.model)?;
    let is_same = |version: &ModelVersion| {
        version.artifact_sha256 == artifact_sha256 && version.assessed_sha256 == assessed_sha256
    };
    if let Some(same) = same.filter(is_same) {
        let why = format!(
            "the lost or altered model files of version {} were made anew",
            same.version
        );
        return Ok(nothing_trained(
            set.postings(),
            Status::Done,
            Some(same.version),
            why,
        ));
    }
    let version = ModelVersion {
        artifact,
        artifact_sha256,
        assessed_artifact,
        assessed_sha256,
        created_at: ctx.clock.now(),
        ..version_row(
            &set,
            best,
            &configuration,
            &finished.held_out,
            &finished.fitted,
        )
    };
    let version = register(ctx, version).await?;
    mirror.sweep(&sweep_key).await;

    let mut summary = Summary::new(STAGE.name, Status::Done)
        .with("reasons", reasons)
        .with("runs", runs.iter().map(run_summary).collect::<Vec<_>>())
        .with("winner", run_summary(best))
        .with("version", version.version)
        .with("calibration_error", version.calibration_error)
        .with("suspected_labels", finished.assessment.suspects.len())
        .with("test", test_summary(&version));
    let mut remarks = set.remarks.clone();
    remarks.extend(swept.left_out.iter().cloned());
    if !too_many.is_empty() {
        remarks.push(format!(
            "without k = {too_many:?}: a fold leaves fewer postings to choose from"
        ));
    }
    if version.min_probability > 1.0 {
        remarks.push(format!(
            "no threshold gives predictions a precision of {} ([train] target_precision): all of them will be marked abstained",
            settings.target_precision
        ));
    }
    summary.rows_read = set.postings() as u64;
    summary.rows_written = swept.written + assessed + 1;
    Ok(summary.with_remarks(remarks))
}

/// The winner fitted twice: on the split's training side, judged on its other side; and on everything,
/// for the version that is registered.
struct Finished {
    held_out: HeldOut,
    assessed: Model,
    fitted: Fitted,
    assessment: Assessment,
}

/// Fits, judges and assesses the winner, or says why the data do not admit it.
fn finish(
    set: &TrainingSet,
    settings: &Train,
    sweep_key: &str,
    configuration: &Configuration,
    split: &Split,
) -> anyhow::Result<Result<Finished, String>> {
    let source = Source::new(set, settings);
    let honest = match fit_model(&source, configuration, &split.train) {
        // Such as a training part of one category alone.
        Err(e) if is_refusal(&e) => {
            return Ok(Err(format!(
                "the winner cannot be fitted on the training part: {e:#}"
            )));
        }
        honest => honest?,
    };
    let held_out = judge(&source, &honest.model, &split.test)?;
    let all: Vec<u32> = (0..set.postings() as u32).collect();
    let fitted = fit_model(&source, configuration, &all)?;
    let judged = Judged {
        train: &split.train,
        test: &split.test,
        whole: &held_out,
    };
    let assessment = assess(&source, sweep_key, configuration, &fitted, judged)?;
    Ok(Ok(Finished {
        held_out,
        assessed: honest.model,
        fitted,
        assessment,
    }))
}

/// Stores the assessment before its version is registered: whoever sees the version finds it. All
/// rows are keyed by the sweep, so a second try adds nothing twice.
async fn store_assessment(ctx: &Ctx, assessment: &Assessment) -> anyhow::Result<u64> {
    Ok(ctx.insert(Table::Confusion, &assessment.confusion).await?
        + ctx
            .insert(Table::CoverageCurve, &assessment.coverage)
            .await?
        + ctx
            .insert(Table::Reliability, &assessment.reliability)
            .await?
        + ctx
            .insert(Table::LearningCurve, &assessment.learning_curve)
            .await?
        + ctx
            .insert(Table::LabelSuspects, &assessment.suspects)
            .await?
        + ctx
            .insert(Table::OutOfFold, &assessment.out_of_fold)
            .await?)
}

/// What a sweep came to.
struct Swept {
    /// All its runs.
    runs: Vec<Run>,
    /// Runs written now.
    written: u64,
    /// Methods that the data do not admit, each with the reason.
    left_out: Vec<String>,
}

/// Runs the blocks that are not done yet and records each as it ends, so that an interrupted sweep
/// goes on where it was.
async fn sweep(
    (ctx, mirror): (&Ctx, &mut Mirror<'_>),
    set: &Arc<TrainingSet>,
    settings: &Train,
    row: &Sweep,
    train_rows: &[u32],
    folds: Folds,
    plan: Vec<Block>,
) -> anyhow::Result<Swept> {
    let (spec, sweep_key) = (Table::Runs.spec(), row.sweep_key.as_str());
    let mut runs = runs_of_sweep(&ctx.lake, sweep_key).await?;
    let done: HashSet<String> = runs.iter().map(|run| run.run_id.clone()).collect();
    let points = plan.iter().map(|block| block.classifiers.len() as u64);
    let bar = progress::bar(points.sum(), "configurations");
    // One task for all blocks: the counts of a text serve all blocks that look at it.
    let (sender, mut finished) = tokio::sync::mpsc::channel(1);
    let worker = {
        let (set, settings, key) = (Arc::clone(set), settings.clone(), sweep_key.to_owned());
        let (rows, done) = (train_rows.to_vec(), done.clone());
        tokio::task::spawn_blocking(move || -> anyhow::Result<()> {
            let source = Source::new(&set, &settings);
            for block in plan {
                let is_done = |c| done.contains(&sweep::run_id(&key, &c));
                let runs = match block.configurations().all(is_done) {
                    true => Ok(Vec::new()),
                    false => run_block(&source, &key, &rows, &folds, &block),
                };
                // What the data do not admit is left out and said; anything else ends the sweep.
                let runs = match runs {
                    Err(e) if is_refusal(&e) => {
                        let recipe = block.recipe;
                        let (method, repeats) = (recipe.method, recipe.title_repeats);
                        let windows = match recipe.long_texts {
                            LongTexts::Cut => "",
                            LongTexts::Windows => ", windows",
                        };
                        Err(format!(
                            "{method} (title × {repeats}{windows}) left out: {e:#}"
                        ))
                    }
                    runs => Ok(runs?),
                };
                // The receiver is gone when storing failed, which it reports itself.
                let points = block.classifiers.len() as u64;
                if sender.blocking_send((points, runs)).is_err() {
                    break;
                }
            }
            Ok(())
        })
    };
    let (mut written, mut left_out) = (0, BTreeSet::new());
    while let Some((points, fresh)) = finished.recv().await {
        let now = ctx.clock.now();
        let mut fresh = fresh.unwrap_or_else(|why| {
            left_out.insert(why);
            Vec::new()
        });
        for run in &mut fresh {
            (run.run_timestamp, run.finished_at) = (row.run_timestamp, now);
        }
        if !fresh.is_empty() {
            let rows = to_batch(spec, &fresh)?;
            written += ctx.lake.insert_new(spec, vec![rows]).await?.rows;
            runs.extend(fresh.into_iter().filter(|run| !done.contains(&run.run_id)));
            mirror.sweep(sweep_key).await;
        }
        bar.inc(points);
    }
    worker.await??;
    Ok(Swept {
        runs,
        written,
        left_out: left_out.into_iter().collect(),
    })
}

/// The same rows, texts, embeddings and settings give the same key, whenever and wherever.
fn sweep_key(set: &TrainingSet, settings: &Train) -> anyhow::Result<String> {
    let inputs = json!({
        "program": env!("CARGO_PKG_VERSION"),
        "format": 4,
        "rows": set.digest,
        "settings": settings,
        "embeddings": set.embeddings.iter().map(|e| (&e.revision, e.title_repeats)).collect::<Vec<_>>(),
    });
    Ok(sha256_hex(serde_json::to_string(&inputs)?.as_bytes())[..16].to_owned())
}
