//! What the demand report shows, read from the lake.

mod rows;

use std::collections::BTreeSet;

use careerpulse_lake::Lake;
use careerpulse_report::{
    Breakdown, BreakdownRow, CategoryScore, ModelCard, PostingCounts, ReportData,
};
use chrono::{DateTime, Days, NaiveDate, Utc};
use serde::Deserialize;

use crate::tables::Table;
use crate::tables::demand::DailyDemand;
use crate::tables::ledger::Promotion;
use crate::tables::ml::ModelVersion;
use crate::tracking::{decisions, production};

/// Days that a breakdown compares with as many before.
const SPAN: u64 = 28;

/// How expected counts are made, as the page names it.
const CORRECTION: &str = "calibrated posteriors with a scale and biases per category, after bias-corrected temperature scaling (Alexandari, Kundaje and Shrikumar 2020), and EM for the prior where a shift is found (Saerens, Latinne and Decaestecker 2002)";

/// Reads everything; tables that do not exist yet have nothing to show.
///
/// # Errors
/// When a table cannot be read.
pub async fn read_report(lake: &Lake, now: DateTime<Utc>) -> anyhow::Result<ReportData> {
    let version = production(lake).await?;
    let model = match &version {
        None => None,
        Some(version) => Some(model_card(version, &decisions(lake).await?)),
    };
    let demand = rows::demand(lake).await?;
    let vintage = demand.iter().map(|row| row.vintage).max();
    let (index, base) = rows::index(lake).await?;
    let (forecast, backtest) = rows::forecast(lake).await?;
    let (revisions, revisions_in_all) = rows::revisions(lake).await?;
    let mut breakdowns = Vec::new();
    for by in ["level", "location"] {
        breakdowns.push(breakdown(lake, by, &demand).await?);
    }
    Ok(ReportData {
        source: "The Muse".into(),
        program: concat!("careerpulse ", env!("CARGO_PKG_VERSION")).into(),
        made_at: now,
        vintage: vintage.map(|at| at.format("%Y-%m-%d %H:%M UTC").to_string()),
        counts: counts(lake, version.as_ref()).await?,
        index_base: base,
        correction: version.is_some().then(|| CORRECTION.to_owned()),
        model,
        demand: demand.into_iter().map(rows::demand_row).collect(),
        index,
        forecast,
        backtest,
        breakdowns,
        slices: rows::slices(lake).await?,
        revisions,
        revisions_in_all,
    })
}

async fn exists(lake: &Lake, tables: &[Table]) -> anyhow::Result<bool> {
    for table in tables {
        if lake.version(table.spec()).await?.is_none() {
            return Ok(false);
        }
    }
    Ok(true)
}

async fn counts(
    lake: &Lake,
    version: Option<&ModelVersion>,
) -> anyhow::Result<Option<PostingCounts>> {
    if !exists(lake, &[Table::JobPostings]).await? {
        return Ok(None);
    }
    let table = Table::JobPostings.name();
    let postings = lake.count(&table).await?;
    let labelled = lake
        .count(&format!("{table} where category is not null"))
        .await?;
    let (mut imputed, mut abstained) = (0, 0);
    if let Some(version) = version
        && exists(lake, &[Table::CategoryPredictions]).await?
    {
        let scored = format!(
            "{} where model_version = {}",
            Table::CategoryPredictions.name(),
            version.version
        );
        abstained = lake.count(&format!("{scored} and abstained")).await?;
        imputed = lake.count(&scored).await? - abstained;
    }
    Ok(Some(PostingCounts {
        postings,
        labelled,
        imputed,
        abstained,
        unscored: (postings - labelled).saturating_sub(imputed + abstained),
    }))
}

fn model_card(version: &ModelVersion, ledger: &[Promotion]) -> ModelCard {
    let own = ledger
        .iter()
        .rev()
        .find(|one| one.version == version.version);
    let scores = version.test_report.iter().map(|report| CategoryScore {
        category: report.category.clone(),
        precision: report.precision,
        recall: report.recall,
        support: report.support as u64,
    });
    ModelCard {
        version: version.version,
        method: version.method.clone(),
        classifier: version.classifier.clone(),
        since: own.map(|decision| decision.decided_at),
        training_postings: version.training_postings as u64,
        test_postings: version.test_postings as u64,
        accuracy: Some(version.test_accuracy),
        macro_f1: Some(version.test_macro_f1),
        calibration_error: Some(version.test_calibration_error),
        coverage: Some(version.test_coverage),
        covered_accuracy: version.test_covered_accuracy,
        scores: scores.collect(),
    }
}

/// The last 28 days, and the 28 before where every one of them was crawled: survivors and missed days
/// would be taken for a change.
async fn breakdown(lake: &Lake, by: &str, demand: &[DailyDemand]) -> anyhow::Result<Breakdown> {
    #[derive(Deserialize)]
    struct Row {
        segment: String,
        last: Option<f64>,
        before: Option<f64>,
    }
    let none = Breakdown {
        by: by.to_owned(),
        rows: Vec::new(),
    };
    let last = demand.iter().map(|row| row.date).max();
    let (Some(last), true) = (last, exists(lake, &[Table::SegmentDemand]).await?) else {
        return Ok(none);
    };
    let (middle, start) = (last - Days::new(SPAN), last - Days::new(2 * SPAN));
    let crawled: BTreeSet<NaiveDate> = demand
        .iter()
        .filter(|row| row.collected && row.new_corrected.is_some() && row.date > start)
        .map(|row| row.date)
        .collect();
    let is_comparable = crawled.len() as u64 == 2 * SPAN;
    let sql = format!(
        "select segment, sum(case when date > '{middle}' then new_corrected end) as last, \
         sum(case when date <= '{middle}' then new_corrected end) as before \
         from {} where dimension = '{by}' and date > '{start}' group by segment order by segment",
        Table::SegmentDemand.name(),
    );
    let rows: Vec<Row> = lake.rows(&sql).await?;
    let row = |row: Row| BreakdownRow {
        name: row.segment,
        last: row.last,
        before: row.before.filter(|_| is_comparable),
    };
    Ok(Breakdown {
        rows: rows.into_iter().map(row).collect(),
        ..none
    })
}
