//! Creating tables, appending, and inserting what is new.
//!
//! Insert-only means an anti-join on the keys followed by an append under an application transaction:
//! the meaning of an insert-only `MERGE` at a fiftieth of its memory. The transaction makes two
//! writers of one table conflict, which plain Delta appends never do; the loser starts over from a
//! fresh snapshot.

use std::sync::Arc;

use arrow::array::RecordBatch;
use datafusion::datasource::MemTable;
use datafusion::prelude::SessionContext;
use deltalake::kernel::Transaction;
use deltalake::kernel::transaction::{CommitBuilder, CommitProperties};
use deltalake::protocol::{DeltaOperation, SaveMode};
use deltalake::{DeltaTable, DeltaTableError};

use crate::error::{LakeError, lost_the_race};
use crate::lake::Lake;
use crate::query::session;
use crate::spec::TableSpec;

/// What a write did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// Rows that were added.
    pub rows: u64,
    /// The table's version afterwards.
    pub version: u64,
}

/// How far a table has consumed another: committed with the rows that came of it.
#[derive(Debug, Clone, Copy)]
pub struct Consumed<'a> {
    /// The table that was read.
    pub source: &'a TableSpec,
    /// Its version up to which all was read.
    pub version: u64,
}

impl Lake {
    /// Creates the tables that do not exist yet, with their comments and properties.
    ///
    /// # Errors
    /// From the file system, or when a folder in the way is no Delta table.
    pub async fn ensure(&self, specs: &[&TableSpec]) -> Result<(), LakeError> {
        for spec in specs {
            self.load_or_create(spec).await?;
        }
        Ok(())
    }

    /// Appends batches as one commit; no rows, no commit.
    ///
    /// # Errors
    /// [`LakeError`] by cause; nothing is written on an error.
    pub async fn append(
        &self,
        spec: &TableSpec,
        batches: Vec<RecordBatch>,
    ) -> Result<Written, LakeError> {
        let rows: usize = batches.iter().map(RecordBatch::num_rows).sum();
        let table = self.load_or_create(spec).await?;
        if rows == 0 {
            return Ok(Written {
                rows: 0,
                version: version_of(&table),
            });
        }
        let table = table
            .write(batches)
            .with_save_mode(SaveMode::Append)
            .await
            .map_err(|e| self.engine(&spec.full_name(), &e))?;
        Ok(Written {
            rows: rows as u64,
            version: version_of(&table),
        })
    }

    /// Inserts the rows whose keys the table does not hold; of rows with equal keys in the batches one is taken.
    ///
    /// # Errors
    /// [`LakeError::Busy`] when other writers keep winning; otherwise by cause, with nothing written.
    pub async fn insert_new(
        &self,
        spec: &TableSpec,
        batches: Vec<RecordBatch>,
    ) -> Result<Written, LakeError> {
        for _ in 0..MAX_TRIES {
            let table = self.load_or_create(spec).await?;
            match self.try_insert(spec, table, &batches).await? {
                Attempt::Done(written) => return Ok(written),
                Attempt::Lost => {}
            }
        }
        Err(LakeError::Busy {
            table: spec.full_name(),
            tries: MAX_TRIES,
        })
    }

    /// How far `target` has consumed `source`, or `None` where it never did.
    ///
    /// # Errors
    /// When the table's log cannot be read.
    pub async fn consumed(
        &self,
        target: &TableSpec,
        source: &TableSpec,
    ) -> Result<Option<u64>, LakeError> {
        let Some(table) = self.load(target.schema, target.name).await? else {
            return Ok(None);
        };
        let version = self
            .transaction(&table, target, &consumer_id(source))
            .await?;
        Ok(version.and_then(|v| u64::try_from(v).ok()))
    }

    /// Records how far `target` has consumed a source, as a commit without rows; a repeat commits nothing.
    ///
    /// # Errors
    /// As [`Lake::insert_new`].
    pub async fn record_consumed(
        &self,
        target: &TableSpec,
        consumed: Consumed<'_>,
    ) -> Result<u64, LakeError> {
        let app_id = consumer_id(consumed.source);
        let version = i64::try_from(consumed.version).unwrap_or(i64::MAX);
        for _ in 0..MAX_TRIES {
            let table = self.load_or_create(target).await?;
            if self.transaction(&table, target, &app_id).await? == Some(version) {
                return Ok(version_of(&table));
            }
            let snapshot = table
                .snapshot()
                .map_err(|e| self.engine(&target.full_name(), &e))?
                .snapshot()
                .clone();
            let properties = CommitProperties::default()
                .with_application_transaction(Transaction::new(&app_id, version));
            let operation = DeltaOperation::Write {
                mode: SaveMode::Append,
                partition_by: None,
                predicate: None,
            };
            let commit = CommitBuilder::from(properties)
                .build(Some(&snapshot), table.log_store(), operation)
                .await;
            match commit {
                Ok(commit) => return Ok(commit.version()),
                Err(e) if lost_the_race(&e) => {}
                Err(e) => return Err(self.engine(&target.full_name(), &e)),
            }
        }
        Err(LakeError::Busy {
            table: target.full_name(),
            tries: MAX_TRIES,
        })
    }

