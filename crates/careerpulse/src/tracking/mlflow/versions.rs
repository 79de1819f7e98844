//! Versions of the lake as versions in MLflow's registry, each with its model file.

use std::collections::HashMap;

use anyhow::Context as _;
use careerpulse_mlflow::{
    Batch, LoggedModel, Metric, MlflowError, ModelEnd, ModelStatus, ModelVersion as ServerVersion,
    NewLoggedModel, NewVersion, Param, Tag, filter,
};

use super::Mlflow;
use super::card::{model_description, short_card};
use super::describe::{ARTIFACT, VERSION, dataset, version_metrics};
use super::directory::{Identity, model_directory};
use super::runs::{mirror_sweep, server_run};
use crate::error::UserError;
use crate::tables::ml::ModelVersion;
use crate::tables::sweeps::Sweep;
use crate::tracking::{artifact_bytes, sweep, versions};

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
        .ensure_registered_model(&home.model_name, model_description(), &tags)
        .await?;
    let there = server_versions(home, &ours).await?;
    let (mut registered, mut problems) = (0, Vec::new());
    for version in ours {
        if there.contains_key(&version.version) {
            continue;
        }
        // Without the run that it came of there is nothing to register it by.
        mirror_sweep(home, &version.sweep_key).await?;
        match bring(home, &version).await {
            Ok(()) => registered += 1,
            // One version's fault is no reason to leave the others out.
            Err(e) if e.downcast_ref::<UserError>().is_some() => {
                problems.push(format!("version {} is not in MLflow: {e}", version.version));
            }
            Err(e) => return Err(e),
        }
    }
    Ok((registered, problems))
}

/// Registers one version, with its model.
async fn bring(home: &Mlflow, version: &ModelVersion) -> anyhow::Result<()> {
    let bytes = artifact_bytes(&home.lake, version)?;
    let Some(sweep) = sweep(&home.lake, &version.sweep_key).await? else {
        return Err(UserError::new(
            "its sweep is of an earlier version of the program, which kept no record of it: train anew",
        )
        .into());
    };
    let model = logged_model(home, version, &sweep, bytes).await?;
    register(home, version, &sweep, &model).await
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
        .search_versions(&filter::is("name", &home.model_name)?)
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
    sweep: &Sweep,
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
                name: home.model_name.clone(),
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
    for (path, content) in model_directory(version, sweep, &identity, bytes) {
        client
            .put_artifact(&model.artifact_uri, &path, content)
            .await?;
    }
    // The figures of the run, told of the model as well: its page shows them beside the data set.
    let data = dataset(sweep, home.lake.location());
    let of_model = |metric: Metric| Metric {
        model_id: Some(model.model_id.clone()),
        dataset_name: Some(data.name.clone()),
        dataset_digest: Some(data.digest.clone()),
        ..metric
    };
    let batch = Batch {
        metrics: version_metrics(version).into_iter().map(of_model).collect(),
        ..Batch::default()
    };
    client.log_batch(&run.run_id, &batch).await?;
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
    sweep: &Sweep,
    model: &LoggedModel,
) -> anyhow::Result<()> {
    let new = NewVersion {
        name: home.model_name.clone(),
        model_id: model.model_id.clone(),
        run_id: model.source_run_id.clone(),
        description: short_card(version, sweep),
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
