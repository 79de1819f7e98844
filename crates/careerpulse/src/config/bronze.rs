//! How The Muse is crawled.

use serde::{Deserialize, Serialize};

/// How The Muse is crawled. The API key is no setting: it comes from `MUSE_API_KEY` alone.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields)]
pub struct Bronze {
    /// The address of the jobs endpoint.
    pub source: String,
    /// The most requests of one crawl, spread over its slices; 0 is no limit.
    pub max_requests: u32,
    /// Requests in flight at once.
    pub concurrency: usize,
    /// Seconds until a request counts as lost.
    pub timeout_seconds: u64,
    /// Tries per request, the first included.
    pub max_attempts: u32,
    /// The longest wait for the rate limit to reset, in seconds.
    pub max_wait_seconds: u64,
    /// The largest response body that is accepted, in MiB.
    pub max_body_mib: usize,
    /// Pages per commit.
    pub batch_pages: usize,
    /// For how many hours an interrupted crawl is resumed rather than begun anew.
    pub resume_hours: i64,
}

impl Default for Bronze {
    fn default() -> Self {
        Self {
            source: "https://www.themuse.com/api/public/jobs".into(),
            max_requests: 500,
            concurrency: 4,
            timeout_seconds: 30,
            max_attempts: 8,
            max_wait_seconds: 3_900,
            max_body_mib: 32,
            batch_pages: 50,
            resume_hours: 24,
        }
    }
}
