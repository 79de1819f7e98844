//! Rows of tables as rows of the report.

use std::collections::BTreeMap;

use careerpulse_lake::Lake;
use careerpulse_report::{BacktestRow, DemandRow, ForecastRow, IndexRow, RevisionRow, SliceRow};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;

use super::exists;
use crate::tables::Table;
use crate::tables::bronze::CoverageRow;
use crate::tables::demand::{DailyDemand, Revision};
use crate::tables::outlook::{DemandForecast, DemandIndex, ForecastBacktest, PUBLISHED};
use crate::tracking::rows_where;

/// Crawls whose slices are listed.
const CRAWLS: usize = 5;
/// Revisions that are read, beyond those of the latest moment.
const REVISIONS: u64 = 5_000;

/// The daily figures.
pub async fn demand(lake: &Lake) -> anyhow::Result<Vec<DailyDemand>> {
    Ok(rows_where(lake, Table::DailyDemand, "").await?)
}

/// One of them as the page takes it.
pub fn demand_row(row: DailyDemand) -> DemandRow {
    let float = |count: Option<i64>| count.map(|count| count as f64);
    // On the page an uncertain posting is in no imputed count.
    let sure = row.new_imputed.zip(row.new_abstained);
    DemandRow {
        date: row.date,
        category: row.category,
        new_observed: float(row.new_observed),
        new_imputed: sure.map(|(imputed, abstained)| (imputed - abstained) as f64),
        new_corrected: row.new_corrected,
        corrected_lo: row.corrected_lo,
        corrected_hi: row.corrected_hi,
        active: row.active,
        collected: row.collected,
        backfilled: row.backfilled,
    }
}

/// The index, and its base day for all categories together.
pub async fn index(lake: &Lake) -> anyhow::Result<(Vec<IndexRow>, Option<NaiveDate>)> {
    let all: Vec<DemandIndex> =
        rows_where(lake, Table::DemandIndex, "where category = '*'").await?;
    let base = all.iter().find_map(|row| row.base_date);
    let row = |row: DemandIndex| IndexRow {
        date: row.date,
        category: row.category,
        new_index: row.new_index,
        new_adjusted: row.new_adjusted_index,
        active_index: row.total_index,
        active_adjusted: row.total_adjusted_index,
    };
    Ok((all.into_iter().map(row).collect(), base))
}

/// The latest forecast with its backtest. What was measured of a chosen model is what would have been
/// published with it, which is the honest figure.
pub async fn forecast(lake: &Lake) -> anyhow::Result<(Vec<ForecastRow>, Vec<BacktestRow>)> {
    let latest = |table: Table| {
        format!(
            "where issued_on = (select max(issued_on) from {})",
            table.name()
        )
    };
    let coming: Vec<DemandForecast> =
        rows_where(lake, Table::DemandForecast, &latest(Table::DemandForecast)).await?;
    let past: Vec<ForecastBacktest> = rows_where(
        lake,
        Table::ForecastBacktest,
        &latest(Table::ForecastBacktest),
    )
    .await?;
    let published: BTreeMap<String, ForecastBacktest> = past
        .iter()
        .filter(|row| row.model == PUBLISHED)
        .map(|row| (row.category.clone(), row.clone()))
        .collect();
    let backtest = past.iter().filter(|row| row.model != PUBLISHED).map(|row| {
        let measured = match row.chosen {
            true => published.get(&row.category).unwrap_or(row),
            false => row,
        };
        BacktestRow {
            category: row.category.clone(),
            model: row.model.clone(),
            rmsse: measured.rmsse,
            coverage80: measured.coverage80,
            coverage95: measured.coverage95,
            chosen: row.chosen,
            beats_seasonal_naive: measured.beats_seasonal_naive == Some(true),
        }
    });
    let backtest = backtest.collect();
    let forecast = coming.into_iter().map(|row| ForecastRow {
        date: row.date,
        category: row.category,
        model: row.model,
        mean: Some(row.mean),
        lo80: row.lo80,
        hi80: row.hi80,
        lo95: row.lo95,
        hi95: row.hi95,
    });
    Ok((forecast.collect(), backtest))
}

/// The slices of the newest crawls.
pub async fn slices(lake: &Lake) -> anyhow::Result<Vec<SliceRow>> {
    let newest = format!(
        "where ingest_id in (select ingest_id from {} group by ingest_id order by max(started_at) desc limit {CRAWLS})",
        Table::Coverage.name()
    );
    let all: Vec<CoverageRow> = rows_where(lake, Table::Coverage, &newest).await?;
    let row = |row: CoverageRow| SliceRow {
        ingest_id: row.ingest_id,
        slice: row.slice,
        pages_fetched: row.pages_fetched as u64,
        complete: row.complete,
        started_at: row.started_at,
        finished_at: row.finished_at,
        error: row.error,
    };
    Ok(all.into_iter().map(row).collect())
}

/// The newest revisions, those of a moment all or none, and how many there are in all.
pub async fn revisions(lake: &Lake) -> anyhow::Result<(Vec<RevisionRow>, u64)> {
    #[derive(Deserialize)]
    struct Moment {
        vintage: DateTime<Utc>,
        revisions: u64,
    }
    if !exists(lake, &[Table::Revisions]).await? {
        return Ok((Vec::new(), 0));
    }
    let sql = format!(
        "select vintage, count(*) as revisions from {} group by vintage order by vintage desc",
        Table::Revisions.name()
    );
    let moments: Vec<Moment> = lake.rows(&sql).await?;
    let in_all = moments.iter().map(|moment| moment.revisions).sum();
    let mut shown = 0;
    let first = moments.iter().take_while(|moment| {
        let is_shown = shown == 0 || shown + moment.revisions <= REVISIONS;
        shown += moment.revisions;
        is_shown
    });
    let Some(first) = first.last() else {
        return Ok((Vec::new(), 0));
    };
    let newest = format!("where vintage >= '{}'", first.vintage.to_rfc3339());
    let all: Vec<Revision> = rows_where(lake, Table::Revisions, &newest).await?;
    let row = |row: Revision| RevisionRow {
        revised_at: row.vintage,
        date: row.date,
        category: row.category,
        figure: row.figure,
        before: row.old,
        after: row.new,
        reason: row.reasons.join(", "),
    };
    Ok((all.into_iter().map(row).collect(), in_all))
}
