//! Runs, versions and decisions: kept in the lake's own tables, and mirrored to MLflow where one is named.

pub mod assessment;
pub mod ledger;
pub mod mirror;
pub mod mlflow;
pub mod registry;
pub mod sweeps;
pub mod tracker;

use std::sync::Arc;

use careerpulse_lake::{Lake, LakeError};
use serde::de::DeserializeOwned;

use crate::clock::Clock;
use crate::config::Tracking;
use crate::error::UserError;
use crate::tables::Table;

pub use assessment::{Assessment, read_assessment};
pub use mirror::Mirror;
pub use registry::{
    Standing, artifact_bytes, decisions, load_assessed, load_version, production, production_of,
    production_since, reigns, standings, versions,
};
pub use sweeps::{runs_of_sweep, sweep, sweep_keys};
pub use tracker::{LakeOnly, Tracker};

/// What `[tracking] uri` is where there is to be no second home, whatever the environment says.
pub const OFF: &str = "off";

/// The second home that the settings name.
///
/// # Errors
/// [`UserError`] for an address or credentials that cannot be used.
pub fn tracker(
    lake: &Lake,
    clock: Clock,
    settings: &Tracking,
) -> Result<Arc<dyn Tracker>, UserError> {
    if settings.uri.is_empty() || settings.uri == OFF {
        return Ok(Arc::new(LakeOnly));
    }
    Ok(Arc::new(mlflow::Mlflow::new(
        lake.clone(),
        clock,
        settings,
    )?))
}

/// The rows that a clause picks; none where the table does not exist yet, so that reading makes none.
pub(crate) async fn rows_where<T: DeserializeOwned>(
    lake: &Lake,
    table: Table,
    clause: &str,
) -> Result<Vec<T>, LakeError> {
    if lake.version(table.spec()).await?.is_none() {
        return Ok(Vec::new());
    }
    lake.rows(&format!("select * from {} {clause}", table.name()))
        .await
}
