//! Features: the sentence embedding of every distinct text, computed once.

mod production;

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use careerpulse_embed::Encoder;
use careerpulse_lake::query::literal;
use careerpulse_lake::rows::from_batches;
use careerpulse_learn::boosted;
use futures::TryStreamExt as _;
use indicatif::ProgressBar;
use serde::Deserialize;

use crate::config::Features;
use crate::embeddings::vectors_batch;
use crate::encoding::{Encoding, open_encoder};
use crate::progress;
use crate::stage::{Ctx, Stage, Status, Summary};
use crate::tables::Table;

use production::production_way;

/// The stage.
pub const STAGE: Stage = Stage {
    name: "features",
    about: "embeds each distinct text that has no embedding yet",
    reads: &[Table::LabeledPostings, Table::UnlabeledPostings],
    heeds: &[Table::Runs, Table::ModelVersions, Table::Promotions],
    writes: &[Table::Embeddings],
    run: |ctx, config| Box::pin(run(ctx, &config.features)),
};

#[derive(Deserialize)]
struct Text {
    text_hash: String,
    title: String,
    description_clean: String,
}

async fn run(ctx: &Ctx, settings: &Features) -> anyhow::Result<Summary> {
    let encoder = match open_encoder(settings).await? {
        Encoding::Ready(encoder) => *encoder,
        Encoding::Absent(why) => {
            return Ok(Summary::new(STAGE.name, Status::Skipped)
                .with("embedded", 0)
                .with_note(why));
        }
    };
    let mut ways = Vec::new();
    for &long_texts in &settings.long_texts {
        let encoder = Arc::new(encoder.reading(long_texts));
        let repeats = settings.title_repeats.iter();
        ways.extend(repeats.map(|&title_repeats| Way {
            encoder: Arc::clone(&encoder),
            title_repeats,
        }));
    }
    let (own, remark) = production_way(ctx, settings, &encoder, &ways).await?;
    ways.extend(own);

    let mut summary = Summary::new(STAGE.name, Status::Unchanged);
    for way in &ways {
        let (read, written) = embed_missing(ctx, way, settings.batch).await?;
        summary.rows_read += read;
        summary.rows_written += written;
    }
    if summary.rows_written > 0 {
        summary.status = Status::Done;
    }
    let revisions: BTreeSet<&str> = ways.iter().map(|way| way.encoder.revision()).collect();
    let embedded = summary.rows_written;
    Ok(summary
        .with("encoder_revisions", revisions)
        .with("embedded", embedded)
        .with_remarks(remark.into_iter().collect()))
}

/// One way of embedding texts, under which their vectors are stored.
struct Way {
    encoder: Arc<Encoder>,
    title_repeats: usize,
}

/// The texts that have no vector for this revision and number of title repeats, as what follows FROM.
fn missing(revision: &str, title_repeats: usize) -> String {
    format!(
        "(select text_hash, title, description_clean from {} union all \
         select text_hash, title, description_clean from {}) t \
         left anti join (select text_hash from {} where encoder_revision = {} and title_repeats = {title_repeats}) e \
         on t.text_hash = e.text_hash",
        Table::LabeledPostings.name(),
        Table::UnlabeledPostings.name(),
        Table::Embeddings.name(),
        literal(revision),
    )
}

/// How many distinct texts those are.
async fn count_missing(ctx: &Ctx, missing: &str) -> anyhow::Result<u64> {
    let distinct = format!("(select distinct t.text_hash from {missing})");
    Ok(ctx.lake.count(&distinct).await?)
}

/// Embeds the texts that have no vector made in this way, a commit per batch, so that memory stays
/// bounded and an interrupted run goes on where it was.
async fn embed_missing(ctx: &Ctx, way: &Way, batch: usize) -> anyhow::Result<(u64, u64)> {
    let missing = missing(way.encoder.revision(), way.title_repeats);
    let bar = progress::bar(count_missing(ctx, &missing).await?, "embedded");
    let mut rows = ctx
        .lake
        .stream(&format!("select t.* from {missing}"))
        .await?;
    let mut seen = HashSet::new();
    let mut pending = Vec::new();
    let (mut read, mut written) = (0, 0);
    loop {
        let next = rows.try_next().await?;
        let is_end = next.is_none();
        if let Some(rows) = next {
            let texts: Vec<Text> = from_batches(&[rows])?;
            pending.extend(
                texts
                    .into_iter()
                    .filter(|text| seen.insert(text.text_hash.clone())),
            );
        }
        while pending.len() >= batch || (is_end && !pending.is_empty()) {
            let texts: Vec<Text> = pending.drain(..batch.min(pending.len())).collect();
            read += texts.len() as u64;
            written += embed(ctx, way, texts, &bar).await?;
        }
        if is_end {
            return Ok((read, written));
        }
    }
}

async fn embed(ctx: &Ctx, way: &Way, texts: Vec<Text>, bar: &ProgressBar) -> anyhow::Result<u64> {
    let (encoder, repeats) = (Arc::clone(&way.encoder), way.title_repeats);
    let bar = bar.clone();
    let rows = tokio::task::spawn_blocking(move || {
        let boosted: Vec<String> = texts
            .iter()
            .map(|text| boosted(&text.title, &text.description_clean, repeats))
            .collect();
        let boosted: Vec<&str> = boosted.iter().map(String::as_str).collect();
        let vectors = encoder.encode_with_progress(&boosted, &|done| bar.inc(done as u64));
        let hashes: Vec<&str> = texts.iter().map(|text| text.text_hash.as_str()).collect();
        vectors_batch(&hashes, encoder.revision(), repeats, &vectors)
    })
    .await??;
    Ok(ctx
        .lake
        .insert_new(Table::Embeddings.spec(), vec![rows])
        .await?
        .rows)
}
