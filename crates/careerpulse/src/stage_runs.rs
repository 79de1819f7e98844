//! The record of what ran: a row a stage, whether it went well or failed.

use std::time::Duration;

use careerpulse_lake::Lake;
use careerpulse_lake::rows::to_batch;
use chrono::{DateTime, Utc};

use crate::clock::Clock;
use crate::stage::{Status, Summary};
use crate::tables::Table;
use crate::tables::stage_runs::StageRunRow;

/// Characters of a note that are kept.
const NOTE: usize = 2_000;

/// One start of the program's stages.
#[derive(Debug, Clone)]
pub struct Run {
    id: String,
}

impl Run {
    /// A run that begins now. Its id sorts by its moment, and two processes of a moment differ.
    pub fn begin(clock: Clock) -> Self {
        let now = clock.now().format("%Y%m%dT%H%M%S%.6fZ");
        Self {
            id: format!("{now}-{}", std::process::id()),
        }
    }

    /// Its id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The row of a stage that went well.
    pub fn ended(&self, summary: &Summary, span: Span) -> StageRunRow {
        let count = |rows: u64| i64::try_from(rows).unwrap_or(i64::MAX);
        StageRunRow {
            status: word(summary.status).to_owned(),
            rows_read: count(summary.rows_read),
            rows_written: count(summary.rows_written),
            rows_rejected: count(summary.rows_rejected),
            note: summary.note.as_deref().map(cut),
            ..self.row(summary.stage, span)
        }
    }

    /// The row of a stage that failed.
    pub fn failed(&self, stage: &str, error: &anyhow::Error, span: Span) -> StageRunRow {
        StageRunRow {
            note: Some(cut(&format!("{error:#}"))),
            ..self.row(stage, span)
        }
    }

    fn row(&self, stage: &str, span: Span) -> StageRunRow {
        StageRunRow {
            run_id: self.id.clone(),
            stage: stage.to_owned(),
            status: "failed".to_owned(),
            started_at: span.started_at,
            finished_at: span.finished_at,
            seconds: span.took.as_secs_f64(),
            rows_read: 0,
            rows_written: 0,
            rows_rejected: 0,
            note: None,
            program: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }
}

/// From when to when a stage ran.
#[derive(Debug, Clone, Copy)]
pub struct Span {
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it ended.
    pub finished_at: DateTime<Utc>,
    /// How long it took, by a clock that nobody sets.
    pub took: Duration,
}

/// Keeps a row. A lake that cannot take it has said so already or will with the next stage, whose work
/// matters more: the record is not worth a failure.
pub async fn keep(lake: &Lake, row: StageRunRow) {
    let spec = Table::StageRuns.spec();
    let kept = match to_batch(spec, &[row]) {
        Ok(batch) => lake.insert_new(spec, vec![batch]).await.map(|_| ()),
        Err(error) => Err(error),
    };
    if let Err(error) = kept {
        tracing::info!("what ran could not be recorded: {error}");
    }
}

fn word(status: Status) -> &'static str {
    match status {
        Status::Done => "done",
        Status::Unchanged => "unchanged",
        Status::Skipped => "skipped",
        Status::Refused => "refused",
    }
}

fn cut(note: &str) -> String {
    note.chars().take(NOTE).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span() -> Span {
        Span {
            started_at: DateTime::UNIX_EPOCH,
            finished_at: DateTime::UNIX_EPOCH,
            took: Duration::from_millis(1_500),
        }
    }

    #[test]
    fn a_failure_keeps_its_whole_chain_and_a_summary_its_figures() {
        let run = Run::begin(Clock::Fixed(DateTime::UNIX_EPOCH));
        assert!(run.id().starts_with("19700101T000000.000000Z-"), "{run:?}");
        let error = anyhow::anyhow!("no such host").context("stage bronze");
        let failed = run.failed("bronze", &error, span());
        assert_eq!(failed.note.as_deref(), Some("stage bronze: no such host"));
        assert_eq!((failed.status.as_str(), failed.seconds), ("failed", 1.5));
        let mut summary = Summary::new("silver", Status::Unchanged).with_note("x".repeat(5_000));
        summary.rows_read = 7;
        let ended = run.ended(&summary, span());
        assert_eq!((ended.status.as_str(), ended.rows_read), ("unchanged", 7));
        assert_eq!(ended.note.map(|note| note.len()), Some(NOTE));
        assert_eq!(ended.run_id, failed.run_id);
    }
}
