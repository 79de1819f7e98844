//! Versions of the lake as versions in MLflow's registry, each with its model file.

use std::collections::HashMap;

use anyhow::Context as _;
use careerpulse_mlflow::{
    LoggedModel, MlflowError, ModelEnd, ModelStatus, ModelVersion as ServerVersion, NewLoggedModel,
    NewVersion, Param, Tag, filter,
};

use super::Mlflow;
use super::card::{model_card, model_description};
use super::describe::{ARTIFACT, VERSION};
use super::directory::{Identity, model_directory};
use super::runs::server_run;
use crate::tables::ml::ModelVersion;
use crate::tracking::registry::MODEL_NAME;
use crate::tracking::{artifact_bytes, versions};

/// Registers the versions that the server lacks; returns how many, and what could not be brought over.
///
/// # Errors
/// From the lake or the server.
pub async fn mirror_versions(home: &Mlflow) -> anyhow::Result<(usize, Vec<String>)> {
    let ours = versions(&home.lake).await?;
    if ours.is_empty() {
        return Ok((0, Vec::new()));
    }
    let tags = [Tag::new("careerpulse", "model")];
    home.client
        .ensure_registered_model(MODEL_NAME, model_description(), &tags)
        .await?;
    let there = server_versions(home, &ours).await?;
    let (mut registered, mut problems) = (0, Vec::new());
    for version in ours {
        if there.contains_key(&version.version) {
            continue;
        }
        let bytes = match artifact_bytes(&home.lake, &version) {
            Ok(bytes) => bytes,
            Err(e) => {
                problems.push(format!("version {} is not in MLflow: {e}", version.version));
                continue;
            }
        };
        let model = logged_model(home, &version, bytes).await?;
        register(home, &version, &model).await?;
        registered += 1;
    }
    Ok((registered, problems))
}

/// The server's version of each of `ours` that it has, by the lake's number. Another lake may have
/// versions of the same numbers there; its model files are others.
///
/// # Errors
/// From the server.
pub async fn server_versions(
    home: &Mlflow,
    ours: &[ModelVersion],
) -> anyhow::Result<HashMap<i64, ServerVersion>> {
    let found = home
        .client
        .search_versions(&filter::is("name", MODEL_NAME)?)
        .await?;
    let mut by_number: HashMap<i64, ServerVersion> = HashMap::new();
    for version in found {
        let is_of = |our: &&ModelVersion| {
            version.tag(ARTIFACT) == Some(&our.artifact_sha256)
                && version.tag(VERSION) == Some(&our.version.to_string())
        };
        let Some(our) = ours.iter().find(is_of) else {
            continue;
        };
        // Of two, which only a registration in two places at once can make, the first counts.
        match by_number.get(&our.version) {
            Some(other) if other.version <= version.version => {}
            _ => {
                by_number.insert(our.version, version);
            }
        }
    }
    Ok(by_number)
}

/// The logged model with all its files; one that was begun before is completed.
async fn logged_model(
    home: &Mlflow,
    version: &ModelVersion,
    bytes: Vec<u8>,
) -> anyhow::Result<LoggedModel> {
    let run = server_run(home, &version.run_id).await?;
    let found = find_logged_model(home, version, &run.run_id).await?;
    let model = match found {
        Some(model) if model.status == ModelStatus::Ready => return Ok(model),
        Some(model) => model,
        None => {
            let new = NewLoggedModel {
                experiment_id: home.experiment().await?.clone(),
                name: MODEL_NAME.to_owned(),
                model_type: "classifier".to_owned(),
                source_run_id: run.run_id.clone(),
                params: vec![
                    Param::new("method", &version.method),
                    Param::new("classifier", &version.classifier),
                ],
                tags: vec![Tag::new(ARTIFACT, &version.artifact_sha256)],
            };
            match home.client.create_logged_model(&new).await {
                Err(MlflowError::Uncertain { .. }) => find_logged_model(home, version, &run.run_id)
                    .await?
                    .context("MLflow lost a logged model that was being made: run again")?,
                made => made?,
            }
        }
    };
    let client = &home.client;
    client.log_outputs(&run.run_id, &model.model_id, 0).await?;
    let identity = Identity {
        model_id: &model.model_id,
        run_id: &run.run_id,
        artifact_uri: &model.artifact_uri,
        mlflow_version: &client.server_info().await?.version,
    };
    for (path, content) in model_directory(version, &identity, bytes) {
        client
            .put_artifact(&model.artifact_uri, &path, content)
            .await?;
    }
    Ok(client
        .finish_logged_model(&model.model_id, ModelEnd::Ready)
        .await?)
}

async fn find_logged_model(
    home: &Mlflow,
    version: &ModelVersion,
    run_id: &str,
) -> anyhow::Result<Option<LoggedModel>> {
    let experiment = home.experiment().await?;
    let filter = filter::is("source_run_id", run_id)?;
    let found = home
        .client
        .search_logged_models(experiment, &filter)
        .await?;
    Ok(found
        .into_iter()
        .find(|model| model.tag(ARTIFACT) == Some(&version.artifact_sha256)))
}

async fn register(
    home: &Mlflow,
    version: &ModelVersion,
    model: &LoggedModel,
) -> anyhow::Result<()> {
    let new = NewVersion {
        name: MODEL_NAME.to_owned(),
        model_id: model.model_id.clone(),
        run_id: model.source_run_id.clone(),
        description: model_card(version),
        tags: vec![
            Tag::new(VERSION, version.version.to_string()),
            Tag::new(ARTIFACT, &version.artifact_sha256),
            Tag::new("validation_status", "pending"),
        ],
    };
    match home.client.create_version(&new).await {
        // The next look at the registry finds it, or registers it then.
        Err(MlflowError::Uncertain { .. })
            if !server_versions(home, std::slice::from_ref(version))
                .await?
                .is_empty() =>
        {
            Ok(())
        }
        made => Ok(made.map(|_| ())?),
    }
}
