//! What the gate measured, in the words of the ledger.

use careerpulse_learn::gate::{self, Change, Finding};
use serde::{Deserialize, Serialize};

/// Everything a verdict rests on.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// The comparison with production; none where there is nothing to compare with or on.
    pub comparison: Option<Comparison>,
    /// How the candidate does on the newest postings without a category; none where there are too few.
    pub recent: Option<Recent>,
}

/// Candidate and production on the same held-out postings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// The version in production.
    pub production: i64,
    /// Postings that neither was trained on.
    pub postings: usize,
    /// Distinct adverts among them: what is resampled.
    pub adverts: usize,
    /// Held-out postings of the candidate that production was trained on, or a copy of which it was.
    pub seen_by_production: usize,
    /// Held-out postings without the embedding that one of the models needs.
    pub without_embedding: usize,
    /// Macro F1.
    pub macro_f1: Figure,
    /// Share of right predictions.
    pub accuracy: Figure,
    /// Per category, the worst change first.
    pub categories: Vec<CategoryChange>,
}

/// A figure of both versions; the change's interval has the level 0.9.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// The candidate's.
    pub candidate: f64,
    /// Production's.
    pub production: f64,
    /// The first less the second.
    pub change: f64,
    /// Lower end of its interval.
    pub low: f64,
    /// Upper end of the same.
    pub high: f64,
}

/// F1 of one category, or of all that are too small taken together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CategoryChange {
    /// Their names.
    pub categories: Vec<String>,
    /// Their postings.
    pub postings: usize,
    /// F1.
    pub f1: Figure,
    /// What the change means.
    pub finding: Finding,
}

/// The candidate on the newest postings without a category.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Recent {
    /// Postings.
    pub postings: usize,
    /// Share of them that it abstains on.
    pub abstained: f64,
    /// The same of the held-out postings.
    pub abstained_held_out: f64,
    /// Share of postings that would have to be predicted otherwise for the categories to be spread as
    /// over the held-out ones: the total variation distance.
    pub shift: f64,
    /// The distance that as many held-out postings exceed by chance in one of a hundred samples.
    pub shift_by_chance: f64,
}

impl Evidence {
    /// Postings that were scored.
    pub fn postings_read(&self) -> u64 {
        let compared = self.comparison.as_ref().map_or(0, |c| c.postings);
        (compared + self.recent.map_or(0, |recent| recent.postings)) as u64
    }
}

impl Comparison {
    /// The gate's comparison with names for numbers.
    pub fn new(production: i64, compared: &gate::Comparison, names: &[String]) -> Self {
        let name = |&class: &u32| names[class as usize].clone();
        let category = |class: &gate::ClassChange| CategoryChange {
            categories: class.classes.iter().map(name).collect(),
            postings: class.support,
            f1: Figure::of(&class.f1),
            finding: class.finding,
        };
        Self {
            production,
            postings: compared.rows,
            adverts: compared.groups,
            seen_by_production: 0,
            without_embedding: 0,
            macro_f1: Figure::of(&compared.macro_f1),
            accuracy: Figure::of(&compared.accuracy),
            categories: compared.classes.iter().map(category).collect(),
        }
    }
}

impl Figure {
    fn of(change: &Change) -> Self {
        Self {
            candidate: change.candidate,
            production: change.production,
            change: change.change,
            low: change.low,
            high: change.high,
        }
    }
}
