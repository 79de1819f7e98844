//! Bronze: The Muse's pages as received, and how much of the source was reached.

use std::time::Duration;

use anyhow::Context as _;
use careerpulse_lake::rows::to_batch;
use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use tokio::sync::mpsc;

use crate::config::Bronze;
use crate::digest::sha256_hex;
use crate::progress;
use crate::sources::muse::{
    CrawlPlan, CrawlReport, FetchedPage, MuseClient, MuseSettings, Resume, SliceCoverage, crawl,
    parse_source,
};
use crate::stage::{Ctx, Stage, Status, Summary};
use crate::tables::Table;
use crate::tables::bronze::{CoverageRow, MusePage};

/// The stage.
pub const STAGE: Stage = Stage {
    name: "bronze",
    about: "crawls The Muse, or resumes an interrupted crawl, and stores each page as received",
    reads: &[],
    writes: &[Table::MusePages, Table::Coverage],
    run: |ctx, config| Box::pin(run(ctx, &config.bronze)),
};

async fn run(ctx: &Ctx, settings: &Bronze) -> anyhow::Result<Summary> {
    let client = MuseClient::new(muse_settings(ctx, settings)?)?;
    let crawl_id = unfinished_crawl(ctx, settings, client.settings().base_url.as_str()).await?;
    let is_resumed = crawl_id.is_some();
    let (ingest_id, resume) = match crawl_id {
        Some(id) => {
            let resume = stored_pages(ctx, &id).await?;
            (id, resume)
        }
        None => (
            new_ingest_id(ctx.clock.now(), &settings.source),
            Resume::default(),
        ),
    };
    let plan = CrawlPlan {
        max_requests: (settings.max_requests > 0).then_some(settings.max_requests),
        ..CrawlPlan::default()
    };

    let (sender, receiver) = mpsc::channel(settings.batch_pages);
    let bar = progress::bar(0, "pages");
    let on_progress = |p: crate::sources::muse::CrawlProgress| {
        bar.set_length(p.expected_pages.max(u64::from(p.pages)));
        bar.set_position(u64::from(p.pages));
    };
    let (report, stored) = tokio::join!(
        crawl(&client, &plan, resume, sender, &on_progress),
        store_pages(ctx, &ingest_id, settings.batch_pages, receiver),
    );
    // A full disk closes the channel: its error is the cause, the crawl's only the consequence.
    let stored = stored?;
    let report = report?;
    // Written at once and last: a crawl without coverage is one to resume.
    let coverage: Vec<CoverageRow> = report
        .slices
        .iter()
        .map(|slice| coverage_row(&ingest_id, slice))
        .collect();
    let spec = Table::Coverage.spec();
    let covered = ctx
        .lake
        .insert_new(spec, vec![to_batch(spec, &coverage)?])
        .await?;

    let mut summary = Summary::new(STAGE.name, Status::Done)
        .with("ingest_id", &ingest_id)
        .with("resumed", is_resumed)
        .with("requests", report.requests)
        .with("pages", stored)
        .with("retries", report.retries)
        .with("rate_limited", report.rate_limited)
        .with("budget_exhausted", report.budget_exhausted)
        .with("coverage", &report.slices);
    summary.note = remarks(&report);
    summary.rows_read = report
        .slices
        .iter()
        .map(|slice| slice.postings_fetched)
        .sum();
    summary.rows_written = stored + covered.rows;
    Ok(summary)
}

fn muse_settings(ctx: &Ctx, settings: &Bronze) -> anyhow::Result<MuseSettings> {
    Ok(MuseSettings {
        base_url: parse_source(&settings.source)?,
        api_key: ctx.source_key.clone(),
        timeout: Duration::from_secs(settings.timeout_seconds),
        max_body_bytes: settings.max_body_mib << 20,
        max_attempts: settings.max_attempts,
        max_wait: Duration::from_secs(settings.max_wait_seconds),
        concurrency: settings.concurrency,
        ..MuseSettings::default()
    })
}

/// A crawl's name: when it began and a digest of where it went, so that names sort by time.
fn new_ingest_id(now: DateTime<Utc>, source: &str) -> String {
    let digest =
        sha256_hex(format!("{source}{}", now.timestamp_nanos_opt().unwrap_or_default()).as_bytes());
    format!("{}-{}", now.format("%Y%m%dT%H%M%S"), &digest[..8])
}

