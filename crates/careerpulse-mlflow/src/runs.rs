//! Runs: begun, ended, read and searched for.

use reqwest::Method;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::check;
use crate::client::Client;
use crate::error::MlflowError;
use crate::experiments::ExperimentId;
use crate::inputs::LoggedDataset;
use crate::key_value::{Param, Tag, value_of};
use crate::metric::Metric;
use crate::pages;

/// A run to be begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRun {
    /// Where.
    pub experiment_id: ExperimentId,
    /// What the UI calls it.
    pub name: String,
    /// When it began, in milliseconds since 1970.
    pub start_time: i64,
    /// Tags; `mlflow.parentRunId` makes it a child.
    pub tags: Vec<Tag>,
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum EndStatus {
    /// It did what it was to do.
    Finished,
    /// It failed.
    Failed,
    /// Someone ended it.
    Killed,
}

/// Where a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum RunStatus {
    /// Not yet begun.
    Scheduled,
    /// Begun.
    Running,
    /// Ended well.
    Finished,
    /// Failed.
    Failed,
    /// Ended by someone.
    Killed,
    /// A word of a later server's.
    #[serde(other)]
    Other,
}

/// What a run is.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct RunInfo {
    /// Its id.
    pub run_id: String,
    /// Where it is.
    #[serde(default)]
    pub experiment_id: String,
    /// What the UI calls it.
    #[serde(default)]
    pub run_name: String,
    /// Where it stands.
    pub status: RunStatus,
    /// When it began, in milliseconds since 1970.
    #[serde(default)]
    pub start_time: i64,
    /// When it ended, in milliseconds since 1970.
    #[serde(default)]
    pub end_time: Option<i64>,
    /// Where its artifacts are, for [`Client::put_artifact`].
    #[serde(default)]
    pub artifact_uri: String,
}

/// A run with what was logged to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// What it is.
    pub info: RunInfo,
    /// Its parameters.
    pub params: Vec<Param>,
    /// Its tags.
    pub tags: Vec<Tag>,
    /// The last value of each metric.
    pub metrics: Vec<Metric>,
    /// The data sets it read.
    pub inputs: Vec<LoggedDataset>,
    /// The ids of the logged models it made.
    pub model_ids: Vec<String>,
}

impl Run {
    /// The value of a tag.
    pub fn tag(&self, key: &str) -> Option<&str> {
        value_of(&self.tags, key)
    }

    /// The value of a parameter.
    pub fn param(&self, key: &str) -> Option<&str> {
        value_of(&self.params, key)
    }
}

impl Client {
    /// Begins a run. Not repeated: where the answer was lost, look for it by a tag of its own
    /// ([`filter::tag_is`](crate::filter::tag_is)) before beginning it again.
    ///
    /// # Errors
    /// [`MlflowError::Uncertain`] as said; [`MlflowError::NotFound`] without the experiment;
    /// [`MlflowError::BadValue`] for a tag that cannot be sent.
    pub async fn create_run(&self, run: &NewRun) -> Result<RunInfo, MlflowError> {
        run.tags.iter().try_for_each(check::tag)?;
        check::at_most(
            "run",
            &run.name,
            "its name",
            &run.name,
            check::MAX_TAG_VALUE,
        )?;
        let body = json!({
            "experiment_id": run.experiment_id,
            "run_name": run.name,
            "start_time": run.start_time,
            "tags": run.tags,
        });
        let made: OneRun = self.create("runs/create", &body).await?;
        Ok(made.run.info)
    }

    /// Ends a run at `end_time` (milliseconds since 1970). Repeated where it fails in passing.
    ///
    /// # Errors
    /// [`MlflowError::NotFound`] without the run.
    pub async fn end_run(
        &self,
        run_id: &str,
        status: EndStatus,
        end_time: i64,
    ) -> Result<(), MlflowError> {
        let body = json!({"run_id": run_id, "status": status, "end_time": end_time});
        let _: Updated = self.send(Method::POST, "runs/update", &body).await?;
        Ok(())
    }

    /// A run, or `None` where there is none of this id.
    ///
    /// # Errors
    /// Those of every call that reads.
    pub async fn run(&self, run_id: &str) -> Result<Option<Run>, MlflowError> {
        let got: Result<OneRun, _> = self.get("runs/get", &[("run_id", run_id)]).await;
        match got {
            Ok(got) => Ok(Some(got.run.into())),
            Err(MlflowError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// All runs of an experiment that pass `filter` (see [`filter`](crate::filter); empty for
    /// all), ordered by `order_by` (`attributes.start_time DESC`), from all pages. Deleted runs are
    /// not among them.
    ///
    /// # Errors
    /// [`MlflowError::Invalid`] for a filter that is none.
    pub async fn search_runs(
        &self,
        experiment: &ExperimentId,
        filter: &str,
        order_by: &[&str],
    ) -> Result<Vec<Run>, MlflowError> {
        let call = "runs/search";
        pages::all(self.server(), call, |token| async move {
            let body = json!({
                "experiment_ids": [experiment],
                "filter": filter,
                "order_by": order_by,
                "max_results": self.settings.page_size,
                "page_token": token.unwrap_or_default(),
            });
            let page: RunPage = self.send(Method::POST, call, &body).await?;
            let runs = page.runs.into_iter().map(Run::from).collect();
            Ok((runs, page.next_page_token))
        })
        .await
    }
}

impl From<WireRun> for Run {
    fn from(wire: WireRun) -> Run {
        Run {
            info: wire.info,
            params: wire.data.params,
            tags: wire.data.tags,
            metrics: wire.data.metrics,
            inputs: wire.inputs.dataset_inputs,
            model_ids: wire
                .outputs
                .model_outputs
                .into_iter()
                .map(|output| output.model_id)
                .collect(),
        }
    }
}

#[derive(Deserialize)]
struct OneRun {
    run: WireRun,
}

#[derive(Deserialize)]
struct Updated {}

#[derive(Deserialize)]
struct RunPage {
    #[serde(default)]
    runs: Vec<WireRun>,
    #[serde(default)]
    next_page_token: Option<String>,
}

/// A run as it comes, where an empty list is left out.
#[derive(Deserialize)]
struct WireRun {
    info: RunInfo,
    #[serde(default)]
    data: WireData,
    #[serde(default)]
    inputs: WireInputs,
    #[serde(default)]
    outputs: WireOutputs,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct WireData {
    params: Vec<Param>,
    tags: Vec<Tag>,
    metrics: Vec<Metric>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct WireInputs {
    dataset_inputs: Vec<LoggedDataset>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct WireOutputs {
    model_outputs: Vec<WireModel>,
}

#[derive(Deserialize)]
struct WireModel {
    model_id: String,
}
