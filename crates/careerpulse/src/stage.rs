//! What a stage is: named tables in, named tables out, one function between.

use std::collections::BTreeMap;
use std::sync::Arc;

use careerpulse_lake::Lake;
use careerpulse_lake::rows::to_batch;
use futures::future::BoxFuture;
use serde::Serialize;

use crate::clock::Clock;
use crate::config::Config;
use crate::sources::muse::ApiKey;
use crate::tables::Table;
use crate::tracking::Tracker;

/// A stage, as a value.
pub struct Stage {
    /// Its name and command.
    pub name: &'static str,
    /// What it does, in a sentence.
    pub about: &'static str,
    /// The tables it reads; each written by an earlier stage.
    pub reads: &'static [Table],
    /// Tables that a later stage has written in an earlier run, if there was one: how the loop closes.
    pub heeds: &'static [Table],
    /// The tables it writes.
    pub writes: &'static [Table],
    /// Its body; sees its own settings only.
    pub run: for<'a> fn(&'a Ctx, &'a Config) -> BoxFuture<'a, anyhow::Result<Summary>>,
}

/// What every stage may use.
pub struct Ctx {
    /// The tables.
    pub lake: Lake,
    /// The key to the source, if there is one.
    pub source_key: Option<ApiKey>,
    /// The time.
    pub clock: Clock,
    /// The second home of runs and versions.
    pub tracker: Arc<dyn Tracker>,
}

impl Ctx {
    /// Inserts the rows whose keys a table does not hold; gives how many were written.
    ///
    /// # Errors
    /// When a row does not fit the table, or it cannot be written.
    pub async fn insert<T: Serialize>(&self, table: Table, rows: &[T]) -> anyhow::Result<u64> {
        if rows.is_empty() {
            return Ok(0);
        }
        let batch = to_batch(table.spec(), rows)?;
        Ok(self.lake.insert_new(table.spec(), vec![batch]).await?.rows)
    }
}

/// How a stage ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It did its work.
    Done,
    /// There was nothing new to do.
    Unchanged,
    /// It could not do its work for a reason that is no failure, such as too few labelled postings.
    Skipped,
    /// The gate said no.
    Refused,
}

/// What a stage did; one line of `--json`.
#[derive(Debug, Clone, Serialize)]
pub struct Summary {
    /// The stage.
    pub stage: &'static str,
    /// How it ended.
    pub status: Status,
    /// Rows it read.
    pub rows_read: u64,
    /// Rows it added, over all its tables.
    pub rows_written: u64,
    /// Rows it could not use.
    pub rows_rejected: u64,
    /// The versions of the tables it writes, afterwards.
    pub tables: BTreeMap<String, u64>,
    /// Wall-clock seconds.
    pub seconds: f64,
    /// A sentence for people, where there is something to say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// What only this stage has to say.
    #[serde(flatten)]
    pub extras: serde_json::Map<String, serde_json::Value>,
}

impl Summary {
    /// An empty summary, to be filled by the stage; the pipeline adds seconds and table versions.
    pub fn new(stage: &'static str, status: Status) -> Self {
        Self {
            stage,
            status,
            rows_read: 0,
            rows_written: 0,
            rows_rejected: 0,
            tables: BTreeMap::new(),
            seconds: 0.0,
            note: None,
            extras: serde_json::Map::new(),
        }
    }

    /// The summary with a sentence for people.
    pub fn with_note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }

    /// The summary with more to say, behind what it says already.
    pub fn with_remarks(mut self, remarks: Vec<String>) -> Self {
        if !remarks.is_empty() {
            let all: Vec<String> = self.note.into_iter().chain(remarks).collect();
            self.note = Some(all.join("; "));
        }
        self
    }

    /// The summary with one more figure of its own.
    pub fn with(mut self, key: &str, value: impl Serialize) -> Self {
        let value = serde_json::to_value(value).unwrap_or(serde_json::Value::Null);
        self.extras.insert(key.to_owned(), value);
        self
    }
}

/// Categories with their postings for a note: the first five, and how many more there are.
pub fn supports_words(supports: &BTreeMap<String, u64>) -> String {
    const NAMED: usize = 5;
    let word = |(category, postings): (&String, &u64)| format!("{category} {postings}");
    let mut words: Vec<String> = supports.iter().take(NAMED).map(word).collect();
    let more = supports.len().saturating_sub(NAMED);
    if more > 0 {
        words.push(format!("{more} more"));
    }
    words.join(", ")
}
