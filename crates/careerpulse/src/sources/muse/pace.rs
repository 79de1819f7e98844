//! Pacing: one token bucket, shared by all requests of a client and filled by what the server
//! says of its rate limit.
//!
//! The headers are `X-RateLimit-Limit`, `-Remaining` and `-Reset`; `Reset` counts seconds from
//! now, it is no epoch. A 429 may carry `Retry-After` instead.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use reqwest::header::HeaderMap;

/// `Reset` is in whole seconds, so the true moment may lie up to a second later.
const MARGIN: Duration = Duration::from_millis(500);

/// No wait that a server may name is taken for longer; the client gives up far below.
const LONGEST: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// Two answers whose resets differ by less speak of the same window.
const SAME_WINDOW: Duration = Duration::from_secs(2);

/// What one response said of the limit; every part may be missing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RateHeaders {
    /// Requests a window allows.
    pub limit: Option<u64>,
    /// Requests left in this window.
    pub remaining: Option<u64>,
    /// Time until the window ends.
    pub reset: Option<Duration>,
    /// Time until the server wants to be asked again.
    pub retry_after: Option<Duration>,
}

impl RateHeaders {
    /// How long to wait after a refusal with these headers. While requests remain the refusal
    /// had another cause, and the end of the window is no answer to it.
    pub fn pause(&self) -> Option<Duration> {
        let spent = self.remaining.unwrap_or(0) == 0;
        self.retry_after.or(self.reset.filter(|_| spent))
    }
}

/// Reads the rate-limit headers; values that are no whole number count as missing.
pub fn rate_headers(headers: &HeaderMap) -> RateHeaders {
    let number = |name: &str| {
        let text = headers.get(name)?.to_str().ok()?;
        text.trim().parse::<u64>().ok()
    };
    RateHeaders {
        limit: number("x-ratelimit-limit"),
        remaining: number("x-ratelimit-remaining"),
        reset: number("x-ratelimit-reset").map(bounded),
        retry_after: number("retry-after").map(bounded),
    }
}

/// The shared bucket. Before the first response it lets everything through.
#[derive(Debug, Default)]
pub struct Pacer {
    bucket: Mutex<Bucket>,
}

#[derive(Debug, Default)]
struct Bucket {
    limit: Option<u64>,
    /// Requests that may still start; `None` while nothing is known.
    tokens: Option<u64>,
    /// When the window ends; `None` until the server said so for this window.
    ends: Option<Instant>,
    /// Until when the server has refused everything; answers to older requests do not lift it.
    blocked_until: Option<Instant>,
}

impl Pacer {
    /// Takes one token, or says how long to wait before asking again.
    pub fn take(&self, now: Instant) -> Result<(), Duration> {
        let mut bucket = self.lock();
        bucket.refill(now);
        if let Some(until) = bucket.blocked_until {
            return Err(until.saturating_duration_since(now));
        }
        match (bucket.tokens, bucket.ends) {
            // Empty without a known end: waiting would never finish, so the
            // server is asked and its refusal backed off from.
            (Some(0), Some(ends)) => Err(ends.saturating_duration_since(now)),
            (tokens, _) => {
                bucket.tokens = tokens.map(|tokens| tokens.saturating_sub(1));
                Ok(())
            }
        }
    }

    /// Learns from the headers of a response.
    pub fn observe(&self, seen: RateHeaders, now: Instant) {
        let mut bucket = self.lock();
        bucket.refill(now);
        bucket.limit = seen.limit.or(bucket.limit);
        let Some(remaining) = seen.remaining else {
            return;
        };
        let ends = seen.reset.map(|reset| now + reset + MARGIN);
        let new_window = match (bucket.ends, ends) {
            (Some(old), Some(new)) => new > old + SAME_WINDOW,
            _ => false,
        };
        // Within a window the smaller number is right: the bucket has already paid for
        // requests in flight, the server for those of other clients behind the same address.
        bucket.tokens = Some(match bucket.tokens {
            Some(tokens) if !new_window => tokens.min(remaining),
            _ => remaining,
        });
        if new_window || bucket.ends.is_none() {
            bucket.ends = ends;
        }
    }

    /// Lets nothing through for `reset`: the server has refused a request.
    pub fn block(&self, reset: Duration, now: Instant) {
        let mut bucket = self.lock();
        let until = now + reset + MARGIN;
        bucket.tokens = Some(0);
        bucket.ends = Some(until);
        bucket.blocked_until = bucket.blocked_until.max(Some(until));
    }

    /// How long requests are held back at this moment, if they are.
    pub fn waiting(&self, now: Instant) -> Option<Duration> {
        let bucket = self.lock();
        let spent = bucket.ends.filter(|_| bucket.tokens == Some(0));
        let left = bucket
            .blocked_until
            .max(spent)?
            .saturating_duration_since(now);
        (!left.is_zero()).then_some(left)
    }

