//! A lake that was never crawled: records made up alike each time, for looking at the pages and for tests.
//!
//! Among them are postings as a hostile employer would write them.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use futures::future::BoxFuture;

use crate::source::{Snapshot, Source, SourceError};
use crate::view::category::CategoryPage;
use crate::view::classify::{Classified, Text};
use crate::view::imputation::{PredictionDetail, PredictionFilter, Predictions, Suspect};
use crate::view::models::{Models, VersionPage};
use crate::view::monitoring::Monitoring;
use crate::view::overview::Overview;
use crate::view::pipeline::Pipeline;

mod category;
mod demand;
mod hostile;
mod models;
mod monitoring;
mod names;
mod overview;
mod pipeline;
mod postings;

pub use names::CATEGORIES;

/// The invented lake.
#[derive(Debug, Clone)]
pub struct Invented {
    versions: BTreeMap<String, u64>,
    is_empty: bool,
}

/// A lake with a year of days, 30 categories, gaps, alarms of each kind, and hostile postings.
pub fn lake() -> Invented {
    let versions = pipeline::tables().into_iter();
    Invented {
        versions: versions
            .filter_map(|table| Some((table.name, table.version?)))
            .collect(),
        is_empty: false,
    }
}

/// A lake in which nothing has run.
pub fn empty_lake() -> Invented {
    Invented {
        versions: BTreeMap::new(),
        is_empty: true,
    }
}

/// The last day of the invented year.
pub fn today() -> NaiveDate {
    DateTime::UNIX_EPOCH.date_naive() + chrono::Days::new(20_777)
}

/// A moment of the invented year, some hours before the last crawl ended.
pub(crate) fn hours_ago(hours: i64) -> DateTime<Utc> {
    let noon = today().and_time(chrono::NaiveTime::MIN).and_utc() + chrono::TimeDelta::minutes(427);
    noon - chrono::TimeDelta::hours(hours)
}

/// A number of 0 to 1 that looks drawn by chance and is the same each time (splitmix64).
pub(crate) fn noise(seed: u64) -> f64 {
    let mut z = seed.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}

fn answer<'a, T: Send + 'a>(
    lake: &Invented,
    value: impl FnOnce() -> Result<T, SourceError>,
) -> BoxFuture<'a, Result<T, SourceError>> {
    let value = if lake.is_empty {
        let words = "Nothing is in the lake yet. `careerpulse run` collects postings and makes all that is shown here.";
        Err(SourceError::NotYet(words.to_owned()))
    } else {
        value()
    };
    Box::pin(async move { value })
}

impl Source for Invented {
    fn snapshot(&self) -> BoxFuture<'_, Result<Arc<dyn Snapshot>, SourceError>> {
        let lake: Arc<dyn Snapshot> = Arc::new(self.clone());
        Box::pin(async move { Ok(lake) })
    }

    fn classify(&self, texts: Vec<Text>) -> BoxFuture<'_, Result<Vec<Classified>, SourceError>> {
        answer(self, || {
            Ok(texts.iter().map(postings::classified).collect())
        })
    }
}

impl Snapshot for Invented {
    fn versions(&self) -> &BTreeMap<String, u64> {
        &self.versions
    }

    fn overview(&self, categories: Vec<String>) -> BoxFuture<'_, Result<Overview, SourceError>> {
        answer(self, || {
            let known = names::known(&categories)?;
            Ok(overview::overview(&known))
        })
    }

    fn category(&self, name: String) -> BoxFuture<'_, Result<CategoryPage, SourceError>> {
        answer(self, || {
            let place = names::place(&name)?;
            Ok(category::page(place))
        })
    }

    fn predictions(
        &self,
        filter: PredictionFilter,
    ) -> BoxFuture<'_, Result<Predictions, SourceError>> {
        answer(self, || Ok(postings::predictions(&filter)))
    }

    fn prediction(&self, posting_id: i64) -> BoxFuture<'_, Result<PredictionDetail, SourceError>> {
        answer(self, || postings::detail(posting_id))
    }

    fn suspects(&self) -> BoxFuture<'_, Result<Vec<Suspect>, SourceError>> {
        answer(self, || Ok(postings::suspects()))
    }

    fn models(&self) -> BoxFuture<'_, Result<Models, SourceError>> {
        answer(self, || Ok(models::models()))
    }

    fn version(&self, version: i64) -> BoxFuture<'_, Result<VersionPage, SourceError>> {
        answer(self, || models::page(version))
    }

    fn monitoring(&self) -> BoxFuture<'_, Result<Monitoring, SourceError>> {
        answer(self, || Ok(monitoring::monitoring()))
    }

    fn pipeline(&self) -> BoxFuture<'_, Result<Pipeline, SourceError>> {
        answer(self, || Ok(pipeline::pipeline()))
    }
}
