//! The stock: postings that were open on a day, by its crawls.

use std::collections::HashMap;

use arrow::array::AsArray;
use arrow::datatypes::{Date32Type, Int64Type};
use chrono::NaiveDate;
use futures::TryStreamExt as _;

use super::correction::Corrected;
use super::crawls::Crawls;
use super::postings::{Postings, Unlabelled};
use super::range::Range;
use crate::stage::Ctx;
use crate::tables::Table;

/// Sums are kept in parts of a posting so small, as integers: their order does not matter then.
const PARTS: f64 = (1_u64 << 30) as f64;

/// Open postings per day of the range and category; none where no crawl saw enough.
pub type Stock = Vec<Option<Vec<f64>>>;

/// Where a sighted posting counts.
#[derive(Clone, Copy)]
enum Place {
    /// In its own category.
    Labelled(u32),
    /// In all of the model's, by this row of the corrected probabilities.
    Unlabelled(u32),
}

/// Counts the open postings of each day whose crawls saw at least `min_coverage` of what could be reached.
pub async fn read_stock(
    ctx: &Ctx,
    range: &Range,
    crawls: &Crawls,
    min_coverage: f64,
    (labelled, unlabelled): (&Postings, &Unlabelled),
    corrected: Option<&Corrected>,
    categories: usize,
) -> anyhow::Result<Stock> {
    let mut sums: Vec<Option<Vec<i64>>> = range
        .iter()
        .map(|day| {
            let crawl = crawls.days.get(&day)?;
            let is_told = crawl.coverage? >= min_coverage && crawls.tells_stock(day);
            is_told.then(|| vec![0; categories])
        })
        .collect();
    let mut has_unknown = vec![false; range.days()];
    let places = places(labelled, unlabelled);
    let mut batches = ctx.lake.stream(&sightings(crawls)).await?;
    while let Some(batch) = batches.try_next().await? {
        let ids = batch["posting_id"].as_primitive::<Int64Type>();
        let days = batch["day"].as_primitive::<Date32Type>();
        for (id, &day) in ids.values().iter().zip(days.values()) {
            let stock_day = NaiveDate::from_epoch_days(day).and_then(|day| crawls.stock_day(day));
            let place = stock_day.and_then(|day| range.place(day.to_epoch_days()));
            let (Some(place), Some(&posting)) = (place, places.get(id)) else {
                continue;
            };
            let Some(sums) = &mut sums[place] else {
                continue;
            };
            match (posting, corrected) {
                (Place::Labelled(category), _) => sums[category as usize] += PARTS as i64,
                (Place::Unlabelled(row), Some(corrected)) => {
                    for (sum, share) in sums.iter_mut().zip(corrected.row(row as usize)) {
                        *sum += (share * PARTS).round() as i64;
                    }
                }
                (Place::Unlabelled(_), None) => has_unknown[place] = true,
            }
        }
    }
    let stock = sums
        .into_iter()
        .zip(has_unknown)
        .map(|(sums, has_unknown)| {
            let sums = sums.filter(|_| !has_unknown)?;
            Some(sums.iter().map(|&sum| sum as f64 / PARTS).collect())
        });
    Ok(stock.collect())
}

/// Each posting once per stock: a crawl over midnight may have seen it on both of its days.
fn sightings(crawls: &Crawls) -> String {
    let table = Table::Sightings.name();
    if !crawls.runs_over_midnight() {
        return format!("select posting_id, seen_date as day from {table}");
    }
    let tail = |day: NaiveDate| crawls.stock_day(day).filter(|stock| *stock != day);
    let cases: String = crawls
        .days
        .iter()
        .flat_map(|(first, crawl)| first.iter_days().take_while(|day| *day <= crawl.until))
        .filter_map(|day| Some(format!(" when date '{day}' then date '{}'", tail(day)?)))
        .collect();
    if cases.is_empty() {
        return format!("select posting_id, seen_date as day from {table}");
    }
    format!(
        "select distinct posting_id, case seen_date{cases} else seen_date end as day from {table}"
    )
}

fn places(labelled: &Postings, unlabelled: &Unlabelled) -> HashMap<i64, Place> {
    let own = labelled.ids.iter().zip(&labelled.categories);
    let own = own.filter_map(|(id, category)| Some((*id, Place::Labelled((*category)?))));
    let others = unlabelled.postings.ids.iter().zip(0..);
    own.chain(others.map(|(id, row)| (*id, Place::Unlabelled(row))))
        .collect()
}
