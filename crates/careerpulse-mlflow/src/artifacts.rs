//! Artifacts: files under a run's or a model's artifact address, passed through the server.

use bytes::Bytes;
use reqwest::Method;
use serde::Deserialize;
use url::Url;

use crate::artifact_path::{file_url, list_url};
use crate::client::Client;
use crate::error::MlflowError;
use crate::exchange::{Ask, Payload, Repeat};

/// A file or folder among the artifacts.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ArtifactEntry {
    /// Its path, relative to the folder that was listed.
    pub path: String,
    /// Whether it is a folder.
    #[serde(default)]
    pub is_dir: bool,
    /// Its size in bytes; `None` for a folder.
    #[serde(default)]
    pub file_size: Option<u64>,
}

impl Client {
    /// Puts a file at `path` under `artifact_uri` (of a run or a logged model), in place of one
    /// that is there. Repeated where it fails in passing.
    ///
    /// # Errors
    /// [`MlflowError::NotServed`] for an address of another scheme than `mlflow-artifacts:`;
    /// [`MlflowError::BadValue`] for a path that is absolute, leaves the folder or holds
    /// characters that the server alters (`% # ? : ; \`).
    pub async fn put_artifact(
        &self,
        artifact_uri: &str,
        path: &str,
        bytes: impl Into<Bytes>,
    ) -> Result<(), MlflowError> {
        let url = file_url(&self.base, artifact_uri, path)?;
        let mut ask = self.file_ask(Method::PUT, url, path);
        ask.body = Some(Payload::File(bytes.into()));
        ask.limit = self.settings.max_answer_bytes;
        self.exchange(&ask).await?;
        Ok(())
    }

    /// The bytes of the file at `path` under `artifact_uri`.
    ///
    /// # Errors
    /// [`MlflowError::NotFound`] where there is none; [`MlflowError::TooLarge`] beyond
    /// `max_artifact_bytes`; and as [`put_artifact`](Client::put_artifact).
    pub async fn get_artifact(
        &self,
        artifact_uri: &str,
        path: &str,
    ) -> Result<Vec<u8>, MlflowError> {
        let url = file_url(&self.base, artifact_uri, path)?;
        let ask = self.file_ask(Method::GET, url, path);
        Ok(self.exchange(&ask).await?.body)
    }

    /// What is in the folder `path` (empty for all) under `artifact_uri`; a folder that is not
    /// there is empty.
    ///
    /// # Errors
    /// As [`put_artifact`](Client::put_artifact).
    pub async fn list_artifacts(
        &self,
        artifact_uri: &str,
        path: &str,
    ) -> Result<Vec<ArtifactEntry>, MlflowError> {
        let mut ask = self.ask(Method::GET, "list", Repeat::Safe);
        ask.url = list_url(&self.base, artifact_uri, path)?;
        ask.call = format!("artifacts {path}");
        let listed: Listed = self.json(ask).await?;
        Ok(listed.files)
    }

    fn file_ask(&self, method: Method, url: Url, path: &str) -> Ask {
        Ask {
            method,
            url,
            call: format!("artifact {path}"),
            body: None,
            repeat: Repeat::Safe,
            timeout: self.settings.transfer_timeout,
            limit: self.settings.max_artifact_bytes,
        }
    }
}

#[derive(Deserialize)]
struct Listed {
    #[serde(default)]
    files: Vec<ArtifactEntry>,
}
