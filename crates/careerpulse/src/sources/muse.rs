//! The Muse: a client of its public jobs API, and the plan by which a crawl reaches more than one query can.
//!
//! The client brings pages home as received. It reads only what paging needs; what a posting
//! means is decided in Silver, from the stored payload.

mod agenda;
mod client;
mod crawl;
mod error;
mod exchange;
mod outcome;
mod pace;
mod page;
mod plan;
mod progress;
mod resume;
mod retry;
mod settings;
mod slice;
mod tally;
mod time;
mod walk;

#[cfg(test)]
mod tests;

pub use client::{Fetched, MuseClient, Page};
pub use crawl::crawl;
pub use error::MuseError;
pub use outcome::EndReason;
pub use page::{Envelope, PageError, parse_envelope};
pub use plan::CrawlPlan;
pub use progress::{CrawlProgress, CrawlReport, FetchedPage, SliceCoverage};
pub use resume::Resume;
pub use settings::{ApiKey, MuseSettings, PAGE_SIZE, parse_source};
pub use slice::{CATEGORIES, LEVELS, Slice};
pub use time::{RealTime, Time};
