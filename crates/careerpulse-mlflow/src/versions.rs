//! Versions of a registered model.

use reqwest::Method;
use serde::de::Error;
use serde::{Deserialize, Deserializer};
use serde_json::json;

use crate::batch::Nothing;
use crate::check;
use crate::client::Client;
use crate::error::MlflowError;
use crate::key_value::{Tag, value_of};
use crate::pages;

/// A version to be made of a logged model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewVersion {
    /// The registered model.
    pub name: String,
    /// The logged model.
    pub model_id: String,
    /// The run that made it.
    pub run_id: String,
    /// What the UI says of it, in Markdown.
    pub description: String,
    /// Its tags.
    pub tags: Vec<Tag>,
}

/// A version.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ModelVersion {
    /// The registered model.
    pub name: String,
    /// Its number, from 1.
    #[serde(deserialize_with = "number")]
    pub version: u64,
    /// What it is made of, `models:/m-…`.
    #[serde(default)]
    pub source: String,
    /// The run that made it; empty where none was named.
    #[serde(default)]
    pub run_id: String,
    /// What the UI says of it.
    #[serde(default)]
    pub description: String,
    /// `READY` once it may be used.
    #[serde(default)]
    pub status: String,
    /// When it was made, in milliseconds since 1970.
    #[serde(default)]
    pub creation_timestamp: i64,
    /// Its tags.
    #[serde(default)]
    pub tags: Vec<Tag>,
    /// Its aliases; a search leaves them out, see [`Client::registered_model`].
    #[serde(default)]
    pub aliases: Vec<String>,
}

impl ModelVersion {
    /// The value of a tag.
    pub fn tag(&self, key: &str) -> Option<&str> {
        value_of(&self.tags, key)
    }

    /// The logged model it is made of, by its source: the server names it nowhere else.
    pub fn model_id(&self) -> Option<&str> {
        let id = self.source.strip_prefix("models:/")?;
        (id.starts_with("m-") && !id.contains('/')).then_some(id)
    }
}

impl Client {
    /// Makes a version. Not repeated, for each call makes a further one: where the answer was
    /// lost, look for its `run_id` ([`search_versions`](Client::search_versions)) before making it
    /// again.
    ///
    /// # Errors
    /// [`MlflowError::Uncertain`] as said; [`MlflowError::NotFound`] without the registered model
    /// or the logged one; [`MlflowError::BadValue`] for a name or a tag that cannot be sent.
    pub async fn create_version(&self, version: &NewVersion) -> Result<ModelVersion, MlflowError> {
        check::model_name(&version.name)?;
        version.tags.iter().try_for_each(check::registry_tag)?;
        let body = json!({
            "name": version.name,
            "source": format!("models:/{}", version.model_id),
            "model_id": version.model_id,
            "run_id": version.run_id,
            "description": version.description,
            "tags": version.tags,
        });
        let made: OneVersion = self.create("model-versions/create", &body).await?;
        Ok(made.model_version)
    }

    /// A version, or `None` where the model or the version is missing.
    ///
    /// # Errors
    /// [`MlflowError::BadValue`] for a name that is none.
    pub async fn version(
        &self,
        name: &str,
        version: u64,
    ) -> Result<Option<ModelVersion>, MlflowError> {
        check::model_name(name)?;
        let query = [("name", name), ("version", &version.to_string())];
        let got: Result<OneVersion, _> = self.get("model-versions/get", &query).await;
        match got {
            Ok(got) => Ok(Some(got.model_version)),
            Err(MlflowError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// All versions that pass `filter`, such as `filter::is("name", …)` or
    /// `filter::is("run_id", …)`; from all pages, without their aliases.
    ///
    /// # Errors
    /// [`MlflowError::Invalid`] for a filter that is none.
    pub async fn search_versions(&self, filter: &str) -> Result<Vec<ModelVersion>, MlflowError> {
        let call = "model-versions/search";
        pages::all(self.server(), call, |token| async move {
            let size = self.settings.page_size.to_string();
            let mut query = vec![("filter", filter), ("max_results", &size)];
            if let Some(token) = &token {
                query.push(("page_token", token));
            }
            let page: VersionPage = self.get(call, &query).await?;
            Ok((page.model_versions, page.next_page_token))
        })
        .await
    }

    /// Gives a version another description. Repeated where it fails in passing.
    ///
    /// # Errors
    /// [`MlflowError::NotFound`] without the version.
    pub async fn update_version(
        &self,
        name: &str,
        version: u64,
        description: &str,
    ) -> Result<ModelVersion, MlflowError> {
        check::model_name(name)?;
        let body =
            json!({"name": name, "version": version.to_string(), "description": description});
        let path = "model-versions/update";
        let updated: OneVersion = self.send(Method::PATCH, path, &body).await?;
        Ok(updated.model_version)
    }

    /// Sets a tag of a version, such as `validation_status`. Repeated where it fails in passing.
    ///
    /// # Errors
    /// [`MlflowError::NotFound`] without the version; [`MlflowError::BadValue`] for a tag that
    /// cannot be sent.
    pub async fn set_version_tag(
        &self,
        name: &str,
        version: u64,
        tag: &Tag,
    ) -> Result<(), MlflowError> {
        check::model_name(name)?;
        check::registry_tag(tag)?;
        let body = json!({
            "name": name,
            "version": version.to_string(),
            "key": tag.key,
            "value": tag.value,
        });
        let path = "model-versions/set-tag";
        let _: Nothing = self.send(Method::POST, path, &body).await?;
        Ok(())
    }

    /// Where a version's files are, for [`get_artifact`](Client::get_artifact).
    ///
    /// # Errors
    /// [`MlflowError::NotFound`] without the version.
    pub async fn version_artifacts(&self, name: &str, version: u64) -> Result<String, MlflowError> {
        check::model_name(name)?;
        let query = [("name", name), ("version", &version.to_string())];
        let place: Place = self.get("model-versions/get-download-uri", &query).await?;
        Ok(place.artifact_uri)
    }
}

/// A version's number, which MLflow sends as a text.
pub(crate) fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Wire {
        Number(u64),
        Text(String),
    }
    match Wire::deserialize(deserializer)? {
        Wire::Number(version) => Ok(version),
        Wire::Text(text) => text
            .parse()
            .map_err(|_| D::Error::custom("a version is no number")),
    }
}

#[derive(Deserialize)]
pub(crate) struct OneVersion {
    pub model_version: ModelVersion,
}

#[derive(Deserialize)]
struct VersionPage {
    #[serde(default)]
    model_versions: Vec<ModelVersion>,
    #[serde(default)]
    next_page_token: Option<String>,
}

#[derive(Deserialize)]
struct Place {
    artifact_uri: String,
}