    fn lock(&self) -> MutexGuard<'_, Bucket> {
        // The bucket is plain numbers, valid after any panic elsewhere.
        self.bucket.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Bucket {
    /// A window that has ended leaves a full bucket, so that waiting requests do not all
    /// start at once into a smaller window.
    fn refill(&mut self, now: Instant) {
        if self.blocked_until.is_some_and(|until| now >= until) {
            self.blocked_until = None;
        }
        if self.ends.is_some_and(|ends| now >= ends) {
            self.ends = None;
            self.tokens = self.limit;
        }
    }
}

/// A server may say anything; a time that cannot be added to the clock must not be added.
fn bounded(seconds: u64) -> Duration {
    Duration::from_secs(seconds).min(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(limit: u64, remaining: u64, reset: u64) -> RateHeaders {
        RateHeaders {
            limit: Some(limit),
            remaining: Some(remaining),
            reset: Some(Duration::from_secs(reset)),
            retry_after: None,
        }
    }

    #[test]
    fn headers_are_read_and_nonsense_is_missing() {
        let mut headers = HeaderMap::new();
        assert_eq!(rate_headers(&headers), RateHeaders::default());
        headers.insert("X-RateLimit-Limit", "500".parse().unwrap());
        headers.insert("X-RateLimit-Remaining", " 7".parse().unwrap());
        headers.insert("X-RateLimit-Reset", "9".parse().unwrap());
        headers.insert("Retry-After", "tomorrow".parse().unwrap());
        assert_eq!(rate_headers(&headers), seen(500, 7, 9));
    }

    #[test]
    fn an_absurd_reset_does_no_harm() {
        let mut headers = HeaderMap::new();
        headers.insert("X-RateLimit-Remaining", "0".parse().unwrap());
        headers.insert("X-RateLimit-Reset", u64::MAX.to_string().parse().unwrap());
        let pacer = Pacer::default();
        let now = Instant::now();
        pacer.observe(rate_headers(&headers), now);
        assert_eq!(pacer.take(now), Err(LONGEST + MARGIN));
    }

    #[test]
    fn the_end_of_the_window_answers_only_a_used_up_limit() {
        let seconds = |n| Some(Duration::from_secs(n));
        assert_eq!(seen(500, 0, 9).pause(), seconds(9));
        assert_eq!(seen(500, 1, 9).pause(), None);
        let asked = RateHeaders {
            retry_after: seconds(3),
            ..seen(500, 1, 9)
        };
        assert_eq!(asked.pause(), seconds(3));
        assert_eq!(RateHeaders::default().pause(), None);
    }

    #[test]
    fn an_empty_bucket_holds_until_the_window_ends_and_is_then_full() {
        let start = Instant::now();
        let pacer = Pacer::default();
        assert_eq!(pacer.take(start), Ok(()));
        pacer.observe(seen(2, 1, 60), start);
        assert_eq!(pacer.take(start), Ok(()));
        let wait = pacer.take(start).unwrap_err();
        assert_eq!(wait, Duration::from_secs(60) + MARGIN);
        assert_eq!(pacer.waiting(start), Some(wait));
        let later = start + wait;
        assert_eq!(pacer.waiting(later), None);
        assert_eq!(pacer.take(later), Ok(()));
        assert_eq!(pacer.take(later), Ok(()));
        pacer.observe(seen(2, 1, 60), later);
        assert!(pacer.take(later).is_err(), "the window of two is used up");
    }

    #[test]
    fn answers_out_of_order_do_not_give_tokens_back() {
        let start = Instant::now();
        let pacer = Pacer::default();
        pacer.observe(seen(9, 3, 60), start);
        pacer.observe(seen(9, 5, 59), start + Duration::from_secs(1));
        for _ in 0..3 {
            assert_eq!(pacer.take(start), Ok(()));
        }
        assert!(pacer.take(start).is_err());
        pacer.observe(seen(9, 8, 60), start + Duration::from_secs(30));
        let later = start + Duration::from_secs(30);
        assert_eq!(pacer.take(later), Ok(()), "a later reset is a new window");
    }

    #[test]
    fn a_refusal_blocks_everyone() {
        let start = Instant::now();
        let pacer = Pacer::default();
        pacer.observe(seen(500, 400, 60), start);
        pacer.block(Duration::from_secs(5), start);
        let all = Duration::from_secs(5) + MARGIN;
        assert_eq!(pacer.take(start), Err(all));
        // The answer to a request that was under way speaks of a window with room.
        pacer.observe(seen(500, 399, 3_600), start);
        assert_eq!(pacer.take(start), Err(all));
        assert_eq!(pacer.waiting(start), Some(all));
        assert_eq!(pacer.take(start + all), Ok(()));
    }

    #[test]
    fn an_empty_bucket_without_an_end_still_asks() {
        let pacer = Pacer::default();
        let unknown_end = RateHeaders {
            reset: None,
            ..seen(500, 0, 0)
        };
        pacer.observe(unknown_end, Instant::now());
        assert_eq!(pacer.take(Instant::now()), Ok(()));
    }
}
