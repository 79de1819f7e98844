//! The parts add up: categories to all, days to weeks, segments to days, forecasts to their total.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::fixture::{NewPosting, SmallLake, day, noon};
use crate::tables::Table;
use crate::tables::demand::{OTHER, SegmentDemand, WeeklyDemand};
use crate::tables::outlook::{DemandForecast, DemandIndex, ForecastBacktest};

/// Twelve weeks before a crawl; on day n there are n % 3 + 1 labelled postings and one imputed, two on
/// Mondays.
async fn twelve_weeks() -> SmallLake {
    let mut lake = SmallLake::new().await;
    lake.version(1).await;
    let first = day("2026-03-02");
    lake.crawl(noon(day("2026-05-25")), 30, 10);
    for (number, on) in first.iter_days().take(84).enumerate() {
        for one in 0..number % 3 + 1 {
            let new = NewPosting {
                published: Some(noon(on)),
                seen: day("2026-05-25"),
                category: Some(["A", "B"][one % 2]),
                level: (one > 0).then_some("Senior Level"),
                location: Some(["Berlin", "Paris", "Rome"][number % 3]),
            };
            lake.posting(new);
        }
        for _ in 0..if number % 7 == 0 { 2 } else { 1 } {
            let id = lake.fresh(on, None);
            lake.prediction(id, 1, 0.7);
        }
    }
    lake.config.demand.locations = 2;
    lake
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-4
}

