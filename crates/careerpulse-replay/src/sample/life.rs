//! A life: what the source shows day after day, of postings that come, are labelled late, and go.

use chrono::{Days, NaiveDate};
use rand::RngExt;

use super::era::check_share;
use super::posting::{Category, Posting};
use super::{Generated, SampleError, SampleParams, Shift, generate};
use crate::feed::{Feed, FeedError};
use crate::lifetime::{Lifetimes, day_of, draws_of};

/// What a life is made of.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LifeParams {
    /// The postings that come in it, and its shifts.
    pub sample: SampleParams,
    /// How long a posting is shown.
    pub lifetimes: Lifetimes,
    /// Which labels come late.
    pub late: LateLabels,
}

/// Labels that arrive after their postings.
#[derive(Debug, Clone, PartialEq)]
pub struct LateLabels {
    /// The share of postings without a category that get their true one later, 0 to 1. Those
    /// that are closed by then get it all the same, but nobody sees it.
    pub share: f64,
    /// The fewest days after publication.
    pub soonest: u32,
    /// The most days after publication; below `soonest` it counts as that.
    pub latest: u32,
}

impl Default for LateLabels {
    /// 30 %, after 3 to 10 days.
    fn default() -> Self {
        LateLabels {
            share: 0.3,
            soonest: 3,
            latest: 10,
        }
    }
}

/// How many days of publication lie before the first day of three weeks.
const HISTORY: u32 = 60;

/// How many days postings go on after three weeks: adverts posted again later than the last
/// day count as of the last day, which would be crowded.
const MARGIN: u32 = 31;

/// Postings a day, on average over the week.
const A_DAY: u32 = 105;

impl LifeParams {
    /// A life for three weeks from `first_day` on: 105 new postings a day (about 150 on a
    /// weekday), and the same before, back to 60 days; open for 5 to 23 days, so that some 1,450 are
    /// shown on any day, which one query of 100 pages reaches. No trends, so that nothing
    /// changes but by `shifts`; three postings in ten have no category.
    pub fn three_weeks(first_day: NaiveDate, seed: u64, shifts: Vec<Shift>) -> LifeParams {
        let days = HISTORY + 21 + MARGIN;
        LifeParams {
            sample: SampleParams {
                postings: (A_DAY * days) as usize,
                days,
                seed,
                last_day: first_day + Days::new(u64::from(21 + MARGIN - 1)),
                steady: true,
                unlabelled: Some(0.3),
                shifts,
            },
            lifetimes: Lifetimes {
                shortest: 5,
                longest: 23,
                seed,
            },
            late: LateLabels::default(),
        }
    }
}

/// A generated life: every posting that comes in it, and when it is shown with which label.
#[derive(Debug)]
pub struct Life {
    lifetimes: Lifetimes,
    /// The newest first.
    postings: Vec<Lived>,
}

#[derive(Debug)]
struct Lived {
    generated: Generated,
    published: NaiveDate,
    /// The first day that shows the true category, where the label comes late.
    labelled: Option<NaiveDate>,
}

impl Life {
    /// Generates the whole life; a posting takes about 6 KB.
    ///
    /// # Errors
    /// Parameters out of their range, each named with what is allowed.
    pub fn generate(params: &LifeParams) -> Result<Life, SampleError> {
        check_share("late labels", params.late.share)?;
        let mut postings: Vec<Lived> = generate(&params.sample)?
            .map(|generated| Lived {
                published: day_of(&generated.posting.publication_date)
                    .unwrap_or(params.sample.last_day),
                labelled: late_label(&generated.posting, params),
                generated,
            })
            .collect();
        postings
            .sort_by(|one, other| newest_first(&one.generated.posting, &other.generated.posting));
        Ok(Life {
            lifetimes: params.lifetimes.clone(),
            postings,
        })
    }

    /// The postings shown at the end of a day, the newest first.
    ///
    /// From one day to the next a posting changes in nothing but that its category may arrive.
    pub fn on(&self, day: NaiveDate) -> Vec<Posting> {
        let shown = self.postings.iter().filter(|one| {
            let id = one.generated.posting.id.to_string();
            self.lifetimes.shows(&id, one.published, day)
        });
        shown.map(|one| posting_on(one, day)).collect()
    }

    /// What is shown at the end of a day, as a feed to be served.
    ///
    /// # Errors
    /// None that is known of: generated postings can be written as JSON.
    pub fn feed(&self, day: NaiveDate) -> Result<Feed, FeedError> {
        Feed::from_postings(self.on(day))
    }

    /// The id and the true category of every posting of the life, shown or not.
    pub fn truth(&self) -> impl Iterator<Item = (u64, &'static str)> {
        self.postings
            .iter()
            .map(|one| (one.generated.posting.id, one.generated.true_category))
    }
}

fn newest_first(one: &Posting, other: &Posting) -> std::cmp::Ordering {
    let by_moment = other.publication_date.cmp(&one.publication_date);
    by_moment.then(other.id.cmp(&one.id))
}

fn posting_on(one: &Lived, day: NaiveDate) -> Posting {
    let mut posting = one.generated.posting.clone();
    if one.labelled.is_some_and(|labelled| labelled <= day) {
        posting.categories = vec![Category {
            name: one.generated.true_category.to_owned(),
        }];
    }
    posting
}

/// The day that a missing label arrives on, if it ever does.
fn late_label(posting: &Posting, params: &LifeParams) -> Option<NaiveDate> {
    let late = &params.late;
    if !posting.categories.is_empty() {
        return None;
    }
    // The seed is told from that of the lifetimes, which should say nothing of the labels.
    let mut rng = draws_of(&posting.id.to_string(), !params.sample.seed);
    if !rng.random_bool(late.share) {
        return None;
    }
    let after = rng.random_range(late.soonest..=late.latest.max(late.soonest));
    day_of(&posting.publication_date)?.checked_add_days(Days::new(u64::from(after)))
}
