//! From pages to postings, and from postings to training rows.

use serde::{Deserialize, Serialize};

/// How pages become postings.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields)]
pub struct Silver {
    /// Pages per commit; at some hundred kilobytes a page this bounds the stage's memory.
    pub batch_pages: usize,
    /// The longest description that is kept, in KiB; a longer one is cut, and the repair recorded.
    pub max_description_kib: usize,
}

impl Default for Silver {
    fn default() -> Self {
        Self {
            batch_pages: 500,
            max_description_kib: 1_024,
        }
    }
}

/// How postings become training and scoring rows.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields)]
pub struct Gold {
    /// Categories with fewer postings than this stay out of training until they have grown.
    pub min_category_postings: u64,
    /// A taxonomy file that replaces the shipped one; empty is the shipped one.
    pub taxonomy: String,
    /// The Jaccard index of two descriptions' runs of three words from which on they are one advert.
    pub duplicate_similarity: f64,
    /// Postings compared per commit.
    pub batch: usize,
}

impl Default for Gold {
    fn default() -> Self {
        Self {
            min_category_postings: 5,
            taxonomy: String::new(),
            duplicate_similarity: 0.8,
            batch: 20_000,
        }
    }
}
