//! The stream of postings: new adverts, and earlier ones posted again under other ids.

use std::collections::VecDeque;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::advert::{Advert, Lexicon, read_lexicon, write_advert};
use super::calendar::{Calendar, build_calendar, draw_day, move_day, recency, write_moment};
use super::era::{Era, build_eras, check_share};
use super::label::{Silence, draw_categories};
use super::places::{draw_locations, draw_place};
use super::posting::{Posting, Refs};
use super::rewrite::{Drawn, rewrite};
use super::title::{draw_levels, slug};
use super::{Generated, SampleError, SampleParams};

/// The postings of a sample, one after another; see [`generate`](super::generate).
#[derive(Debug)]
pub struct Postings {
    lexicon: Lexicon,
    calendar: Calendar,
    eras: Vec<Era>,
    unlabelled: Option<f64>,
    seed: u64,
    rng: ChaCha8Rng,
    recent: VecDeque<(Drawn, u32)>,
    repeated: Option<(Drawn, u32)>,
    adverts: u64,
    next: u64,
    remaining: usize,
}

impl Iterator for Postings {
    type Item = Generated;

    fn next(&mut self) -> Option<Generated> {
        self.remaining = self.remaining.checked_sub(1)?;
        let (drawn, day) = self.repeat().unwrap_or_else(|| self.invent());
        let generated = self.post(&drawn, day);
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
    let calendar = build_calendar(params, &lexicon.categories)?;
    if let Some(share) = params.unlabelled {
        check_share("postings without a category", share)?;
    }
    Ok(Postings {
        eras: build_eras(params, &lexicon, &calendar)?,
        unlabelled: params.unlabelled,
        calendar,
        lexicon,
        seed: params.seed,
        rng: ChaCha8Rng::seed_from_u64(params.seed),
        recent: VecDeque::with_capacity(RECENT),
        repeated: None,
        adverts: 0,
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
    fn invent(&mut self) -> (Drawn, u32) {
        let drawn = Drawn {
            start: self.rng.clone(),
            advert: write_advert(&self.lexicon, &mut self.rng),
            number: self.adverts,
        };
        self.adverts += 1;
        let day = draw_day(&self.calendar, drawn.advert.category, &mut self.rng);
        if self.recent.len() == RECENT {
            self.recent.pop_front();
        }
        self.recent.push_back((drawn.clone(), day));
        (drawn, day)
    }

    /// An earlier advert for another place, the same day or as a repost weeks later.
    fn repeat(&mut self) -> Option<(Drawn, u32)> {
        if self.recent.is_empty() || !self.rng.random_bool(TWINS) {
            return None;
        }
        // Adverts for many stores come in bursts: the last one repeated is repeated again.
        if self.repeated.is_none() || !self.rng.random_bool(BURST) {
            let index = self.rng.random_range(0..self.recent.len());
            self.repeated = self.recent.get(index).cloned();
        }
        let (mut drawn, mut day) = self.repeated.clone()?;
        if self.rng.random_bool(0.3) {
            day = move_day(&self.calendar, day, self.rng.random_range(7..31));
        }
        let advert = &mut drawn.advert;
        if advert.english {
            let seat = self.lexicon.employers[advert.employer].city;
            advert.place = draw_place(&self.lexicon.places, seat, &mut self.rng);
        }
        Some((drawn, day))
    }

    /// The posting of an advert on a day, under the next id, as the day's era has it.
    fn post(&mut self, drawn: &Drawn, day: u32) -> Generated {
        let today = self.eras.iter().rev().find(|era| era.from <= day);
        let mut rng = self.rng.clone();
        // The stream goes on as if there were no era, so that none changes another day's postings.
        let as_ever = Stall {
            lexicon: &self.lexicon,
            calendar: &self.calendar,
            unlabelled: self.unlabelled,
        };
        let generated = as_ever.post(&drawn.advert, self.next, day, &mut self.rng);
        let Some(era) = today else {
            return generated;
        };
        let stall = Stall {
            lexicon: &era.lexicon,
            calendar: &self.calendar,
            unlabelled: era.unlabelled,
        };
        stall.post(&rewrite(era, drawn, self.seed), self.next, day, &mut rng)
    }
}

/// Where adverts become postings.
struct Stall<'a> {
    lexicon: &'a Lexicon,
    calendar: &'a Calendar,
    unlabelled: Option<f64>,
}

impl Stall<'_> {
    /// The posting of an advert, the `number`th of the sample.
    fn post(&self, advert: &Advert, number: u64, day: u32, rng: &mut ChaCha8Rng) -> Generated {
        let employer = &self.lexicon.employers[advert.employer];
        let id = 1_000_000 + (number * ID_STEP + 424_243) % IDS;
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
        let publication_date = write_moment(self.calendar, day, rng);
        let silence = Silence {
            unlabelled: self.unlabelled,
            hides: employer.hides,
            recency: recency(self.calendar, day),
            english: advert.english,
        };
        let posting = Posting {
            contents: advert.contents.clone(),
            name: advert.title.clone(),
            kind: kind.to_owned(),
            publication_date,
            short_name,
            model_type: "jobs".to_owned(),
            id,
            locations: draw_locations(&self.lexicon.places, advert.place, advert.remote, rng),
            categories: draw_categories(advert.label, &silence, rng),
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
