//! The category a posting shows: the true one, a neighbour's by mistake, `Unknown`, or none.

use rand::{Rng, RngExt};

use super::posting::Category;
use super::words::CategoryWords;

/// Share of adverts labelled with a neighbouring category by mistake.
const MISLABELLED: f64 = 0.03;

/// Chance of no category for an old posting of an employer that labels well.
const MISSING: f64 = 0.29;

/// How much the newest postings lack a category more often than the oldest.
const MISSING_RECENT: f64 = 0.22;

/// The category the source files an advert under.
pub(super) fn draw_label(category: &CategoryWords, rng: &mut impl Rng) -> &'static str {
    if rng.random_bool(MISLABELLED) && !category.neighbours.is_empty() {
        // The nearest neighbours take most of the mistakes.
        let span = rng.random_range(1..=category.neighbours.len());
        return category.neighbours[rng.random_range(0..span)];
    }
    category.name
}

/// The categories a posting shows.
///
/// They are missing more often for some employers (`hides`), for recent days
/// (`recency`, 0 to 1) and for postings not in English: not quite at random, as in the source.
pub(super) fn draw_categories(
    label: &'static str,
    hides: f64,
    recency: f64,
    english: bool,
    rng: &mut impl Rng,
) -> Vec<Category> {
    let unknown = if english { 0.007 } else { 0.2 };
    let point = rng.random::<f64>();
    let name = if point < unknown {
        "Unknown"
    } else if point < unknown + MISSING + hides + MISSING_RECENT * recency {
        return Vec::new();
    } else {
        label
    };
    vec![Category {
        name: name.to_owned(),
    }]
}
