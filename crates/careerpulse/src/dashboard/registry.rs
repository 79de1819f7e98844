//! Versions, the ledger, and which version is production.

use std::collections::HashMap;
use std::sync::Arc;

use careerpulse_dashboard::source::SourceError;
use serde::Deserialize;

use super::moment::Moment;
use super::words::no_production;
use crate::tables::Table;
use crate::tables::ledger::Promotion;
use crate::tables::ml::ModelVersion;
use crate::tracking::{Standing, production_of, standings};

/// The tables that it is read from.
pub const TABLES: [Table; 3] = [Table::ModelVersions, Table::Promotions, Table::Sweeps];

/// Everything about versions that fits on a page.
pub struct Registry {
    /// Each version with where it stands, the oldest first.
    pub versions: Vec<(ModelVersion, Standing)>,
    /// The oldest decision first.
    pub ledger: Vec<Promotion>,
    /// Why a sweep was run, by its key.
    pub reasons: HashMap<String, Vec<String>>,
}

/// Reads it.
///
/// # Errors
/// When a table cannot be read.
pub async fn registry(moment: &Arc<Moment>) -> Result<Arc<Registry>, SourceError> {
    moment
        .part("registry", String::new(), &TABLES, |moment| async move {
            read(&moment).await
        })
        .await
}

impl Registry {
    /// The production version.
    ///
    /// # Errors
    /// [`SourceError::NotYet`] where there is none.
    pub fn production(&self) -> Result<&ModelVersion, SourceError> {
        let number = production_of(&self.ledger).ok_or_else(no_production)?;
        self.versions
            .iter()
            .map(|(version, _)| version)
            .find(|version| version.version == number)
            .ok_or_else(no_production)
    }
}

async fn read(moment: &Moment) -> Result<Registry, SourceError> {
    #[derive(Deserialize)]
    struct Why {
        sweep_key: String,
        reasons: Vec<String>,
    }
    let versions = moment
        .rows(Table::ModelVersions, "order by version")
        .await?;
    let ledger: Vec<Promotion> = moment
        .rows(Table::Promotions, "order by decided_at")
        .await?;
    let sweeps: Vec<Why> = moment.rows(Table::Sweeps, "").await?;
    Ok(Registry {
        versions: standings(versions, &ledger),
        reasons: sweeps
            .into_iter()
            .map(|sweep| (sweep.sweep_key, sweep.reasons))
            .collect(),
        ledger,
    })
}
