//! Creating tables, and inserting what is new.
//!
//! Insert-only means an anti-join on the keys followed by an append under an application transaction:
//! the meaning of an insert-only `MERGE` at a fiftieth of its memory. The transaction makes two
//! writers of one table conflict, which plain Delta appends never do; the loser starts over from a
//! fresh snapshot.

use std::sync::Arc;

use arrow::array::RecordBatch;
use datafusion::datasource::MemTable;
use datafusion::parquet::basic::Compression;
use datafusion::parquet::file::properties::WriterProperties;
use datafusion::prelude::SessionContext;
use deltalake::kernel::Transaction;
use deltalake::kernel::transaction::CommitProperties;
use deltalake::protocol::SaveMode;
use deltalake::{DeltaTable, DeltaTableError};

use crate::error::{LakeError, lost_the_race};
use crate::lake::Lake;
use crate::query::session;
use crate::spec::TableSpec;

/// What a write did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// Rows that were added or changed.
    pub rows: u64,
    /// Rows that an expectation kept out.
    pub rejected: u64,
    /// The table's version afterwards.
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

    /// Inserts the rows whose keys the table does not hold; of rows with equal keys in the batches one is taken.
    ///
    /// # Errors
    /// [`LakeError::Busy`] when other writers keep winning, [`LakeError::Broken`] where a new row breaks an
    /// expectation that fails; otherwise by cause, with nothing written.
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

    async fn try_insert(
        &self,
        spec: &TableSpec,
        table: DeltaTable,
        batches: &[RecordBatch],
    ) -> Result<Attempt, LakeError> {
        let full_name = spec.full_name();
        let fresh = self.not_yet_in(spec, &table, batches).await?;
        let mut verdict = self.judge(spec, fresh).await?;
        let fresh = std::mem::take(&mut verdict.rows);
        let rows: usize = fresh.iter().map(RecordBatch::num_rows).sum();
        let rejected = verdict.rejected;
        let table = if rows == 0 {
            table
        } else {
            let guard = self.guard(&table, spec).await?;
            let written = table
                .write(fresh)
                .with_save_mode(SaveMode::Append)
                .with_writer_properties(properties())
                .with_commit_properties(guard)
                .await;
            match written {
                Ok(table) => table,
                Err(e) if lost_the_race(&e) => return Ok(Attempt::Lost),
                Err(e) => return Err(self.engine(&full_name, &e)),
            }
        };
        self.note(verdict);
        Ok(Attempt::Done(Written {
            rows: rows as u64,
            rejected,
            version: version_of(&table),
        }))
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

    /// What makes two writes from the same snapshot conflict.
    pub(crate) async fn guard(
        &self,
        table: &DeltaTable,
        spec: &TableSpec,
    ) -> Result<CommitProperties, LakeError> {
        let log_store = table.log_store();
        let failed = |e: DeltaTableError| self.engine(&spec.full_name(), &e);
        let last = table
            .snapshot()
            .map_err(failed)?
            .transaction_version(log_store.as_ref(), WRITE_ID)
            .await
            .map_err(failed)?
            .unwrap_or(0);
        let next = Transaction::new(WRITE_ID, last + 1);
        Ok(CommitProperties::default().with_application_transaction(next))
    }

    pub(crate) async fn load_or_create(&self, spec: &TableSpec) -> Result<DeltaTable, LakeError> {
        if let Some(table) = self.load(spec.schema, spec.name).await? {
            self.check_columns(spec, &table)?;
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
            // Nothing of the engine's is at work yet: whatever stands in the way is the place's.
            std::fs::create_dir_all(path).map_err(|e| match e.kind() {
                std::io::ErrorKind::StorageFull => failed(&e),
                _ => LakeError::Denied {
                    location: self.location().to_owned(),
                    detail: e.to_string(),
                },
            })?;
        }
        let table = DeltaTable::try_from_url(url)
            .await
            .map_err(|e| failed(&e))?;
        let append_only = spec
            .append_only
            .then_some(("delta.appendOnly", Some("true")));
        table
            .create()
            .with_table_name(spec.name)
            .with_comment(spec.comment)
            .with_columns(spec.delta_columns())
            .with_partition_columns(spec.partition_by.iter().copied())
            .with_configuration(append_only)
            .with_save_mode(SaveMode::Ignore)
            .await
            .map_err(|e| failed(&e))
    }
}

/// As the engine has them, but with pages of some fifty descriptions: who looks up a row reads a page.
pub(crate) fn properties() -> WriterProperties {
    WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_data_page_size_limit(PAGE_BYTES)
        .set_dictionary_page_size_limit(DICTIONARY_BYTES)
        .set_write_batch_size(PAGE_ROWS)
        .build()
}

enum Attempt {
    Done(Written),
    Lost,
}

const PAGE_BYTES: usize = 128 * 1024;
/// Values that are told apart once, before a column goes without a dictionary, which every reader of a page reads too.
const DICTIONARY_BYTES: usize = 64 * 1024;
/// Rows after which a page's size is looked at.
const PAGE_ROWS: usize = 64;

pub(crate) const MAX_TRIES: usize = 10;

/// One fixed application id per table: two writes from the same snapshot then conflict.
const WRITE_ID: &str = "careerpulse/insert";

pub(crate) fn version_of(table: &DeltaTable) -> u64 {
    table.version().unwrap_or_default()
}
