//! The lake at one moment: every table loaded once, and read from that state while others write.
//!
//! A table's files stay until a vacuum that comes seven days later, so a pinned state can be read for
//! as long as anybody asks.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use arrow::array::RecordBatch;
use datafusion::catalog::TableProvider;
use datafusion::prelude::SessionContext;
use deltalake::DeltaTable;
use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt};
use serde::de::DeserializeOwned;

use crate::by_id::{Places, local_files};
use crate::error::LakeError;
use crate::lake::Lake;
use crate::query::{register, run, session};
use crate::rows::from_batches;
use crate::spec::TableSpec;

/// Tables that are loaded at the same time.
const AT_ONCE: usize = 8;

/// Every table of a lake as it was at one moment.
pub struct Pinned {
    lake: Lake,
    /// Schemas and names as they were listed, and where each one's commits lie.
    folders: Vec<(String, String)>,
    logs: BTreeMap<String, PathBuf>,
    tables: BTreeMap<String, Pin>,
    session: SessionContext,
}

/// What tells one state of a table from all others, also from those of a table that was made anew
/// under its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Stamp {
    /// The table's version.
    pub version: u64,
    commit: Option<(SystemTime, u64)>,
}

/// A table that was loaded, or why it could not be.
#[derive(Clone)]
enum Pin {
    Loaded(Arc<Loaded>),
    Damaged(String),
}

struct Loaded {
    stamp: Stamp,
    table: DeltaTable,
    scan: Arc<dyn TableProvider>,
    /// The table's files, where rows may be looked up in them.
    files: Option<Arc<[PathBuf]>>,
    places: Arc<Places>,
}

impl Lake {
    /// Loads every table once; what is read through the result is of these versions.
    ///
    /// # Errors
    /// When the lake's folder cannot be listed. A table that is damaged fails those who read it.
    pub async fn pin(&self) -> Result<Pinned, LakeError> {
        self.pin_after(&BTreeMap::new()).await
    }

    async fn pin_after(&self, before: &BTreeMap<String, Pin>) -> Result<Pinned, LakeError> {
        let folders = self.tables()?;
        let log = |(schema, name): &(String, String)| {
            let log = self.root().join(schema).join(name).join("_delta_log");
            (format!("{schema}.{name}"), log)
        };
        let logs: BTreeMap<String, PathBuf> = folders.iter().map(log).collect();
        let loading = logs.clone().into_iter().map(|(name, log)| {
            let known = before.get(&name).cloned();
            async move {
                let pin = self.pin_table(&name, &log, known).await;
                Some((name, pin?))
            }
        });
        let tables: BTreeMap<String, Pin> = futures::stream::iter(loading)
            .buffer_unordered(AT_ONCE)
            .filter_map(|pinned| async { pinned })
            .collect()
            .await;
        let session = session();
        let scans = tables.iter().filter_map(|(name, pin)| match pin {
            Pin::Loaded(loaded) => Some((name.as_str(), Arc::clone(&loaded.scan))),
            Pin::Damaged(_) => None,
        });
        register(self, &session, scans)?;
        Ok(Pinned {
            lake: self.clone(),
            folders,
            logs,
            tables,
            session,
        })
    }

    /// The table's newest state, or none where its folder holds no commit.
    async fn pin_table(&self, full_name: &str, log: &Path, known: Option<Pin>) -> Option<Pin> {
        let (schema, name) = full_name.split_once('.')?;
        let places = match &known {
            Some(Pin::Loaded(loaded)) => Arc::clone(&loaded.places),
            _ => Arc::default(),
        };
        let loaded = match known {
            Some(Pin::Loaded(loaded)) if loaded.is_newest(log) => {
                return Some(Pin::Loaded(loaded));
            }
            // The commits behind the known state are read alone, where they are its own.
            Some(Pin::Loaded(loaded)) if loaded.stamp.is_of(log) => {
                let mut table = loaded.table.clone();
                let updated = table.update_state().await;
                updated
                    .map(|()| Some(table))
                    .map_err(|e| self.engine(full_name, &e))
            }
            _ => self.load(schema, name).await,
        };
        let pinned = match loaded {
            Ok(None) => return None,
            Ok(Some(table)) => Loaded::new(self, table, log, places).await,
            Err(error) => Err(error),
        };
        Some(match pinned {
            Ok(loaded) => Pin::Loaded(Arc::new(loaded)),
            Err(error) => Pin::Damaged(error.to_string()),
        })
    }
}

