//! Opening the lake and finding its tables.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use deltalake::{DeltaTable, DeltaTableBuilder};
use url::Url;

use crate::error::LakeError;
use crate::expectations::Expectations;
use crate::spec::{Column, TableSpec};

/// A folder of Delta tables, `LAKE/<schema>/<table>/`, with model artifacts beside them.
#[derive(Debug, Clone)]
pub struct Lake {
    root: PathBuf,
    location: String,
    pub(crate) expectations: Option<Arc<Expectations>>,
}

impl Lake {
    /// Opens the lake at a folder. An absent one is an empty lake; the first table written makes it.
    ///
    /// # Errors
    /// [`LakeError::NotALake`] where the path is a file, a folder of other things or a URI that this
    /// build cannot reach.
    pub fn open(location: &str) -> Result<Self, LakeError> {
        let not_a_lake = |reason: String| LakeError::NotALake {
            location: location.replace(char::is_control, "\u{FFFD}"),
            reason,
        };
        let path = match location.split_once("://") {
            None => location,
            Some(("file", path)) => path,
            Some((scheme, _)) => {
                return Err(not_a_lake(format!(
                    "this build reaches folders only, not {scheme}:// storage; give --lake a local path"
                )));
            }
        };
        if path.is_empty() {
            return Err(not_a_lake("the path is empty; give --lake a folder".into()));
        }
        let path = Path::new(path);
        if path.exists() && !path.is_dir() {
            return Err(not_a_lake("it is a file; give --lake a folder".into()));
        }
        let absolute = std::path::absolute(path)
            .map_err(|e| LakeError::from_engine(location, location, &e))?;
        if let Some(piece) = unaddressable_in(&absolute) {
            return Err(not_a_lake(format!(
                "its path holds `{piece}`, which the table format cannot address; give --lake a path without control characters, %-escapes and any of \\ [ ] ^ |"
            )));
        }
        let root = absolute;
        if let Some(stranger) = stranger_in(&root) {
            return Err(not_a_lake(format!(
                "it holds `{stranger}`, which is none of a lake's folders; give --lake an empty folder or an existing lake"
            )));
        }
        Ok(Self {
            root,
            location: location.to_owned(),
            expectations: None,
        })
    }

    /// The location as the user gave it.
    pub fn location(&self) -> &str {
        &self.location
    }

