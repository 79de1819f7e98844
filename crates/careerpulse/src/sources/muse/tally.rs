//! Counts of one crawl, shared by its requests, and the budget they draw on.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

/// Requests made, and how many may be. Retries are requests too.
#[derive(Debug, Default)]
pub struct Tally {
    max_requests: Option<u32>,
    requests: AtomicU32,
    retries: AtomicU32,
    rate_limited: AtomicU32,
}

impl Tally {
    /// An empty tally with a budget, or without one.
    pub fn new(max_requests: Option<u32>) -> Tally {
        Tally {
            max_requests,
            ..Tally::default()
        }
    }

    /// Draws one request from the budget; false where it is spent.
    #[must_use]
    pub fn draw(&self, is_retry: bool) -> bool {
        let drawn = self.requests.fetch_update(Relaxed, Relaxed, |requests| {
            let spent = self.max_requests.is_some_and(|max| requests >= max);
            (!spent).then(|| requests.saturating_add(1))
        });
        if drawn.is_ok() && is_retry {
            self.retries.fetch_add(1, Relaxed);
        }
        drawn.is_ok()
    }

    /// Notes a refusal for the rate limit.
    pub fn note_rate_limited(&self) {
        self.rate_limited.fetch_add(1, Relaxed);
    }

    /// Requests drawn so far.
    pub fn requests(&self) -> u32 {
        self.requests.load(Relaxed)
    }

    /// Those of them that repeated another.
    pub fn retries(&self) -> u32 {
        self.retries.load(Relaxed)
    }

    /// Refusals for the rate limit.
    pub fn rate_limited(&self) -> u32 {
        self.rate_limited.load(Relaxed)
    }
}
