//! Which days have figures, and what they are.

use super::fixture::{NewPosting, SmallLake, day, noon};
use crate::stage::Status;
use crate::tables::demand::DailyDemand;

fn of<'a>(rows: &'a [DailyDemand], date: &str, category: &str) -> &'a DailyDemand {
    let is_it = |row: &&DailyDemand| row.date == day(date) && row.category == category;
    rows.iter().find(is_it).unwrap()
}

/// Crawls on the 1st, 2nd, 4th and 5th of June; on each day two postings of A and one of B appear.
async fn with_a_gap() -> SmallLake {
    let mut lake = SmallLake::new().await;
    for on in ["2026-06-01", "2026-06-02", "2026-06-04", "2026-06-05"] {
        lake.crawl(noon(day(on)), 30, 10);
    }
    for on in [
        "2026-05-30",
        "2026-06-01",
        "2026-06-02",
        "2026-06-03",
        "2026-06-04",
    ] {
        for category in ["A", "A", "B"] {
            let seen = day(on).max(day("2026-06-01"));
            let seen = if seen == day("2026-06-03") {
                day("2026-06-04")
            } else {
                seen
            };
            lake.posting(NewPosting {
                published: Some(noon(day(on))),
                seen,
                category: Some(category),
                level: None,
                location: None,
            });
        }
    }
    lake
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_without_a_crawl_is_null_and_every_category_has_every_day() {
    let lake = with_a_gap().await;
    let summary = lake.demand("2026-06-05").await;
    assert_eq!(summary.status, Status::Done);
    let rows = lake.daily().await;
    // From the first publication to the day before the last crawl.
    assert_eq!(rows.len(), 6 * 2);
    let gap = of(&rows, "2026-06-03", "A");
    assert!(!gap.collected && !gap.backfilled);
    let figures = (
        gap.new_observed,
        gap.new_imputed,
        gap.new_corrected,
        gap.active,
    );
    assert_eq!(figures, (None, None, None, None));
    assert_eq!(
        (gap.corrected_lo, gap.new_distinct, gap.coverage),
        (None, None, None)
    );
    assert_eq!(gap.known, 2, "what was seen of it later is kept");
    assert!(gap.new_interpolated.is_some_and(|figure| figure > 0.0));

    let whole = of(&rows, "2026-06-02", "A");
    assert!(whole.collected && !whole.backfilled);
    assert_eq!((whole.new_observed, whole.new_imputed), (Some(2), Some(0)));
    assert_eq!(
        (whole.new_corrected, whole.corrected_lo),
        (Some(2.0), Some(2.0))
    );
    assert_eq!(
        (whole.new_interpolated, whole.active),
        (Some(2.0), Some(2.0))
    );
    assert_eq!(whole.coverage, Some(1.0));

    let before = of(&rows, "2026-05-30", "B");
    assert!(before.backfilled && !before.collected);
    assert_eq!((before.new_observed, before.active), (Some(1), None));
    let empty = of(&rows, "2026-05-31", "B");
    assert_eq!(empty.new_observed, Some(0), "backfilled, and no survivor");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crawl_that_saw_half_tells_no_stock() {
    let mut lake = SmallLake::new().await;
    lake.crawl(noon(day("2026-06-01")), 30, 10);
    lake.crawl(noon(day("2026-06-02")), 30, 5);
    lake.crawl(noon(day("2026-06-03")), 30, 10);
    let open = lake.fresh(day("2026-06-01"), Some("A"));
    lake.sighting(open, day("2026-06-02"));
    lake.fresh(day("2026-06-02"), Some("A"));
    let summary = lake.demand("2026-06-03").await;
    let rows = lake.daily().await;
    assert_eq!(of(&rows, "2026-06-01", "A").active, Some(1.0));
    let half = of(&rows, "2026-06-02", "A");
    assert_eq!((half.active, half.coverage), (None, Some(0.5)));
    assert_eq!((half.collected, half.new_observed), (true, Some(1)));
    assert!(summary.note.unwrap().contains("min_coverage"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crawl_over_midnight_counts_each_open_posting_once() {
    let mut lake = SmallLake::new().await;
    let late = day("2026-06-01").and_hms_opt(23, 50, 0).unwrap().and_utc();
    lake.crawl(late, 60, 10);
    lake.crawl(noon(day("2026-06-04")), 30, 10);
    let before = lake.fresh(day("2026-06-01"), Some("A"));
    lake.sighting(before, day("2026-06-02"));
    lake.posting(NewPosting {
        published: Some(noon(day("2026-06-01"))),
        seen: day("2026-06-02"),
        category: Some("A"),
        level: None,
        location: None,
    });
    lake.demand("2026-06-04").await;
    let rows = lake.daily().await;
    assert_eq!(of(&rows, "2026-06-01", "A").active, Some(2.0));
    assert_eq!(of(&rows, "2026-06-02", "A").active, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_posting_counts_on_its_utc_day_and_never_after_it_was_seen() {
    let mut lake = SmallLake::new().await;
    for on in ["2026-06-01", "2026-06-02", "2026-06-03", "2026-06-04"] {
        lake.crawl(noon(day(on)), 30, 10);
    }
    let moments = [
        // 23:30 in New York is the next day in UTC.
        Some("2026-06-01T23:30:00-04:00".parse().unwrap()),
        None,
        Some("2027-01-01T00:00:00Z".parse().unwrap()),
    ];
    for published in moments {
        lake.posting(NewPosting {
            published,
            seen: day("2026-06-03"),
            category: Some("A"),
            level: None,
            location: None,
        });
    }
    lake.demand("2026-06-04").await;
    let rows = lake.daily().await;
    assert_eq!(of(&rows, "2026-06-02", "A").new_observed, Some(1));
    assert_eq!(of(&rows, "2026-06-03", "A").new_observed, Some(2));
    assert_eq!(rows.first().unwrap().date, day("2026-06-02"));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_version_only_what_needs_none_is_published() {
    let mut lake = SmallLake::new().await;
    lake.crawl(noon(day("2026-06-03")), 30, 10);
    lake.fresh(day("2026-06-01"), Some("A"));
    lake.fresh(day("2026-06-02"), Some("A"));
    lake.fresh(day("2026-06-02"), None);
    let summary = lake.demand("2026-06-03").await;
    let rows = lake.daily().await;
    assert_eq!(of(&rows, "2026-06-01", "A").new_corrected, Some(1.0));
    let unsure = of(&rows, "2026-06-02", "A");
    assert_eq!((unsure.new_observed, unsure.new_imputed), (Some(1), None));
    assert_eq!(unsure.new_corrected, None);
    assert!(
        summary
            .note
            .unwrap()
            .contains("no version is in production")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lake_without_crawls_or_postings_has_nothing_to_publish() {
    let lake = SmallLake::new().await;
    assert_eq!(lake.demand("2026-06-01").await.status, Status::Skipped);
    lake.crawl(noon(day("2026-06-01")), 30, 10);
    assert_eq!(lake.demand("2026-06-01").await.status, Status::Skipped);
    assert_eq!(lake.daily().await, []);
}
