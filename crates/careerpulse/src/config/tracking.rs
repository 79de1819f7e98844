//! Where runs and versions are shown beside the lake.

use serde::{Deserialize, Serialize};

/// Where runs and versions are shown beside the lake, which always holds them.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields)]
pub struct Tracking {
    /// Address of an MLflow server; empty is `MLFLOW_TRACKING_URI`, and without that the lake alone;
    /// `off` is the lake alone whatever the environment says.
    pub uri: String,
    /// The MLflow experiment that all runs are in.
    pub experiment: String,
    /// The registered model that the versions are of.
    pub model: String,
    /// Seconds until a call to the server counts as lost.
    pub timeout_seconds: u64,
    /// The folder of the server that `mlflow up` starts: its database, artifacts and log.
    pub folder: String,
}

impl Default for Tracking {
    fn default() -> Self {
        Self {
            uri: String::new(),
            experiment: "careerpulse".into(),
            model: "careerpulse-category".into(),
            timeout_seconds: 30,
            folder: "./mlflow".into(),
        }
    }
}
