//! How patient a client is, and how much it reads.

use std::time::Duration;

/// Settings of a [`Client`](crate::Client); `Settings::default()` suits a server near by.
///
/// | field | default |
/// |---|---|
/// | `timeout` | 30 s, one JSON call with its answer |
/// | `transfer_timeout` | 10 min, one artifact |
/// | `connect_timeout` | 5 s |
/// | `attempts` | 4, at least 1 |
/// | `backoff_base`, `backoff_max` | 500 ms, 8 s; doubled from one attempt to the next |
/// | `max_answer_bytes` | 64 MiB, an answer in JSON |
/// | `max_artifact_bytes` | 2 GiB, an artifact that is read |
/// | `page_size` | 1,000 results a page of a search, the most that all servers allow |
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// How long one JSON call may take, its answer included.
    pub timeout: Duration,
    /// How long sending or reading one artifact may take.
    pub transfer_timeout: Duration,
    /// How long a connection may take to stand.
    pub connect_timeout: Duration,
    /// How often a call that may be repeated is made before it is given up.
    pub attempts: u32,
    /// The wait after the first failed attempt.
    pub backoff_base: Duration,
    /// The longest wait between two attempts.
    pub backoff_max: Duration,
    /// The longest answer in JSON that is read, in bytes.
    pub max_answer_bytes: usize,
    /// The longest artifact that is read, in bytes.
    pub max_artifact_bytes: usize,
    /// Results a page of a search.
    pub page_size: u32,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            timeout: Duration::from_secs(30),
            transfer_timeout: Duration::from_secs(600),
            connect_timeout: Duration::from_secs(5),
            attempts: 4,
            backoff_base: Duration::from_millis(500),
            backoff_max: Duration::from_secs(8),
            max_answer_bytes: 64 << 20,
            max_artifact_bytes: 2 << 30,
            page_size: 1_000,
        }
    }
}

impl Settings {
    /// The wait after failed attempt `attempt`, counted from 1.
    pub(crate) fn backoff(&self, attempt: u32) -> Duration {
        let doubled = 2_u32.saturating_pow(attempt.saturating_sub(1));
        self.backoff_base
            .saturating_mul(doubled)
            .min(self.backoff_max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_up_to_its_bound() {
        let settings = Settings::default();
        let waits: Vec<u128> = [1, 2, 3, 5, 6, 99]
            .map(|attempt| settings.backoff(attempt).as_millis())
            .to_vec();
        assert_eq!(waits, [500, 1_000, 2_000, 8_000, 8_000, 8_000]);
    }
}
