//! Bronze: The Muse's pages as received, and how much of the source was reached.

use std::time::Duration;

use anyhow::Context as _;
use arrow::array::AsArray as _;
use arrow::datatypes::Int64Type;
use careerpulse_lake::query::literal;
use careerpulse_lake::rows::to_batch;
use chrono::{DateTime, TimeDelta, Utc};
use futures::TryStreamExt as _;
use serde::Deserialize;
use tokio::sync::mpsc;
use url::Url;

use crate::config::Bronze;
use crate::progress;
use crate::sources::muse::{
    CrawlPlan, CrawlProgress, CrawlReport, FetchedPage, MuseClient, MuseSettings, Resume,
    SliceCoverage, crawl, parse_source,
};
use crate::stage::{Ctx, Stage, Status, Summary};
use crate::tables::Table;
use crate::tables::bronze::{CoverageRow, MusePage};
use careerpulse_model::sha256_hex;

/// The stage.
pub const STAGE: Stage = Stage {
    name: "bronze",
    about: "crawls The Muse, or resumes an interrupted crawl, and stores each page as received",
    reads: &[],
    heeds: &[],
    writes: &[Table::MusePages, Table::Coverage],
    run: |ctx, config| Box::pin(run(ctx, &config.bronze)),
};

async fn run(ctx: &Ctx, settings: &Bronze) -> anyhow::Result<Summary> {
    let client = MuseClient::new(muse_settings(ctx, settings)?, ctx.clock)?;
    let interrupted = unfinished_crawl(ctx, settings, &client.settings().base_url).await?;
    let is_resumed = interrupted.is_some();
    if let Some(ingest_id) = interrupted {
        let resume = stored_pages(ctx, &ingest_id).await?;
        let crawled = crawl_into_bronze(ctx, settings, &client, ingest_id, resume).await?;
        // A crawl that failed before and gave nothing more is closed; what this run is for comes next.
        if crawled.pages > 0 || !is_cut_off(&crawled.report) {
            return Ok(summary(crawled, is_resumed));
        }
    }
    let ingest_id = new_ingest_id(ctx.clock.now(), &settings.source);
    let crawled = crawl_into_bronze(ctx, settings, &client, ingest_id, Resume::default()).await?;
    Ok(summary(crawled, false))
}

/// What a crawl left in Bronze.
struct Crawled {
    ingest_id: String,
    report: CrawlReport,
    /// Rows of `muse_pages` added by this run.
    pages: u64,
    /// Rows of `coverage` added; none where the crawl stays open to be resumed.
    covered: u64,
}

async fn crawl_into_bronze(
    ctx: &Ctx,
    settings: &Bronze,
    client: &MuseClient,
    ingest_id: String,
    resume: Resume,
) -> anyhow::Result<Crawled> {
    let plan = CrawlPlan {
        max_requests: (settings.max_requests > 0).then_some(settings.max_requests),
        ..CrawlPlan::default()
    };
    let (sender, receiver) = mpsc::channel(settings.batch_pages);
    let bar = progress::bar(0, "pages");
    let on_progress = |p: CrawlProgress| {
        bar.set_length(p.expected_pages.max(u64::from(p.pages)));
        bar.set_position(u64::from(p.pages));
    };
    let (report, stored) = tokio::join!(
        crawl(client, &plan, resume, sender, &on_progress),
        store_pages(ctx, &ingest_id, settings.batch_pages, receiver),
    );
    // A full disk closes the channel: its error is the cause, the crawl's only the consequence.
    let pages = stored?;
    let report = report?;
    // A crawl without coverage is one to resume. It is written at once and last, and not at all
    // where the source stopped answering half-way.
    let stays_open = pages > 0 && is_cut_off(&report);
    let mut covered = 0;
    if !stays_open {
        let rows: Vec<CoverageRow> = report
            .slices
            .iter()
            .map(|slice| coverage_row(&ingest_id, slice))
            .collect();
        let spec = Table::Coverage.spec();
        covered = ctx
            .lake
            .insert_new(spec, vec![to_batch(spec, &rows)?])
            .await?
            .rows;
    }
    Ok(Crawled {
        ingest_id,
        report,
        pages,
        covered,
    })
}

