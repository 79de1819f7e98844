//! Time as the client sees it, so that a test can wait an hour at once.

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use futures::future::BoxFuture;

use crate::clock::Clock;

/// A clock that can be waited on.
pub trait Time: Send + Sync {
    /// A point in time for measuring; it never runs backwards.
    fn now(&self) -> Instant;
    /// The wall clock, for what is recorded.
    fn utc(&self) -> DateTime<Utc>;
    /// Ends once `duration` has passed on this clock.
    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()>;
}

/// Real time, waited on through tokio's timer; the wall clock is the program's.
#[derive(Debug, Clone, Copy, Default)]
pub struct RealTime(pub Clock);

impl Time for RealTime {
    fn now(&self) -> Instant {
        Instant::now()
    }

    fn utc(&self) -> DateTime<Utc> {
        self.0.now()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}
