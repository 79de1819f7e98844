//! Infer: the production model's category for every posting without one.

use careerpulse_lake::rows::{from_batches, to_batch};
use careerpulse_learn::{Features, boosted};
use futures::TryStreamExt as _;
use serde::Deserialize;
use std::sync::Arc;

use crate::config::Infer;
use crate::embeddings::read_vectors;
use crate::model::{Model, Vectoriser, load_model, predict};
use crate::progress;
use crate::stage::{Ctx, Stage, Status, Summary};
use crate::tables::Table;
use crate::tables::inference::CategoryPrediction;
use crate::tables::ml::ModelVersion;
use crate::tracking::production;

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
    writes: &[Table::CategoryPredictions],
    run: |ctx, config| Box::pin(run(ctx, &config.infer)),
};

#[derive(Deserialize)]
struct Unscored {
    posting_id: i64,
    title: String,
    description_clean: String,
    text_hash: String,
}

async fn run(ctx: &Ctx, settings: &Infer) -> anyhow::Result<Summary> {
    let Some(version) = production(&ctx.lake).await? else {
        return Ok(Summary::new(STAGE.name, Status::Skipped)
            .with("scored", 0)
            .with_note("no version is in production yet: nothing can be imputed"));
    };
    let path = ctx.lake.artifacts().join(&version.artifact);
    let model = Arc::new(load_model(&path, &version.artifact_sha256)?);
    let sql = format!(
        "select u.posting_id, u.title, u.description_clean, u.text_hash from {} u left anti join \
         (select posting_id from {} where model_version = {}) p on u.posting_id = p.posting_id",
        Table::UnlabeledPostings.name(),
        Table::CategoryPredictions.name(),
        version.version,
    );
    let mut batches = ctx.lake.stream(&sql).await?;
    let bar = progress::spinner("imputed");
    let (mut scored, mut abstained, mut without_embedding) = (0, 0, 0);
    let mut pending: Vec<Unscored> = Vec::new();
    loop {
        let next = batches.try_next().await?;
        let is_end = next.is_none();
        if let Some(batch) = next {
            pending.extend(from_batches::<Unscored>(&[batch])?);
        }
        while pending.len() >= settings.batch || (is_end && !pending.is_empty()) {
            let postings: Vec<Unscored> =
                pending.drain(..settings.batch.min(pending.len())).collect();
            let count = postings.len() as u64;
            match score(ctx, &model, &version, settings, postings).await? {
                Some(rows) => {
                    abstained += rows.iter().filter(|row| row.prediction.abstained).count() as u64;
                    let spec = Table::CategoryPredictions.spec();
                    scored += ctx
                        .lake
                        .insert_new(spec, vec![to_batch(spec, &rows)?])
                        .await?
                        .rows;
                    bar.inc(count);
                }
                None => without_embedding += count,
            }
        }
        if is_end {
            break;
        }
    }
    let status = match (scored, without_embedding) {
        (0, 0) => Status::Unchanged,
        (0, _) => Status::Skipped,
        _ => Status::Done,
    };
    let mut summary = Summary::new(STAGE.name, status)
        .with("version", version.version)
        .with("scored", scored)
        .with("abstained", abstained)
        .with("without_embedding", without_embedding);
    if without_embedding > 0 {
        summary = summary.with_note(format!(
            "{without_embedding} postings wait: version {} needs embeddings by {}, and `features` has not made theirs",
            version.version,
            version.encoder_revision.as_deref().unwrap_or_default()
        ));
    }
    summary.rows_read = scored + without_embedding;
    summary.rows_written = scored;
    Ok(summary)
}

/// Predictions for a batch; `None` where the embeddings of some are missing.
async fn score(
    ctx: &Ctx,
    model: &Arc<Model>,
    version: &ModelVersion,
    settings: &Infer,
    postings: Vec<Unscored>,
) -> anyhow::Result<Option<Vec<CategoryPrediction>>> {
    let vectors = match &model.vectoriser {
        Vectoriser::Tfidf(_) => None,
        Vectoriser::Embedding { revision } => {
            let hashes: Vec<&str> = postings
                .iter()
                .map(|posting| posting.text_hash.as_str())
                .collect();
            match read_vectors(&ctx.lake, revision, model.title_repeats, &hashes).await? {
                Some(vectors) => Some(vectors),
                None => return Ok(None),
            }
        }
    };
    let (model, settings) = (Arc::clone(model), settings.clone());
    let (version, run_id, now) = (version.version, version.run_id.clone(), ctx.clock.now());
    let rows = tokio::task::spawn_blocking(move || -> anyhow::Result<_> {
        let features = match (&model.vectoriser, vectors) {
            (Vectoriser::Tfidf(tfidf), _) => {
                let texts: Vec<String> = postings
                    .iter()
                    .map(|posting| {
                        boosted(
                            &posting.title,
                            &posting.description_clean,
                            model.title_repeats,
                        )
                    })
                    .collect();
                Features::Sparse(tfidf.transform(&texts)?)
            }
            (Vectoriser::Embedding { .. }, Some(vectors)) => Features::Dense(vectors),
            (Vectoriser::Embedding { .. }, None) => {
                anyhow::bail!("vectors were read for an embedding model")
            }
        };
        let predictions = predict(&model, &features, &settings)?;
        let rows = postings
            .into_iter()
            .zip(predictions)
            .map(|(posting, prediction)| CategoryPrediction {
                posting_id: posting.posting_id,
                model_version: version,
                prediction,
                run_id: run_id.clone(),
                scored_at: now,
            });
        Ok(rows.collect())
    })
    .await??;
    Ok(Some(rows))
}
