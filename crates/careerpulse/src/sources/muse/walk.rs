//! The walk through one slice: which page to ask for next, and what the pages add up to.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};

use super::error::MuseError;
use super::page::{Envelope, PageError};
use super::progress::SliceCoverage;
use super::settings::PAGE_SIZE;
use super::slice::Slice;

/// Unreadable pages in a row after which a slice is given up: the source, not a page, is broken.
const UNREADABLE_IN_A_ROW: u32 = 3;

/// What became of one page of the walk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// A page was fetched, readable or not.
    Fetched(Result<Envelope, PageError>),
    /// The slice ends before this page.
    End,
    /// The page could not be had.
    Failed(MuseError),
}

/// The state of one slice.
#[derive(Debug)]
pub struct Walk {
    /// What is walked.
    pub slice: Slice,
    /// Its name, under which pages are stored.
    pub name: String,
    /// Whether the last reachable page is asked for right after the first, to learn early
    /// whether one query reaches everything.
    probes: bool,
    probe_failed: bool,
    /// Page numbers from here on are refused by the source.
    cap: u32,
    /// Pages that need not be asked for (again).
    done: BTreeSet<u32>,
    end: Option<u32>,
    total: Option<u64>,
    page_count: Option<u64>,
    pages: u32,
    postings: u64,
    lost: Vec<String>,
    lost_in_a_row: u32,
    error: Option<String>,
    /// Whether the error was the source's silence or refusal rather than what it sent.
    is_cut_off: bool,
    locations: HashMap<String, u64>,
    started_at: DateTime<Utc>,
    finished_at: DateTime<Utc>,
}

impl Walk {
    /// A walk that has not begun.
    pub fn new(slice: Slice, cap: u32, probes: bool, now: DateTime<Utc>) -> Walk {
        Walk {
            name: slice.name(),
            slice,
            probes,
            probe_failed: false,
            cap,
            done: BTreeSet::new(),
            end: None,
            total: None,
            page_count: None,
            pages: 0,
            postings: 0,
            lost: Vec::new(),
            lost_in_a_row: 0,
            error: None,
            is_cut_off: false,
            locations: HashMap::new(),
            started_at: now,
            finished_at: now,
        }
    }

    /// The page to ask for next; `None` once the walk is over.
    pub fn next_page(&self) -> Option<u32> {
        if self.error.is_some() {
            return None;
        }
        if self.is_probe_due() {
            return Some(self.cap - 1);
        }
        let end = self.end.unwrap_or(self.cap).min(self.cap);
        (0..end).find(|page| !self.done.contains(page))
    }

    /// Adds what became of `page`.
    pub fn step(&mut self, page: u32, step: Step, now: DateTime<Utc>) {
        self.finished_at = now;
        let is_probe = self.is_probe_due() && page + 1 == self.cap;
        match step {
            Step::Fetched(Ok(envelope)) => self.count(page, envelope),
            Step::Fetched(Err(error)) => {
                self.pages += 1;
                self.lose(page, &error.to_string());
            }
            // Only pages below a known end are asked for, so this one lies nearer.
            Step::End => self.end = Some(page),
            // The probe is only early; the page is asked for again in its turn.
            Step::Failed(_) if is_probe => self.probe_failed = true,
            // One page too long says nothing of the next.
            Step::Failed(error @ MuseError::TooLarge { .. }) => self.lose(page, &error.to_string()),
            Step::Failed(error) => {
                self.error = Some(error.to_string());
                self.is_cut_off = error.may_pass();
            }
        }
    }

    /// Whether one query cannot reach the whole slice: the last page that the source serves
    /// still has postings, or may have, and the claimed total does not say that it is the last.
    /// A slice that has shown no posting yet is not called full: its parts would be as broken.
    pub fn is_full(&self) -> bool {
        let reaches_cap = self.done.contains(&(self.cap - 1));
        let claims_more = self.total.is_none_or(|total| total > self.reach());
        self.postings > 0 && ((reaches_cap && claims_more) || self.probe_failed)
    }

    /// Locations seen, the most frequent first, at most `n`.
    pub fn frequent_locations(&self, n: usize) -> Vec<&str> {
        let mut counted: Vec<(&str, u64)> = self
            .locations
            .iter()
            .map(|(name, count)| (name.as_str(), *count))
            .collect();
        counted.sort_by(|(a, a_count), (b, b_count)| b_count.cmp(a_count).then(a.cmp(b)));
        counted.into_iter().take(n).map(|(name, _)| name).collect()
    }

    /// Pages this walk will take, as far as is known; at least those it took.
    pub fn expected_pages(&self) -> u64 {
        let pages = u64::from(self.pages);
        match self.next_page() {
            None => pages,
            Some(_) => self
                .page_count
                .unwrap_or(1)
                .min(u64::from(self.cap))
                .max(pages),
        }
    }

    /// The slice's line in the ledger.
    pub fn coverage(&self) -> SliceCoverage {
        let is_over = self.next_page().is_none() && self.error.is_none();
        SliceCoverage {
            slice: self.name.clone(),
            total_reported: self.total,
            reachable: match self.total {
                Some(total) if !is_over => total.min(self.reach()).max(self.postings),
                _ => self.postings,
            },
            pages_fetched: self.pages,
            postings_fetched: self.postings,
            complete: is_over && self.lost.is_empty(),
            started_at: self.started_at,
            finished_at: self.finished_at,
            is_cut_off: self.is_cut_off,
            error: self.error_words(),
        }
    }

    fn is_probe_due(&self) -> bool {
        self.probes
            && !self.probe_failed
            && self.end.is_none()
            && self.done.contains(&0)
            && !self.done.contains(&(self.cap - 1))
            && self
                .page_count
                .is_none_or(|count| count > u64::from(self.cap))
    }

    /// Postings on the pages that the source serves of any slice.
    fn reach(&self) -> u64 {
        u64::from(self.cap) * PAGE_SIZE
    }

    fn count(&mut self, page: u32, envelope: Envelope) {
        self.done.insert(page);
        self.pages += 1;
        self.postings += envelope.results_len;
        self.lost_in_a_row = 0;
        self.total = envelope.total.or(self.total);
        self.page_count = envelope.page_count.or(self.page_count);
        for name in envelope.locations {
            *self.locations.entry(name).or_default() += 1;
        }
    }

    fn lose(&mut self, page: u32, reason: &str) {
        self.done.insert(page);
        self.lost
            .push(format!("page {page} was not read: {reason}"));
        self.lost_in_a_row += 1;
        if self.lost_in_a_row >= UNREADABLE_IN_A_ROW {
            self.error = Some(format!(
                "{UNREADABLE_IN_A_ROW} pages in a row could not be read; check that --source is The Muse's jobs API"
            ));
        }
    }

    fn error_words(&self) -> Option<String> {
        let lost = self.lost.first().map(|first| match self.lost.len() {
            1 => first.clone(),
            n => format!("{first} (and {} more pages)", n - 1),
        });
        match (&self.error, lost) {
            (Some(error), Some(lost)) => Some(format!("{error}; {lost}")),
            (Some(error), None) => Some(error.clone()),
            (None, lost) => lost,
        }
    }
}
