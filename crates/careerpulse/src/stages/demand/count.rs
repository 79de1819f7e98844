//! Everything that is counted and estimated, before it is published.

use chrono::NaiveDate;
use serde::Deserialize;

use super::correction::{Bounds, Corrected, OutOfFold, corrected, read_out_of_fold};
use super::crawls::Crawls;
use super::postings::{AllNames, Postings, Unlabelled, read_labelled, read_unlabelled};
use super::range::Range;
use super::rows::{Source, daily_rows};
use super::stock::read_stock;
use super::tally::{Tally, tally};
use super::weeks::{Weeks, weeks};
use crate::config::Demand;
use crate::stage::Ctx;
use crate::tables::Table;
use crate::tables::demand::DailyDemand;
use crate::tables::ml::ModelVersion;

/// What was counted.
pub struct Counted {
    /// Names by number.
    pub names: AllNames,
    /// Postings with a category.
    pub labelled: Postings,
    /// Postings without one.
    pub unlabelled: Unlabelled,
    /// What is expected of those; none without a version in production.
    pub corrected: Option<Corrected>,
    /// The fresh figures of every day.
    pub daily: Vec<DailyDemand>,
    /// The weeks of the range.
    pub weeks: Weeks,
    /// Their counts.
    pub weekly: Tally,
    /// Their intervals.
    pub weekly_bounds: Option<Bounds>,
}

/// Postings, and what is said of them.
struct Read {
    names: AllNames,
    labelled: Postings,
    unlabelled: Unlabelled,
    known: Option<OutOfFold>,
}

/// What is estimated of the postings that were read.
struct Estimated {
    read: Read,
    corrected: Option<Corrected>,
    daily: Tally,
    daily_bounds: Option<Bounds>,
    weekly: Tally,
    weekly_bounds: Option<Bounds>,
    weeks: Weeks,
}

/// Counts the postings of a range, by what `version` says of those without a category.
///
/// # Errors
/// When a table cannot be read.
pub async fn count(
    ctx: &Ctx,
    settings: &Demand,
    range: &Range,
    crawls: &Crawls,
    version: Option<&ModelVersion>,
) -> anyhow::Result<Counted> {
    let read = read(ctx, version).await?;
    let estimated = {
        let (settings, range, crawls) = (settings.clone(), *range, crawls.clone());
        tokio::task::spawn_blocking(move || estimate(read, &settings, &range, &crawls)).await??
    };
    let Read {
        names,
        labelled,
        unlabelled,
        ..
    } = estimated.read;
    let corrected = estimated.corrected;
    let categories = names.categories.list();
    let stock = read_stock(
        ctx,
        range,
        crawls,
        settings.min_coverage,
        (&labelled, &unlabelled),
        corrected.as_ref(),
        categories.len(),
    )
    .await?;
    let source = Source {
        categories,
        model_version: version.map(|version| version.version),
        taxonomy_version: taxonomy_version(ctx).await?,
        vintage: ctx.clock.now(),
    };
    let bounds = estimated.daily_bounds.as_ref();
    let daily = daily_rows(range, crawls, &estimated.daily, bounds, &stock, &source);
    Ok(Counted {
        daily,
        names,
        labelled,
        unlabelled,
        corrected,
        weeks: estimated.weeks,
        weekly: estimated.weekly,
        weekly_bounds: estimated.weekly_bounds,
    })
}

async fn read(ctx: &Ctx, version: Option<&ModelVersion>) -> anyhow::Result<Read> {
    let mut names = AllNames::default();
    for category in version.map_or(&[][..], |version| &version.categories) {
        names.categories.number(category);
    }
    let labelled = read_labelled(ctx, &mut names).await?;
    let unlabelled = read_unlabelled(ctx, version, &mut names).await?;
    let known = match version {
        None => None,
        Some(version) => Some(read_out_of_fold(ctx, version).await?),
    };
    Ok(Read {
        names,
        labelled,
        unlabelled,
        known,
    })
}

fn estimate(
    read: Read,
    settings: &Demand,
    range: &Range,
    crawls: &Crawls,
) -> anyhow::Result<Estimated> {
    let Read {
        labelled,
        unlabelled,
        known,
        names,
    } = &read;
    let corrected = match known {
        None => None,
        Some(known) => Some(corrected(range, labelled, unlabelled, known, settings)?),
    };
    let has_figures = |day: NaiveDate| {
        let is_backfilled = crawls.first().is_some_and(|first| day < first);
        is_backfilled || crawls.days.contains_key(&day)
    };
    let weeks = weeks(range, has_figures);
    let day = |postings: &Postings, row: usize| range.place(postings.days[row]);
    let week = |postings: &Postings, row: usize| weeks.of_day[day(postings, row)?];
    let categories = names.categories.list().len();
    let count = |cells, cell_of: &dyn Fn(&Postings, usize) -> Option<usize>| {
        tally(
            cells,
            categories,
            labelled,
            unlabelled,
            corrected.as_ref(),
            cell_of,
        )
    };
    let bounds = |cells: usize, cell_of: &dyn Fn(&Postings, usize) -> Option<usize>| {
        let postings = &unlabelled.postings;
        let rows: Vec<Option<usize>> = (0..postings.ids.len())
            .map(|row| cell_of(postings, row))
            .collect();
        let found = corrected.as_ref().map(|c| c.bounds(&rows, cells));
        found.transpose()
    };
    let (days, count_of_weeks) = (range.days(), weeks.mondays.len());
    Ok(Estimated {
        daily: count(days, &day),
        daily_bounds: bounds(days, &day)?,
        weekly: count(count_of_weeks, &week),
        weekly_bounds: bounds(count_of_weeks, &week)?,
        weeks,
        corrected,
        read,
    })
}

async fn taxonomy_version(ctx: &Ctx) -> anyhow::Result<Option<String>> {
    #[derive(Deserialize)]
    struct Latest {
        version: Option<String>,
    }
    let sql = format!(
        "select max(taxonomy_version) as version from {}",
        Table::LabeledPostings.name()
    );
    let found: Vec<Latest> = ctx.lake.rows(&sql).await?;
    Ok(found.into_iter().next().and_then(|latest| latest.version))
}
