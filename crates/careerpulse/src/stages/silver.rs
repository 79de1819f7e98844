//! Silver: stored pages to checked postings, each id once.

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::{Date32Type, Int64Type, TimestampMicrosecondType};
use careerpulse_lake::rows::to_batch;
use careerpulse_lake::write::Consumed;
use chrono::{DateTime, NaiveDate};
use futures::StreamExt as _;
use rayon::prelude::*;

use crate::config::Silver;
use crate::posting::{ParsedPage, parse_page};
use crate::progress;
use crate::stage::{Ctx, Stage, Status, Summary};
use crate::tables::Table;
use crate::tables::bronze::MusePage;

/// The stage.
pub const STAGE: Stage = Stage {
    name: "silver",
    about: "parses pages that are new, rejects or repairs with a reason, and inserts postings not seen before",
    reads: &[Table::MusePages],
    writes: &[Table::JobPostings, Table::Sightings, Table::Rejects],
    run: |ctx, config| Box::pin(run(ctx, &config.silver)),
};

/// Postings per commit: bounds memory to some hundred MiB whatever the size of Bronze.
const POSTINGS_PER_COMMIT: usize = 10_000;

#[derive(Default)]
struct Totals {
    pages: u64,
    entries: u64,
    inserted: u64,
    sightings: u64,
    rejected: u64,
    repaired: u64,
    findings: u64,
    sentinels: u64,
}

async fn run(ctx: &Ctx, settings: &Silver) -> anyhow::Result<Summary> {
    let (pages, postings) = (Table::MusePages.spec(), Table::JobPostings.spec());
    let seen = ctx.lake.consumed(postings, pages).await?;
    let columns: Vec<&str> = pages.columns.iter().map(|column| column.name).collect();
    let Some(mut changes) = ctx.lake.changes_since(pages, seen, &columns).await? else {
        return Ok(summary(Status::Unchanged, &Totals::default()));
    };
    let max_description = settings.max_description_kib * 1_024;
    let mut totals = Totals::default();
    let mut parsed = Vec::new();
    let bar = progress::spinner("pages");
    while let Some(batch) = changes.batches.next().await {
        let pages = read_pages(&batch?);
        bar.inc(pages.len() as u64);
        totals.pages += pages.len() as u64;
        parsed.par_extend(
            pages
                .par_iter()
                .map(|page| (place(page), parse_page(page, max_description))),
        );
        if parsed
            .iter()
            .map(|(_, page)| page.postings.len())
            .sum::<usize>()
            >= POSTINGS_PER_COMMIT
        {
            commit(ctx, std::mem::take(&mut parsed), &mut totals).await?;
        }
    }
    commit(ctx, parsed, &mut totals).await?;
    // Last, so that a run killed before this reads the same pages again and inserts nothing twice.
    ctx.lake
        .record_consumed(
            postings,
            Consumed {
                source: pages,
                version: changes.version,
            },
        )
        .await?;
    Ok(summary(Status::Done, &totals))
}

type Place = (String, String, i64);

/// Where a page stands in an order that does not depend on which request came back first.
fn place(page: &MusePage) -> Place {
    (page.ingest_id.clone(), page.slice.clone(), page.page)
}

async fn commit(
    ctx: &Ctx,
    mut parsed: Vec<(Place, ParsedPage)>,
    totals: &mut Totals,
) -> anyhow::Result<()> {
    parsed.sort_by(|(a, _), (b, _)| a.cmp(b));
    let (mut postings, mut sightings, mut rejects) = (Vec::new(), Vec::new(), Vec::new());
    let mut ids = std::collections::HashSet::new();
    let mut sighted = std::collections::HashSet::new();
    for (_, page) in parsed {
        totals.entries += page.entries;
        totals.sentinels += page.sentinels;
        // The first of a source's twins counts; an insert-only merge would take both.
        postings.extend(
            page.postings
                .into_iter()
                .filter(|posting| ids.insert(posting.posting_id)),
        );
        sightings.extend(
            page.sightings
                .into_iter()
                .filter(|s| sighted.insert((s.posting_id, s.seen_date))),
        );
        rejects.extend(page.rejects);
    }
    let rejected = rejects
        .iter()
        .filter(|reject| reject.action == "rejected")
        .count() as u64;
    totals.rejected += rejected;
    totals.repaired += rejects.len() as u64 - rejected;
    let lake = &ctx.lake;
    let insert = |table: Table, batch: RecordBatch| lake.insert_new(table.spec(), vec![batch]);
    totals.findings += insert(Table::Rejects, to_batch(Table::Rejects.spec(), &rejects)?)
        .await?
        .rows;
    totals.sightings += insert(
        Table::Sightings,
        to_batch(Table::Sightings.spec(), &sightings)?,
    )
    .await?
    .rows;
    totals.inserted += insert(
        Table::JobPostings,
        to_batch(Table::JobPostings.spec(), &postings)?,
    )
    .await?
    .rows;
    Ok(())
}

fn summary(status: Status, totals: &Totals) -> Summary {
    let mut summary = Summary::new(STAGE.name, status)
        .with("pages", totals.pages)
        .with("inserted", totals.inserted)
        .with(
            "duplicates",
            (totals.entries - totals.inserted).saturating_sub(totals.rejected),
        )
        .with("sightings", totals.sightings)
        .with("repaired", totals.repaired)
        .with("sentinels", totals.sentinels);
    summary.rows_read = totals.entries;
    summary.rows_written = totals.inserted + totals.sightings + totals.findings;
    summary.rows_rejected = totals.rejected;
    summary
}

/// Reads the columns directly: the payloads are the lake's bulk, and a detour through JSON would double it.
fn read_pages(batch: &RecordBatch) -> Vec<MusePage> {
    let text = |name: &str, row: usize| batch[name].as_string::<i32>().value(row).to_owned();
    let int = |name: &str, row: usize| batch[name].as_primitive::<Int64Type>().value(row);
    (0..batch.num_rows())
        .map(|row| {
            let micros = batch["fetched_at"]
                .as_primitive::<TimestampMicrosecondType>()
                .value(row);
            let days = batch["ingest_date"].as_primitive::<Date32Type>().value(row);
            let date = NaiveDate::from_epoch_days(days).unwrap_or_default();
            MusePage {
                ingest_id: text("ingest_id", row),
                slice: text("slice", row),
                page: int("page", row),
                url: text("url", row),
                http_status: int("http_status", row),
                fetched_at: DateTime::from_timestamp_micros(micros).unwrap_or_default(),
                payload: text("payload", row),
                payload_sha256: text("payload_sha256", row),
                ingest_date: date,
            }
        })
        .collect()
}
