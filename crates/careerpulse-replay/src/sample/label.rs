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

/// On what the category of a posting is missing or `Unknown`.
pub(super) struct Silence {
    /// The chance that it is missing, whatever else holds.
    pub unlabelled: Option<f64>,
    /// Added to the chance for the employer's sake.
    pub hides: f64,
    /// How recent the posting's day is, 0 to 1.
    pub recency: f64,
    pub english: bool,
}

/// The categories a posting shows.
///
/// Unless one share is set for all, they are missing more often for some employers and for
/// recent days: not quite at random, as in the source. Of postings not in English one in
/// five shows `Unknown`.
pub(super) fn draw_categories(
    label: &'static str,
    silence: &Silence,
    rng: &mut impl Rng,
) -> Vec<Category> {
    let unknown = if silence.english { 0.007 } else { 0.2 };
    let missing_below = match silence.unlabelled {
        Some(share) => unknown + share,
        None => unknown + MISSING + silence.hides + MISSING_RECENT * silence.recency,
    };
    let point = rng.random::<f64>();
    let name = if point < unknown {
        "Unknown"
    } else if point < missing_below {
        return Vec::new();
    } else {
        label
    };
    vec![Category {
        name: name.to_owned(),
    }]
}