    /// Whether nothing is there yet: reading such a lake finds no table, and writing makes it.
    pub fn is_absent(&self) -> bool {
        !self.root.exists()
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Where model artifacts live, `LAKE/artifacts/`.
    pub fn artifacts(&self) -> PathBuf {
        self.root.join("artifacts")
    }

    /// The tables that exist, as (schema, table), sorted.
    ///
    /// # Errors
    /// When the lake's folder cannot be listed.
    pub fn tables(&self) -> Result<Vec<(String, String)>, LakeError> {
        if !self.root.exists() {
            return Ok(Vec::new());
        }
        let list = |dir: &Path| -> Result<Vec<String>, LakeError> {
            let entries = std::fs::read_dir(dir).map_err(|e| self.engine(&self.location, &e))?;
            let names = entries.filter_map(|e| e.ok()?.file_name().into_string().ok());
            Ok(names.filter(|name| !name.starts_with('.')).collect())
        };
        let mut tables = Vec::new();
        for schema in list(&self.root)?
            .into_iter()
            .filter(|name| name.starts_with(SCHEMA_PREFIX))
        {
            for table in list(&self.root.join(&schema))? {
                if self
                    .root
                    .join(&schema)
                    .join(&table)
                    .join("_delta_log")
                    .is_dir()
                {
                    tables.push((schema.clone(), table));
                }
            }
        }
        tables.sort();
        Ok(tables)
    }

    /// The current version of a table, or `None` where it does not exist yet.
    ///
    /// # Errors
    /// When the table's log cannot be read; [`LakeError::Outdated`] where the table lacks a column.
    pub async fn version(&self, spec: &TableSpec) -> Result<Option<u64>, LakeError> {
        let Some(table) = self.load(spec.schema, spec.name).await? else {
            return Ok(None);
        };
        self.check_columns(spec, &table)?;
        Ok(table.version())
    }

    /// The id that a table was given when it was made: a table removed and made anew has another.
    ///
    /// # Errors
    /// [`LakeError::NoSuchTable`] where there is none.
    pub async fn table_id(&self, spec: &TableSpec) -> Result<String, LakeError> {
        let table = self.load_existing(spec.schema, spec.name).await?;
        let state = table
            .snapshot()
            .map_err(|e| self.engine(&spec.full_name(), &e))?;
        Ok(state.metadata().id().to_owned())
    }

    /// Refuses a table that lacks a column, as one of an earlier version may.
    pub(crate) fn check_columns(
        &self,
        spec: &TableSpec,
        table: &DeltaTable,
    ) -> Result<(), LakeError> {
        let state = table
            .snapshot()
            .map_err(|e| self.engine(&spec.full_name(), &e))?;
        let schema = state.schema();
        let is_missing = |column: &&Column| schema.field(column.name).is_none();
        match spec.columns.iter().find(is_missing) {
            None => Ok(()),
            Some(column) => Err(LakeError::Outdated {
                location: self.location.clone(),
                table: spec.full_name(),
                column: column.name.to_owned(),
                folder: format!("{}/{}", spec.schema, spec.name),
            }),
        }
    }

    pub(crate) fn table_url(&self, schema: &str, name: &str) -> Result<Url, LakeError> {
        let path = self.root.join(schema).join(name);
        Url::from_directory_path(&path).map_err(|()| LakeError::NotALake {
            location: self.location.clone(),
            reason: format!("{} is no absolute path", path.display()),
        })
    }

    /// Loads a table's newest snapshot, or `None` where the table does not exist yet.
    pub(crate) async fn load(
        &self,
        schema: &str,
        name: &str,
    ) -> Result<Option<DeltaTable>, LakeError> {
        let full_name = format!("{schema}.{name}");
        let log = self.root.join(schema).join(name).join("_delta_log");
        let has_commit = std::fs::read_dir(&log).is_ok_and(|mut entries| {
            entries.any(|e| e.is_ok_and(|e| e.path().extension().is_some_and(|x| x == "json")))
        });
        if !has_commit {
            return Ok(None);
        }
        let builder = DeltaTableBuilder::from_url(self.table_url(schema, name)?)
            .map_err(|e| self.engine(&full_name, &e))?;
        let table = builder
            .load()
            .await
            .map_err(|e| match self.engine(&full_name, &e) {
                LakeError::Engine { table, detail } => LakeError::Damaged {
                    location: self.location.clone(),
                    table,
                    detail,
                },
                other => other,
            })?;
        Ok(Some(table))
    }

    /// As [`Lake::load`], for a table that must be there.
    pub(crate) async fn load_existing(
        &self,
        schema: &str,
        name: &str,
    ) -> Result<DeltaTable, LakeError> {
        self.load(schema, name)
            .await?
            .ok_or_else(|| LakeError::NoSuchTable {
                location: self.location.clone(),
                table: format!("{schema}.{name}"),
            })
    }

    pub(crate) fn engine(&self, table: &str, error: &dyn std::error::Error) -> LakeError {
        LakeError::from_engine(&self.location, table, error)
    }
}

const SCHEMA_PREFIX: &str = "careerpulse_";
const OTHER_FOLDERS: [&str; 3] = ["artifacts", "logs", "lost+found"];

/// What the engine would misread where the path becomes a URL and back: it decodes escapes twice,
/// and takes the path into a host name, where these characters may not stand.
fn unaddressable_in(path: &Path) -> Option<String> {
    let Some(text) = path.to_str() else {
        return Some(path.to_string_lossy().into_owned());
    };
    let is_bad = |c: char| c.is_control() || matches!(c, '\\' | '[' | ']' | '^' | '|');
    if let Some(c) = text.chars().find(|&c| is_bad(c)) {
        return Some(c.escape_default().to_string());
    }
    let is_hex = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_hexdigit);
    let bytes = text.as_bytes();
    text.match_indices('%')
        .map(|(at, _)| at)
        .find(|&at| is_hex(bytes.get(at + 1)) && is_hex(bytes.get(at + 2)))
        .map(|at| text[at..at + 3].to_owned())
}

/// The first entry that a lake would not hold: it guards a mistyped `--lake` from littering a folder.
fn stranger_in(root: &Path) -> Option<String> {
    let mut names: Vec<String> = std::fs::read_dir(root)
        .ok()?
        .filter_map(|e| e.ok()?.file_name().into_string().ok())
        .filter(|name| {
            !name.starts_with('.')
                && !name.starts_with(SCHEMA_PREFIX)
                && !OTHER_FOLDERS.contains(&name.as_str())
        })
        .collect();
    names.sort();
    names
        .into_iter()
        .next()
        .map(|name| name.escape_debug().to_string())
}
