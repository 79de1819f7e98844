//! The lake as a source of views.

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
use careerpulse_lake::Lake;
use futures::FutureExt as _;
use futures::future::BoxFuture;

use super::cache::Cache;
use super::classify::Production;
use super::moment::{Moment, Site};
use super::newest::Newest;
use super::{
    category, detail, imputation, models, monitoring, overview, pipeline, suspects, version,
};
use crate::config::{Config, Tracking};
use crate::tracking::OFF;

/// Views of a lake: the newest moment is kept, and renewed where a table has changed.
pub struct LakeSource {
    newest: Arc<Newest>,
    production: Production,
}

impl LakeSource {
    /// The source of a lake; nothing is read yet, and the lake may be empty or absent.
    pub fn new(lake: Lake, config: &Config) -> Self {
        Self {
            newest: Arc::new(Newest::new(Site {
                lake,
                floors: config.infer.floors(),
                mlflow_url: mlflow_url(&config.tracking),
                cache: Cache::default(),
            })),
            production: Production::new(config.features.clone()),
        }
    }

    /// Looks at the lake, and waits until what it holds now is what the next snapshot is of.
    ///
    /// # Errors
    /// When the lake cannot be listed.
    pub async fn renew(&self) -> Result<(), SourceError> {
        self.newest.renewed().await.map(|_| ())
    }
}

impl Source for LakeSource {
    fn snapshot(&self) -> BoxFuture<'_, Result<Arc<dyn Snapshot>, SourceError>> {
        async {
            let moment = self.newest.moment().await?;
            Ok(Arc::new(LakeSnapshot { moment }) as Arc<dyn Snapshot>)
        }
        .boxed()
    }

    fn classify(&self, texts: Vec<Text>) -> BoxFuture<'_, Result<Vec<Classified>, SourceError>> {
        async {
            let moment = self.newest.moment().await?;
            self.production.classify(&moment, texts).await
        }
        .boxed()
    }
}

/// The lake at one moment.
struct LakeSnapshot {
    moment: Arc<Moment>,
}

impl Snapshot for LakeSnapshot {
    fn versions(&self) -> &BTreeMap<String, u64> {
        &self.moment.versions
    }

    fn overview(&self, categories: Vec<String>) -> BoxFuture<'_, Result<Overview, SourceError>> {
        async move { overview::overview(&self.moment, &categories).await }.boxed()
    }

    fn category(&self, name: String) -> BoxFuture<'_, Result<CategoryPage, SourceError>> {
        async move { category::category(&self.moment, &name).await }.boxed()
    }

    fn predictions(
        &self,
        filter: PredictionFilter,
    ) -> BoxFuture<'_, Result<Predictions, SourceError>> {
        async move { imputation::predictions(&self.moment, &filter).await }.boxed()
    }

    fn prediction(&self, posting_id: i64) -> BoxFuture<'_, Result<PredictionDetail, SourceError>> {
        async move {
            let detail = detail::detail(&self.moment, posting_id).await?;
            Ok(PredictionDetail::clone(&detail))
        }
        .boxed()
    }

    fn suspects(&self) -> BoxFuture<'_, Result<Vec<Suspect>, SourceError>> {
        async { Ok(suspects::suspects(&self.moment).await?.to_vec()) }.boxed()
    }

    fn models(&self) -> BoxFuture<'_, Result<Models, SourceError>> {
        models::models(&self.moment).boxed()
    }

    fn version(&self, version: i64) -> BoxFuture<'_, Result<VersionPage, SourceError>> {
        version::version(&self.moment, version).boxed()
    }

    fn monitoring(&self) -> BoxFuture<'_, Result<Monitoring, SourceError>> {
        async {
            let monitoring = monitoring::monitoring(&self.moment).await?;
            Ok(Monitoring::clone(&monitoring))
        }
        .boxed()
    }

    fn pipeline(&self) -> BoxFuture<'_, Result<Pipeline, SourceError>> {
        pipeline::pipeline(&self.moment).boxed()
    }
}

/// The page of the registered model, without a user or password that the address may hold.
fn mlflow_url(settings: &Tracking) -> Option<String> {
    if settings.uri.is_empty() || settings.uri == OFF {
        return None;
    }
    let mut url = url::Url::parse(&settings.uri).ok()?;
    if !matches!(url.scheme(), "http" | "https") {
        return None;
    }
    url.set_username("").ok()?;
    url.set_password(None).ok()?;
    url.set_query(None);
    let path = format!("{}/", url.path().trim_end_matches('/'));
    url.set_path(&path);
    let mut model = url::Url::parse("http://models").ok()?;
    model.path_segments_mut().ok()?.push(&settings.model);
    url.set_fragment(Some(&format!("/models{}", model.path())));
    Some(url.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(uri: &str, model: &str) -> Option<String> {
        mlflow_url(&Tracking {
            uri: uri.into(),
            model: model.into(),
            ..Tracking::default()
        })
    }

    #[test]
    fn the_link_to_mlflow_holds_no_credentials_and_an_escaped_name() {
        let expected = "http://127.0.0.1:5000/#/models/careerpulse-category";
        assert_eq!(
            link("http://127.0.0.1:5000", "careerpulse-category").as_deref(),
            Some(expected)
        );
        let hidden = link("https://me:secret@ml.example.org/flow/", "a b/c").unwrap();
        assert_eq!(hidden, "https://ml.example.org/flow/#/models/a%20b%2Fc");
        for none in ["", OFF, "file:///tmp/runs", "javascript:alert(1)"] {
            assert_eq!(link(none, "m"), None, "{none}");
        }
    }
}
