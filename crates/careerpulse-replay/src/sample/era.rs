//! Eras: the source as it is from the day of a shift on.

use chrono::NaiveDate;

use super::advert::{Lexicon, read_lexicon};
use super::calendar::{Calendar, day_number, portion_from};
use super::employers::read_employers;
use super::html::STYLES;
use super::phrases::read_phrases_of;
use super::pick::{Weighted, portion, weighted};
use super::rewrite::German;
use super::shift::{NEW_CATEGORIES, Shift, ShiftKind};
use super::words::{CategoryWords, read_categories_of};
use super::{SampleError, SampleParams};

/// Share of the adverts that a new category takes.
const NEWCOMER: f64 = 0.08;

/// One employer in so many keeps its paragraphs when the others change theirs.
const KEEPERS: usize = 10;

/// What holds from a day on, all shifts up to that day together.
#[derive(Debug)]
pub(super) struct Era {
    /// The first day, counted from the sample's.
    pub from: u32,
    /// What adverts are written from: categories added, employers' paragraphs exchanged.
    pub lexicon: Lexicon,
    /// How adverts come to be of another category, one step after the other.
    pub moves: Vec<Move>,
    /// Whether employers' paragraphs are other ones.
    pub new_boilerplate: bool,
    /// Share of postings without a category, where it is set.
    pub unlabelled: Option<f64>,
    /// What the adverts in German are written from.
    pub german: Option<German>,
}

/// A step from the category that an advert would have been of to the one it is of.
#[derive(Debug)]
pub(super) enum Move {
    /// Adverts of `category` are of others, drawn by `others`.
    Away { category: usize, others: Weighted },
    /// Any other advert is of `category` with this chance.
    Toward { category: usize, chance: f64 },
}

/// The eras of a sample, in the order of their days.
pub(super) fn build_eras(
    params: &SampleParams,
    lexicon: &Lexicon,
    calendar: &Calendar,
) -> Result<Vec<Era>, SampleError> {
    let mut days: Vec<NaiveDate> = params.shifts.iter().map(|shift| shift.from).collect();
    days.sort_unstable();
    days.dedup();
    if let Some(&from) = days.last().filter(|day| **day > params.last_day) {
        return Err(SampleError::ShiftDay {
            from,
            last_day: params.last_day,
        });
    }
    days.into_iter()
        .map(|from| build_era(params, lexicon, calendar, from))
        .collect()
}

/// Whether the era's source knows nothing of the category any more.
pub(super) fn is_gone(era: &Era, category: &str) -> bool {
    era.moves.iter().any(|step| {
        matches!(step, Move::Away { category: gone, .. }
            if era.lexicon.categories[*gone].name == category)
    })
}

fn build_era(
    params: &SampleParams,
    lexicon: &Lexicon,
    calendar: &Calendar,
    from: NaiveDate,
) -> Result<Era, SampleError> {
    let mut era = Era {
        from: day_number(calendar, from),
        lexicon: read_lexicon()?,
        moves: Vec::new(),
        new_boilerplate: false,
        unlabelled: params.unlabelled,
        german: None,
    };
    for Shift { kind, from: day } in params.shifts.iter().filter(|one| one.from <= from) {
        match kind {
            ShiftKind::Doubled(name) => {
                let category = find(lexicon, name)?;
                let share = share_from(lexicon, calendar, category, day_number(calendar, *day));
                // Of the others' adverts so many as make the category's share twice as large.
                let chance = (share / (1.0 - share).max(share)).min(1.0);
                era.moves.push(Move::Toward { category, chance });
            }
            ShiftKind::Vanished(name) => vanish(&mut era, find(lexicon, name)?),
            ShiftKind::New(name) => {
                let category = found(&mut era.lexicon, name)?;
                let chance = NEWCOMER;
                era.moves.push(Move::Toward { category, chance });
            }
            ShiftKind::Boilerplate => {
                era.new_boilerplate = true;
                exchange_boilerplate(&mut era.lexicon)?;
            }
            ShiftKind::Missing(share) => {
                era.unlabelled = Some(check_share("postings without a category", *share)?);
            }
            ShiftKind::Language(share) => {
                let share = check_share("adverts in German", *share)?;
                era.german = Some(German::read(share, lexicon, |category| {
                    share_from(lexicon, calendar, category, day_number(calendar, *day))
                })?);
            }
        }
    }
    Ok(era)
}

/// A share within 0 and 1, or the error that names it.
pub(super) fn check_share(what: &'static str, share: f64) -> Result<f64, SampleError> {
    if (0.0..=1.0).contains(&share) {
        Ok(share)
    } else {
        Err(SampleError::Share { what, share })
    }
}

/// The share of a category among the adverts of a day and all after it.
fn share_from(lexicon: &Lexicon, calendar: &Calendar, category: usize, day: u32) -> f64 {
    let weight =
        |one: usize| portion(&lexicon.shares, one..one + 1) * portion_from(calendar, one, day);
    let all: f64 = (0..lexicon.categories.len()).map(weight).sum();
    weight(category) / all
}

fn find(lexicon: &Lexicon, name: &str) -> Result<usize, SampleError> {
    let categories = &lexicon.categories;
    let place = categories.iter().position(|one| one.name == name);
    place.ok_or_else(|| SampleError::Category {
        category: name.to_owned(),
        known: names(categories.iter().map(|one| one.name)),
    })
}

/// Takes a category away, from the neighbourhoods of the others too.
fn vanish(era: &mut Era, category: usize) {
    let lexicon = &mut era.lexicon;
    let gone = lexicon.categories[category].name;
    for words in &mut lexicon.categories {
        words.neighbours.retain(|name| *name != gone);
    }
    let weight = |(place, words): (usize, &CategoryWords)| match place == category {
        true => 0.0,
        false => words.weight,
    };
    let others = weighted(lexicon.categories.iter().enumerate().map(weight));
    era.moves.push(Move::Away { category, others });
}

/// Adds a category that the source did not have, posted in by its nearest neighbour's employers.
fn found(lexicon: &mut Lexicon, name: &str) -> Result<usize, SampleError> {
    if let Some(already) = lexicon.categories.iter().position(|one| one.name == name)
        && NEW_CATEGORIES.contains(&name)
    {
        return Ok(already);
    }
    let words = read_categories_of(&[("newcomers.txt", include_str!("newcomers.txt"))])?
        .into_iter()
        .find(|words| words.name == name && NEW_CATEGORIES.contains(&name))
        .ok_or_else(|| SampleError::NewCategory {
            category: name.to_owned(),
            known: names(NEW_CATEGORIES.into_iter()),
        })?;
    let kin = words.neighbours.first().copied().unwrap_or_default();
    let employers = lexicon.employers_of[find(lexicon, kin)?].clone();
    lexicon.employers_of.push(employers);
    lexicon.categories.push(words);
    Ok(lexicon.categories.len() - 1)
}

fn exchange_boilerplate(lexicon: &mut Lexicon) -> Result<(), SampleError> {
    let phrases = read_phrases_of("boilerplate.txt", include_str!("boilerplate.txt"))?;
    let others = read_employers(&phrases, &[])?;
    let both = lexicon.employers.iter_mut().zip(others).enumerate();
    for (place, (employer, other)) in both.filter(|(place, _)| (place + 1) % KEEPERS != 0) {
        employer.about = other.about;
        employer.closing = other.closing;
        employer.style = STYLES[(place + 2) % STYLES.len()];
    }
    Ok(())
}

fn names<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.collect::<Vec<_>>().join("; ")
}
