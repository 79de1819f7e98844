//! What is published, and what that revises.
//!
//! A day is published whole. It stays as it is until one of its figures would change by [`VISIBLE`] or
//! more; then all of it is published anew, under a new vintage, and what changed is listed. So the
//! figures of a day are always of one computation, and add up. A settled day is not published anew
//! merely because later days tell more of what its uncertain postings were: history would move daily.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};

use crate::tables::demand::{DailyDemand, Revision};

/// The smallest change of a figure that is published: half of its first decimal.
pub const VISIBLE: f64 = 0.05;

/// What the tables are to hold.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Publication {
    /// All rows of `daily_demand`, by date and category.
    pub rows: Vec<DailyDemand>,
    /// New rows of `revisions`.
    pub revisions: Vec<Revision>,
}

type Day<'a> = BTreeMap<&'a str, &'a DailyDemand>;

/// Lays fresh figures over the published ones. Days before the first fresh one stay as they are: they
/// have left the range. Days behind the last are withdrawn. Days before `settled` change only with what
/// they are made of.
pub fn publish(
    published: &[DailyDemand],
    fresh: &[DailyDemand],
    settled: NaiveDate,
    vintage: DateTime<Utc>,
) -> Publication {
    let (old, new) = (by_day(published), by_day(fresh));
    let first = new.keys().next().copied();
    let days: BTreeSet<NaiveDate> = old.keys().chain(new.keys()).copied().collect();
    let mut publication = Publication::default();
    for day in days {
        let (before, after) = (old.get(&day), new.get(&day));
        let kept = match (before, after) {
            (Some(before), Some(after)) => {
                is_same(before, after) || (day < settled && is_made_of_the_same(before, after))
            }
            (Some(_), None) => first.is_none_or(|first| day < first),
            (None, _) => false,
        };
        if let (true, Some(before)) = (kept, before) {
            let rows = before.values().map(|row| {
                // What the figures would be made by today, so that only a later change of it counts.
                let made_by = after.and_then(|after| after.get(row.category.as_str()));
                let made_by = made_by.unwrap_or(row);
                DailyDemand {
                    model_version: made_by.model_version,
                    taxonomy_version: made_by.taxonomy_version.clone(),
                    ..(*row).clone()
                }
            });
            publication.rows.extend(rows);
            continue;
        }
        let empty = Day::new();
        let (before, after) = (before.unwrap_or(&empty), after.unwrap_or(&empty));
        let rows = after.values().map(|row| DailyDemand {
            vintage,
            ..(*row).clone()
        });
        publication.rows.extend(rows);
        publication
            .revisions
            .extend(revisions(day, before, after, vintage));
    }
    publication
}

fn by_day(rows: &[DailyDemand]) -> BTreeMap<NaiveDate, Day<'_>> {
    let mut days: BTreeMap<NaiveDate, Day> = BTreeMap::new();
    for row in rows {
        let day = days.entry(row.date).or_default();
        day.insert(row.category.as_str(), row);
    }
    days
}

