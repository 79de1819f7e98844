//! The lake at one moment, and what is read of it.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::compute::concat_batches;
use arrow::datatypes::Schema;
use careerpulse_dashboard::source::SourceError;
use careerpulse_lake::{Lake, LakeError, Pinned};
use careerpulse_model::Thresholds;
use serde::de::DeserializeOwned;

use super::cache::{Cache, Key};
use crate::tables::Table;

/// One version of each table, with what was computed of it and of others that are the same.
pub struct Moment {
    /// The tables.
    pub pinned: Pinned,
    /// Their versions by full name.
    pub versions: BTreeMap<String, u64>,
    /// What does not change with the tables.
    pub site: Arc<Site>,
}

/// What all moments of a lake share.
pub struct Site {
    /// The lake, for its artifacts.
    pub lake: Lake,
    /// What may raise a model's own thresholds.
    pub floors: Thresholds,
    /// The page of the registered model in MLflow.
    pub mlflow_url: Option<String>,
    /// What was computed.
    pub cache: Cache,
}

impl Moment {
    /// The moment of a pin.
    pub fn new(pinned: Pinned, site: Arc<Site>) -> Self {
        Self {
            versions: pinned.versions(),
            pinned,
            site,
        }
    }

    /// What `make` reads from `tables`, computed once for each state of them.
    ///
    /// # Errors
    /// As `make`.
    pub async fn part<T, F>(
        self: &Arc<Self>,
        name: &'static str,
        argument: String,
        tables: &[Table],
        make: impl FnOnce(Arc<Self>) -> F,
    ) -> Result<Arc<T>, SourceError>
    where
        T: Send + Sync + 'static,
        F: Future<Output = Result<T, SourceError>> + Send + 'static,
    {
        let stamp = |table: &Table| self.pinned.stamp(table.spec());
        let stamps = tables.iter().map(stamp).collect();
        let key = Key { name, argument };
        let moment = Arc::clone(self);
        self.site.cache.part(key, stamps, || make(moment)).await
    }

    /// Whether a table is there.
    ///
    /// # Errors
    /// Where it is and cannot be read.
    pub fn has(&self, table: Table) -> Result<bool, SourceError> {
        self.pinned.has(table.spec()).map_err(failed)
    }

    /// Whether there is nothing at all.
    pub fn is_empty(&self) -> bool {
        self.versions.is_empty()
    }

    /// The rows of a table that a clause picks; none where there is no such table.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn rows<T: DeserializeOwned>(
        &self,
        table: Table,
        clause: &str,
    ) -> Result<Vec<T>, SourceError> {
        match self.has(table)? {
            false => Ok(Vec::new()),
            true => {
                self.select(&format!("select * from {} {clause}", table.name()))
                    .await
            }
        }
    }

    /// The rows of a query; its tables must be there.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn select<T: DeserializeOwned>(&self, sql: &str) -> Result<Vec<T>, SourceError> {
        self.pinned.rows(sql).await.map_err(failed)
    }

    /// The rows of a table whose `posting_id` is one of these, of some columns, in no order; none where there
    /// is no such table.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn postings<T: DeserializeOwned>(
        &self,
        table: Table,
        ids: &[i64],
        columns: &[&'static str],
    ) -> Result<Vec<T>, SourceError> {
        if !self.has(table)? {
            return Ok(Vec::new());
        }
        let rows = self
            .pinned
            .rows_by_id(table.spec(), "posting_id", ids, columns);
        rows.await.map_err(failed)
    }

    /// The rows of a query as columns; its tables must be there.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn columns(&self, sql: &str) -> Result<RecordBatch, SourceError> {
        let batches = self.pinned.query(sql).await.map_err(failed)?;
        let Some(first) = batches.first() else {
            return Ok(empty());
        };
        let schema = first.schema();
        concat_batches(&schema, &batches).map_err(|e| SourceError::Failed(Box::new(e)))
    }
}

/// A batch without rows and columns.
pub fn empty() -> RecordBatch {
    RecordBatch::new_empty(Arc::new(Schema::empty()))
}

/// A failure of the lake, whose reason is for the log.
pub fn failed(error: LakeError) -> SourceError {
    SourceError::Failed(Box::new(error))
}
