//! Registered models: the names that versions and aliases stand under.

use reqwest::Method;
use serde::Deserialize;
use serde_json::json;

use crate::aliases::Alias;
use crate::check;
use crate::client::Client;
use crate::error::MlflowError;
use crate::key_value::Tag;

/// A registered model.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct RegisteredModel {
    /// Its name.
    pub name: String,
    /// What the UI says of it.
    #[serde(default)]
    pub description: String,
    /// Its tags.
    #[serde(default)]
    pub tags: Vec<Tag>,
    /// Its aliases.
    #[serde(default)]
    pub aliases: Vec<Alias>,
}

impl RegisteredModel {
    /// The version an alias stands at.
    pub fn alias(&self, alias: &str) -> Option<u64> {
        let found = self.aliases.iter().find(|entry| entry.alias == alias);
        found.map(|entry| entry.version)
    }
}

impl Client {
    /// A registered model with its aliases, or `None` where there is none of this name.
    ///
    /// # Errors
    /// [`MlflowError::BadValue`] for a name that is none.
    pub async fn registered_model(
        &self,
        name: &str,
    ) -> Result<Option<RegisteredModel>, MlflowError> {
        check::model_name(name)?;
        let got: Result<Got, _> = self.get("registered-models/get", &[("name", name)]).await;
        match got {
            Ok(got) => Ok(Some(got.registered_model)),
            Err(MlflowError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Makes the registered model `name`, or leaves the one that is there as it is. Repeated where
    /// it fails in passing: a name is made once.
    ///
    /// # Errors
    /// [`MlflowError::BadValue`] for a name or a tag that cannot be sent.
    pub async fn ensure_registered_model(
        &self,
        name: &str,
        description: &str,
        tags: &[Tag],
    ) -> Result<(), MlflowError> {
        check::model_name(name)?;
        tags.iter().try_for_each(check::registry_tag)?;
        let body = json!({"name": name, "description": description, "tags": tags});
        let made: Result<Got, _> = self
            .send(Method::POST, "registered-models/create", &body)
            .await;
        match made {
            Ok(_) | Err(MlflowError::AlreadyExists { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

#[derive(Deserialize)]
struct Got {
    registered_model: RegisteredModel,
}
