//! What every handler shares.

use std::sync::Arc;

use tokio::time::Instant;

use crate::batching::{Batcher, ClassifyError};
use crate::keys::Keys;
use crate::metrics::Metrics;
use crate::settings::AppSettings;
use crate::source::Source;
use crate::view::classify::{Classified, Text};

/// The state of the router; cheap to clone.
#[derive(Clone)]
pub struct AppState {
    /// The lake.
    pub source: Arc<dyn Source>,
    /// Limits and who may ask.
    pub settings: Arc<AppSettings>,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) keys: Arc<Keys>,
    pub(crate) started: Instant,
    batcher: Batcher,
}

impl AppState {
    /// The state over `source`. Starts the task that gathers texts into batches, so it must be called
    /// within a tokio runtime.
    pub fn new(source: Arc<dyn Source>, settings: AppSettings) -> AppState {
        let metrics = Arc::new(Metrics::new());
        AppState {
            batcher: Batcher::start(Arc::clone(&source), &settings, Arc::clone(&metrics)),
            source,
            settings: Arc::new(settings),
            metrics,
            keys: Arc::new(Keys::new()),
            started: Instant::now(),
        }
    }

    /// What the production model says of texts, in their order. They are classified together with those
    /// of other requests. Errors where too many wait already, and where the source does.
    pub async fn classify(&self, texts: Vec<Text>) -> Result<Vec<Classified>, ClassifyError> {
        self.batcher.classify(texts).await
    }
}
