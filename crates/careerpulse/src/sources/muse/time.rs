//! Time as the client sees it, so that a test can wait an hour at once.

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use futures::future::BoxFuture;

/// A clock that can be waited on.
pub trait Time: Send + Sync {
    /// A point in time for measuring; it never runs backwards.
    fn now(&self) -> Instant;
    /// The wall clock, for what is recorded.
    fn utc(&self) -> DateTime<Utc>;
    /// Ends once `duration` has passed on this clock.
    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()>;
}

/// The machine's own time, waited on through tokio's timer.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemTime;

impl Time for SystemTime {
    fn now(&self) -> Instant {
        Instant::now()
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "the one place of the client that asks the machine"
    )]
    fn utc(&self) -> DateTime<Utc> {
        Utc::now()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}
