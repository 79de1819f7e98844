//! Silver: stored pages to checked postings, each id once.

use std::collections::{HashMap, HashSet};

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::{Date32Type, Int64Type, TimestampMicrosecondType};
use careerpulse_lake::query::{literal, moment};
use careerpulse_lake::rows::to_batch;
use chrono::{DateTime, NaiveDate, Utc};
use futures::TryStreamExt as _;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

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
    heeds: &[],
    writes: &[
        Table::JobPostings,
        Table::Sightings,
        Table::Rejects,
        Table::UnknownFields,
        Table::PagesRead,
    ],
    run: |ctx, config| Box::pin(run(ctx, &config.silver)),
};

/// The most unknown fields that are noted of a window of pages: a source may make them up.
const MAX_UNKNOWN_FIELDS: usize = 200;

/// A page to be read, and when it arrived.
#[derive(PartialEq, Eq, Hash, Deserialize)]
struct DuePage {
    ingest_id: String,
    slice: String,
    page: i64,
    fetched_at: DateTime<Utc>,
}

/// A row of `careerpulse_bronze.pages_read`.
#[derive(Serialize)]
struct PageRead<'a> {
    ingest_id: &'a str,
    slice: &'a str,
    page: i64,
    reader: &'a str,
}

fn page_read<'a>(page: &'a DuePage, reader: &'a str) -> PageRead<'a> {
    PageRead {
        ingest_id: &page.ingest_id,
        slice: &page.slice,
        page: page.page,
        reader,
    }
}

#[derive(Default)]
struct Totals {
    pages: u64,
    entries: u64,
    postings: u64,
    inserted: u64,
    quarantined: u64,
    sightings: u64,
    rejected: u64,
    repaired: u64,
    findings: u64,
    sentinels: u64,
    unknown_fields: u64,
}

async fn run(ctx: &Ctx, settings: &Silver) -> anyhow::Result<Summary> {
    let reader = ctx.lake.table_id(Table::JobPostings.spec()).await?;
    let due = due_pages(ctx, &reader).await?;
    let mut totals = Totals::default();
    let bar = progress::bar(due.len() as u64, "pages");
    for window in due.chunks(settings.batch_pages) {
        let pages = read_pages(ctx, window).await?;
        bar.inc(pages.len() as u64);
        let max_description = settings.max_description_kib * 1_024;
        let parsed: Vec<ParsedPage> = pages
            .par_iter()
            .map(|page| parse_page(page, max_description))
            .collect();
        commit(ctx, parsed, &mut totals).await?;
        // Last, so that a run killed before this reads the same pages again and inserts nothing twice.
        let read: Vec<PageRead> = window.iter().map(|page| page_read(page, &reader)).collect();
        let spec = Table::PagesRead.spec();
        ctx.lake
            .insert_new(spec, vec![to_batch(spec, &read)?])
            .await?;
        totals.pages += window.len() as u64;
    }
    let status = if due.is_empty() {
        Status::Unchanged
    } else {
        Status::Done
    };
    Ok(summary(status, &totals))
}

/// The pages of Bronze that this Silver has not read, in the order of their arrival: the first page
/// that holds a posting is the one that counts, however often Silver is made anew.
async fn due_pages(ctx: &Ctx, reader: &str) -> anyhow::Result<Vec<DuePage>> {
    let sql = format!(
        "select p.ingest_id, p.slice, p.page, p.fetched_at from {} p left anti join \
         (select * from {} where reader = {}) r \
         on p.ingest_id = r.ingest_id and p.slice = r.slice and p.page = r.page \
         order by p.fetched_at, p.ingest_id, p.slice, p.page",
        Table::MusePages.name(),
        Table::PagesRead.name(),
        literal(reader),
    );
    Ok(ctx.lake.rows(&sql).await?)
}

/// The bodies of a window of due pages, in the window's order.
async fn read_pages(ctx: &Ctx, window: &[DuePage]) -> anyhow::Result<Vec<MusePage>> {
    let (Some(first), Some(last)) = (window.first(), window.last()) else {
        return Ok(Vec::new());
    };
    // Pages lie in the files as they arrived, so a span of time touches few of them.
    let sql = format!(
        "select * from {} where fetched_at between {} and {}",
        Table::MusePages.name(),
        moment(first.fetched_at),
        moment(last.fetched_at),
    );
    let places: HashMap<&DuePage, usize> = window.iter().zip(0..).collect();
    let mut batches = ctx.lake.stream(&sql).await?;
    let mut pages = Vec::with_capacity(window.len());
    while let Some(batch) = batches.try_next().await? {
        for page in pages_of(&batch) {
            let key = DuePage {
                ingest_id: page.ingest_id.clone(),
                slice: page.slice.clone(),
                page: page.page,
                fetched_at: page.fetched_at,
            };
            pages.extend(places.get(&key).map(|place| (*place, page)));
        }
    }
    pages.sort_by_key(|(place, _)| *place);
    Ok(pages.into_iter().map(|(_, page)| page).collect())
}

async fn commit(ctx: &Ctx, parsed: Vec<ParsedPage>, totals: &mut Totals) -> anyhow::Result<()> {
    let (mut postings, mut sightings, mut rejects) = (Vec::new(), Vec::new(), Vec::new());
    let (mut unknown_fields, mut fields) = (Vec::new(), HashSet::new());
    let (mut ids, mut sighted) = (HashSet::new(), HashSet::new());
    for page in parsed {
        totals.entries += page.entries;
        totals.sentinels += page.sentinels;
        totals.postings += page.postings.len() as u64;
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
        for field in page.unknown_fields {
            if unknown_fields.len() < MAX_UNKNOWN_FIELDS && fields.insert(field.field.clone()) {
                unknown_fields.push(field);
            }
        }
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
    totals.unknown_fields += insert(
        Table::UnknownFields,
        to_batch(Table::UnknownFields.spec(), &unknown_fields)?,
    )
    .await?
    .rows;
    totals.sightings += insert(
        Table::Sightings,
        to_batch(Table::Sightings.spec(), &sightings)?,
    )
    .await?
    .rows;
    let inserted = insert(
        Table::JobPostings,
        to_batch(Table::JobPostings.spec(), &postings)?,
    )
    .await?;
    totals.inserted += inserted.rows;
    totals.quarantined += inserted.rejected;
    Ok(())
}

fn summary(status: Status, totals: &Totals) -> Summary {
    let mut summary = Summary::new(STAGE.name, status)
        .with("pages", totals.pages)
        .with("inserted", totals.inserted)
        .with(
            "duplicates",
            totals.postings - totals.inserted - totals.quarantined,
        )
        .with("sightings", totals.sightings)
        .with("repaired", totals.repaired)
        .with("sentinels", totals.sentinels)
        .with("unknown_fields", totals.unknown_fields);
    summary.rows_read = totals.entries;
    summary.rows_written =
        totals.inserted + totals.sightings + totals.findings + totals.unknown_fields;
    summary.rows_rejected = totals.rejected;
    summary
}

/// Reads the columns directly: the payloads are the lake's bulk, and a detour through JSON would double it.
fn pages_of(batch: &RecordBatch) -> Vec<MusePage> {
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
