//! The stream of postings: new adverts, and earlier ones posted again under other ids.

use std::collections::VecDeque;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::advert::{Advert, Lexicon, read_lexicon, write_advert};
use super::calendar::{Calendar, build_calendar, draw_day, move_day, recency, write_moment};
use super::label::draw_categories;
use super::places::{draw_locations, draw_place};
use super::posting::{Posting, Refs};
use super::title::{draw_levels, slug};
use super::{Generated, SampleError, SampleParams};

/// The postings of a sample, one after another; see [`generate`](super::generate).
#[derive(Debug)]
pub struct Postings {
    lexicon: Lexicon,
    calendar: Calendar,
    rng: ChaCha8Rng,
    recent: VecDeque<(Advert, u32)>,
    repeated: Option<(Advert, u32)>,
    next: u64,
    remaining: usize,
}

impl Iterator for Postings {
    type Item = Generated;

    fn next(&mut self) -> Option<Generated> {
        self.remaining = self.remaining.checked_sub(1)?;
        let (advert, day) = self.repeat().unwrap_or_else(|| self.invent());
        let generated = self.post(&advert, day);
        self.next += 1;
        Some(generated)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.remaining, Some(self.remaining))
    }
}

impl ExactSizeIterator for Postings {}

/// How many ids of 7 to 8 digits there are.
pub(super) const IDS: u64 = 99_000_000;

/// Opens the stream.
pub(super) fn open_stream(params: &SampleParams) -> Result<Postings, SampleError> {
    let lexicon = read_lexicon()?;
    Ok(Postings {
        calendar: build_calendar(params.days, params.last_day, &lexicon.categories)?,
        lexicon,
        rng: ChaCha8Rng::seed_from_u64(params.seed),
        recent: VecDeque::with_capacity(RECENT),
        repeated: None,
        next: 0,
        remaining: params.postings,
    })
}

/// The step from one id to the next; it shares no factor with `IDS`, so none repeats.
const ID_STEP: u64 = 7_368_787;

/// How many adverts are remembered to be posted again.
const RECENT: usize = 256;

/// Share of postings that repeat an earlier advert under another id.
const TWINS: f64 = 0.08;

/// Chance that a repeat is of the same advert as the one before.
const BURST: f64 = 0.4;

impl Postings {
    /// A new advert and its day; it is remembered, so that it can be posted again.
    fn invent(&mut self) -> (Advert, u32) {
        let advert = write_advert(&self.lexicon, &mut self.rng);
        let day = draw_day(&self.calendar, advert.category, &mut self.rng);
        if self.recent.len() == RECENT {
            self.recent.pop_front();
        }
        self.recent.push_back((advert.clone(), day));
        (advert, day)
    }

    /// An earlier advert for another place, the same day or as a repost weeks later.
    fn repeat(&mut self) -> Option<(Advert, u32)> {
        if self.recent.is_empty() || !self.rng.random_bool(TWINS) {
            return None;
        }
        // Adverts for many stores come in bursts: the last one repeated is repeated again.
        if self.repeated.is_none() || !self.rng.random_bool(BURST) {
            let index = self.rng.random_range(0..self.recent.len());
            self.repeated = self.recent.get(index).cloned();
        }
        let (mut advert, mut day) = self.repeated.clone()?;
        if self.rng.random_bool(0.3) {
            day = move_day(&self.calendar, day, self.rng.random_range(7..31));
        }
        if advert.english {
            let seat = self.lexicon.employers[advert.employer].city;
            advert.place = draw_place(&self.lexicon.places, seat, &mut self.rng);
        }
        Some((advert, day))
    }

    /// The posting of an advert on a day, under the next id.
    fn post(&mut self, advert: &Advert, day: u32) -> Generated {
        let rng = &mut self.rng;
        let employer = &self.lexicon.employers[advert.employer];
        let id = 1_000_000 + (self.next * ID_STEP + 424_243) % IDS;
        let short_name = format!(
            "{}-{:06x}",
            slug(&advert.title),
            rng.random_range(0..0x0100_0000)
        );
        let landing_page = format!(
            "https://www.themuse.com/jobs/{}/{short_name}",
            employer.company.short_name
        );
        let kind = if rng.random_bool(0.97) {
            "external"
        } else {
            "native"
        };
        let posting = Posting {
            contents: advert.contents.clone(),
            name: advert.title.clone(),
            kind: kind.to_owned(),
            publication_date: write_moment(&self.calendar, day, rng),
            short_name,
            model_type: "jobs".to_owned(),
            id,
            locations: draw_locations(&self.lexicon.places, advert.place, advert.remote, rng),
            categories: draw_categories(
                advert.label,
                employer.hides,
                recency(&self.calendar, day),
                advert.english,
                rng,
            ),
            levels: draw_levels(advert.seniority, rng),
            tags: employer.tags.clone(),
            refs: Refs { landing_page },
            company: employer.company.clone(),
        };
        Generated {
            posting,
            true_category: self.lexicon.categories[advert.category].name,
        }
    }
}