/// The latest crawl of the same source that has pages but no coverage, if it is recent enough.
async fn unfinished_crawl(
    ctx: &Ctx,
    settings: &Bronze,
    base_url: &str,
) -> anyhow::Result<Option<String>> {
    #[derive(Deserialize)]
    struct Crawl {
        ingest_id: String,
        url: String,
        latest: DateTime<Utc>,
    }
    let sql = format!(
        "select p.ingest_id, min(p.url) as url, max(p.fetched_at) as latest from {} p \
         left anti join {} c on p.ingest_id = c.ingest_id group by p.ingest_id order by latest desc limit 1",
        Table::MusePages.name(),
        Table::Coverage.name(),
    );
    let oldest =
        ctx.clock.now() - TimeDelta::try_hours(settings.resume_hours).unwrap_or(TimeDelta::MAX);
    let crawl = ctx.lake.rows::<Crawl>(&sql).await?.into_iter().next();
    Ok(crawl
        .filter(|crawl| crawl.latest >= oldest && crawl.url.starts_with(base_url))
        .map(|crawl| crawl.ingest_id))
}

async fn stored_pages(ctx: &Ctx, ingest_id: &str) -> anyhow::Result<Resume> {
    #[derive(Deserialize)]
    struct Stored {
        slice: String,
        page: u32,
        payload: String,
    }
    let sql = format!(
        "select slice, page, payload from {} where ingest_id = '{}'",
        Table::MusePages.name(),
        ingest_id.replace('\'', "''"),
    );
    let pages: Vec<Stored> = ctx.lake.rows(&sql).await?;
    Ok(Resume::from_pages(
        pages
            .into_iter()
            .map(|page| (page.slice, page.page, page.payload)),
    ))
}

/// Appends pages in batches as they come; returns how many.
async fn store_pages(
    ctx: &Ctx,
    ingest_id: &str,
    batch_pages: usize,
    mut pages: mpsc::Receiver<FetchedPage>,
) -> anyhow::Result<u64> {
    let spec = Table::MusePages.spec();
    let mut stored = 0;
    let mut batch = Vec::with_capacity(batch_pages);
    loop {
        let received = pages.recv_many(&mut batch, batch_pages).await;
        let is_end = received == 0;
        if batch.len() >= batch_pages || (is_end && !batch.is_empty()) {
            let rows: Vec<MusePage> = batch
                .drain(..)
                .map(|page| page_row(ingest_id, page))
                .collect();
            let written = ctx
                .lake
                .insert_new(spec, vec![to_batch(spec, &rows)?])
                .await;
            stored += written.context("storing pages")?.rows;
        }
        if is_end {
            return Ok(stored);
        }
    }
}

fn page_row(ingest_id: &str, page: FetchedPage) -> MusePage {
    MusePage {
        ingest_id: ingest_id.to_owned(),
        slice: page.slice,
        page: i64::from(page.page),
        url: page.url,
        http_status: i64::from(page.http_status),
        fetched_at: page.fetched_at,
        payload_sha256: sha256_hex(page.payload.as_bytes()),
        ingest_date: page.fetched_at.date_naive(),
        payload: page.payload,
    }
}

fn coverage_row(ingest_id: &str, slice: &SliceCoverage) -> CoverageRow {
    let int = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    CoverageRow {
        ingest_id: ingest_id.to_owned(),
        slice: slice.slice.clone(),
        total_reported: slice.total_reported.map(int),
        reachable: int(slice.reachable),
        pages_fetched: i64::from(slice.pages_fetched),
        complete: slice.complete,
        started_at: slice.started_at,
        finished_at: slice.finished_at,
        error: slice.error.clone(),
    }
}

fn remarks(report: &CrawlReport) -> Option<String> {
    let failed: Vec<&SliceCoverage> = report
        .slices
        .iter()
        .filter(|slice| slice.error.is_some())
        .collect();
    let mut remarks = Vec::new();
    if report.budget_exhausted {
        remarks.push(format!(
            "the budget of {} requests ended the crawl early; the next run begins anew, or raise --max-requests",
            report.requests
        ));
    }
    if let Some(first) = failed.first() {
        remarks.push(format!(
            "{} of {} slices ended early, the first ({}) because {}",
            failed.len(),
            report.slices.len(),
            first.slice,
            first.error.as_deref().unwrap_or_default()
        ));
    }
    (!remarks.is_empty()).then(|| remarks.join("; "))
}
