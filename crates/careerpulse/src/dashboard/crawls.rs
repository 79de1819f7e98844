//! When the source was last crawled, and what of it was reached.

use std::sync::Arc;

use careerpulse_dashboard::source::SourceError;
use careerpulse_dashboard::view::pipeline::SliceCoverage;
use chrono::{DateTime, Utc};

use super::moment::Moment;
use super::words::name;
use crate::tables::Table;
use crate::tables::bronze::CoverageRow;

/// Postings on a page of the source.
const PAGE: i64 = 20;

/// The latest crawl that has ended.
#[derive(Default)]
pub struct LatestCrawl {
    /// When it did.
    pub finished_at: Option<DateTime<Utc>>,
    /// Its slices by name.
    pub slices: Vec<SliceCoverage>,
}

/// Reads it.
///
/// # Errors
/// When the table cannot be read.
pub async fn latest_crawl(moment: &Arc<Moment>) -> Result<Arc<LatestCrawl>, SourceError> {
    let tables = [Table::Coverage];
    moment
        .part("crawl", String::new(), &tables, |moment| async move {
            read(&moment).await
        })
        .await
}

async fn read(moment: &Moment) -> Result<LatestCrawl, SourceError> {
    let newest = format!(
        "where ingest_id = (select ingest_id from {} group by ingest_id \
         order by max(finished_at) desc, ingest_id desc limit 1) order by slice",
        Table::Coverage.name()
    );
    let rows: Vec<CoverageRow> = moment.rows(Table::Coverage, &newest).await?;
    Ok(LatestCrawl {
        finished_at: rows.iter().map(|row| row.finished_at).max(),
        slices: rows.into_iter().map(slice).collect(),
    })
}

/// A page that was fetched holds 20 postings of its slice, but for the last.
fn slice(row: CoverageRow) -> SliceCoverage {
    let fetched = row.pages_fetched.saturating_mul(PAGE).min(row.reachable);
    SliceCoverage {
        slice: name(&row.slice),
        reachable: u64::try_from(row.reachable).unwrap_or_default(),
        pages: u64::try_from(row.pages_fetched).unwrap_or_default(),
        share: (row.reachable > 0).then(|| fetched as f64 / row.reachable as f64),
        finished_at: row.finished_at,
        error: row.error.as_deref().map(name),
    }
}
