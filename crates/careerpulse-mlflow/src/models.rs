//! Logged models: made pending, filled with files, declared ready or failed.

use reqwest::Method;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::batch::Nothing;
use crate::check;
use crate::client::Client;
use crate::error::MlflowError;
use crate::experiments::ExperimentId;
use crate::key_value::{Param, Tag, value_of};
use crate::pages;

/// A model to be logged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLoggedModel {
    /// Where.
    pub experiment_id: ExperimentId,
    /// Its name; none of `/ : . % " '`.
    pub name: String,
    /// What kind of model it is, such as `classifier`.
    pub model_type: String,
    /// The run that made it.
    pub source_run_id: String,
    /// Its parameters.
    pub params: Vec<Param>,
    /// Its tags.
    pub tags: Vec<Tag>,
}

/// How the logging of a model ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum ModelEnd {
    /// All its files are there.
    #[serde(rename = "LOGGED_MODEL_READY")]
    Ready,
    /// They are not.
    #[serde(rename = "LOGGED_MODEL_UPLOAD_FAILED")]
    Failed,
}

/// Where a logged model stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub enum ModelStatus {
    /// Its files are on the way.
    #[serde(rename = "LOGGED_MODEL_PENDING")]
    Pending,
    /// All its files are there.
    #[serde(rename = "LOGGED_MODEL_READY")]
    Ready,
    /// They are not.
    #[serde(rename = "LOGGED_MODEL_UPLOAD_FAILED")]
    Failed,
    /// A word of another server's.
    #[serde(other)]
    #[default]
    Other,
}

/// A logged model.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct LoggedModel {
    /// Its id, `m-…`; a version's source is `models:/` and this.
    pub model_id: String,
    /// Its name.
    #[serde(default)]
    pub name: String,
    /// Where it is.
    #[serde(default)]
    pub experiment_id: String,
    /// Where its files are, for [`Client::put_artifact`].
    #[serde(default)]
    pub artifact_uri: String,
    /// Where it stands.
    #[serde(default)]
    pub status: ModelStatus,
    /// The run that made it.
    #[serde(default)]
    pub source_run_id: String,
    /// Its tags.
    #[serde(default)]
    pub tags: Vec<Tag>,
}

impl LoggedModel {
    /// The value of a tag.
    pub fn tag(&self, key: &str) -> Option<&str> {
        value_of(&self.tags, key)
    }

    /// What a version made of it names as its source.
    pub fn source(&self) -> String {
        format!("models:/{}", self.model_id)
    }
}

impl Client {
    /// Makes a logged model, pending. Not repeated: where the answer was lost, look for it
    /// ([`search_logged_models`](Client::search_logged_models)) before making it again.
    ///
    /// # Errors
    /// [`MlflowError::Uncertain`] as said; [`MlflowError::BadValue`] for a name, parameter or tag
    /// that cannot be sent; [`MlflowError::NotFound`] without the experiment.
    pub async fn create_logged_model(
        &self,
        model: &NewLoggedModel,
    ) -> Result<LoggedModel, MlflowError> {
        check::logged_model_name(&model.name)?;
        model.params.iter().try_for_each(check::param)?;
        model.tags.iter().try_for_each(check::tag)?;
        let body = json!({
            "experiment_id": model.experiment_id,
            "name": model.name,
            "model_type": model.model_type,
            "source_run_id": model.source_run_id,
            "params": model.params,
            "tags": model.tags,
        });
        let made: OneModel = self.create("logged-models", &body).await?;
        Ok(made.model.info)
    }

    /// Links a logged model to the run that made it, at a step. Repeated where it fails in
    /// passing. The server refuses a second link with an error of its database, which is none here:
    /// after a refusal the run is read, and a link that is there is enough.
    ///
    /// # Errors
    /// [`MlflowError::NotFound`] without the run.
    pub async fn log_outputs(
        &self,
        run_id: &str,
        model_id: &str,
        step: i64,
    ) -> Result<(), MlflowError> {
        let body = json!({"run_id": run_id, "models": [{"model_id": model_id, "step": step}]});
        let sent: Result<Nothing, _> = self.send(Method::POST, "runs/outputs", &body).await;
        let error = match sent {
            Ok(_) => return Ok(()),
            Err(error @ (MlflowError::Invalid { .. } | MlflowError::Server { .. })) => error,
            Err(error) => return Err(error),
        };
        match self.run(run_id).await? {
            Some(run) if run.model_ids.iter().any(|id| id == model_id) => Ok(()),
            _ => Err(error),
        }
    }

    /// Declares a logged model ready, or failed. Repeated where it fails in passing.
    ///
    /// # Errors
    /// [`MlflowError::NotFound`] without the model.
    pub async fn finish_logged_model(
        &self,
        model_id: &str,
        end: ModelEnd,
    ) -> Result<LoggedModel, MlflowError> {
        let path = model_path(model_id)?;
        let body = json!({"model_id": model_id, "status": end});
        let done: OneModel = self.send(Method::PATCH, &path, &body).await?;
        Ok(done.model.info)
    }

    /// A logged model, or `None` where there is none of this id.
    ///
    /// # Errors
    /// [`MlflowError::BadValue`] for an id that is none.
    pub async fn logged_model(&self, model_id: &str) -> Result<Option<LoggedModel>, MlflowError> {
        let got: Result<OneModel, _> = self.get(&model_path(model_id)?, &[]).await;
        match got {
            Ok(got) => Ok(Some(got.model.info)),
            Err(MlflowError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// All logged models of an experiment that pass `filter`, such as
    /// `filter::is("source_run_id", …)`; from all pages.
    ///
    /// # Errors
    /// [`MlflowError::Invalid`] for a filter that is none.
    pub async fn search_logged_models(
        &self,
        experiment: &ExperimentId,
        filter: &str,
    ) -> Result<Vec<LoggedModel>, MlflowError> {
        let call = "logged-models/search";
        pages::all(self.server(), call, |token| async move {
            let mut body = json!({
                "experiment_ids": [experiment],
                "filter": filter,
                // The default of the server: no larger page of these is promised.
                "max_results": self.settings.page_size.min(100),
            });
            if let Some(token) = token {
                body["page_token"] = token.into();
            }
            let page: ModelPage = self.send(Method::POST, call, &body).await?;
            let models = page.models.into_iter().map(|model| model.info).collect();
            Ok((models, page.next_page_token))
        })
        .await
    }
}

/// The path of a model's calls; an id is of letters, digits and `-`, and so needs no encoding.
fn model_path(model_id: &str) -> Result<String, MlflowError> {
    let is_id = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if model_id.is_empty() || !model_id.chars().all(is_id) {
        let reason = "an id begins with m- and is of letters and digits".to_owned();
        return Err(check::bad("model id", model_id, reason));
    }
    Ok(format!("logged-models/{model_id}"))
}

#[derive(Deserialize)]
struct OneModel {
    model: Outer,
}

#[derive(Deserialize)]
struct Outer {
    info: LoggedModel,
}

#[derive(Deserialize)]
struct ModelPage {
    #[serde(default)]
    models: Vec<Outer>,
    #[serde(default)]
    next_page_token: Option<String>,
}
