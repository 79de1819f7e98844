//! The agenda of a crawl: which slices are open, and which page of each is due.
//!
//! Pure: it hears what became of pages and says which to ask for. A stored page and a fetched
//! one are told alike, so a resumed crawl takes the same decisions as an undisturbed one.

use std::collections::HashSet;

use chrono::{DateTime, Utc};

use super::plan::CrawlPlan;
use super::progress::SliceCoverage;
use super::resume::Resume;
use super::slice::Slice;
use super::walk::{Step, Walk};

/// One page that is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// Place of the walk in the agenda.
    pub walk: usize,
    /// Its slice.
    pub slice: Slice,
    /// The slice's name.
    pub name: String,
    /// The page, from 0.
    pub page: u32,
}

/// All slices of a crawl. It opens with the whole feed alone; others join once one query is
/// seen not to reach everything.
pub struct Agenda<'a> {
    plan: &'a CrawlPlan,
    cap: u32,
    walks: Vec<Walk>,
    names: HashSet<String>,
}

impl<'a> Agenda<'a> {
    /// The agenda of a crawl that begins now. Pages from `cap` on are refused by the source.
    pub fn new(plan: &'a CrawlPlan, cap: u32, now: DateTime<Utc>) -> Agenda<'a> {
        let mut agenda = Agenda {
            plan,
            cap: cap.max(1),
            walks: Vec::new(),
            names: HashSet::new(),
        };
        agenda.open(Slice::all(), now);
        agenda
    }

    /// Walks every slice over its stored pages.
    pub fn replay(&mut self, resume: &Resume, now: DateTime<Utc>) {
        let mut place = 0;
        // Slices that open on the way join at the end and are reached by the same loop.
        while place < self.walks.len() {
            while let Some(page) = self.walks[place].next_page() {
                let Some(stored) = resume.get(&self.walks[place].name, page) else {
                    break;
                };
                let step = match stored {
                    Ok(envelope) if envelope.results_len == 0 => Step::End,
                    stored => Step::Fetched(stored.clone()),
                };
                self.step(place, page, step, now);
            }
            place += 1;
        }
    }

    /// The next page of every open slice, so that a small budget samples all of them instead
    /// of draining the first. Empty once the crawl is over.
    pub fn round(&self) -> Vec<Due> {
        let due = |(place, walk): (usize, &Walk)| {
            Some(Due {
                walk: place,
                slice: walk.slice.clone(),
                name: walk.name.clone(),
                page: walk.next_page()?,
            })
        };
        self.walks.iter().enumerate().filter_map(due).collect()
    }

    /// Adds what became of a page, and splits its slice where one query cannot reach it all.
    pub fn step(&mut self, place: usize, page: u32, step: Step, now: DateTime<Utc>) {
        self.walks[place].step(page, step, now);
        if self.walks[place].is_full() {
            for part in self.parts(place) {
                self.open(part, now);
            }
        }
    }

    /// The ledger.
    pub fn coverage(&self) -> Vec<SliceCoverage> {
        self.walks.iter().map(Walk::coverage).collect()
    }

    /// Slices known so far.
    pub fn len(&self) -> usize {
        self.walks.len()
    }

    /// Pages all known slices will take, as far as they say.
    pub fn expected_pages(&self) -> u64 {
        self.walks.iter().map(Walk::expected_pages).sum()
    }

    /// What a full slice is cut into. Only slices without a category reach postings that have
    /// none, hence the levels beside the categories.
    fn parts(&self, place: usize) -> Vec<Slice> {
        let walk = &self.walks[place];
        let slice = &walk.slice;
        let by_level = || self.plan.levels.iter().map(|level| slice.with_level(level));
        match (&slice.category, &slice.level, &slice.location) {
            (None, None, None) => {
                let categories = self.plan.categories.iter();
                categories
                    .map(|name| Slice::category(name))
                    .chain(by_level())
                    .collect()
            }
            (Some(_), None, None) => by_level().collect(),
            (_, Some(_), None) => walk
                .frequent_locations(self.plan.locations_per_slice)
                .into_iter()
                .map(|location| slice.with_location(location))
                .collect(),
            (_, _, Some(_)) => Vec::new(),
        }
    }

    /// A slice is walked once, however often it is named in the configuration or found full.
    fn open(&mut self, slice: Slice, now: DateTime<Utc>) {
        let probes = slice == Slice::all();
        if self.names.insert(slice.name()) {
            self.walks.push(Walk::new(slice, self.cap, probes, now));
        }
    }
}
