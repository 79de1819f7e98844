//! Infer: the production model's category for every posting without one.

use arrow::array::RecordBatch;
use careerpulse_lake::query::literal;
use careerpulse_lake::rows::{from_batches, to_batch};
use careerpulse_learn::DenseMatrix;
use careerpulse_model::{Model, PostingText, predict_whole, vectorise};
use futures::TryStreamExt as _;
use serde::Deserialize;
use std::sync::Arc;

use crate::config::Infer;
use crate::embeddings::vectors_of;
use crate::progress;
use crate::stage::{Ctx, Stage, Status, Summary};
use crate::tables::Table;
use crate::tables::inference::{CategoryPrediction, narrowed};
use crate::tables::ml::ModelVersion;
use crate::tracking::{load_version, production};

/// The stage.
pub const STAGE: Stage = Stage {
    name: "infer",
    about: "predicts the category of each unlabelled posting that the production version has not scored",
    reads: &[
        Table::UnlabeledPostings,
        Table::Embeddings,
        Table::ModelVersions,
        Table::Promotions,
    ],
    heeds: &[],
    writes: &[Table::CategoryPredictions],
    run: |ctx, config| Box::pin(run(ctx, &config.infer)),
};

#[derive(Deserialize)]
struct Unscored {
    posting_id: i64,
    title: String,
    description_clean: String,
    level: Option<String>,
    location: Option<String>,
    duplicate_group: String,
}

/// Postings to be scored, with their vectors where the model wants them.
#[derive(Default)]
struct Batch {
    postings: Vec<Unscored>,
    /// Postings × 384, row after row; empty for a model of words.
    vectors: Vec<f32>,
}

async fn run(ctx: &Ctx, settings: &Infer) -> anyhow::Result<Summary> {
    let Some(version) = production(&ctx.lake).await? else {
        return Ok(Summary::new(STAGE.name, Status::Skipped)
            .with("version", None::<i64>)
            .with("scored", 0)
            .with("abstained", 0)
            .with_note("no version is in production yet: nothing can be imputed"));
    };
    let model = Arc::new(load_version(&ctx.lake, &version)?);
    let unscored = unscored(&version);
    let due = ctx.lake.count(&unscored).await?;
    let bar = progress::bar(due, "imputed");
    let mut batches = ctx.lake.stream(&select_due(&model, &unscored)).await?;
    let (mut scored, mut abstained) = (0, 0);
    let mut pending = Batch::default();
    loop {
        let next = batches.try_next().await?;
        let is_end = next.is_none();
        if let Some(rows) = &next {
            collect(rows, &model, &mut pending)?;
        }
        if pending.postings.len() >= settings.batch || (is_end && !pending.postings.is_empty()) {
            let rows = score(
                ctx,
                &model,
                &version,
                settings,
                std::mem::take(&mut pending),
            )
            .await?;
            abstained += rows.iter().filter(|row| row.prediction.abstained).count() as u64;
            let spec = Table::CategoryPredictions.spec();
            scored += ctx
                .lake
                .insert_new(spec, vec![to_batch(spec, &rows)?])
                .await?
                .rows;
            bar.set_position(scored);
        }
        if is_end {
            break;
        }
    }
    let waiting = due.saturating_sub(scored);
    let status = match (scored, waiting) {
        (0, 0) => Status::Unchanged,
        (0, _) => Status::Skipped,
        _ => Status::Done,
    };
    let mut summary = Summary::new(STAGE.name, status)
        .with("version", version.version)
        .with("scored", scored)
        .with("abstained", abstained)
        .with("without_embedding", waiting);
    if waiting > 0 {
        summary = summary.with_note(format!(
            "{waiting} postings wait: version {} needs their embeddings by {} with {} in [features] title_repeats, which `features` has not made",
            version.version,
            version.encoder_revision.as_deref().unwrap_or_default(),
            model.vectoriser.title_repeats,
        ));
    }
    summary.rows_read = due;
    summary.rows_written = scored;
    Ok(summary)
}

/// The unlabelled postings that the version has not scored, as what follows FROM in a query.
fn unscored(version: &ModelVersion) -> String {
    format!(
        "{} u left anti join (select posting_id from {} where model_version = {}) p on u.posting_id = p.posting_id",
        Table::UnlabeledPostings.name(),
        Table::CategoryPredictions.name(),
        version.version,
    )
}

/// The due postings; for an embedding model those that have their embedding, with it.
fn select_due(model: &Model, unscored: &str) -> String {
    let due = format!(
        "select u.posting_id, u.title, u.description_clean, u.level, u.location, u.duplicate_group, u.text_hash from {unscored}"
    );
    match &model.vectoriser.embedding {
        None => due,
        Some(revision) => format!(
            "select d.*, e.vector from ({due}) d join (select text_hash, vector from {} \
             where encoder_revision = {} and title_repeats = {}) e on d.text_hash = e.text_hash",
            Table::Embeddings.name(),
            literal(revision),
            model.vectoriser.title_repeats,
        ),
    }
}

fn collect(rows: &RecordBatch, model: &Model, batch: &mut Batch) -> anyhow::Result<()> {
    // Vectors are read as arrays; through JSON they would cost more than the scoring.
    let texts = rows.project(&[0, 1, 2, 3, 4, 5])?;
    batch.postings.extend(from_batches::<Unscored>(&[texts])?);
    if model.vectoriser.embedding.is_some() {
        batch.vectors.extend_from_slice(&vectors_of(rows)?);
    }
    Ok(())
}

async fn score(
    ctx: &Ctx,
    model: &Arc<Model>,
    version: &ModelVersion,
    settings: &Infer,
    batch: Batch,
) -> anyhow::Result<Vec<CategoryPrediction>> {
    let (model, floors) = (Arc::clone(model), settings.floors());
    let (version, now) = (version.clone(), ctx.clock.now());
    tokio::task::spawn_blocking(move || {
        let (keys, texts): (Vec<_>, Vec<_>) = batch
            .postings
            .into_iter()
            .map(|posting| {
                let text = PostingText {
                    title: posting.title,
                    description: posting.description_clean,
                    level: posting.level,
                    location: posting.location,
                };
                ((posting.posting_id, posting.duplicate_group), text)
            })
            .unzip();
        let vectors = match &model.vectoriser.embedding {
            None => None,
            Some(_) => Some(DenseMatrix::new(careerpulse_embed::DIM, batch.vectors)?),
        };
        let inputs = vectorise(&model.vectoriser, &texts, vectors)?;
        let (predictions, probabilities) = predict_whole(&model, &inputs, &floors)?;
        let found = predictions.into_iter().zip(probabilities.iter());
        let row = |((posting_id, duplicate_group), (prediction, row))| CategoryPrediction {
            posting_id,
            model_version: version.version,
            model_name: version.name.clone(),
            duplicate_group,
            prediction,
            probabilities: narrowed(row),
            run_id: version.run_id.clone(),
            scored_at: now,
        };
        Ok(keys.into_iter().zip(found).map(row).collect())
    })
    .await?
}
