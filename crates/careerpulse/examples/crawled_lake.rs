//! Fills a lake with the raw pages of one crawl: `crawled_lake FOLDER POSTINGS DAYS`.
//!
//! The Muse answers at most 100 pages of a query, so a real crawl, and that of `careerpulse replay`, holds
//! some thousands of postings, and a large lake grows for months. `bench/dashboard` has the stages from
//! `silver` on make the rest of one at once.

#![allow(clippy::print_stderr, reason = "how far it has come")]

use careerpulse::clock::Clock;
use careerpulse::tables::Table;
use careerpulse::tables::bronze::{CoverageRow, MusePage};
use careerpulse_lake::Lake;
use careerpulse_lake::rows::to_batch;
use careerpulse_model::sha256_hex;
use careerpulse_replay::sample::{SampleParams, generate};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::json;

const INGEST: &str = "bench";
const SLICE: &str = "all";
const POSTINGS_A_PAGE: usize = 20;
const PAGES_A_COMMIT: usize = 500;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let args: Vec<String> = std::env::args().collect();
    let [_, folder, postings, days] = args.as_slice() else {
        anyhow::bail!("usage: crawled_lake FOLDER POSTINGS DAYS");
    };
    let now = Clock::System.now();
    let params = SampleParams {
        postings: postings.parse()?,
        days: days.parse()?,
        last_day: now.date_naive(),
        ..SampleParams::default()
    };
    let lake = Lake::open(folder)?;
    let mut postings = generate(&params)?.map(|one| one.posting);
    let mut fetched = 0;
    loop {
        let mut results = || postings.by_ref().take(POSTINGS_A_PAGE).collect::<Vec<_>>();
        let results = std::iter::repeat_with(&mut results).take_while(|page| !page.is_empty());
        let rows: Vec<MusePage> = (fetched..)
            .zip(results.take(PAGES_A_COMMIT))
            .map(|(number, results)| {
                page(now, number, &json!({"page": number, "results": results}))
            })
            .collect();
        if rows.is_empty() {
            break;
        }
        fetched += rows.len() as i64;
        put(&lake, Table::MusePages, &rows).await?;
        eprintln!("{fetched} pages");
    }
    let crawl = CoverageRow {
        ingest_id: INGEST.into(),
        slice: SLICE.into(),
        total_reported: Some(params.postings as i64),
        reachable: params.postings as i64,
        pages_fetched: fetched,
        complete: true,
        started_at: now,
        finished_at: now,
        error: None,
    };
    put(&lake, Table::Coverage, &[crawl]).await
}

async fn put<T: Serialize>(lake: &Lake, table: Table, rows: &[T]) -> anyhow::Result<()> {
    let batch = to_batch(table.spec(), rows)?;
    lake.insert_new(table.spec(), vec![batch]).await?;
    Ok(())
}

fn page(now: DateTime<Utc>, number: i64, body: &serde_json::Value) -> MusePage {
    let payload = body.to_string();
    MusePage {
        ingest_id: INGEST.into(),
        slice: SLICE.into(),
        page: number,
        url: format!("http://localhost/api/public/jobs?page={number}"),
        http_status: 200,
        fetched_at: now,
        payload_sha256: sha256_hex(payload.as_bytes()),
        payload,
        ingest_date: now.date_naive(),
    }
}
