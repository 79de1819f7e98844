//! What becomes of an advert in an era: another category, another language, other paragraphs.

use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::SampleError;
use super::advert::{Advert, Lexicon, compile_lexicon, write_advert, write_advert_of};
use super::employers::read_employers;
use super::era::{Era, Move, is_gone};
use super::phrases::read_phrases_of;
use super::pick::draw;
use super::words::read_categories_of;

/// An advert, and what it takes to write it again.
#[derive(Debug, Clone)]
pub(super) struct Drawn {
    pub advert: Advert,
    /// Its place among the sample's adverts; all postings of an advert share it.
    pub number: u64,
    /// The randomness it was written with, as it was before.
    pub start: ChaCha8Rng,
}

/// What adverts in German are written from.
#[derive(Debug)]
pub(super) struct German {
    lexicon: Lexicon,
    /// For each category of the main lexicon, its place in the German one, and the chance that
    /// an advert of it is in German.
    categories: Vec<(Option<usize>, f64)>,
}

impl German {
    /// Reads the German words. So that categories stay what they are, only adverts of those
    /// that have German words are in German, the more of them the fewer those are; `share_of` is the
    /// share of a category in all adverts.
    pub(super) fn read(
        share: f64,
        main: &Lexicon,
        share_of: impl Fn(usize) -> f64,
    ) -> Result<German, SampleError> {
        let phrases = read_phrases_of("german/phrases.txt", include_str!("german/phrases.txt"))?;
        let categories = read_categories_of(&[(
            "german/categories.txt",
            include_str!("german/categories.txt"),
        )])?;
        let places: Vec<&'static str> = include_str!("german/places.txt").lines().collect();
        let employers = read_employers(&phrases, &places)?;
        let lexicon = compile_lexicon(categories, phrases, employers, places);
        let places: Vec<Option<usize>> = main
            .categories
            .iter()
            .map(|words| {
                let known = &lexicon.categories;
                known.iter().position(|one| one.name == words.name)
            })
            .collect();
        let covered: f64 = (0..places.len())
            .filter(|place| places[*place].is_some())
            .map(share_of)
            .sum();
        if share > covered {
            return Err(SampleError::Language { share, covered });
        }
        let chance = |place: &Option<usize>| place.map_or(0.0, |_| share / covered);
        Ok(German {
            categories: places.iter().map(|place| (*place, chance(place))).collect(),
            lexicon,
        })
    }
}

/// The advert as it is in the era. The same for all postings of an advert in one era: the randomness is
/// the advert's own.
pub(super) fn rewrite(era: &Era, drawn: &Drawn, seed: u64) -> Advert {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    // Stream 0 is the sample's.
    rng.set_stream(drawn.number + 1);
    let category = moved(era, drawn.advert.category, &mut rng);
    if let Some(advert) = in_german(era, category, &mut rng) {
        return advert;
    }
    if category != drawn.advert.category {
        return write_advert_of(&era.lexicon, category, &mut rng);
    }
    let mut advert = drawn.advert.clone();
    if era.new_boilerplate {
        // The same draws from other paragraphs: title, duties and needs stay as they are.
        advert.contents = write_advert(&era.lexicon, &mut drawn.start.clone()).contents;
    }
    if is_gone(era, advert.label) {
        advert.label = era.lexicon.categories[category].name;
    }
    advert
}

fn moved(era: &Era, category: usize, rng: &mut impl Rng) -> usize {
    era.moves
        .iter()
        .fold(category, |category, step| match step {
            Move::Away {
                category: gone,
                others,
            } if category == *gone => draw(others, rng),
            Move::Toward {
                category: to,
                chance,
            } if category != *to && rng.random_bool(*chance) => *to,
            _ => category,
        })
}

fn in_german(era: &Era, category: usize, rng: &mut impl Rng) -> Option<Advert> {
    let german = era.german.as_ref()?;
    let (place, chance) = german.categories.get(category).copied()?;
    let place = place.filter(|_| rng.random_bool(chance))?;
    let mut advert = write_advert_of(&german.lexicon, place, rng);
    advert.category = category;
    advert.english = false;
    if is_gone(era, advert.label) {
        advert.label = era.lexicon.categories[category].name;
    }
    Some(advert)
}
