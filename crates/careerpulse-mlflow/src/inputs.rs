//! The data sets that a run reads.

use reqwest::Method;
use serde::Deserialize;
use serde_json::json;

use crate::batch::Nothing;
use crate::check::{self, at_most};
use crate::client::Client;
use crate::error::MlflowError;
use crate::key_value::{Tag, value_of};

/// What the UI reads a data set's use from.
const CONTEXT: &str = "mlflow.data.context";

/// A data set as it is logged. `source`, `schema` and `profile` are texts of JSON.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DatasetInput {
    /// Its name, at most 500 characters.
    pub name: String,
    /// What tells its states apart, at most 36 characters.
    pub digest: String,
    /// Where it is, such as `{"uri":"…"}`, at most 65,535 characters.
    pub source: String,
    /// Its columns, `{"mlflow_colspec":[…]}`; empty for none.
    pub schema: String,
    /// Its size, `{"num_rows":…}`; empty for none.
    pub profile: String,
    /// What it is for, such as `training`; at most 500 characters.
    pub context: String,
}

/// A data set as the server knows it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct LoggedDataset {
    /// The data set.
    pub dataset: DatasetName,
    /// Tags, among them the context.
    #[serde(default)]
    pub tags: Vec<Tag>,
}

/// What names a data set.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct DatasetName {
    /// Its name.
    pub name: String,
    /// Its digest.
    pub digest: String,
}

impl LoggedDataset {
    /// What it is for, such as `training`.
    pub fn context(&self) -> Option<&str> {
        value_of(&self.tags, CONTEXT)
    }
}

impl Client {
    /// Logs data sets as inputs of a run; none sends nothing. Repeated where it fails in passing:
    /// MLflow keeps one entry a name and digest.
    ///
    /// # Errors
    /// [`MlflowError::BadValue`] for a name, digest, source or context that is empty or too long.
    pub async fn log_inputs(
        &self,
        run_id: &str,
        inputs: &[DatasetInput],
    ) -> Result<(), MlflowError> {
        inputs.iter().try_for_each(check_input)?;
        if inputs.is_empty() {
            return Ok(());
        }
        let datasets: Vec<_> = inputs.iter().map(wire).collect();
        let body = json!({"run_id": run_id, "datasets": datasets});
        let _: Nothing = self.send(Method::POST, "runs/log-inputs", &body).await?;
        Ok(())
    }
}

fn wire(input: &DatasetInput) -> serde_json::Value {
    let mut dataset = json!({
        "name": input.name,
        "digest": input.digest,
        "source_type": "local",
        "source": input.source,
    });
    for (field, text) in [("schema", &input.schema), ("profile", &input.profile)] {
        if !text.is_empty() {
            dataset[field] = text.as_str().into();
        }
    }
    let tags = if input.context.is_empty() {
        vec![]
    } else {
        vec![Tag::new(CONTEXT, &input.context)]
    };
    json!({"tags": tags, "dataset": dataset})
}

fn check_input(input: &DatasetInput) -> Result<(), MlflowError> {
    let what = "data set";
    for (part, text) in [("name", &input.name), ("digest", &input.digest)] {
        if text.is_empty() {
            return Err(check::bad(what, &input.name, format!("it has no {part}")));
        }
    }
    for (part, text, limit) in [
        ("its name", &input.name, 500),
        ("its digest", &input.digest, check::MAX_DIGEST),
        ("its source", &input.source, 65_535),
        ("its schema", &input.schema, 1_048_575),
        ("its profile", &input.profile, 16_777_215),
        ("its context", &input.context, 500),
    ] {
        at_most(what, &input.name, part, text, limit)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_beyond_the_limit_is_refused_by_name() {
        let input = DatasetInput {
            name: "labelled".to_owned(),
            digest: "0".repeat(37),
            ..DatasetInput::default()
        };
        let error = check_input(&input).unwrap_err().to_string();
        assert!(
            error.contains("labelled") && error.contains("37"),
            "{error}"
        );
    }
}
