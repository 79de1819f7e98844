//! The invented lake with a stranger's words in every text of every record.

use std::collections::BTreeMap;
use std::sync::Arc;

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
use chrono::{DateTime, NaiveDate};
use futures::future::BoxFuture;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// What stands behind every text: the end of whatever it may stand in, and all that could run.
pub const POISON: &str = "\"'>--></script></title></textarea></option></bdi>{{7*7}}${window.pwned=1}\
    <script>window.pwned=1</script><img src=x onerror=\"window.pwned=1\"><svg onload=\"window.pwned=1\"></svg>\
    <iframe srcdoc=\"<script>top.pwned=1</script>\"></iframe><img src=\"https://evil.example/x.png\">\
    <a href=\"javascript:window.pwned=1\" autofocus onfocus=\"window.pwned=1\">x</a>\u{202e}\u{1b}[31m";

/// Fields that the program fills with words of its own, which choose how something looks, and links.
const OWN: [&str; 8] = [
    "action",
    "basis",
    "metric",
    "severity",
    "standing",
    "status",
    "verdict",
    "landing_page",
];

/// The lake.
pub struct Poisoned<T: ?Sized>(pub Arc<T>);

/// A record with the poison behind every text that is no day or moment.
fn poisoned<T: Serialize + DeserializeOwned>(record: &T) -> T {
    let mut value = serde_json::to_value(record).unwrap();
    spoil(&mut value);
    serde_json::from_value(value).unwrap()
}

fn spoil(value: &mut Value) {
    match value {
        Value::String(text) => {
            let is_time =
                text.parse::<NaiveDate>().is_ok() || DateTime::parse_from_rfc3339(text).is_ok();
            if !is_time {
                text.push_str(POISON);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(spoil),
        Value::Object(fields) => fields
            .iter_mut()
            .filter(|(name, _)| !OWN.contains(&name.as_str()))
            .for_each(|(_, value)| spoil(value)),
        _ => {}
    }
}

/// A name as the lake knows it.
fn cured(name: &str) -> String {
    name.split(['"', '\u{202e}'])
        .next()
        .unwrap_or_default()
        .to_owned()
}

type Answer<'a, T> = BoxFuture<'a, Result<T, SourceError>>;

fn answer<'a, T: Serialize + DeserializeOwned + Send + 'a>(asked: Answer<'a, T>) -> Answer<'a, T> {
    Box::pin(async move { asked.await.map(|record| poisoned(&record)) })
}

impl Source for Poisoned<dyn Source> {
    fn snapshot(&self) -> Answer<'_, Arc<dyn Snapshot>> {
        Box::pin(async move {
            let snapshot: Arc<dyn Snapshot> = Arc::new(Poisoned(self.0.snapshot().await?));
            Ok(snapshot)
        })
    }

    fn classify(&self, texts: Vec<Text>) -> Answer<'_, Vec<Classified>> {
        answer(self.0.classify(texts))
    }
}

impl Snapshot for Poisoned<dyn Snapshot> {
    fn versions(&self) -> &BTreeMap<String, u64> {
        self.0.versions()
    }

    fn overview(&self, categories: Vec<String>) -> Answer<'_, Overview> {
        answer(
            self.0
                .overview(categories.iter().map(|name| cured(name)).collect()),
        )
    }

    fn category(&self, name: String) -> Answer<'_, CategoryPage> {
        answer(self.0.category(cured(&name)))
    }

    fn predictions(&self, filter: PredictionFilter) -> Answer<'_, Predictions> {
        answer(self.0.predictions(filter))
    }

    fn prediction(&self, posting_id: i64) -> Answer<'_, PredictionDetail> {
        answer(self.0.prediction(posting_id))
    }

    fn suspects(&self) -> Answer<'_, Vec<Suspect>> {
        answer(self.0.suspects())
    }

    fn models(&self) -> Answer<'_, Models> {
        answer(self.0.models())
    }

    fn version(&self, version: i64) -> Answer<'_, VersionPage> {
        answer(self.0.version(version))
    }

    fn monitoring(&self) -> Answer<'_, Monitoring> {
        answer(self.0.monitoring())
    }

    fn pipeline(&self) -> Answer<'_, Pipeline> {
        answer(self.0.pipeline())
    }
}
