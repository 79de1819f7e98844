//! The rate limit: how many requests a window still has, and the headers that say so.

use std::time::Duration;

use tokio::time::Instant;

/// The limit shown where none was asked for: more than a client can send in a window,
/// so that one which paces itself by the headers is not slowed down.
const UNLIMITED: u32 = 1_000_000;

/// Counts requests in fixed windows, apart for those with a key and those without.
///
/// A window opens with the first request after the one before has run out. Refused
/// requests are not counted. With a key the limit is 7.2 times as high, as the API's
/// 3,600 an hour are to its 500.
#[derive(Debug)]
pub struct Limits {
    limit: u32,
    refuses: bool,
    window: Duration,
    keyless: Option<Window>,
    keyed: Option<Window>,
}

/// What one request is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// Whether the request is within the limit.
    pub admitted: bool,
    /// `X-RateLimit-Limit`: requests in a window.
    pub limit: u32,
    /// `X-RateLimit-Remaining`: requests left after this one.
    pub remaining: u32,
    /// `X-RateLimit-Reset`: seconds from now until the window ends, rounded up.
    pub reset: u64,
}

#[derive(Debug, Clone, Copy)]
struct Window {
    opened: Instant,
    used: u32,
}

/// Limits of `limit` requests in `window` without a key; `None` never refuses and shows
/// a limit of a million.
pub fn limits(limit: Option<u32>, window: Duration) -> Limits {
    Limits {
        limit: limit.unwrap_or(UNLIMITED),
        refuses: limit.is_some(),
        window,
        keyless: None,
        keyed: None,
    }
}

impl Limits {
    /// Counts a request that came at `now`, and says what it is told.
    pub fn admit(&mut self, keyed: bool, now: Instant) -> Allowance {
        let limit = if keyed {
            u32::try_from(u64::from(self.limit) * 36 / 5).unwrap_or(u32::MAX)
        } else {
            self.limit
        };
        let slot = if keyed {
            &mut self.keyed
        } else {
            &mut self.keyless
        };
        let open = slot.filter(|window| now.duration_since(window.opened) < self.window);
        let mut window = open.unwrap_or(Window {
            opened: now,
            used: 0,
        });
        let admitted = window.used < limit || !self.refuses;
        window.used = window.used.saturating_add(u32::from(admitted));
        *slot = Some(window);
        let left = self
            .window
            .saturating_sub(now.duration_since(window.opened));
        Allowance {
            admitted,
            limit,
            remaining: limit.saturating_sub(window.used),
            reset: left.as_secs() + u64::from(left.subsec_nanos() > 0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_runs_out_and_opens_again() {
        let mut limits = limits(Some(2), Duration::from_secs(10));
        let start = Instant::now();
        let at = |millis| start + Duration::from_millis(millis);
        let told = |admitted, remaining, reset| Allowance {
            admitted,
            limit: 2,
            remaining,
            reset,
        };
        assert_eq!(limits.admit(false, at(0)), told(true, 1, 10));
        assert_eq!(limits.admit(false, at(1)), told(true, 0, 10));
        assert_eq!(limits.admit(false, at(5_000)), told(false, 0, 5));
        assert_eq!(limits.admit(false, at(9_001)), told(false, 0, 1));
        assert_eq!(limits.admit(false, at(10_000)), told(true, 1, 10));
    }

    #[test]
    fn a_key_has_its_own_larger_allowance() {
        let mut limits = limits(Some(500), Duration::from_secs(3_600));
        let now = Instant::now();
        assert_eq!(limits.admit(true, now).limit, 3_600);
        assert_eq!(limits.admit(true, now).remaining, 3_598);
        assert_eq!(limits.admit(false, now).remaining, 499);
    }

    #[test]
    fn a_limit_of_nothing_refuses_all_and_no_limit_refuses_none() {
        let now = Instant::now();
        assert!(
            !limits(Some(0), Duration::from_secs(1))
                .admit(true, now)
                .admitted
        );
        let mut unlimited = limits(None, Duration::from_secs(1));
        assert!((0..5_000).all(|_| unlimited.admit(false, now).admitted));
        assert!(
            limits(Some(u32::MAX), Duration::ZERO)
                .admit(true, now)
                .admitted
        );
    }
}
