//! An advert: the title and text an employer writes once and may post many times.

use rand::{Rng, RngExt};

use super::SampleError;
use super::employers::{Employer, employers_of, read_employers};
use super::html::render;
use super::label::draw_label;
use super::languages::{Language, read_languages, write_foreign};
use super::phrases::{Phrases, read_phrases};
use super::pick::{Weighted, draw, one_of, weighted};
use super::places::{draw_place, read_places};
use super::scene::{Scene, write_blocks};
use super::title::{Decor, Seniority, draw_seniority, write_title};
use super::words::{CategoryWords, Role, read_categories};

/// Share of adverts that are half a neighbouring category's: its role, and most of its duties.
const BLENDED: f64 = 0.1;

/// Share of a blended advert's lines that are the neighbour's.
const BLENDED_LINE: f64 = 0.75;

/// Share of any other advert's lines that are a neighbour's.
const BORROWED_LINE: f64 = 0.2;

/// Share of adverts whose title does not say what the work is.
const VAGUE_TITLE: f64 = 0.05;

/// Share of adverts not in English.
const FOREIGN: f64 = 0.02;

/// Everything adverts are written from.
#[derive(Debug)]
pub(super) struct Lexicon {
    pub categories: Vec<CategoryWords>,
    pub employers: Vec<Employer>,
    pub places: Vec<&'static str>,
    pub phrases: Phrases,
    /// How often each category is drawn.
    pub shares: Weighted,
    /// For each category, how often each employer posts in it.
    pub employers_of: Vec<Weighted>,
    languages: Vec<Language>,
}

/// An advert, before it is posted on a day under an id.
#[derive(Debug, Clone)]
pub(super) struct Advert {
    pub title: String,
    pub contents: String,
    /// Index of the true category.
    pub category: usize,
    /// The category the source files it under.
    pub label: &'static str,
    /// Index of the employer.
    pub employer: usize,
    pub seniority: Seniority,
    pub place: &'static str,
    pub remote: bool,
    pub english: bool,
}

/// Reads all the words.
pub(super) fn read_lexicon() -> Result<Lexicon, SampleError> {
    let categories = read_categories()?;
    let phrases = read_phrases()?;
    let employers = read_employers(&phrases, &[])?;
    let mut lexicon = compile_lexicon(categories, phrases, employers, read_places());
    lexicon.languages = read_languages()?;
    Ok(lexicon)
}

/// Puts together what was read; adverts are all in the language of the words given.
pub(super) fn compile_lexicon(
    categories: Vec<CategoryWords>,
    phrases: Phrases,
    employers: Vec<Employer>,
    places: Vec<&'static str>,
) -> Lexicon {
    Lexicon {
        shares: weighted(categories.iter().map(|category| category.weight)),
        employers_of: employers_of(&categories, &employers),
        places,
        languages: Vec::new(),
        categories,
        phrases,
        employers,
    }
}

/// Writes a new advert.
pub(super) fn write_advert(lexicon: &Lexicon, rng: &mut impl Rng) -> Advert {
    let category = draw(&lexicon.shares, rng);
    if rng.random_bool(FOREIGN) {
        return write_foreign_advert(lexicon, category, rng);
    }
    write_advert_of(lexicon, category, rng)
}

/// Writes a new advert of a category in the lexicon's own language.
pub(super) fn write_advert_of(lexicon: &Lexicon, category: usize, rng: &mut impl Rng) -> Advert {
    let words = &lexicon.categories[category];
    let employer_index = draw(&lexicon.employers_of[category], rng);
    let employer = &lexicon.employers[employer_index];
    let kin = neighbour(lexicon, words, rng);
    let blended = rng.random_bool(BLENDED);
    let source = if blended { kin } else { words };
    let role = draw_role(source, rng);
    let role_title = draw_role_title(&lexicon.phrases, role, rng);
    let decor = Decor {
        seniority: draw_seniority(role_title, rng),
        hourly: words.hourly,
        remote: rng.random_bool(if words.hourly { 0.02 } else { 0.16 }),
        place: draw_place(&lexicon.places, employer.city, rng),
    };
    let scene = Scene {
        lexicon,
        words,
        kin,
        source,
        borrowed: if blended { BLENDED_LINE } else { BORROWED_LINE },
        role,
        role_title,
        team: one_of(&source.teams, rng),
        employer,
        decor: &decor,
    };
    let blocks = write_blocks(&scene, rng);
    Advert {
        title: write_title(role_title, &decor, rng),
        contents: render(&blocks, employer.style, rng),
        category,
        label: draw_label(words, rng),
        employer: employer_index,
        seniority: decor.seniority,
        place: decor.place,
        remote: decor.remote,
        english: true,
    }
}

fn write_foreign_advert(lexicon: &Lexicon, drawn: usize, rng: &mut impl Rng) -> Advert {
    let employer_index = draw(&lexicon.employers_of[drawn], rng);
    let employer = &lexicon.employers[employer_index];
    let text = write_foreign(&lexicon.languages, &employer.company.name, rng);
    let category = lexicon
        .categories
        .iter()
        .position(|words| words.name == text.category)
        .unwrap_or(drawn);
    Advert {
        title: text.title.to_owned(),
        contents: render(&text.blocks, employer.style, rng),
        category,
        label: draw_label(&lexicon.categories[category], rng),
        employer: employer_index,
        seniority: draw_seniority(text.title, rng),
        place: text.place,
        remote: false,
        english: false,
    }
}

fn draw_role<'a>(words: &'a CategoryWords, rng: &mut impl Rng) -> &'a Role {
    // Earlier families are the common ones.
    let count = words.roles.len();
    let index = rng
        .random_range(0..count)
        .min(rng.random_range(0..count + 2));
    &words.roles[index]
}

fn draw_role_title(phrases: &Phrases, role: &Role, rng: &mut impl Rng) -> &'static str {
    if rng.random_bool(VAGUE_TITLE) {
        one_of(&phrases.vague, rng)
    } else {
        one_of(&role.titles, rng)
    }
}

fn neighbour<'a>(
    lexicon: &'a Lexicon,
    words: &'a CategoryWords,
    rng: &mut impl Rng,
) -> &'a CategoryWords {
    let name = one_of(&words.neighbours, rng);
    lexicon
        .categories
        .iter()
        .find(|other| other.name == name)
        .unwrap_or(words)
}
