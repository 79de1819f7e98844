//! The days that are published.

use chrono::{Datelike, Days, NaiveDate};

use super::crawls::Crawls;
use crate::config::Demand;

/// Days from the first to the last, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// The first day.
    pub first: NaiveDate,
    /// The last day.
    pub last: NaiveDate,
}

impl Range {
    /// How many days.
    pub fn days(&self) -> usize {
        (self.last - self.first).num_days() as usize + 1
    }

    /// All days, in order.
    pub fn iter(&self) -> impl Iterator<Item = NaiveDate> + use<> {
        self.first.iter_days().take(self.days())
    }

    /// The first day, counted since 1970.
    pub fn first_since_1970(&self) -> i32 {
        self.first.to_epoch_days()
    }

    /// The place of a day, counted since 1970, from the range's first.
    pub fn place(&self, day: i32) -> Option<usize> {
        let place = usize::try_from(day.checked_sub(self.first_since_1970())?).ok()?;
        (place < self.days()).then_some(place)
    }
}

/// The Monday of a day's week.
pub fn monday(day: NaiveDate) -> NaiveDate {
    day - Days::new(u64::from(day.weekday().num_days_from_monday()))
}

/// The range to publish: it begins with the first publication, `max_days` before its end at the
/// earliest, and ends with the last day that was over when a crawl began. Before a second day of
/// crawling nothing tells days without postings from days that the source has forgotten, so it then ends
/// with the last publication.
pub fn range(
    crawls: &Crawls,
    published: (NaiveDate, NaiveDate),
    settings: &Demand,
) -> Option<Range> {
    let over = crawls.last_over(settings.min_coverage)?;
    let (first_crawl, most) = (crawls.first()?, settings.max_days);
    let (earliest, latest) = published;
    let last = if over < first_crawl {
        over.min(latest)
    } else {
        over
    };
    let window = last.checked_sub_days(Days::new(most.saturating_sub(1)))?;
    let first = earliest.max(window);
    (first <= last).then_some(Range { first, last })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::crawls::CrawlDay;
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn at_most(max_days: u64) -> Demand {
        Demand {
            max_days,
            ..Demand::default()
        }
    }

    fn crawls(days: &[&str]) -> Crawls {
        let entry = |text: &&str| {
            let crawl = CrawlDay {
                coverage: Some(1.0),
                until: day(text),
            };
            (day(text), crawl)
        };
        Crawls {
            days: days.iter().map(entry).collect::<BTreeMap<_, _>>(),
        }
    }

    #[test]
    fn the_range_ends_with_the_last_day_that_was_over_and_spans_at_most_so_many() {
        let two = crawls(&["2026-06-10", "2026-06-12"]);
        let published = (day("2026-01-01"), day("2026-06-12"));
        let all = range(&two, published, &at_most(1_000)).unwrap();
        assert_eq!(
            (all.first, all.last),
            (day("2026-01-01"), day("2026-06-11"))
        );
        let short = range(&two, published, &at_most(7)).unwrap();
        assert_eq!((short.first, short.days()), (day("2026-06-05"), 7));
        assert_eq!(short.iter().last(), Some(day("2026-06-11")));
        assert_eq!(short.place(day("2026-06-05").to_epoch_days()), Some(0));
        assert_eq!(short.place(day("2026-06-12").to_epoch_days()), None);
        assert_eq!(short.place(day("2026-06-04").to_epoch_days()), None);
    }

    #[test]
    fn after_one_day_of_crawling_it_ends_with_the_last_publication() {
        let one = crawls(&["2026-06-10"]);
        let old = range(
            &one,
            (day("2026-01-01"), day("2026-02-01")),
            &at_most(1_000),
        )
        .unwrap();
        assert_eq!(old.last, day("2026-02-01"));
        let fresh = range(
            &one,
            (day("2026-06-08"), day("2026-06-10")),
            &at_most(1_000),
        )
        .unwrap();
        assert_eq!(fresh.last, day("2026-06-09"));
        let only_today = (day("2026-06-10"), day("2026-06-10"));
        assert_eq!(range(&one, only_today, &at_most(1_000)), None);
        assert_eq!(range(&Crawls::default(), only_today, &at_most(1_000)), None);
    }

    #[test]
    fn weeks_begin_on_mondays() {
        for text in ["2026-06-01", "2026-06-07"] {
            assert_eq!(monday(day(text)), day("2026-06-01"));
        }
    }
}