#[tokio::test(flavor = "multi_thread")]
async fn every_part_adds_up_to_its_whole() {
    let lake = twelve_weeks().await;
    lake.demand("2026-05-25").await;
    let daily = lake.daily().await;
    let mut by_day: BTreeMap<NaiveDate, f64> = BTreeMap::new();
    for row in &daily {
        let corrected = row.new_corrected.unwrap();
        let (lo, hi) = (row.corrected_lo.unwrap(), row.corrected_hi.unwrap());
        assert!(lo <= corrected && corrected <= hi && hi - lo <= 2.0);
        *by_day.entry(row.date).or_default() += corrected;
    }
    for (number, total) in by_day.values().enumerate() {
        let postings = number % 3 + 2 + usize::from(number % 7 == 0);
        assert!(close(*total, postings as f64), "day {number}: {total}");
    }

    let weekly: Vec<WeeklyDemand> = lake.all(Table::WeeklyDemand).await;
    assert_eq!(weekly.len(), 12 * 2);
    for week in &weekly {
        let days = daily.iter().filter(|row| {
            let since = (row.date - week.week).num_days();
            row.category == week.category && (0..7).contains(&since)
        });
        let (mut count, mut observed, mut corrected) = (0, 0, 0.0);
        for row in days {
            count += 1;
            observed += row.new_observed.unwrap();
            corrected += row.new_corrected.unwrap();
        }
        assert_eq!((week.days, week.new_observed), (count, Some(observed)));
        assert!(close(week.new_corrected.unwrap(), corrected));
        assert!(week.corrected_hi.unwrap() - week.corrected_lo.unwrap() <= 8.0);
    }

    let segments: Vec<SegmentDemand> = lake.all(Table::SegmentDemand).await;
    let names = |dimension: &str| {
        let rows = segments.iter().filter(|row| row.dimension == dimension);
        let mut names: Vec<&str> = rows.map(|row| row.segment.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        names.into_iter().map(ToOwned::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(names("level"), ["(none)", "Senior Level"]);
    assert_eq!(names("location").len(), 3);
    assert!(names("location").contains(&OTHER.to_owned()));
    for dimension in ["level", "location"] {
        let mut sums: BTreeMap<(NaiveDate, &str), (i64, f64)> = BTreeMap::new();
        for row in segments.iter().filter(|row| row.dimension == dimension) {
            let sum = sums.entry((row.date, &row.category)).or_default();
            sum.0 += row.new_observed.unwrap();
            sum.1 += row.new_corrected.unwrap();
        }
        for row in &daily {
            let (observed, corrected) = sums[&(row.date, row.category.as_str())];
            assert_eq!(Some(observed), row.new_observed);
            assert!(close(corrected, row.new_corrected.unwrap()));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn forecasts_add_up_are_not_negative_and_come_with_their_backtest() {
    let lake = twelve_weeks().await;
    lake.demand("2026-05-25").await;
    let forecasts: Vec<DemandForecast> = lake.all(Table::DemandForecast).await;
    assert_eq!(forecasts.len(), 28 * 3);
    let mut sums: BTreeMap<NaiveDate, f64> = BTreeMap::new();
    for row in &forecasts {
        assert_eq!(row.issued_on, day("2026-05-24"));
        assert!(row.mean >= 0.0 && row.lo95.is_none_or(|lo| lo >= 0.0));
        let sign = if row.category == "*" { -1.0 } else { 1.0 };
        *sums.entry(row.date).or_default() += sign * row.mean;
    }
    assert!(sums.values().all(|difference| close(*difference, 0.0)));
    assert_eq!(sums.keys().next(), Some(&day("2026-05-25")));
    let backtest: Vec<ForecastBacktest> = lake.all(Table::ForecastBacktest).await;
    for category in ["*", "A", "B"] {
        let own: Vec<_> = backtest
            .iter()
            .filter(|row| row.category == category)
            .collect();
        assert!(own.iter().any(|row| row.model == "seasonal_naive"));
        assert!(own.iter().any(|row| row.model == "published"));
        assert!(own.iter().filter(|row| row.chosen).count() <= 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_index_is_100_on_its_base_day() {
    let mut lake = twelve_weeks().await;
    lake.config.demand.index_base = "2026-04-01".into();
    lake.demand("2026-05-25").await;
    let rows: Vec<DemandIndex> = lake.all(Table::DemandIndex).await;
    assert_eq!(rows.len(), 84 * 3);
    for row in &rows {
        assert_eq!(row.base_date, Some(day("2026-04-01")));
        if row.date == day("2026-04-01") {
            assert!(close(row.new_index.unwrap(), 100.0), "{row:?}");
            assert!(close(row.new_adjusted_index.unwrap(), 100.0), "{row:?}");
        }
        assert_eq!(row.new_mean.is_none(), row.date < day("2026-03-08"));
    }
    lake.config.demand.index_base = "2020-01-01".into();
    let summary = lake.demand("2026-05-25").await;
    assert!(summary.note.unwrap().contains("before the series"));
    lake.config.demand.index_base = "2027-01-01".into();
    let before = lake.versions().await;
    let error = lake.try_demand("2026-05-25").await.unwrap_err();
    assert!(error.to_string().contains("choose a day"), "{error}");
    assert_eq!(lake.versions().await, before, "nothing was written");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_survivor_does_not_take_the_base_with_it() {
    let mut lake = twelve_weeks().await;
    lake.posting(NewPosting {
        published: Some(noon(day("2025-06-01"))),
        seen: day("2026-05-25"),
        category: Some("A"),
        level: None,
        location: None,
    });
    lake.demand("2026-05-25").await;
    let rows: Vec<DemandIndex> = lake.all(Table::DemandIndex).await;
    let base = rows[0].base_date.unwrap();
    assert!(base >= day("2026-03-02"), "{base}");
    assert!(rows.iter().all(|row| row.base_date == Some(base)));
    let last = rows.last().unwrap();
    assert!(last.new_index.unwrap() < 400.0, "{last:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_horizon_leaves_no_forecast_of_the_day() {
    let mut lake = twelve_weeks().await;
    lake.demand("2026-05-25").await;
    lake.config.demand.horizon = 0;
    lake.demand("2026-05-25").await;
    let forecasts: Vec<DemandForecast> = lake.all(Table::DemandForecast).await;
    assert_eq!(forecasts, []);
}
