//! MLflow from Rust: a typed thin client of its REST API, and the local server as a process.
//!
//! [`Client`] makes one call per method and answers with typed values or a [`MlflowError`] of one
//! sentence that ends in the remedy. Values are checked before they are sent, for the server cuts
//! or drops some without a word. What is safe to repeat is repeated where the network or the
//! server fails; what creates something new on each call is not, and is [`MlflowError::Uncertain`]
//! where its answer was lost. Which is which:
//!
//! | repeated | never repeated once sent |
//! |---|---|
//! | everything that reads; `log_batch`, `log_inputs`, `log_outputs`, `end_run`; `finish_logged_model`; `ensure_registered_model`, `update_version`, `set_version_tag`, `set_alias`, `delete_alias`; `put_artifact`; `experiment`, which looks by name before it creates again | `create_run`, `create_logged_model`, `create_version` |
//!
//! A call that could not connect, or that was answered 429, has changed nothing and is repeated
//! whatever it is.
//!
//! [`server`] starts, finds and ends a server on loopback. Tried against MLflow 3.17.2.

mod address;
mod aliases;
mod answer;
mod artifact_path;
mod artifacts;
mod batch;
mod check;
mod client;
mod credentials;
mod error;
mod exchange;
mod experiments;
pub mod filter;
mod health;
mod inputs;
mod key_value;
mod metric;
mod models;
mod pages;
mod registry;
mod runs;
pub mod server;
mod settings;
mod text;
mod versions;

pub use aliases::Alias;
pub use artifacts::ArtifactEntry;
pub use batch::Batch;
pub use check::{
    MAX_DIGEST, MAX_KEY, MAX_PARAM_VALUE, MAX_TAG_VALUE, cut_param_value, cut_tag_value,
};
pub use client::Client;
pub use credentials::Credentials;
pub use error::MlflowError;
pub use experiments::ExperimentId;
pub use health::ServerInfo;
pub use inputs::{DatasetInput, DatasetName, LoggedDataset};
pub use key_value::{KeyValue, Param, Tag};
pub use metric::Metric;
pub use models::{LoggedModel, ModelEnd, ModelStatus, NewLoggedModel};
pub use registry::RegisteredModel;
pub use runs::{EndStatus, NewRun, Run, RunInfo, RunStatus};
pub use settings::Settings;
pub use versions::{ModelVersion, NewVersion};
