//! Experiments: found by name, made, or brought back.

use std::fmt;

use reqwest::Method;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::batch::Nothing;
use crate::check;
use crate::client::Client;
use crate::error::MlflowError;
use crate::key_value::Tag;

/// How often others may change the experiment while we look, before we say so.
const ROUNDS: usize = 4;

/// The id of an experiment.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ExperimentId(pub String);

impl fmt::Display for ExperimentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Client {
    /// The experiment `name`: the one there is, brought back where it is deleted, else a new one
    /// with `tags`; the tags of one that is there stay as they are. Others may do the same at the
    /// same time. Where the answer to its creation is lost, it is looked for by its name.
    ///
    /// # Errors
    /// [`MlflowError::BadValue`] for an empty or too long name or a tag that cannot be sent;
    /// [`MlflowError::Uncertain`] where it is deleted and made again by others all the time.
    pub async fn experiment(&self, name: &str, tags: &[Tag]) -> Result<ExperimentId, MlflowError> {
        check::experiment_name(name)?;
        tags.iter().try_for_each(check::experiment_tag)?;
        let mut last = None;
        for _ in 0..ROUNDS {
            let tried = match self.find(name).await? {
                Some(found) if found.lifecycle_stage != "deleted" => {
                    return Ok(found.experiment_id);
                }
                Some(deleted) => self.restore(&deleted.experiment_id).await,
                None => match self.make(name, tags).await {
                    Ok(id) => return Ok(id),
                    Err(error) => Err(error),
                },
            };
            match tried {
                Ok(()) => {}
                // Someone else was first, or the answer was lost: the next look tells.
                Err(
                    error @ (MlflowError::AlreadyExists { .. }
                    | MlflowError::NotFound { .. }
                    | MlflowError::Uncertain { .. }),
                ) => last = Some(error),
                Err(error) => return Err(error),
            }
        }
        Err(last.unwrap_or_else(|| MlflowError::NotFound {
            call: "experiments/get-by-name".to_owned(),
            message: "it was restored and is deleted again".to_owned(),
        }))
    }

    async fn find(&self, name: &str) -> Result<Option<Experiment>, MlflowError> {
        let query = [("experiment_name", name)];
        let found: Result<Found, _> = self.get("experiments/get-by-name", &query).await;
        match found {
            Ok(found) => Ok(Some(found.experiment)),
            Err(MlflowError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn make(&self, name: &str, tags: &[Tag]) -> Result<ExperimentId, MlflowError> {
        let body = json!({"name": name, "tags": tags});
        let made: Made = self.create("experiments/create", &body).await?;
        Ok(made.experiment_id)
    }

    async fn restore(&self, id: &ExperimentId) -> Result<(), MlflowError> {
        let body = json!({"experiment_id": id});
        let _: Nothing = self
            .send(Method::POST, "experiments/restore", &body)
            .await?;
        tracing::info!(experiment = %id, "a deleted experiment was brought back");
        Ok(())
    }
}

#[derive(Deserialize)]
struct Made {
    experiment_id: ExperimentId,
}

#[derive(Deserialize)]
struct Found {
    experiment: Experiment,
}

#[derive(Deserialize)]
struct Experiment {
    experiment_id: ExperimentId,
    #[serde(default)]
    lifecycle_stage: String,
}
