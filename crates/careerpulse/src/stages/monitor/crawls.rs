//! The crawls that have ended, slice by slice.

use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::stage::Ctx;
use crate::tables::Table;

/// The most crawls that the latest is compared with.
pub const EARLIER: usize = 30;

/// Entries of a full page.
const PAGE: i64 = 20;

/// One slice of one crawl.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Fetched {
    /// The crawl.
    pub ingest_id: String,
    /// The slice.
    pub slice: String,
    /// Postings that paging can reach.
    pub reachable: i64,
    /// Pages that were fetched.
    pub pages_fetched: i64,
    /// Whether it was read to its end.
    pub complete: bool,
    /// When its first request was sent.
    pub started_at: DateTime<Utc>,
    /// When its last answer arrived.
    pub finished_at: DateTime<Utc>,
}

impl Fetched {
    /// Entries that were fetched, at most.
    pub fn entries(&self) -> i64 {
        (PAGE * self.pages_fetched).min(self.reachable)
    }

    /// Whether the source answered for it; one that it says is empty has no page.
    pub fn is_reached(&self) -> bool {
        self.pages_fetched > 0 || self.complete
    }

    /// The share of what can be reached that was fetched; none where nothing can be.
    pub fn share(&self) -> Option<f64> {
        (self.reachable > 0).then(|| self.entries() as f64 / self.reachable as f64)
    }

    /// Whether later crawls ask for it too: parts of a slice, which have several filters, come and go with
    /// how full it is.
    pub fn is_lasting(&self) -> bool {
        !self.slice.contains('&')
    }
}

/// The latest crawl and those before it.
#[derive(Debug, Clone, PartialEq)]
pub struct Crawls {
    /// The slices of the latest.
    pub latest: Vec<Fetched>,
    /// Those of earlier ones, the newest first.
    pub earlier: Vec<Fetched>,
}

impl Crawls {
    /// The latest crawl's name.
    pub fn latest_id(&self) -> &str {
        self.latest.first().map_or("", |slice| &slice.ingest_id)
    }
}

/// Reads the crawls that have ended; none where there is none.
///
/// # Errors
/// When the lake cannot be read.
pub async fn read_crawls(ctx: &Ctx) -> anyhow::Result<Option<Crawls>> {
    let sql = format!(
        "select ingest_id, slice, reachable, pages_fetched, complete, started_at, finished_at from {} \
         order by ingest_id desc, slice",
        Table::Coverage.name()
    );
    let mut latest: Vec<Fetched> = ctx.lake.rows(&sql).await?;
    let Some(id) = latest.first().map(|slice| slice.ingest_id.clone()) else {
        return Ok(None);
    };
    let first_earlier = latest.partition_point(|slice| slice.ingest_id == id);
    let earlier = latest.split_off(first_earlier);
    Ok(Some(Crawls { latest, earlier }))
}
