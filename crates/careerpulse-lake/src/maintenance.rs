//! The upkeep of tables: their history, compaction and the removal of old files.

use chrono::{DateTime, Duration, Utc};
use futures::TryStreamExt;

use crate::error::LakeError;
use crate::lake::Lake;
use crate::write::{properties, version_of};

/// One table at a glance.
#[derive(Debug, Clone, serde::Serialize)]
pub struct TableInfo {
    /// `schema.table`.
    pub table: String,
    /// Its current version.
    pub version: u64,
    /// Rows, by the files' statistics.
    pub rows: u64,
    /// Data files.
    pub files: u64,
    /// Bytes of the data files.
    pub bytes: u64,
    /// What a row is.
    pub comment: Option<String>,
}

/// One commit of a table's history.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Commit {
    /// The version the commit made.
    pub version: u64,
    /// When, UTC.
    pub at: Option<DateTime<Utc>>,
    /// What kind of change.
    pub operation: String,
    /// Rows written, where the engine said so.
    pub rows: Option<u64>,
}

impl Lake {
    /// All tables at a glance, sorted by name.
    ///
    /// # Errors
    /// When a table's log cannot be read.
    pub async fn table_infos(&self) -> Result<Vec<TableInfo>, LakeError> {
        let mut infos = Vec::new();
        for (schema, name) in self.tables()? {
            if let Some(table) = self.load(&schema, &name).await? {
                let full_name = format!("{schema}.{name}");
                let state = table.snapshot().map_err(|e| self.engine(&full_name, &e))?;
                let mut info = TableInfo {
                    table: full_name,
                    version: version_of(&table),
                    rows: 0,
                    files: 0,
                    bytes: 0,
                    comment: state.metadata().description().map(ToOwned::to_owned),
                };
                for file in state.log_data().iter() {
                    info.rows += file.num_records().unwrap_or(0) as u64;
                    info.files += 1;
                    info.bytes += u64::try_from(file.size()).unwrap_or(0);
                }
                infos.push(info);
            }
        }
        Ok(infos)
    }

    /// The commits of a table named `schema.table` (or `table`, where one schema has it), newest first.
    ///
    /// # Errors
    /// [`LakeError::NoSuchTable`] for an unknown name.
    pub async fn history(&self, name: &str) -> Result<Vec<Commit>, LakeError> {
        let (schema, table_name) = self.resolve(name)?;
        let table = self.load_existing(&schema, &table_name).await?;
        let infos: Vec<_> = table
            .history(None)
            .try_collect()
            .await
            .map_err(|e| self.engine(name, &e))?;
        let newest = version_of(&table);
        Ok(infos
            .into_iter()
            .enumerate()
            .map(|(back, info)| Commit {
                version: newest.saturating_sub(back as u64),
                at: info.timestamp.and_then(DateTime::from_timestamp_millis),
                rows: rows_written(&info.info),
                operation: info.operation.unwrap_or_else(|| "UNKNOWN".into()),
            })
            .collect())
    }

    /// Rewrites small files into large ones; returns (files removed, files added).
    ///
    /// # Errors
    /// [`LakeError::NoSuchTable`] for an unknown name; by cause otherwise.
    pub async fn optimize(&self, name: &str) -> Result<(u64, u64), LakeError> {
        let (schema, table_name) = self.resolve(name)?;
        let table = self.load_existing(&schema, &table_name).await?;
        let optimized = table.optimize().with_writer_properties(properties()).await;
        let (_, metrics) = optimized.map_err(|e| self.engine(name, &e))?;
        Ok((metrics.num_files_removed, metrics.num_files_added))
    }

    /// Removes (or with `dry_run` only lists) files that no version of the last seven days needs.
    ///
    /// # Errors
    /// [`LakeError::NoSuchTable`] for an unknown name; by cause otherwise.
    pub async fn vacuum(&self, name: &str, dry_run: bool) -> Result<Vec<String>, LakeError> {
        let (schema, table_name) = self.resolve(name)?;
        let table = self.load_existing(&schema, &table_name).await?;
        let vacuum = table
            .vacuum()
            .with_retention_period(Duration::days(7))
            .with_dry_run(dry_run);
        let (_, metrics) = vacuum.await.map_err(|e| self.engine(name, &e))?;
        Ok(metrics.files_deleted)
    }

    fn resolve(&self, name: &str) -> Result<(String, String), LakeError> {
        let tables = self.tables()?;
        let mut matching = tables.into_iter().filter(|(schema, table)| {
            name == table
                || name
                    .split_once('.')
                    .is_some_and(|(s, t)| s == schema && t == table)
        });
        let unknown = || LakeError::NoSuchTable {
            location: self.location().to_owned(),
            table: name.to_owned(),
        };
        let found = matching.next().ok_or_else(unknown)?;
        if matching.next().is_some() {
            Err(unknown())
        } else {
            Ok(found)
        }
    }
}

fn rows_written(info: &std::collections::HashMap<String, serde_json::Value>) -> Option<u64> {
    let metrics = info.get("operationMetrics")?;
    ["num_added_rows", "numOutputRows"].iter().find_map(|key| {
        let value = metrics.get(key)?;
        value.as_u64().or_else(|| value.as_str()?.parse().ok())
    })
}
