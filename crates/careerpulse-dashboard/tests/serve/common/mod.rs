//! A small lake in memory, and requests to an app over it.
#![allow(dead_code, reason = "each test file uses a part of it")]
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot go on says so by panicking"
)]

pub mod asking;
pub mod records;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use careerpulse_dashboard::source::{Snapshot, Source, SourceError};
use careerpulse_dashboard::view::category::CategoryPage;
use careerpulse_dashboard::view::classify::{Classified, Text};
use careerpulse_dashboard::view::imputation::{
    PredictionDetail, PredictionFilter, Predictions, Suspect,
};
use careerpulse_dashboard::view::models::{Models, VersionPage};
use careerpulse_dashboard::view::monitoring::Monitoring;
use careerpulse_dashboard::view::overview::Overview;
use careerpulse_dashboard::view::pipeline::Pipeline;
use futures::future::BoxFuture;
use tokio::sync::Semaphore;

/// How the lake is, which a test may change while it is asked.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub enum Mood {
    #[default]
    Well,
    Empty,
    Failing,
    Panicking,
    Hanging,
    /// Not even a snapshot can be had.
    Gone,
}

/// A lake with a few records.
pub struct Small {
    pub version: AtomicU64,
    pub snapshots: AtomicU64,
    pub mood: Mutex<Mood>,
    /// Sizes of the batches that were classified.
    pub batches: Mutex<Vec<usize>>,
    /// Each batch takes one of these, so that a test decides when batches go on.
    pub gate: Semaphore,
}

impl Small {
    pub fn new() -> Arc<Small> {
        Arc::new(Small {
            version: AtomicU64::new(1),
            snapshots: AtomicU64::new(0),
            mood: Mutex::default(),
            batches: Mutex::default(),
            gate: Semaphore::new(Semaphore::MAX_PERMITS),
        })
    }

    pub fn set(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    fn mood(&self) -> Mood {
        *self.mood.lock().unwrap()
    }
}

struct Now {
    versions: BTreeMap<String, u64>,
    mood: Mood,
}

type Given<'a, T> = BoxFuture<'a, Result<T, SourceError>>;

async fn feel(mood: Mood) -> Result<(), SourceError> {
    match mood {
        Mood::Well => Ok(()),
        Mood::Empty => Err(SourceError::NotYet(
            "There are no predictions yet: run `careerpulse run`.".to_owned(),
        )),
        Mood::Failing | Mood::Gone => Err(SourceError::Failed("secret path /lake/part-0".into())),
        Mood::Panicking => panic!("secret state"),
        Mood::Hanging => std::future::pending().await,
    }
}

impl Source for Small {
    fn snapshot(&self) -> Given<'_, Arc<dyn Snapshot>> {
        Box::pin(async {
            self.snapshots.fetch_add(1, Ordering::SeqCst);
            if self.mood() == Mood::Gone {
                return Err(SourceError::Failed("secret disk".into()));
            }
            let version = self.version.load(Ordering::SeqCst);
            let now: Arc<dyn Snapshot> = Arc::new(Now {
                versions: BTreeMap::from([("careerpulse_gold.daily_demand".to_owned(), version)]),
                mood: self.mood(),
            });
            Ok(now)
        })
    }

    fn classify(&self, texts: Vec<Text>) -> Given<'_, Vec<Classified>> {
        Box::pin(async move {
            self.batches.lock().unwrap().push(texts.len());
            feel(self.mood()).await?;
            self.gate.acquire().await.unwrap().forget();
            if texts.iter().any(|text| text.title == "refused") {
                return Err(SourceError::Invalid("A text is refused.".to_owned()));
            }
            if texts.iter().any(|text| text.title == "broken") {
                panic!("secret weights");
            }
            Ok(texts.iter().map(records::classified).collect())
        })
    }
}

impl Snapshot for Now {
    fn versions(&self) -> &BTreeMap<String, u64> {
        &self.versions
    }

    fn overview(&self, categories: Vec<String>) -> Given<'_, Overview> {
        Box::pin(async move {
            feel(self.mood).await?;
            categories
                .iter()
                .try_for_each(|name| records::known(name))?;
            Ok(records::overview(&categories))
        })
    }

    fn category(&self, name: String) -> Given<'_, CategoryPage> {
        Box::pin(async move {
            feel(self.mood).await?;
            records::known(&name)?;
            Ok(records::category(&name))
        })
    }

    fn predictions(&self, filter: PredictionFilter) -> Given<'_, Predictions> {
        Box::pin(async move {
            feel(self.mood).await?;
            Ok(records::predictions(&filter))
        })
    }

    fn prediction(&self, posting_id: i64) -> Given<'_, PredictionDetail> {
        Box::pin(async move {
            feel(self.mood).await?;
            records::prediction(posting_id)
        })
    }

    fn suspects(&self) -> Given<'_, Vec<Suspect>> {
        Box::pin(async {
            feel(self.mood).await?;
            Ok(records::suspects())
        })
    }

    fn models(&self) -> Given<'_, Models> {
        Box::pin(async {
            feel(self.mood).await?;
            Ok(records::models())
        })
    }

    fn version(&self, version: i64) -> Given<'_, VersionPage> {
        Box::pin(async move {
            feel(self.mood).await?;
            records::version(version)
        })
    }

    fn monitoring(&self) -> Given<'_, Monitoring> {
        Box::pin(async {
            feel(self.mood).await?;
            Ok(records::monitoring())
        })
    }

    fn pipeline(&self) -> Given<'_, Pipeline> {
        Box::pin(async {
            feel(self.mood).await?;
            Ok(records::pipeline())
        })
    }
}