/// A column and how it is read of a row.
type Figure = (&'static str, fn(&DailyDemand) -> Option<f64>);

/// The figures that a revision is told of.
const FIGURES: [Figure; 5] = [
    ("new_observed", |row| {
        row.new_observed.map(|count| count as f64)
    }),
    ("new_imputed", |row| {
        row.new_imputed.map(|count| count as f64)
    }),
    ("new_corrected", |row| row.new_corrected),
    ("new_distinct", |row| {
        row.new_distinct.map(|count| count as f64)
    }),
    ("active", |row| row.active),
];

fn differs(old: Option<f64>, new: Option<f64>) -> bool {
    match (old, new) {
        (Some(old), Some(new)) => (old - new).abs() >= VISIBLE,
        (old, new) => old != new,
    }
}

fn is_same(before: &Day, after: &Day) -> bool {
    before.keys().eq(after.keys())
        && before.values().zip(after.values()).all(|(old, new)| {
            old.collected == new.collected
                && old.backfilled == new.backfilled
                && old.known == new.known
                && FIGURES.iter().all(|(_, of)| !differs(of(old), of(new)))
        })
}

/// Whether a day's postings, and what is known of each, are the same.
fn is_made_of_the_same(before: &Day, after: &Day) -> bool {
    let counts = |day: &Day| -> Vec<_> {
        let rows = day.values();
        rows.map(|row| (row.new_observed, row.new_imputed, row.active.is_none()))
            .collect()
    };
    !Causes::of(before, after).any() && counts(before) == counts(after)
}

fn revisions(date: NaiveDate, before: &Day, after: &Day, vintage: DateTime<Utc>) -> Vec<Revision> {
    // A day that is published for the first time revises nothing.
    let Some(previous_vintage) = before.values().next().map(|row| row.vintage) else {
        return Vec::new();
    };
    let causes = Causes::of(before, after);
    let categories: BTreeSet<&str> = before.keys().chain(after.keys()).copied().collect();
    let mut revisions = Vec::new();
    for category in categories {
        for (figure, of) in FIGURES {
            let value = |day: &Day| day.get(category).and_then(|row| of(row));
            let (old, new) = (value(before), value(after));
            // A category that joins with nothing is no news of the day.
            let is_news = differs(old, new) && !(old.is_none() && new == Some(0.0));
            if is_news {
                revisions.push(Revision {
                    vintage,
                    date,
                    category: category.to_owned(),
                    figure: figure.to_owned(),
                    old,
                    new,
                    previous_vintage,
                    reasons: causes.of_figure(figure),
                });
            }
        }
    }
    revisions
}

/// What changed in that which a day's figures are made of.
struct Causes {
    postings: bool,
    version: bool,
    taxonomy: bool,
    collection: bool,
    categories: bool,
    dedup: bool,
}

impl Causes {
    fn of(before: &Day, after: &Day) -> Self {
        let total = |day: &Day, figure: fn(&DailyDemand) -> i64| -> i64 {
            day.values().map(|row| figure(row)).sum()
        };
        let known = |row: &DailyDemand| row.known;
        let distinct = |row: &DailyDemand| row.new_distinct.unwrap_or(0);
        let any = |change: fn(&DailyDemand, &DailyDemand) -> bool| {
            let first = before.values().next().zip(after.values().next());
            first.is_some_and(|(old, new)| change(old, new))
        };
        // The first version imputes what no one counted before.
        let is_first = any(|old, new| old.model_version.is_none() && new.model_version.is_some());
        let postings = !is_first && total(before, known) != total(after, known);
        Self {
            postings,
            version: any(|old, new| old.model_version != new.model_version),
            taxonomy: any(|old, new| old.taxonomy_version != new.taxonomy_version),
            collection: after.is_empty()
                || any(|old, new| {
                    (old.collected, old.backfilled) != (new.collected, new.backfilled)
                }),
            categories: !before.keys().eq(after.keys()),
            dedup: !postings && !is_first && total(before, distinct) != total(after, distinct),
        }
    }

    fn any(&self) -> bool {
        self.postings
            || self.version
            || self.taxonomy
            || self.collection
            || self.categories
            || self.dedup
    }

    fn of_figure(&self, figure: &str) -> Vec<String> {
        let is_labelled = figure == "new_observed";
        let causes = [
            (self.postings, "new postings"),
            (self.version && !is_labelled, "new model version"),
            (self.taxonomy, "taxonomy"),
            (self.dedup && figure == "new_distinct", "dedup"),
            (self.collection, "collection"),
            (self.categories, "categories"),
        ];
        let mut reasons: Vec<String> = causes
            .iter()
            .filter(|(is_one, _)| *is_one)
            .map(|(_, reason)| (*reason).to_owned())
            .collect();
        if reasons.is_empty() {
            reasons.push("re-estimated mix".to_owned());
        }
        reasons
    }
}
