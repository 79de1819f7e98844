//! Sweeps and their runs, read from the lake.

use careerpulse_lake::query::literal;
use careerpulse_lake::{Lake, LakeError};
use serde::Deserialize;

use super::rows_where;
use crate::tables::Table;
use crate::tables::ml::Run;
use crate::tables::sweeps::Sweep;

/// The keys of all sweeps, oldest first.
///
/// # Errors
/// When the table cannot be read.
pub async fn sweep_keys(lake: &Lake) -> Result<Vec<String>, LakeError> {
    #[derive(Deserialize)]
    struct Key {
        sweep_key: String,
    }
    let keys: Vec<Key> =
        rows_where(lake, Table::Sweeps, "order by run_timestamp, sweep_key").await?;
    Ok(keys.into_iter().map(|key| key.sweep_key).collect())
}

/// One sweep.
///
/// # Errors
/// When the table cannot be read.
pub async fn sweep(lake: &Lake, sweep_key: &str) -> Result<Option<Sweep>, LakeError> {
    let filter = format!("where sweep_key = {}", literal(sweep_key));
    Ok(rows_where(lake, Table::Sweeps, &filter).await?.pop())
}

/// A sweep's runs in the order in which they ended.
///
/// # Errors
/// When the table cannot be read.
pub async fn runs_of_sweep(lake: &Lake, sweep_key: &str) -> Result<Vec<Run>, LakeError> {
    let filter = format!(
        "where sweep_key = {} order by finished_at, run_id",
        literal(sweep_key)
    );
    rows_where(lake, Table::Runs, &filter).await
}
