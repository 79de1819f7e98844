//! Publishing again: nothing moves without a reason, and every reason is told.

use careerpulse_lake::rows::to_batch;
use chrono::TimeDelta;

use super::fixture::{NewPosting, SmallLake, day, noon};
use crate::stage::Status;
use crate::tables::Table;
use crate::tables::demand::{Revision, WeeklyDemand};

/// Ten days of a crawl each, with labelled and imputed postings, and a version.
async fn ten_days() -> SmallLake {
    let mut lake = SmallLake::new().await;
    lake.version(1).await;
    for on in day("2026-06-01").iter_days().take(10) {
        lake.crawl(noon(on), 30, 10);
        for (category, first) in [(Some("A"), 0.0), (Some("B"), 0.0), (None, 0.8), (None, 0.2)] {
            let id = lake.fresh(on, category);
            if category.is_none() {
                lake.prediction(id, 1, first);
            }
        }
    }
    lake
}

fn late(lake: &mut SmallLake, published: &str) {
    lake.posting(NewPosting {
        published: Some(noon(day(published))),
        seen: day("2026-06-10"),
        category: Some("A"),
        level: None,
        location: None,
    });
}

fn told<'a>(revisions: &'a [Revision], figure: &str) -> Vec<&'a Revision> {
    revisions.iter().filter(|r| r.figure == figure).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn twice_equals_once() {
    let lake = ten_days().await;
    assert_eq!(lake.demand("2026-06-10").await.status, Status::Done);
    let (rows, versions) = (lake.daily().await, lake.versions().await);
    let again = lake.demand("2026-06-11").await;
    assert_eq!((again.status, again.rows_written), (Status::Unchanged, 0));
    assert_eq!(lake.daily().await, rows);
    assert_eq!(lake.versions().await, versions);
    assert_eq!(lake.revisions().await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_arrival_revises_its_day_and_says_so() {
    let mut lake = ten_days().await;
    lake.demand("2026-06-10").await;
    let before = lake.daily().await;
    late(&mut lake, "2026-06-04");
    let summary = lake.demand("2026-06-11").await;
    let (rows, revisions) = (lake.daily().await, lake.revisions().await);
    assert_eq!(summary.extras["days_revised"], 1);
    let observed = told(&revisions, "new_observed");
    assert_eq!(observed.len(), 1);
    let revision = observed[0];
    assert_eq!(
        (revision.date, revision.category.as_str()),
        (day("2026-06-04"), "A")
    );
    assert_eq!((revision.old, revision.new), (Some(1.0), Some(2.0)));
    assert_eq!(revision.reasons, ["new postings"]);
    assert_eq!(revision.vintage, noon(day("2026-06-11")));
    assert_eq!(revision.previous_vintage, noon(day("2026-06-10")));
    for (old, new) in before.iter().zip(&rows) {
        let is_revised = old.date == day("2026-06-04");
        let expected = noon(day(if is_revised {
            "2026-06-11"
        } else {
            "2026-06-10"
        }));
        assert_eq!(new.vintage, expected, "{}", new.date);
        assert!(is_revised || old == new, "{}", new.date);
    }
    assert!(
        told(&revisions, "new_corrected")
            .iter()
            .all(|r| r.date == day("2026-06-04"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_version_a_new_category_and_a_copy_are_told_apart() {
    let mut lake = ten_days().await;
    lake.demand("2026-06-10").await;
    lake.version(2).await;
    for id in 1..=40 {
        // The version is sure that all are of the first category.
        lake.prediction(id, 2, 0.99);
    }
    lake.demand("2026-06-11").await;
    let revisions = lake.revisions().await;
    assert!(!told(&revisions, "new_imputed").is_empty());
    assert!(revisions.iter().all(|r| r.reasons == ["new model version"]));

    lake.lake
        .update(
            Table::Duplicates.spec(),
            &[("kind", "'repost'".into())],
            "posting_id = 1",
        )
        .await
        .unwrap();
    lake.demand("2026-06-12").await;
    let revisions = lake.revisions().await;
    let copies = told(&revisions, "new_distinct");
    let copy = copies.last().unwrap();
    assert_eq!(
        (copy.date, copy.reasons.clone()),
        (day("2026-06-01"), vec!["dedup".to_owned()])
    );

    lake.fresh(day("2026-06-09"), Some("C"));
    lake.demand("2026-06-13").await;
    let rows = lake.daily().await;
    assert_eq!(rows.len(), 9 * 3, "the new category has every day");
    let revisions = lake.revisions().await;
    let of_c: Vec<_> = revisions.iter().filter(|r| r.category == "C").collect();
    assert!(
        of_c.iter().all(|r| r.date == day("2026-06-09")),
        "zeros of old days are no news"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_was_killed_after_telling_of_its_revisions_tells_of_them_once() {
    let mut lake = ten_days().await;
    lake.demand("2026-06-10").await;
    late(&mut lake, "2026-06-04");
    // What a killed run leaves: revisions of a vintage that no figure has.
    let orphan = Revision {
        vintage: noon(day("2026-06-10")) + TimeDelta::hours(1),
        date: day("2026-06-04"),
        category: "A".into(),
        figure: "new_observed".into(),
        old: Some(1.0),
        new: Some(7.0),
        previous_vintage: noon(day("2026-06-10")),
        reasons: vec!["new postings".into()],
    };
    lake.put(Table::Revisions, &[orphan]).await;
    lake.demand("2026-06-11").await;
    let revisions = lake.revisions().await;
    let observed = told(&revisions, "new_observed");
    assert_eq!(observed.len(), 1);
    assert_eq!(observed[0].new, Some(2.0));
    late(&mut lake, "2026-06-05");
    lake.demand("2026-06-12").await;
    let revisions = lake.revisions().await;
    assert_eq!(
        told(&revisions, "new_observed").len(),
        2,
        "older revisions stay"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_left_the_range_stays_as_it_was_published() {
    let mut lake = ten_days().await;
    lake.config.demand.max_days = 14;
    lake.demand("2026-06-10").await;
    let before = lake.daily().await;
    let on = day("2026-06-20");
    lake.crawl(noon(on), 30, 10);
    lake.demand("2026-06-20").await;
    let rows = lake.daily().await;
    let kept: Vec<_> = rows
        .iter()
        .filter(|row| row.date < day("2026-06-06"))
        .collect();
    assert_eq!(kept.len(), 5 * 2);
    assert!(kept.iter().zip(&before).all(|(new, old)| *new == old));
    assert_eq!(rows.last().unwrap().date, day("2026-06-19"));
    assert_eq!(lake.revisions().await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_went_back_makes_no_older_vintage() {
    let mut lake = ten_days().await;
    lake.demand("2026-06-10").await;
    late(&mut lake, "2026-06-04");
    lake.demand("2026-06-09").await;
    let revisions = lake.revisions().await;
    assert_eq!(
        revisions[0].vintage,
        noon(day("2026-06-10")) + TimeDelta::microseconds(1)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_settled_day_is_not_estimated_anew_for_what_other_days_tell() {
    let mut revised = Vec::new();
    for settle_days in [28, 1] {
        let mut lake = ten_days().await;
        lake.config.demand.settle_days = settle_days;
        lake.demand("2026-06-10").await;
        for _ in 0..60 {
            late(&mut lake, "2026-06-05");
        }
        lake.demand("2026-06-11").await;
        let revisions = lake.revisions().await;
        let others = revisions.iter().filter(|r| r.date != day("2026-06-05"));
        assert!(others.clone().all(|r| r.reasons == ["re-estimated mix"]));
        revised.push(others.map(|r| r.date).min());
    }
    assert_eq!(revised[0], Some(day("2026-06-01")));
    assert_eq!(revised[1], Some(day("2026-06-08")));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_version_is_the_only_reason_for_what_it_imputes() {
    let mut lake = SmallLake::new().await;
    lake.crawl(noon(day("2026-06-03")), 30, 10);
    lake.fresh(day("2026-06-01"), Some("A"));
    let id = lake.fresh(day("2026-06-02"), None);
    lake.demand("2026-06-03").await;
    lake.version(1).await;
    lake.prediction(id, 1, 0.9);
    lake.demand("2026-06-04").await;
    let revisions = lake.revisions().await;
    assert!(!told(&revisions, "new_corrected").is_empty());
    assert!(
        revisions
            .iter()
            .all(|r| r.reasons.contains(&"new model version".to_owned()))
    );
    assert!(
        revisions
            .iter()
            .all(|r| !r.reasons.contains(&"dedup".to_owned()))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_week_that_the_range_cuts_has_sums_and_no_interval() {
    let mut lake = ten_days().await;
    lake.demand("2026-06-10").await;
    lake.config.demand.max_days = 14;
    lake.crawl(noon(day("2026-06-18")), 30, 10);
    // The range begins on the 4th now, a Thursday; a late arrival republishes the 5th.
    late(&mut lake, "2026-06-05");
    lake.demand("2026-06-18").await;
    let weekly: Vec<WeeklyDemand> = lake.all(Table::WeeklyDemand).await;
    let first: Vec<_> = weekly
        .iter()
        .filter(|row| row.week == day("2026-06-01"))
        .collect();
    assert_eq!(first.len(), 2);
    for row in first {
        assert_eq!(row.days, 7);
        assert!(row.new_corrected.is_some());
        assert_eq!((row.corrected_lo, row.corrected_hi), (None, None));
    }
    let second = weekly
        .iter()
        .find(|row| row.week == day("2026-06-08"))
        .unwrap();
    assert!(second.corrected_lo.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_killed_run_left_unwritten_is_written_by_the_next() {
    let lake = ten_days().await;
    lake.demand("2026-06-10").await;
    let later = [
        Table::WeeklyDemand,
        Table::SegmentDemand,
        Table::DemandIndex,
        Table::DemandForecast,
        Table::ForecastBacktest,
    ];
    let daily = lake.daily().await;
    for (place, first_lost) in later.into_iter().enumerate() {
        let mut whole = Vec::new();
        for table in later {
            whole.push(lake.all::<serde_json::Value>(table).await);
        }
        // Tables are written in this order, so a kill loses a tail of them.
        for table in &later[place..] {
            let none = to_batch::<serde_json::Value>(table.spec(), &[]).unwrap();
            lake.lake.replace(table.spec(), none, None).await.unwrap();
        }
        assert_eq!(lake.demand("2026-06-10").await.status, Status::Done);
        for (table, whole) in later.into_iter().zip(whole) {
            let found = lake.all::<serde_json::Value>(table).await;
            assert!(
                !whole.is_empty() && found == whole,
                "{table:?} after {first_lost:?}"
            );
        }
    }
    assert_eq!(
        (lake.daily().await, lake.revisions().await),
        (daily, Vec::new())
    );
}
