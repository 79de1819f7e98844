//! Where views come from: the lake in the program, records in tests.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures::future::BoxFuture;
use thiserror::Error;

use crate::view::category::CategoryPage;
use crate::view::classify::{Classified, Text};
use crate::view::imputation::{PredictionDetail, PredictionFilter, Predictions, Suspect};
use crate::view::models::{Models, VersionPage};
use crate::view::monitoring::Monitoring;
use crate::view::overview::Overview;
use crate::view::pipeline::Pipeline;

/// The lake, as far as the dashboard knows it.
pub trait Source: Send + Sync + 'static {
    /// The lake as it is now: everything that is read through it is of one version of each table, while
    /// others write.
    fn snapshot(&self) -> BoxFuture<'_, Result<Arc<dyn Snapshot>, SourceError>>;

    /// What the production model says of texts, in their order.
    fn classify(&self, texts: Vec<Text>) -> BoxFuture<'_, Result<Vec<Classified>, SourceError>>;
}

/// The lake at one moment.
pub trait Snapshot: Send + Sync {
    /// The version of each table; what entity tags are made of.
    fn versions(&self) -> &BTreeMap<String, u64>;

    /// The first page; `categories` are shown beside all of them.
    fn overview(&self, categories: Vec<String>) -> BoxFuture<'_, Result<Overview, SourceError>>;

    /// One category.
    fn category(&self, name: String) -> BoxFuture<'_, Result<CategoryPage, SourceError>>;

    /// Predictions of the production version.
    fn predictions(
        &self,
        filter: PredictionFilter,
    ) -> BoxFuture<'_, Result<Predictions, SourceError>>;

    /// One of them with its grounds.
    fn prediction(&self, posting_id: i64) -> BoxFuture<'_, Result<PredictionDetail, SourceError>>;

    /// Labels that the production version doubts, the most doubtful first.
    fn suspects(&self) -> BoxFuture<'_, Result<Vec<Suspect>, SourceError>>;

    /// Versions and ledger.
    fn models(&self) -> BoxFuture<'_, Result<Models, SourceError>>;

    /// One version.
    fn version(&self, version: i64) -> BoxFuture<'_, Result<VersionPage, SourceError>>;

    /// Alarms, distributions, estimates.
    fn monitoring(&self) -> BoxFuture<'_, Result<Monitoring, SourceError>>;

    /// Stages, runs, slices, tables.
    fn pipeline(&self) -> BoxFuture<'_, Result<Pipeline, SourceError>>;
}

/// Why there is nothing to show.
#[derive(Debug, Error)]
pub enum SourceError {
    /// There is no such thing; the sentence names it and what there is.
    #[error("{0}")]
    NotFound(String),
    /// Not yet; the sentence says what to run.
    #[error("{0}")]
    NotYet(String),
    /// The question is wrong; the sentence says how.
    #[error("{0}")]
    Invalid(String),
    /// The lake could not be read; the reason is for the log.
    #[error("the lake could not be read")]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
}