    async fn try_insert(
        &self,
        spec: &TableSpec,
        table: DeltaTable,
        batches: &[RecordBatch],
    ) -> Result<Attempt, LakeError> {
        let full_name = spec.full_name();
        let fresh = self.not_yet_in(spec, &table, batches).await?;
        let rows: usize = fresh.iter().map(RecordBatch::num_rows).sum();
        if rows == 0 {
            return Ok(Attempt::Done(Written {
                rows: 0,
                version: version_of(&table),
            }));
        }
        let last = self
            .transaction(&table, spec, INSERT_ID)
            .await?
            .unwrap_or(0);
        let guard = CommitProperties::default()
            .with_application_transaction(Transaction::new(INSERT_ID, last + 1));
        let written = table
            .write(fresh)
            .with_save_mode(SaveMode::Append)
            .with_commit_properties(guard)
            .await;
        match written {
            Ok(table) => Ok(Attempt::Done(Written {
                rows: rows as u64,
                version: version_of(&table),
            })),
            Err(e) if lost_the_race(&e) => Ok(Attempt::Lost),
            Err(e) => Err(self.engine(&full_name, &e)),
        }
    }

    /// The anti-join: reads the table's key columns alone, so its cost is that of the keys.
    async fn not_yet_in(
        &self,
        spec: &TableSpec,
        table: &DeltaTable,
        batches: &[RecordBatch],
    ) -> Result<Vec<RecordBatch>, LakeError> {
        let failed = |e: &dyn std::error::Error| self.engine(&spec.full_name(), e);
        let ctx: SessionContext = session();
        let provider = table.table_provider().await.map_err(|e| failed(&e))?;
        ctx.register_table("target", provider)
            .map_err(|e| failed(&e))?;
        let source = MemTable::try_new(spec.arrow_schema(), vec![batches.to_vec()])
            .map_err(|e| failed(&e))?;
        ctx.register_table("source", Arc::new(source))
            .map_err(|e| failed(&e))?;
        let keys = spec.keys.join(", ");
        let on: Vec<String> = spec
            .keys
            .iter()
            .map(|key| format!("s.{key} = t.{key}"))
            .collect();
        let columns: Vec<String> = spec
            .columns
            .iter()
            .map(|c| format!("s.{}", c.name))
            .collect();
        let sql = format!(
            "select {} from (select *, row_number() over (partition by {keys} order by {keys}) as nth from source) s \
             left anti join (select {keys} from target) t on {} where s.nth = 1",
            columns.join(", "),
            on.join(" and "),
        );
        let frame = ctx.sql(&sql).await.map_err(|e| failed(&e))?;
        frame.collect().await.map_err(|e| failed(&e))
    }

    async fn transaction(
        &self,
        table: &DeltaTable,
        spec: &TableSpec,
        app_id: &str,
    ) -> Result<Option<i64>, LakeError> {
        let log_store = table.log_store();
        let failed = |e: DeltaTableError| self.engine(&spec.full_name(), &e);
        table
            .snapshot()
            .map_err(failed)?
            .transaction_version(log_store.as_ref(), app_id)
            .await
            .map_err(failed)
    }

    async fn load_or_create(&self, spec: &TableSpec) -> Result<DeltaTable, LakeError> {
        if let Some(table) = self.load(spec.schema, spec.name).await? {
            return Ok(table);
        }
        match self.create(spec).await {
            Ok(table) => Ok(table),
            // Another process may have created it in between; if so, its table serves.
            Err(error) => self.load(spec.schema, spec.name).await?.ok_or(error),
        }
    }

    async fn create(&self, spec: &TableSpec) -> Result<DeltaTable, LakeError> {
        let failed = |e: &dyn std::error::Error| self.engine(&spec.full_name(), e);
        let url = self.table_url(spec.schema, spec.name)?;
        if let Ok(path) = url.to_file_path() {
            std::fs::create_dir_all(path).map_err(|e| failed(&e))?;
        }
        let table = DeltaTable::try_from_url(url)
            .await
            .map_err(|e| failed(&e))?;
        let mut properties = vec![("delta.enableChangeDataFeed", Some("true"))];
        if spec.append_only {
            properties.push(("delta.appendOnly", Some("true")));
        }
        table
            .create()
            .with_table_name(spec.name)
            .with_comment(spec.comment)
            .with_columns(spec.delta_columns())
            .with_partition_columns(spec.partition_by.iter().copied())
            .with_configuration(properties)
            .with_save_mode(SaveMode::Ignore)
            .await
            .map_err(|e| failed(&e))
    }
}

enum Attempt {
    Done(Written),
    Lost,
}

const MAX_TRIES: usize = 10;

/// One fixed application id per table: two inserts from the same snapshot then conflict.
const INSERT_ID: &str = "careerpulse/insert";

fn consumer_id(source: &TableSpec) -> String {
    format!("careerpulse/consumed/{}", source.full_name())
}

pub(crate) fn version_of(table: &DeltaTable) -> u64 {
    table.version().unwrap_or_default()
}
