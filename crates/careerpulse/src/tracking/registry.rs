//! Which versions there are and where each stands; read from `model_versions` and the ledger.

use careerpulse_lake::{Lake, LakeError};
use careerpulse_model::{Model, load_model};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::UserError;
use crate::tables::Table;
use crate::tables::ml::{ModelVersion, Promotion};

/// The name under which every version is registered.
pub const MODEL_NAME: &str = "careerpulse-category";

/// Where a version stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Registered, and not decided on yet.
    Staging,
    /// The version that imputes.
    Production,
    /// Was production before.
    Archived,
    /// The gate kept it out.
    Rejected,
    /// A later version was registered before this one was decided on.
    Superseded,
}

/// All versions, oldest first.
///
/// # Errors
/// When the table cannot be read.
pub async fn versions(lake: &Lake) -> Result<Vec<ModelVersion>, LakeError> {
    rows_of(lake, Table::ModelVersions, "version").await
}

/// The ledger, oldest decision first.
///
/// # Errors
/// When the table cannot be read.
pub async fn decisions(lake: &Lake) -> Result<Vec<Promotion>, LakeError> {
    rows_of(lake, Table::Promotions, "decided_at").await
}

/// The production version, if there is one.
///
/// # Errors
/// When the tables cannot be read.
pub async fn production(lake: &Lake) -> Result<Option<ModelVersion>, LakeError> {
    let ledger = decisions(lake).await?;
    let versions = versions(lake).await?;
    Ok(
        production_of(&ledger)
            .and_then(|number| versions.into_iter().find(|v| v.version == number)),
    )
}

/// A version's model, out of its file in the lake.
///
/// # Errors
/// [`UserError`] for a file that is missing, altered, or of another format.
pub fn load_version(lake: &Lake, version: &ModelVersion) -> Result<Model, UserError> {
    let path = lake.artifacts().join(&version.artifact);
    load_model(&path, &version.artifact_sha256).map_err(|e| UserError::new(e.to_string()))
}

/// Each version with where it stands, oldest first.
pub fn standings(
    versions: Vec<ModelVersion>,
    ledger: &[Promotion],
) -> Vec<(ModelVersion, Standing)> {
    let production = production_of(ledger);
    let newest = versions.iter().map(|version| version.version).max();
    let standing = |number: i64| {
        let last = ledger
            .iter()
            .rev()
            .find(|decision| decision.version == number);
        match last.map(|decision| decision.verdict.as_str()) {
            _ if production == Some(number) => Standing::Production,
            Some("pass") => Standing::Archived,
            Some(_) => Standing::Rejected,
            None if newest == Some(number) => Standing::Staging,
            None => Standing::Superseded,
        }
    };
    versions
        .into_iter()
        .map(|version| {
            let standing = standing(version.version);
            (version, standing)
        })
        .collect()
}

/// All rows of a table in order; none where the table does not exist yet, so that reading makes none.
async fn rows_of<T: DeserializeOwned>(
    lake: &Lake,
    table: Table,
    order: &str,
) -> Result<Vec<T>, LakeError> {
    if lake.version(table.spec()).await?.is_none() {
        return Ok(Vec::new());
    }
    lake.rows(&format!("select * from {} order by {order}", table.name()))
        .await
}

fn production_of(ledger: &[Promotion]) -> Option<i64> {
    ledger
        .iter()
        .rev()
        .find(|decision| decision.verdict == "pass")
        .map(|decision| decision.version)
}
