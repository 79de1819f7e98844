//! A clock that jumps: a sleep ends at once and the time is later.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeZone, Utc};
use futures::future::BoxFuture;

use super::super::Time;

pub struct VirtualTime {
    start: Instant,
    sleeps: Mutex<Vec<Duration>>,
}

impl Default for VirtualTime {
    fn default() -> VirtualTime {
        VirtualTime {
            start: Instant::now(),
            sleeps: Mutex::default(),
        }
    }
}

impl VirtualTime {
    /// Every sleep so far.
    pub fn sleeps(&self) -> Vec<Duration> {
        self.sleeps.lock().unwrap().clone()
    }

    fn passed(&self) -> Duration {
        self.sleeps.lock().unwrap().iter().sum()
    }
}

impl Time for VirtualTime {
    fn now(&self) -> Instant {
        self.start + self.passed()
    }

    fn utc(&self) -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 1, 2, 3, 4, 5).unwrap() + self.passed()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        self.sleeps.lock().unwrap().push(duration);
        Box::pin(tokio::task::yield_now())
    }
}
