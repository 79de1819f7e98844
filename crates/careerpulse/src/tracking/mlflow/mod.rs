//! MLflow as the second home: its runs, registry and aliases are brought up to date with the lake.

mod aliases;
mod card;
mod describe;
mod directory;
mod runs;
mod versions;

use std::time::Duration;

use anyhow::Context as _;
use careerpulse_lake::Lake;
use careerpulse_mlflow::{Client, Credentials, ExperimentId, Settings};
use futures::future::BoxFuture;
use tokio::sync::OnceCell;

use super::tracker::Tracker;
use crate::clock::Clock;
use crate::config::Tracking;
use crate::error::UserError;

/// An MLflow server, and the lake that it mirrors.
pub struct Mlflow {
    lake: Lake,
    clock: Clock,
    client: Client,
    experiment_name: String,
    experiment: OnceCell<ExperimentId>,
}

impl Mlflow {
    /// The server that the settings name; nothing is sent yet.
    ///
    /// # Errors
    /// [`UserError`] for an address or credentials that cannot be used.
    pub fn new(lake: Lake, clock: Clock, settings: &Tracking) -> Result<Mlflow, UserError> {
        let words = |e: careerpulse_mlflow::MlflowError| UserError::new(e.to_string());
        let credentials = Credentials::from_env().map_err(words)?;
        let limits = Settings {
            timeout: Duration::from_secs(settings.timeout_seconds),
            ..Settings::default()
        };
        Ok(Mlflow {
            client: Client::new(&settings.uri, credentials, limits).map_err(words)?,
            lake,
            clock,
            experiment_name: settings.experiment.clone(),
            experiment: OnceCell::new(),
        })
    }

    /// The server.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The experiment that all runs are in; made where it is missing.
    ///
    /// # Errors
    /// From the server.
    pub async fn experiment(&self) -> anyhow::Result<&ExperimentId> {
        let found = self.experiment.get_or_try_init(|| {
            let tags = describe::experiment_tags();
            async move { self.client.experiment(&self.experiment_name, &tags).await }
        });
        found
            .await
            .with_context(|| format!("the experiment {}", self.experiment_name))
    }
}

impl Tracker for Mlflow {
    fn sweep<'a>(&'a self, sweep_key: &'a str) -> BoxFuture<'a, anyhow::Result<()>> {
        Box::pin(async move {
            runs::mirror_sweep(self, sweep_key).await?;
            Ok(())
        })
    }

    fn registry(&self) -> BoxFuture<'_, anyhow::Result<()>> {
        Box::pin(async move {
            versions::mirror_versions(self).await?;
            aliases::mirror_aliases(self).await
        })
    }

    fn heed(&self) -> BoxFuture<'_, anyhow::Result<Option<String>>> {
        Box::pin(aliases::heed(self))
    }
}

/// What a synchronisation did.
#[derive(Debug, Default, Clone, serde::Serialize)]
pub struct Synced {
    /// Sweeps in the lake.
    pub sweeps: usize,
    /// Runs that were made or completed, parents included.
    pub runs: usize,
    /// Versions that were registered.
    pub versions: usize,
    /// What could not be brought over, and why.
    pub problems: Vec<String>,
}

/// What the server does not have yet.
#[derive(Debug, Default, Clone, Copy, serde::Serialize)]
pub struct Lacking {
    /// Runs that are missing or incomplete there, parents included.
    pub runs: usize,
    /// Versions that are not registered there.
    pub versions: usize,
}

impl Mlflow {
    /// What the server lacks of the lake.
    ///
    /// # Errors
    /// From the lake or the server.
    pub async fn lacking(&self) -> anyhow::Result<Lacking> {
        let mut lacking = Lacking::default();
        for key in super::sweep_keys(&self.lake).await? {
            lacking.runs += runs::lacking_runs(self, &key).await?;
        }
        let ours = super::versions(&self.lake).await?;
        let there = versions::server_versions(self, &ours).await?;
        let missing = ours.iter().filter(|v| !there.contains_key(&v.version));
        lacking.versions = missing.count();
        Ok(lacking)
    }

    /// Brings every sweep, run and version of the lake to the server, and sets the aliases.
    ///
    /// # Errors
    /// From the lake or the server; what was brought over before stays, and is not brought twice.
    pub async fn sync(&self) -> anyhow::Result<Synced> {
        let mut synced = Synced::default();
        let keys = super::sweep_keys(&self.lake).await?;
        let bar = crate::progress::bar(keys.len() as u64, "sweeps");
        for key in &keys {
            synced.runs += runs::mirror_sweep(self, key).await?;
            synced.sweeps += 1;
            bar.inc(1);
        }
        let (versions, problems) = versions::mirror_versions(self).await?;
        (synced.versions, synced.problems) = (versions, problems);
        aliases::mirror_aliases(self).await?;
        aliases::restore_production(self).await?;
        Ok(synced)
    }
}
