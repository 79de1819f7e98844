//! Demand: how many postings appear and are open, by day and category, with what is made of that.

mod correction;
mod count;
mod crawls;
mod names;
mod outlook;
mod postings;
mod publish;
mod range;
mod rows;
mod segments;
mod stock;
mod store;
mod tally;
#[cfg(test)]
mod tests;
mod weeks;

use std::collections::BTreeSet;

use chrono::{DateTime, Days, TimeDelta, Utc};
use serde_json::json;

use crate::config::Demand;
use crate::stage::{Ctx, Stage, Status, Summary};
use crate::tables::Table;
use crate::tables::demand::{DailyDemand, WeeklyDemand};
use crate::tracking::production;

use count::{Counted, count};
use crawls::read_crawls;
use outlook::{base_day, fill_gaps, panel, publish_outlook};
use postings::days_of_publication;
use publish::{Publication, publish};
use range::{Range, range};
use segments::segment_rows;
use store::{replace_all, store_publication, stored};
use weeks::weekly_rows;

/// The stage.
pub const STAGE: Stage = Stage {
    name: "demand",
    about: "counts new and open postings by day and category, corrects imputed ones for the model's errors, and publishes index and forecast",
    reads: &[
        Table::Coverage,
        Table::JobPostings,
        Table::Sightings,
        Table::LabeledPostings,
        Table::UnlabeledPostings,
        Table::Duplicates,
        Table::OutOfFold,
        Table::ModelVersions,
        Table::Promotions,
        Table::CategoryPredictions,
    ],
    heeds: &[],
    writes: &[
        Table::DailyDemand,
        Table::WeeklyDemand,
        Table::SegmentDemand,
        Table::Revisions,
        Table::DemandIndex,
        Table::DemandForecast,
        Table::ForecastBacktest,
    ],
    run: |ctx, config| Box::pin(run(ctx, &config.demand)),
};

async fn run(ctx: &Ctx, settings: &Demand) -> anyhow::Result<Summary> {
    let crawls = read_crawls(ctx).await?;
    let published = days_of_publication(ctx).await?;
    let Some(range) = published.and_then(|span| range(&crawls, span, settings)) else {
        return Ok(Summary::new(STAGE.name, Status::Skipped).with_note(
            "no day to publish yet: the series ends with the last day that was over when a crawl began",
        ));
    };
    // A mistake in it must come to light before anything is written.
    let (base, base_remark) = base_day(settings, &range)?;
    let version = production(&ctx.lake).await?;
    let counted = count(ctx, settings, &range, &crawls, version.as_ref()).await?;
    let old: Vec<DailyDemand> = stored(ctx, Table::DailyDemand).await?;
    let settled = range.last - Days::new(settings.settle_days);
    let vintage = vintage(ctx.clock.now(), &old);
    let mut publication = publish(&old, &counted.daily, settled, vintage);
    fill_gaps(&mut publication.rows, &range)?;
    let mut written = store_publication(ctx, &old, &publication).await?;

    let daily = &publication.rows;
    written += store_weeks(ctx, &counted, daily).await?;
    let segments = segment_rows(&range, &counted, daily, settings.locations);
    written += replace_all(ctx, Table::SegmentDemand, &segments).await?;
    let outlook = publish_outlook(ctx, settings, base, panel(daily, &range)).await?;
    written += outlook.written;

    let is_within = |row: &&DailyDemand| range.place(row.date.to_epoch_days()).is_some();
    let within: Vec<&DailyDemand> = daily.iter().filter(is_within).collect();
    let status = match written {
        0 => Status::Unchanged,
        _ => Status::Done,
    };
    let mut summary = summary(status, &range, &within, &counted, &publication)
        .with("forecasts", outlook.forecasts)
        .with("beat_seasonal_naive", outlook.beat_seasonal_naive)
        .with_remarks(remarks(&within, &counted))
        .with_remarks(base_remark.into_iter().collect())
        .with_remarks(outlook.remarks);
    summary.rows_written = written;
    Ok(summary)
}

/// The moment of a publication: later than all before it, even where the clock went back.
fn vintage(now: DateTime<Utc>, published: &[DailyDemand]) -> DateTime<Utc> {
    let last = published.iter().map(|row| row.vintage).max();
    last.map_or(now, |last| now.max(last + TimeDelta::microseconds(1)))
}

async fn store_weeks(ctx: &Ctx, counted: &Counted, daily: &[DailyDemand]) -> anyhow::Result<u64> {
    let old: Vec<WeeklyDemand> = stored(ctx, Table::WeeklyDemand).await?;
    let rows = weekly_rows(
        &counted.weeks,
        &counted.weekly,
        counted.weekly_bounds.as_ref(),
        counted.names.categories.list(),
        daily,
        &old,
    );
    replace_all(ctx, Table::WeeklyDemand, &rows).await
}

fn summary(
    status: Status,
    range: &Range,
    within: &[&DailyDemand],
    counted: &Counted,
    publication: &Publication,
) -> Summary {
    let days = |is: fn(&DailyDemand) -> bool| {
        let days = within.iter().filter(|row| is(row)).map(|row| row.date);
        days.collect::<BTreeSet<_>>().len()
    };
    let revised = publication.revisions.iter().map(|revision| revision.date);
    let shift = counted.corrected.as_ref().map(|corrected| {
        let shift = corrected.shift();
        json!({"found": shift.found, "p": shift.p})
    });
    let mut summary = Summary::new(STAGE.name, status)
        .with("first_day", range.first)
        .with("last_day", range.last)
        .with("days", range.days())
        .with("days_collected", days(|row| row.collected))
        .with("days_backfilled", days(|row| row.backfilled))
        .with("days_missed", days(|row| !row.collected && !row.backfilled))
        .with("categories", counted.names.categories.list().len())
        .with("prior_shift", shift)
        .with("revisions", publication.revisions.len())
        .with("days_revised", revised.collect::<BTreeSet<_>>().len());
    summary.rows_read = (counted.labelled.ids.len() + counted.unlabelled.postings.ids.len()) as u64;
    summary
}

fn remarks(within: &[&DailyDemand], counted: &Counted) -> Vec<String> {
    let mut remarks = Vec::new();
    let unlabelled = counted.unlabelled.postings.ids.len();
    if counted.corrected.is_none() && unlabelled > 0 {
        remarks.push(format!(
            "{unlabelled} postings have no category and no version is in production: days with such postings have no corrected figure"
        ));
    }
    let collected = within.iter().filter(|row| row.collected);
    let dates: BTreeSet<_> = collected.clone().map(|row| row.date).collect();
    let unseen: BTreeSet<_> = collected
        .filter(|row| row.active.is_none())
        .map(|row| row.date)
        .collect();
    if !unseen.is_empty() {
        remarks.push(format!(
            "open postings are not published for {} of {} days with a crawl: it saw less than [demand] min_coverage of what it could reach; raise [bronze] max_requests",
            unseen.len(),
            dates.len()
        ));
    }
    remarks
}
