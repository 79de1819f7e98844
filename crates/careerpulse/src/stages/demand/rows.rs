//! The daily rows, made of what was counted.

use chrono::{DateTime, Utc};

use super::correction::Bounds;
use super::crawls::Crawls;
use super::range::Range;
use super::stock::Stock;
use super::tally::{Tally, rounded};
use crate::tables::demand::DailyDemand;

/// What all rows of a publication have in common.
pub struct Source<'a> {
    /// The categories' names, by number.
    pub categories: &'a [String],
    /// The version that imputed.
    pub model_version: Option<i64>,
    /// The alias map.
    pub taxonomy_version: Option<String>,
    /// The moment.
    pub vintage: DateTime<Utc>,
}

/// A row per day and category, by date and name. `bounds` has the interval of what is expected beside
/// the observed postings; without it there is none on days with postings that lack a category. Truth is
/// a whole number and the expected one is not: an end that would leave it out is moved to it.
pub fn daily_rows(
    range: &Range,
    crawls: &Crawls,
    tally: &Tally,
    bounds: Option<&Bounds>,
    stock: &Stock,
    source: &Source,
) -> Vec<DailyDemand> {
    let mut order: Vec<usize> = (0..source.categories.len()).collect();
    order.sort_by_key(|&category| &source.categories[category]);
    let mut rows = Vec::with_capacity(range.days() * order.len());
    for (place, date) in range.iter().enumerate() {
        let crawl = crawls.days.get(&date);
        let backfilled = crawls.first().is_some_and(|first| date < first);
        let has_figures = crawl.is_some() || backfilled;
        let is_imputed = bounds.is_some() || tally.unlabelled[place] == 0;
        for &category in &order {
            let at = tally.at(place, category);
            let count = |counts: &[i64]| has_figures.then_some(counts[at]);
            let observed = tally.observed[at] as f64;
            let (lo, hi) = bounds.map_or((0.0, 0.0), |bounds| bounds.of(place, category));
            let estimate = |figure: f64| (has_figures && is_imputed).then_some(rounded(figure));
            rows.push(DailyDemand {
                date,
                category: source.categories[category].clone(),
                new_observed: count(&tally.observed),
                new_imputed: count(&tally.imputed).filter(|_| is_imputed),
                new_corrected: estimate(tally.corrected[at]),
                corrected_lo: estimate((observed + lo).min(tally.corrected[at])),
                corrected_hi: estimate((observed + hi).max(tally.corrected[at])),
                new_interpolated: None,
                new_distinct: count(&tally.distinct),
                new_abstained: count(&tally.abstained).filter(|_| is_imputed),
                active: stock[place].as_ref().map(|stock| rounded(stock[category])),
                known: tally.observed[at] + tally.imputed[at],
                collected: crawl.is_some(),
                coverage: crawl.and_then(|crawl| crawl.coverage).map(rounded),
                backfilled,
                model_version: source.model_version,
                taxonomy_version: source.taxonomy_version.clone(),
                vintage: source.vintage,
            });
        }
    }
    rows
}
