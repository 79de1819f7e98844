//! Backoff between attempts: exponential with full jitter, as in Marc Brooker's "Exponential
//! Backoff and Jitter" (AWS Architecture Blog, 2015).

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Draws the waits of one client.
#[derive(Debug)]
pub struct Backoff {
    base: Duration,
    max: Duration,
    rng: Mutex<ChaCha8Rng>,
}

impl Backoff {
    /// Waits below `base * 2^(attempt - 1)` and never above `max`.
    pub fn new(base: Duration, max: Duration, seed: u64) -> Backoff {
        Backoff {
            base,
            max,
            rng: Mutex::new(ChaCha8Rng::seed_from_u64(seed)),
        }
    }

    /// How long to wait after the failed `attempt`, counted from 1.
    pub fn draw(&self, attempt: u32) -> Duration {
        let doublings = attempt.saturating_sub(1).min(31);
        let bound = self.base.saturating_mul(1 << doublings).min(self.max);
        let mut rng = self.rng.lock().unwrap_or_else(PoisonError::into_inner);
        bound.mul_f64(rng.random_range(0.0..=1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_fill_the_doubling_range_and_stop_at_the_maximum() {
        let base = Duration::from_millis(100);
        let max = Duration::from_secs(1);
        let backoff = Backoff::new(base, max, 1);
        for attempt in 1..=40 {
            let bound = base.saturating_mul(1 << (attempt - 1).min(20)).min(max);
            let waits: Vec<Duration> = (0..200).map(|_| backoff.draw(attempt)).collect();
            let longest = *waits.iter().max().unwrap();
            let shortest = *waits.iter().min().unwrap();
            assert!(longest <= bound, "attempt {attempt} waited {longest:?}");
            assert!(
                longest > bound.mul_f64(0.8),
                "attempt {attempt}: {longest:?}"
            );
            assert!(
                shortest < bound.mul_f64(0.2),
                "attempt {attempt}: {shortest:?}"
            );
        }
    }

    #[test]
    fn the_same_seed_draws_the_same_waits() {
        let draws = |seed| {
            let backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(1), seed);
            (1..9).map(|n| backoff.draw(n)).collect::<Vec<_>>()
        };
        assert_eq!(draws(7), draws(7));
        assert_ne!(draws(7), draws(8));
    }
}