impl Pinned {
    /// Whether the lake is still as it was pinned: a look at its folders and at two file names a table,
    /// a fraction of a millisecond.
    pub fn is_newest(&self) -> bool {
        let is_same = |present: Vec<(String, String)>| present == self.folders;
        let is_newest = |(name, log): (&String, &PathBuf)| match self.tables.get(name) {
            Some(Pin::Loaded(loaded)) => loaded.is_newest(log),
            Some(Pin::Damaged(_)) => false,
            // A folder without a commit is no table yet.
            None => !commit_file(log, 0).exists(),
        };
        self.lake.tables().is_ok_and(is_same) && self.logs.iter().all(is_newest)
    }

    /// The lake as it is now; only tables that have changed since are loaded.
    ///
    /// # Errors
    /// As [`Lake::pin`].
    pub async fn renewed(&self) -> Result<Self, LakeError> {
        self.lake.pin_after(&self.tables).await
    }

    /// The version of each table by its full name; a damaged table has none.
    pub fn versions(&self) -> BTreeMap<String, u64> {
        let version = |(name, pin): (&String, &Pin)| match pin {
            Pin::Loaded(loaded) => Some((name.clone(), loaded.stamp.version)),
            Pin::Damaged(_) => None,
        };
        self.tables.iter().filter_map(version).collect()
    }

    /// What tells the table's pinned state from others; `None` where there is none that can be read.
    pub fn stamp(&self, spec: &TableSpec) -> Option<Stamp> {
        match self.tables.get(&spec.full_name())? {
            Pin::Loaded(loaded) => Some(loaded.stamp),
            Pin::Damaged(_) => None,
        }
    }

    /// Whether the table is there.
    ///
    /// # Errors
    /// [`LakeError::Damaged`] where it is and cannot be read; [`LakeError::Outdated`] where it lacks a
    /// column.
    pub fn has(&self, spec: &TableSpec) -> Result<bool, LakeError> {
        match self.tables.get(&spec.full_name()) {
            None => Ok(false),
            Some(Pin::Loaded(loaded)) => {
                self.lake.check_columns(spec, &loaded.table)?;
                Ok(true)
            }
            Some(Pin::Damaged(detail)) => Err(self.damaged(spec, detail)),
        }
    }

    /// The table's files and where ids stand in them; none where rows cannot be looked up.
    pub(crate) fn places(&self, spec: &TableSpec) -> Option<(Arc<[PathBuf]>, Arc<Places>)> {
        match self.tables.get(&spec.full_name())? {
            Pin::Loaded(loaded) => Some((loaded.files.clone()?, Arc::clone(&loaded.places))),
            Pin::Damaged(_) => None,
        }
    }

    pub(crate) fn damaged(&self, spec: &TableSpec, detail: &dyn Display) -> LakeError {
        LakeError::Damaged {
            location: self.lake.location().to_owned(),
            table: spec.full_name(),
            detail: detail.to_string(),
        }
    }

    /// As [`Lake::query`], over the pinned tables.
    ///
    /// # Errors
    /// As [`Lake::query`].
    pub async fn query(&self, sql: &str) -> Result<Vec<RecordBatch>, LakeError> {
        self.stream(sql).await?.try_collect().await
    }

    /// As [`Lake::rows`], over the pinned tables.
    ///
    /// # Errors
    /// As [`Lake::rows`].
    pub async fn rows<T: DeserializeOwned>(&self, sql: &str) -> Result<Vec<T>, LakeError> {
        from_batches(&self.query(sql).await?)
    }

    /// As [`Lake::stream`], over the pinned tables.
    ///
    /// # Errors
    /// As [`Lake::stream`].
    pub async fn stream(
        &self,
        sql: &str,
    ) -> Result<BoxStream<'static, Result<RecordBatch, LakeError>>, LakeError> {
        run(&self.lake, &self.session, sql).await
    }
}

impl Loaded {
    async fn new(
        lake: &Lake,
        table: DeltaTable,
        log: &Path,
        places: Arc<Places>,
    ) -> Result<Self, LakeError> {
        let scan = table
            .table_provider()
            .await
            .map_err(|e| lake.engine("pinned table", &e))?;
        let version = table.version().unwrap_or_default();
        Ok(Self {
            stamp: Stamp {
                version,
                commit: commit(log, version),
            },
            files: local_files(&table).map(Arc::from),
            places,
            table,
            scan,
        })
    }

    fn is_newest(&self, log: &Path) -> bool {
        self.stamp.is_of(log) && !commit_file(log, self.stamp.version + 1).exists()
    }
}

impl Stamp {
    /// Whether the log still has the commit that it was made of.
    fn is_of(&self, log: &Path) -> bool {
        commit(log, self.version) == self.commit
    }
}

/// Time of change and length of a version's commit.
fn commit(log: &Path, version: u64) -> Option<(SystemTime, u64)> {
    let metadata = commit_file(log, version).metadata().ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}

fn commit_file(log: &Path, version: u64) -> PathBuf {
    log.join(format!("{version:020}.json"))
}
