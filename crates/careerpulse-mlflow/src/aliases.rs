//! Aliases: names that stand at one version each, such as `production`.

use reqwest::Method;
use serde::Deserialize;
use serde_json::json;

use crate::batch::Nothing;
use crate::check;
use crate::client::Client;
use crate::error::MlflowError;
use crate::versions::{ModelVersion, OneVersion, number};

const PATH: &str = "registered-models/alias";

/// An alias and the version it stands at.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Alias {
    /// Its name.
    pub alias: String,
    /// The version.
    #[serde(deserialize_with = "number")]
    pub version: u64,
}

impl Client {
    /// Puts an alias at a version; it leaves the one it stood at. Repeated where it fails in
    /// passing.
    ///
    /// # Errors
    /// [`MlflowError::NotFound`] without the version; [`MlflowError::BadValue`] for an alias that
    /// MLflow keeps for itself or that has other characters than letters, digits, `_` and `-`.
    pub async fn set_alias(
        &self,
        name: &str,
        alias: &str,
        version: u64,
    ) -> Result<(), MlflowError> {
        check::model_name(name)?;
        check::alias(alias)?;
        let body = json!({"name": name, "alias": alias, "version": version.to_string()});
        let _: Nothing = self.send(Method::POST, PATH, &body).await?;
        Ok(())
    }

    /// Takes an alias away; one that is not there is no error. Repeated where it fails in passing.
    ///
    /// # Errors
    /// [`MlflowError::NotFound`] without the registered model; [`MlflowError::BadValue`] as
    /// [`set_alias`](Client::set_alias).
    pub async fn delete_alias(&self, name: &str, alias: &str) -> Result<(), MlflowError> {
        check::model_name(name)?;
        check::alias(alias)?;
        let body = json!({"name": name, "alias": alias});
        let _: Nothing = self.send(Method::DELETE, PATH, &body).await?;
        Ok(())
    }

    /// The version an alias stands at, or `None` where the model is missing or has no such alias.
    ///
    /// # Errors
    /// [`MlflowError::BadValue`] as [`set_alias`](Client::set_alias).
    pub async fn version_by_alias(
        &self,
        name: &str,
        alias: &str,
    ) -> Result<Option<ModelVersion>, MlflowError> {
        check::model_name(name)?;
        check::alias(alias)?;
        let query = [("name", name), ("alias", alias)];
        let got: Result<OneVersion, _> = self.get(PATH, &query).await;
        match got {
            Ok(got) => Ok(Some(got.model_version)),
            Err(MlflowError::NotFound { .. }) => Ok(None),
            // A missing alias of a model that is there has the code of a bad request. The names
            // are checked, so that the code alone tells; the words may change with the version.
            Err(MlflowError::Invalid { code, .. }) if code == "INVALID_PARAMETER_VALUE" => Ok(None),
            Err(error) => Err(error),
        }
    }
}