fn summary(crawled: Crawled, is_resumed: bool) -> Summary {
    let report = &crawled.report;
    let mut summary = Summary::new(STAGE.name, Status::Done)
        .with("ingest_id", &crawled.ingest_id)
        .with("resumed", is_resumed)
        .with("requests", report.requests)
        .with("pages", crawled.pages)
        .with("retries", report.retries)
        .with("rate_limited", report.rate_limited)
        .with("budget_exhausted", report.budget_exhausted)
        .with("coverage", &report.slices);
    summary.note = remarks(&crawled);
    summary.rows_read = report
        .slices
        .iter()
        .map(|slice| slice.postings_fetched)
        .sum();
    summary.rows_written = crawled.pages + crawled.covered;
    summary
}

fn is_cut_off(report: &CrawlReport) -> bool {
    report.slices.iter().any(|slice| slice.is_cut_off)
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
    base_url: &Url,
) -> anyhow::Result<Option<String>> {
    #[derive(Deserialize)]
    struct Crawl {
        ingest_id: String,
        url: String,
        latest: DateTime<Utc>,
    }
    let sql = format!(
        "select p.ingest_id, min(p.url) as url, max(p.fetched_at) as latest from {} p \
         left anti join {} c on p.ingest_id = c.ingest_id group by p.ingest_id order by latest desc",
        Table::MusePages.name(),
        Table::Coverage.name(),
    );
    let oldest = ctx.clock.now() - TimeDelta::try_hours(settings.resume_hours).unwrap_or_default();
    let is_same_source = |url: &str| url.split('?').next() == Some(base_url.as_str());
    let crawls: Vec<Crawl> = ctx.lake.rows(&sql).await?;
    let crawl = crawls
        .into_iter()
        .find(|crawl| crawl.latest >= oldest && is_same_source(&crawl.url));
    Ok(crawl.map(|crawl| crawl.ingest_id))
}

/// The pages of a crawl, read one batch at a time: only their envelopes are kept.
async fn stored_pages(ctx: &Ctx, ingest_id: &str) -> anyhow::Result<Resume> {
    let sql = format!(
        "select slice, page, payload from {} where ingest_id = {}",
        Table::MusePages.name(),
        literal(ingest_id),
    );
    let mut resume = Resume::default();
    let mut batches = ctx.lake.stream(&sql).await?;
    while let Some(batch) = batches.try_next().await? {
        let (slices, payloads) = (
            batch["slice"].as_string::<i32>(),
            batch["payload"].as_string::<i32>(),
        );
        let pages = batch["page"].as_primitive::<Int64Type>();
        for row in 0..batch.num_rows() {
            resume.add(
                slices.value(row),
                u32::try_from(pages.value(row))?,
                payloads.value(row),
            );
        }
    }
    Ok(resume)
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

fn remarks(crawled: &Crawled) -> Option<String> {
    let report = &crawled.report;
    let mut remarks = Vec::new();
    if report.budget_exhausted {
        remarks.push(format!(
            "the budget of {} requests ended the crawl early; the next run begins anew, or raise --max-requests",
            report.requests
        ));
    }
    let failed: Vec<&SliceCoverage> = report
        .slices
        .iter()
        .filter(|slice| slice.error.is_some())
        .collect();
    if let Some(first) = failed.first() {
        let next = if crawled.covered == 0 {
            "; the next run resumes the crawl"
        } else {
            ""
        };
        remarks.push(format!(
            "{} of {} slices ended early, the first ({}) because {}{next}",
            failed.len(),
            report.slices.len(),
            first.slice,
            first.error.as_deref().unwrap_or_default()
        ));
    }
    (!remarks.is_empty()).then(|| remarks.join("; "))
}
