//! Stages, what ran, what the latest crawl reached, and every table.

use std::sync::Arc;

use careerpulse_dashboard::source::SourceError;
use careerpulse_dashboard::view::pipeline::{Pipeline, StageCard, StageRun, TableCard};

use super::crawls::latest_crawl;
use super::moment::Moment;
use super::words::{cut, not_yet};
use crate::pipeline::STAGES;
use crate::stage::Stage;
use crate::tables::stage_runs::StageRunRow;
use crate::tables::{ALL, Table};

/// Runs of stages that are shown.
const MOST_RUNS: usize = 200;
/// Characters of a note.
const NOTE: usize = 1_000;

/// Reads it.
///
/// # Errors
/// [`SourceError::NotYet`] where there is no table at all.
pub async fn pipeline(moment: &Arc<Moment>) -> Result<Pipeline, SourceError> {
    if moment.is_empty() {
        return Err(not_yet("nothing has run yet", "run"));
    }
    Ok(Pipeline {
        stages: STAGES.iter().map(|stage| card(stage)).collect(),
        runs: runs(moment).await?.to_vec(),
        slices: latest_crawl(moment).await?.slices.clone(),
        tables: ALL.iter().map(|table| table_card(moment, *table)).collect(),
    })
}

fn card(stage: &Stage) -> StageCard {
    let names = |tables: &[Table]| tables.iter().map(|table| table.name()).collect();
    StageCard {
        name: stage.name.to_owned(),
        about: stage.about.to_owned(),
        reads: names(stage.reads),
        heeds: names(stage.heeds),
        writes: names(stage.writes),
    }
}

fn table_card(moment: &Moment, table: Table) -> TableCard {
    let name = table.name();
    TableCard {
        version: moment.versions.get(&name).copied(),
        comment: table.spec().comment.to_owned(),
        name,
    }
}

async fn runs(moment: &Arc<Moment>) -> Result<Arc<Vec<StageRun>>, SourceError> {
    let tables = [Table::StageRuns];
    moment
        .part("runs", String::new(), &tables, |moment| async move {
            let clause = format!("order by started_at desc, finished_at desc limit {MOST_RUNS}");
            let rows: Vec<StageRunRow> = moment.rows(Table::StageRuns, &clause).await?;
            Ok(rows.into_iter().map(shown).collect())
        })
        .await
}

fn shown(row: StageRunRow) -> StageRun {
    let count = |rows: i64| u64::try_from(rows).unwrap_or_default();
    StageRun {
        run_id: row.run_id,
        stage: row.stage,
        status: row.status,
        started_at: row.started_at,
        seconds: row.seconds,
        rows_read: count(row.rows_read),
        rows_written: count(row.rows_written),
        rows_rejected: count(row.rows_rejected),
        note: row.note.map(|note| cut(&note, NOTE)),
    }
}
