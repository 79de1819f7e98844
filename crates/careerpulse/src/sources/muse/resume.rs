//! The pages that an interrupted crawl has already stored.

use std::collections::BTreeMap;

use super::page::{Envelope, PageError, parse_envelope};

/// Stored pages by slice name and page number. Empty for a fresh crawl.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Resume {
    pages: BTreeMap<String, BTreeMap<u32, Result<Envelope, PageError>>>,
}

impl Resume {
    /// Reads the envelopes of stored pages, given as slice name, page number and payload.
    pub fn from_pages<S, P>(pages: impl IntoIterator<Item = (S, u32, P)>) -> Resume
    where
        S: Into<String>,
        P: AsRef<str>,
    {
        let mut resume = Resume::default();
        for (slice, page, payload) in pages {
            resume.add(&slice.into(), page, payload.as_ref());
        }
        resume
    }

    /// Adds a stored page; only its envelope is kept.
    pub fn add(&mut self, slice: &str, page: u32, payload: &str) {
        let envelope = parse_envelope(payload);
        self.pages
            .entry(slice.to_owned())
            .or_default()
            .insert(page, envelope);
    }

    /// How many pages are stored.
    pub fn len(&self) -> usize {
        self.pages.values().map(BTreeMap::len).sum()
    }

    /// Whether nothing is stored.
    pub fn is_empty(&self) -> bool {
        self.pages.is_empty()
    }

    /// The envelope of a stored page.
    pub(super) fn get(&self, slice: &str, page: u32) -> Option<&Result<Envelope, PageError>> {
        self.pages.get(slice)?.get(&page)
    }
}
