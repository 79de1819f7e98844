//! On which days the source was crawled, and how much of it each crawl saw.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate, Utc};
use serde::Deserialize;

use crate::stage::Ctx;
use crate::tables::Table;

/// A crawl that has ended. One that the source cut off is none until it has been resumed.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Crawl {
    /// When its first request was sent.
    pub started_at: DateTime<Utc>,
    /// When its last answer arrived.
    pub finished_at: DateTime<Utc>,
    /// The share of what paging can reach that it fetched; none where nothing could be reached.
    pub coverage: Option<f64>,
}

/// A day on which a crawl began.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CrawlDay {
    /// The best crawl's share of what could be reached.
    pub coverage: Option<f64>,
    /// The day on which the last crawl that began here ended.
    pub until: NaiveDate,
}

/// All days on which crawls began.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Crawls {
    /// By day, UTC.
    pub days: BTreeMap<NaiveDate, CrawlDay>,
}

impl Crawls {
    /// The day of the first crawl: what was published before is known from its survivors.
    pub fn first(&self) -> Option<NaiveDate> {
        self.days.keys().next().copied()
    }

    /// The last day that was over when a crawl began: one that fetched at least `min_coverage`, for the
    /// others leave postings of the day before unseen. Where none fetched that much, any.
    pub fn last_over(&self, min_coverage: f64) -> Option<NaiveDate> {
        let is_whole = |crawl: &CrawlDay| crawl.coverage.is_some_and(|c| c >= min_coverage);
        let whole = self.days.iter().rev().find(|(_, crawl)| is_whole(crawl));
        let (last, _) = whole.or_else(|| self.days.iter().next_back())?;
        last.checked_sub_days(Days::new(1))
    }

    /// Whether the sightings of a day tell its stock, as far as its crawls saw enough. Where a crawl ran
    /// over midnight into a day with a crawl of its own, what it saw then is that day's; the day it began
    /// on is whole only if the night before left it as much.
    pub fn tells_stock(&self, day: NaiveDate) -> bool {
        let has_crawl = |day: Option<NaiveDate>| day.and_then(|day| self.days.get(&day));
        let loses = has_crawl(Some(day)).is_some_and(|own| {
            own.until > day && has_crawl(day.checked_add_days(Days::new(1))).is_some()
        });
        let before = has_crawl(day.checked_sub_days(Days::new(1)));
        !loses || before.is_some_and(|before| before.until >= day)
    }

    /// The day whose stock a sighting belongs to: where a crawl ran into a day on which none began,
    /// the day it began on.
    pub fn stock_day(&self, seen: NaiveDate) -> Option<NaiveDate> {
        let (&day, crawl) = self.days.range(..=seen).next_back()?;
        (crawl.until >= seen).then_some(day)
    }

    /// Whether a crawl ran into another day, so that one posting can be seen twice for one stock.
    pub fn runs_over_midnight(&self) -> bool {
        self.days.iter().any(|(day, crawl)| crawl.until > *day)
    }
}

/// Reads the crawls that have ended.
pub async fn read_crawls(ctx: &Ctx) -> anyhow::Result<Crawls> {
    // A page that was fetched holds 20 postings of its slice, but for the last.
    let sql = format!(
        "select min(started_at) as started_at, max(finished_at) as finished_at, \
         sum(cast(least(20 * pages_fetched, reachable) as double)) / nullif(sum(reachable), 0) as coverage \
         from {} group by ingest_id having sum(pages_fetched) > 0",
        Table::Coverage.name()
    );
    let crawls: Vec<Crawl> = ctx.lake.rows(&sql).await?;
    Ok(by_day(&crawls))
}

fn by_day(crawls: &[Crawl]) -> Crawls {
    let mut days: BTreeMap<NaiveDate, CrawlDay> = BTreeMap::new();
    for crawl in crawls {
        let (began, until) = (
            crawl.started_at.date_naive(),
            crawl.finished_at.date_naive(),
        );
        let day = days.entry(began).or_insert(CrawlDay {
            coverage: None,
            until,
        });
        day.until = day.until.max(until);
        day.coverage = match (day.coverage, crawl.coverage) {
            (Some(a), Some(b)) => Some(a.max(b)),
            (a, b) => a.or(b),
        };
    }
    Crawls { days }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crawl(started: &str, finished: &str, coverage: f64) -> Crawl {
        let moment = |text: &str| format!("{text}:00Z").parse().unwrap();
        Crawl {
            started_at: moment(started),
            finished_at: moment(finished),
            coverage: Some(coverage),
        }
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_best_crawl_of_a_day_counts_and_the_range_ends_the_day_before_the_last() {
        let crawls = by_day(&[
            crawl("2026-06-03T06:00", "2026-06-03T07:00", 0.4),
            crawl("2026-06-01T06:00", "2026-06-01T07:00", 1.0),
            crawl("2026-06-03T12:00", "2026-06-03T12:30", 0.9),
        ]);
        assert_eq!(crawls.first(), Some(day("2026-06-01")));
        assert_eq!(crawls.last_over(0.9), Some(day("2026-06-02")));
        assert_eq!(crawls.days[&day("2026-06-03")].coverage, Some(0.9));
        assert!(!crawls.days.contains_key(&day("2026-06-02")));
        assert!(!crawls.runs_over_midnight());
    }

    #[test]
    fn what_a_crawl_saw_after_midnight_is_stock_of_the_day_it_began_on() {
        let mut all = vec![crawl("2026-06-01T23:50", "2026-06-02T01:00", 1.0)];
        let crawls = by_day(&all);
        assert!(crawls.runs_over_midnight());
        assert_eq!(crawls.stock_day(day("2026-06-02")), Some(day("2026-06-01")));
        assert_eq!(crawls.stock_day(day("2026-06-03")), None);
        assert_eq!(crawls.stock_day(day("2026-05-31")), None);
        all.push(crawl("2026-06-02T23:50", "2026-06-03T01:00", 1.0));
        let crawls = by_day(&all);
        assert_eq!(crawls.stock_day(day("2026-06-02")), Some(day("2026-06-02")));
    }

    #[test]
    fn a_night_that_hands_on_its_sightings_tells_a_stock_only_if_it_was_handed_some() {
        let nights = by_day(&[
            crawl("2026-06-01T23:50", "2026-06-02T01:00", 1.0),
            crawl("2026-06-02T23:50", "2026-06-03T01:00", 1.0),
            crawl("2026-06-05T23:50", "2026-06-06T01:00", 1.0),
        ]);
        let tells = |text: &str| nights.tells_stock(day(text));
        assert!(!tells("2026-06-01"), "ten minutes of its own");
        assert!(tells("2026-06-02") && tells("2026-06-05"));
    }

    #[test]
    fn a_crawl_that_saw_little_closes_no_day_unless_all_did() {
        let mut all = vec![
            crawl("2026-06-01T06:00", "2026-06-01T07:00", 1.0),
            crawl("2026-06-03T06:00", "2026-06-03T07:00", 0.01),
        ];
        assert_eq!(by_day(&all).last_over(0.9), Some(day("2026-05-31")));
        all.remove(0);
        assert_eq!(by_day(&all).last_over(0.9), Some(day("2026-06-02")));
    }

    #[test]
    fn without_a_crawl_there_is_no_range() {
        assert_eq!(Crawls::default().first(), None);
        assert_eq!(Crawls::default().last_over(0.9), None);
    }
}
