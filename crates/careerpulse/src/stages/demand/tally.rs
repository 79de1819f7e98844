//! Counting postings into cells: a day, a week, or a day's segment, each by category.

use super::correction::Corrected;
use super::postings::{Postings, Unlabelled};

/// Counts by cell and category, cell after cell.
#[derive(Debug, Clone, PartialEq)]
pub struct Tally {
    categories: usize,
    /// Postings that the source labelled.
    pub observed: Vec<i64>,
    /// Postings that the model put there.
    pub imputed: Vec<i64>,
    /// Of both, those that are no copy or repost.
    pub distinct: Vec<i64>,
    /// Of the imputed, those that are too uncertain to count on their own.
    pub abstained: Vec<i64>,
    /// Observed, and the expected number of the others.
    pub corrected: Vec<f64>,
    /// Postings without a category, by cell alone.
    pub unlabelled: Vec<i64>,
}

impl Tally {
    /// Where a cell's figure for a category stands.
    pub fn at(&self, cell: usize, category: usize) -> usize {
        cell * self.categories + category
    }
}

/// Counts postings into `cells` cells; a posting whose cell is none counts nowhere. Without `corrected`
/// the expected numbers are the observed ones alone.
pub fn tally(
    cells: usize,
    categories: usize,
    labelled: &Postings,
    unlabelled: &Unlabelled,
    corrected: Option<&Corrected>,
    cell_of: impl Fn(&Postings, usize) -> Option<usize>,
) -> Tally {
    let zeros = vec![0; cells * categories];
    let mut tally = Tally {
        categories,
        observed: zeros.clone(),
        imputed: zeros.clone(),
        distinct: zeros.clone(),
        abstained: zeros,
        corrected: vec![0.0; cells * categories],
        unlabelled: vec![0; cells],
    };
    for row in 0..labelled.ids.len() {
        let cell = cell_of(labelled, row);
        if let (Some(cell), Some(category)) = (cell, labelled.categories[row]) {
            let at = tally.at(cell, category as usize);
            tally.observed[at] += 1;
            tally.corrected[at] += 1.0;
            tally.distinct[at] += i64::from(labelled.originals[row]);
        }
    }
    let postings = &unlabelled.postings;
    for row in 0..postings.ids.len() {
        let Some(cell) = cell_of(postings, row) else {
            continue;
        };
        tally.unlabelled[cell] += 1;
        if let Some(category) = postings.categories[row] {
            let at = tally.at(cell, category as usize);
            tally.imputed[at] += 1;
            tally.distinct[at] += i64::from(postings.originals[row]);
            tally.abstained[at] += i64::from(unlabelled.abstained[row]);
        }
        for (class, &expected) in corrected.map_or(&[][..], |c| c.row(row)).iter().enumerate() {
            let at = tally.at(cell, class);
            tally.corrected[at] += expected;
        }
    }
    tally
}

/// A figure as it is published: six decimals are more than it is sure of, and survive every format.
pub fn rounded(figure: f64) -> f64 {
    (figure * 1e6).round() / 1e6
}
