//! What a crawl is meant to reach, and how much it may ask for.

use super::slice::{CATEGORIES, LEVELS};

/// The plan of a crawl: the lists its slices are cut by.
///
/// | field | default | purpose |
/// |---|---|---|
/// | `categories` | [`CATEGORIES`] | one slice each, where one query does not reach everything |
/// | `levels` | [`LEVELS`] | slices for postings without a category, and parts of full categories |
/// | `locations_per_slice` | 8 | parts a slice is cut into that is full even by level; 0 for none |
/// | `max_requests` | none | requests of the crawl, retries included |
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CrawlPlan {
    /// Category names, exact.
    pub categories: Vec<String>,
    /// Level names, exact and long.
    pub levels: Vec<String>,
    /// How many of the most frequent locations seen in a full slice become slices of their own.
    pub locations_per_slice: usize,
    /// The budget.
    pub max_requests: Option<u32>,
}

impl Default for CrawlPlan {
    fn default() -> CrawlPlan {
        let owned = |names: &[&str]| names.iter().map(ToString::to_string).collect();
        CrawlPlan {
            categories: owned(CATEGORIES),
            levels: owned(LEVELS),
            locations_per_slice: 8,
            max_requests: None,
        }
    }
}
