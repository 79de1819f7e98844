//! The first page.

use std::sync::Arc;

use careerpulse_dashboard::source::SourceError;
use careerpulse_dashboard::view::demand::Series;
use careerpulse_dashboard::view::overview::Overview;
use serde::Deserialize;

use super::category::unknown;
use super::crawls::latest_crawl;
use super::demand::{ALL, Demand, SPAN, demand};
use super::moment::Moment;
use super::registry::{self, registry};
use super::words::not_yet;
use crate::tables::Table;

/// Categories that are shown beside all of them.
const MOST_CATEGORIES: usize = 12;

/// Reads it.
///
/// # Errors
/// [`SourceError::NotYet`] where no posting was read, [`SourceError::NotFound`] for an unknown category.
pub async fn overview(
    moment: &Arc<Moment>,
    categories: &[String],
) -> Result<Overview, SourceError> {
    if !moment.has(Table::JobPostings)? {
        return Err(not_yet("there is no posting yet", "run"));
    }
    if categories.len() > MOST_CATEGORIES {
        return Err(SourceError::Invalid(format!(
            "at most {MOST_CATEGORIES} categories are shown at a time"
        )));
    }
    let demand = demand(moment).await?;
    let counts = counts(moment).await?;
    let alarms = alarms(moment).await?;
    let registry = registry(moment).await?;
    Ok(Overview {
        series: chosen(&demand, categories)?,
        categories: demand.lines.clone(),
        mover_days: SPAN as u32,
        postings: counts.postings,
        labelled: counts.labelled,
        imputed: counts.imputed,
        abstained: counts.abstained,
        last_crawl: latest_crawl(moment).await?.finished_at,
        last_day: demand.last_day,
        vintage: demand.vintage,
        model_version: registry.production().ok().map(|version| version.version),
        alarms_on: alarms.on,
        alarms_unseen: alarms.unseen,
    })
}

/// All of them first, then those asked for, each once.
fn chosen(demand: &Demand, categories: &[String]) -> Result<Vec<Series>, SourceError> {
    let mut series: Vec<Series> = demand.series.get(ALL).cloned().into_iter().collect();
    for name in categories {
        if series.iter().any(|shown| shown.name == *name) {
            continue;
        }
        let Some(found) = demand.series.get(name) else {
            return Err(unknown(
                name,
                demand.lines.iter().map(|line| line.name.as_str()),
            ));
        };
        series.push(found.clone());
    }
    Ok(series)
}

#[derive(Default, Deserialize)]
struct Counts {
    postings: u64,
    labelled: u64,
    #[serde(default)]
    imputed: u64,
    #[serde(default)]
    abstained: u64,
}

async fn counts(moment: &Arc<Moment>) -> Result<Arc<Counts>, SourceError> {
    let tables: Vec<Table> = registry::TABLES
        .into_iter()
        .chain([Table::JobPostings, Table::CategoryPredictions])
        .collect();
    moment
        .part("counts", String::new(), &tables, |moment| async move {
            read_counts(&moment).await
        })
        .await
}

async fn read_counts(moment: &Arc<Moment>) -> Result<Counts, SourceError> {
    #[derive(Default, Deserialize)]
    struct Scored {
        scored: u64,
        abstained: u64,
    }
    let sql = format!(
        "select count(*) as postings, count(category) as labelled from {}",
        Table::JobPostings.name()
    );
    let counted: Vec<Counts> = moment.select(&sql).await?;
    let mut counts = counted.into_iter().next().unwrap_or_default();
    let registry = registry(moment).await?;
    if let Ok(version) = registry.production()
        && moment.has(Table::CategoryPredictions)?
    {
        let sql = format!(
            "select count(*) as scored, count(case when abstained then 1 end) as abstained \
             from {} where model_version = {}",
            Table::CategoryPredictions.name(),
            version.version
        );
        let scored: Vec<Scored> = moment.select(&sql).await?;
        let scored = scored.into_iter().next().unwrap_or_default();
        counts.abstained = scored.abstained;
        counts.imputed = scored.scored.saturating_sub(scored.abstained);
    }
    Ok(counts)
}

/// Counts before somebody asks for them.
///
/// # Errors
/// When a table cannot be read.
pub async fn warm_counts(moment: &Arc<Moment>) -> Result<(), SourceError> {
    if moment.has(Table::JobPostings)? {
        counts(moment).await?;
    }
    alarms(moment).await.map(|_| ())
}

#[derive(Default, Deserialize)]
struct AlarmCounts {
    on: u64,
    unseen: u64,
}

async fn alarms(moment: &Arc<Moment>) -> Result<Arc<AlarmCounts>, SourceError> {
    let tables = [Table::Alarms];
    moment
        .part("alarm counts", String::new(), &tables, |moment| async move {
            if !moment.has(Table::Alarms)? {
                return Ok(AlarmCounts::default());
            }
            let sql = format!(
                "select count(*) as \"on\", \
                 count(case when acknowledged_at is null then 1 end) as unseen from {} where still_on",
                Table::Alarms.name()
            );
            let counted: Vec<AlarmCounts> = moment.select(&sql).await?;
            Ok(counted.into_iter().next().unwrap_or_default())
        })
        .await
}
