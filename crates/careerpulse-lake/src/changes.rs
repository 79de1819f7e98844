//! What was appended to a table since a version: the change feed that makes a stage incremental.

use arrow::array::RecordBatch;
use deltalake::delta_datafusion::DeltaCdfTableProvider;
use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt};
use std::sync::Arc;

use crate::error::LakeError;
use crate::lake::Lake;
use crate::query::session;
use crate::rows::without_views;
use crate::spec::TableSpec;
use crate::write::version_of;

/// The rows appended to a table between two versions, as a stream of batches.
pub struct Changes {
    /// The version up to which the rows were read.
    pub version: u64,
    /// The batches, each with the table's columns; read as they are asked for.
    pub batches: BoxStream<'static, Result<RecordBatch, LakeError>>,
}

/// A row may be a whole page of postings, a hundred kilobytes: few rows a batch keep memory bounded.
const ROWS_PER_BATCH: usize = 256;

impl Lake {
    /// The rows appended after `since` (`None`: all), with the named columns, and the version they reach.
    /// `None` where there is nothing new.
    ///
    /// # Errors
    /// When the table cannot be read. A table is appended to only; updates and deletes are not followed.
    pub async fn changes_since(
        &self,
        spec: &TableSpec,
        since: Option<u64>,
        columns: &[&str],
    ) -> Result<Option<Changes>, LakeError> {
        let full_name = spec.full_name();
        let Some(table) = self.load(spec.schema, spec.name).await? else {
            return Ok(None);
        };
        let version = version_of(&table);
        let first = since.map_or(0, |v| v + 1);
        if first > version {
            return Ok(None);
        }
        let feed = table
            .scan_cdf()
            .with_starting_version(first)
            .with_ending_version(version);
        let provider =
            DeltaCdfTableProvider::try_new(feed).map_err(|e| self.engine(&full_name, &e))?;
        let ctx = session();
        let state = ctx.state_ref();
        let config = state
            .read()
            .config()
            .clone()
            .with_batch_size(ROWS_PER_BATCH);
        *state.write().config_mut() = config;
        ctx.register_table("changes", Arc::new(provider))
            .map_err(|e| self.engine(&full_name, &e))?;
        let sql = format!(
            "select {} from changes where _change_type = 'insert'",
            columns.join(", ")
        );
        let frame = ctx
            .sql(&sql)
            .await
            .map_err(|e| self.engine(&full_name, &e))?;
        let stream = frame
            .execute_stream()
            .await
            .map_err(|e| self.engine(&full_name, &e))?;
        let lake = self.clone();
        let batches = stream
            .map_err(move |e| lake.engine(&full_name, &e))
            .and_then(|batch| async move {
                without_views(&batch).map_err(|e| LakeError::Rows {
                    table: "changes".into(),
                    detail: e.to_string(),
                })
            })
            .boxed();
        Ok(Some(Changes { version, batches }))
    }
}
