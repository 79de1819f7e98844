//! Read-only SQL over all tables of the lake.

use std::sync::Arc;

use arrow::array::RecordBatch;
use datafusion::catalog::{
    CatalogProvider, MemoryCatalogProvider, MemorySchemaProvider, TableProvider,
};
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::prelude::{SQLOptions, SessionContext};
use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::error::LakeError;
use crate::lake::Lake;
use crate::rows::{from_batches, without_views};

impl Lake {
    /// Runs a query over the lake's tables, each named `schema.table`, and collects its result.
    ///
    /// # Errors
    /// [`LakeError::Query`] for a statement that is wrong or that would write; by cause otherwise.
    pub async fn query(&self, sql: &str) -> Result<Vec<RecordBatch>, LakeError> {
        self.stream(sql).await?.try_collect().await
    }

    /// As [`Lake::query`], with the rows as structs.
    ///
    /// # Errors
    /// As [`Lake::query`], and [`LakeError::Rows`] where a row is no `T`.
    pub async fn rows<T: DeserializeOwned>(&self, sql: &str) -> Result<Vec<T>, LakeError> {
        from_batches(&self.query(sql).await?)
    }

    /// How many rows stand behind the FROM of a query: `from` is all that would follow that word.
    ///
    /// # Errors
    /// As [`Lake::query`].
    pub async fn count(&self, from: &str) -> Result<u64, LakeError> {
        #[derive(Deserialize)]
        struct Count {
            n: u64,
        }
        let counts: Vec<Count> = self
            .rows(&format!("select count(*) as n from {from}"))
            .await?;
        Ok(counts.first().map_or(0, |count| count.n))
    }

    /// As [`Lake::query`], handing out batches as they are made, so that memory stays bounded.
    ///
    /// # Errors
    /// As [`Lake::query`].
    pub async fn stream(
        &self,
        sql: &str,
    ) -> Result<BoxStream<'static, Result<RecordBatch, LakeError>>, LakeError> {
        let ctx = self.session_with_tables(sql).await?;
        run(self, &ctx, sql).await
    }

    /// A session that knows the tables which the query's text mentions: loading only those keeps a
    /// small query quick in a lake of many tables.
    async fn session_with_tables(&self, sql: &str) -> Result<SessionContext, LakeError> {
        let ctx = session();
        let lower = sql.to_lowercase();
        let mut scans = Vec::new();
        for (schema, table) in self.tables()? {
            if !lower.contains(&table) {
                continue;
            }
            let Some(loaded) = self.load(&schema, &table).await? else {
                continue;
            };
            let scan = loaded
                .table_provider()
                .await
                .map_err(|e| self.engine(&table, &e))?;
            scans.push((format!("{schema}.{table}"), scan));
        }
        let named = scans
            .iter()
            .map(|(name, scan)| (name.as_str(), Arc::clone(scan)));
        register(self, &ctx, named)?;
        Ok(ctx)
    }
}

/// Makes tables known to a session, each by its `schema.table`, and each schema of the lake.
pub(crate) fn register<'a>(
    lake: &Lake,
    ctx: &SessionContext,
    scans: impl Iterator<Item = (&'a str, Arc<dyn TableProvider>)>,
) -> Result<(), LakeError> {
    let catalog = Arc::new(MemoryCatalogProvider::new());
    for (schema, _) in lake.tables()? {
        if catalog.schema(&schema).is_none() {
            catalog
                .register_schema(&schema, Arc::new(MemorySchemaProvider::new()))
                .map_err(|e| lake.engine(&schema, &e))?;
        }
    }
    for (name, scan) in scans {
        let (schema, table) = name.split_once('.').unwrap_or(("", name));
        if let Some(schema) = catalog.schema(schema) {
            schema
                .register_table(table.to_owned(), scan)
                .map_err(|e| lake.engine(name, &e))?;
        }
    }
    ctx.register_catalog("datafusion", catalog);
    Ok(())
}

/// Runs a query that only reads.
pub(crate) async fn run(
    lake: &Lake,
    ctx: &SessionContext,
    sql: &str,
) -> Result<BoxStream<'static, Result<RecordBatch, LakeError>>, LakeError> {
    let read_only = SQLOptions::new()
        .with_allow_ddl(false)
        .with_allow_dml(false)
        .with_allow_statements(false);
    let frame = ctx
        .sql_with_options(sql, read_only)
        .await
        .map_err(|e| query_error(&e))?;
    // An empty result still has columns: one empty batch carries them to the caller.
    let empty = without_views(&RecordBatch::new_empty(Arc::new(
        frame.schema().as_arrow().clone(),
    )));
    let stream = frame
        .execute_stream()
        .await
        .map_err(|e| lake.engine("query", &e))?;
    let lake = lake.clone();
    let batches = stream
        .map_err(move |e| lake.engine("query", &e))
        .and_then(|batch| async move { without_views(&batch).map_err(|e| rows_error(&e)) });
    let head = futures::stream::iter([empty.map_err(|e| rows_error(&e))]);
    Ok(head.chain(batches).boxed())
}

/// A text as an SQL literal, whatever quotes it holds.
pub fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// A moment as an SQL literal, to the microsecond.
pub fn moment(at: chrono::DateTime<chrono::Utc>) -> String {
    format!(
        "'{}'",
        at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true)
    )
}

/// Writes batches as one Parquet file.
///
/// # Errors
/// When a batch cannot be made or the writer fails.
pub async fn write_parquet(
    mut batches: BoxStream<'static, Result<RecordBatch, LakeError>>,
    out: impl std::io::Write + Send,
) -> Result<(), LakeError> {
    let failed = |e: datafusion::parquet::errors::ParquetError| {
        LakeError::from_engine("the folder for temporary files", "query result", &e)
    };
    let Some(first) = batches.try_next().await? else {
        return Ok(());
    };
    let mut writer = ArrowWriter::try_new(out, first.schema(), None).map_err(failed)?;
    writer.write(&first).map_err(failed)?;
    while let Some(batch) = batches.try_next().await? {
        writer.write(&batch).map_err(failed)?;
    }
    writer.close().map_err(failed)?;
    Ok(())
}

/// A session with Delta's planner, which writes need, and the JSON functions.
pub(crate) fn session() -> SessionContext {
    let mut ctx = deltalake::delta_datafusion::create_session().into_inner();
    datafusion_functions_json::register_all(&mut ctx)
        .expect("names of built-in functions are free in a new session");
    ctx
}

fn query_error(error: &datafusion::error::DataFusionError) -> LakeError {
    let text = error.strip_backtrace();
    let not_read = [
        "DDL not supported",
        "DML not supported",
        "Statement not supported",
    ];
    if not_read.iter().any(|refusal| text.contains(refusal)) {
        return LakeError::Query(format!(
            "`sql` only reads, and this statement would write or change settings ({text}): use SELECT"
        ));
    }
    let hint = if text.contains("not found") {
        "; `careerpulse tables list` names the tables"
    } else {
        ""
    };
    LakeError::Query(format!(
        "the query is not valid: {}{hint}",
        text.trim_end_matches('.')
    ))
}

fn rows_error(error: &arrow::error::ArrowError) -> LakeError {
    LakeError::Rows {
        table: "query result".into(),
        detail: error.to_string(),
    }
}
