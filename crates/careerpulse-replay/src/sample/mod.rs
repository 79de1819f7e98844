//! Realistic postings, generated: overlapping categories, noise, boilerplate, twins, and dates with a rhythm.

mod advert;
mod calendar;
mod employers;
mod era;
mod html;
mod label;
mod languages;
mod life;
mod phrases;
mod pick;
mod places;
mod posting;
mod rewrite;
mod scene;
mod shift;
mod snapshots;
mod stream;
mod title;
mod words;

use chrono::NaiveDate;
use thiserror::Error;

pub use life::{LateLabels, Life, LifeParams};
pub use posting::{Category, Company, Level, Location, Posting, Refs, Tag};
pub use shift::{NEW_CATEGORIES, Shift, ShiftError, ShiftKind, read_share};
pub use snapshots::SnapshotError;
pub use stream::Postings;
use stream::{IDS, open_stream};

/// What to generate.
#[derive(Debug, Clone, PartialEq)]
pub struct SampleParams {
    /// How many postings, twins included; at most 99 million.
    pub postings: usize,
    /// How many days the publication dates span, 1 to 3,653.
    pub days: u32,
    /// The same seed gives the same postings, byte for byte.
    pub seed: u64,
    /// The last possible publication date.
    pub last_day: NaiveDate,
    /// Whether every day has the same shares of categories, without the trends and the shock
    /// that a sample else has; the days of the week still differ.
    pub steady: bool,
    /// The share of postings without a category, from 0 to 1, whatever their employer and day;
    /// `None` leaves it to those, which makes it a half. A few postings show `Unknown` in any case.
    pub unlabelled: Option<f64>,
    /// What changes, and from which days on. Postings published before are, byte for byte,
    /// those of the same parameters without the shift; where shifts concern the same, the later ones of
    /// the list build on the earlier ones.
    pub shifts: Vec<Shift>,
}

impl Default for SampleParams {
    /// 2,000 postings over the 120 days up to 30 June 2026, from seed 7.
    fn default() -> Self {
        Self {
            postings: 2_000,
            days: 120,
            seed: 7,
            last_day: NaiveDate::from_ymd_opt(2026, 6, 30).expect("30 June 2026 is a date"),
            steady: false,
            unlabelled: None,
            shifts: Vec::new(),
        }
    }
}

/// A generated posting and the category it is really of, whatever it shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Generated {
    /// What the API would show.
    pub posting: Posting,
    /// The category it was drawn for. One advert in ten speaks mostly of a neighbour's work all the same,
    /// as adverts do.
    pub true_category: &'static str,
}

/// Why a sample cannot be generated.
#[derive(Debug, Error)]
pub enum SampleError {
    /// The span is empty or too long.
    #[error("a sample cannot span {days} days; choose 1 to {max}")]
    Days {
        /// The days asked for.
        days: u32,
        /// The longest span.
        max: u32,
    },
    /// There are not that many ids.
    #[error("a sample cannot hold {postings} postings; ids of 7 to 8 digits allow at most {max}")]
    Postings {
        /// The postings asked for.
        postings: usize,
        /// How many ids there are.
        max: u64,
    },
    /// The span leaves the years that dates can be written in.
    #[error("a sample cannot end on {last_day}; all its days must lie in the years 1970 to 9999")]
    LastDay {
        /// The last day asked for.
        last_day: NaiveDate,
    },
    /// A share is not between 0 and 1.
    #[error("the share of {what} is {share}; it must lie between 0 and 1")]
    Share {
        /// What it is the share of.
        what: &'static str,
        /// The share asked for.
        share: f64,
    },
    /// More German is asked for than there are adverts with German words.
    #[error(
        "a share of {share} in German cannot be had; choose at most {covered:.2}, which is the share of the categories that have German words"
    )]
    Language {
        /// The share asked for.
        share: f64,
        /// The highest share.
        covered: f64,
    },
    /// A shift names a category that is not generated.
    #[error("the shift's category `{category}` is not generated; choose one of: {known}")]
    Category {
        /// The category asked for.
        category: String,
        /// Those there are.
        known: String,
    },
    /// A shift names a new category that there are no words for.
    #[error("there are no words for a new category `{category}`; choose one of: {known}")]
    NewCategory {
        /// The category asked for.
        category: String,
        /// Those there are words for.
        known: String,
    },
    /// A shift would never come.
    #[error("the shift of {from} lies after the last day, {last_day}, and would change nothing")]
    ShiftDay {
        /// The day asked for.
        from: NaiveDate,
        /// The sample's last day.
        last_day: NaiveDate,
    },
    /// A data file of the generator is malformed.
    #[error("{file}, line {line}: {problem}")]
    Words {
        /// The file, as named in the source tree.
        file: &'static str,
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        problem: &'static str,
    },
}

/// Generates postings in a stream.
///
/// Memory does not grow with their number. With the same seed, days and last day, a shorter
/// sample is a prefix of a longer one.
///
/// # Errors
/// Parameters out of their range, each named with what is allowed.
pub fn generate(params: &SampleParams) -> Result<Postings, SampleError> {
    if params.postings as u64 > IDS {
        return Err(SampleError::Postings {
            postings: params.postings,
            max: IDS,
        });
    }
    open_stream(params)
}

#[cfg(test)]
mod tests;
