//! A stand-in for The Muse's API: a generator of realistic postings, and an HTTP server
//! that serves them, or recorded ones, with the API's quirks and with faults on request.

mod envelope;
mod faults;
mod feed;
mod handle;
mod lifetime;
mod limits;
mod query;
pub mod sample;
mod server;

pub use envelope::{ITEMS_PER_PAGE, reported_total};
pub use faults::schedule::MAX_IN_A_ROW;
pub use faults::{FAULT_KINDS, FaultKind, Faults, FaultsError};
pub use feed::{Feed, FeedError};
pub use handle::JOBS_PATH;
pub use lifetime::Lifetimes;
pub use server::{Replay, ReplayOptions, serve, spawn};
