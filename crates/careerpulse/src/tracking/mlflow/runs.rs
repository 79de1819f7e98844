//! A sweep as a parent run with a child per configuration.

use std::collections::HashMap;

use careerpulse_mlflow::{
    Batch, EndStatus, MlflowError, NewRun, Run as ServerRun, RunInfo, RunStatus, Tag, filter,
};
use chrono::{DateTime, Utc};

use super::Mlflow;
use super::describe::{
    REPORT_PATH, RUN_KEY, SWEEP_KEY, dataset, report_table, run_metrics, run_name, run_params,
    run_tags, sweep_name, sweep_params, sweep_tags, version_metrics,
};
use crate::error::UserError;
use crate::pictures::{confusion_picture, coverage_picture};
use crate::tables::ml::{ModelVersion, Run};
use crate::tables::sweeps::Sweep;
use crate::tracking::{read_assessment, runs_of_sweep, sweep, versions};

/// Brings one sweep and its runs to the server; returns how many runs were made or completed there.
///
/// A run is complete once it is finished there: one that was interrupted half-way is done again, which
/// changes nothing that is there already.
///
/// # Errors
/// From the lake or the server.
pub async fn mirror_sweep(home: &Mlflow, sweep_key: &str) -> anyhow::Result<usize> {
    let Some(sweep) = sweep(&home.lake, sweep_key).await? else {
        return Ok(0);
    };
    let runs = runs_of_sweep(&home.lake, sweep_key).await?;
    let version = versions(&home.lake).await?;
    let version = version.into_iter().rfind(|v| v.sweep_key == sweep_key);
    let known = known_runs(home, sweep_key).await?;
    let parent = match known.get(sweep_key) {
        Some(run) => run.info.clone(),
        None => begin(home, &sweep).await?,
    };
    if !is_finished(&known, sweep_key) {
        // Each time, for a stop after the run was made may have left it without.
        describe_sweep(home, &sweep, &parent).await?;
    }
    let mut mirrored = 0;
    let mut began = sweep.run_timestamp;
    let mut last = began;
    for run in &runs {
        // The runs of a block end together, and begin where the block before them ended.
        if run.finished_at > last {
            (began, last) = (last, run.finished_at);
        }
        if !is_finished(&known, &run.run_id) {
            let there = known.get(&run.run_id).map(|run| run.info.clone());
            mirror_run(home, &sweep, run, &parent, there, began).await?;
            mirrored += 1;
        }
    }
    if let Some(version) = version.filter(|_| !is_finished(&known, sweep_key)) {
        let winner = finish_winner(home, &sweep, &version, &runs).await?;
        finish(home, &version, &parent, &winner).await?;
        mirrored += 1;
    }
    Ok(mirrored)
}

/// How many runs of a sweep the server has not, or not finished.
///
/// # Errors
/// From the lake or the server.
pub async fn lacking_runs(home: &Mlflow, sweep_key: &str) -> anyhow::Result<usize> {
    let known = known_runs(home, sweep_key).await?;
    let runs = runs_of_sweep(&home.lake, sweep_key).await?;
    let is_won = versions(&home.lake)
        .await?
        .iter()
        .any(|v| v.sweep_key == sweep_key);
    let children = runs.iter().map(|run| run.run_id.as_str());
    // The parent of a sweep that came to no version is never finished.
    let parent = is_won.then_some(sweep_key);
    Ok(children
        .chain(parent)
        .filter(|key| !is_finished(&known, key))
        .count())
}

/// The run of a configuration on the server.
///
/// # Errors
/// From the server, or where it has no such run.
pub async fn server_run(home: &Mlflow, run_id: &str) -> anyhow::Result<RunInfo> {
    let experiment = home.experiment().await?;
    let found = home
        .client
        .search_runs(experiment, &filter::tag_is(RUN_KEY, run_id)?, &[])
        .await?;
    match found.into_iter().next() {
        Some(run) => Ok(run.info),
        None => Err(UserError::new(format!(
            "MLflow has no run with the tag {RUN_KEY} {run_id}: restore it there, or train anew"
        ))
        .into()),
    }
}

async fn known_runs(home: &Mlflow, sweep_key: &str) -> anyhow::Result<HashMap<String, ServerRun>> {
    let experiment = home.experiment().await?;
    let filter = filter::tag_is(SWEEP_KEY, sweep_key)?;
    let found = home.client.search_runs(experiment, &filter, &[]).await?;
    let keyed = found
        .into_iter()
        .filter_map(|run| Some((run.tag(RUN_KEY)?.to_owned(), run)));
    Ok(keyed.collect())
}

fn is_finished(known: &HashMap<String, ServerRun>, key: &str) -> bool {
    let run = known.get(key);
    run.is_some_and(|run| run.info.status == RunStatus::Finished)
}

async fn begin(home: &Mlflow, sweep: &Sweep) -> anyhow::Result<RunInfo> {
    let (name, tags) = (sweep_name(sweep), sweep_tags(sweep));
    create(home, &sweep.sweep_key, name, sweep.run_timestamp, tags).await
}

async fn describe_sweep(home: &Mlflow, sweep: &Sweep, parent: &RunInfo) -> anyhow::Result<()> {
    let batch = Batch {
        params: sweep_params(sweep),
        ..Batch::default()
    };
    let client = &home.client;
    client.log_batch(&parent.run_id, &batch).await?;
    let inputs = [dataset(sweep, home.lake.location())];
    client.log_inputs(&parent.run_id, &inputs).await?;
    let settings = sweep.settings.clone().into_bytes();
    client
        .put_artifact(&parent.artifact_uri, "settings.json", settings)
        .await?;
    Ok(())
}

async fn mirror_run(
    home: &Mlflow,
    sweep: &Sweep,
    run: &Run,
    parent: &RunInfo,
    there: Option<RunInfo>,
    began: DateTime<Utc>,
) -> anyhow::Result<()> {
    let there = match there {
        Some(there) => there,
        None => {
            let tags = run_tags(sweep, run, &parent.run_id);
            create(home, &run.run_id, run_name(run), began, tags).await?
        }
    };
    let batch = Batch {
        params: run_params(run),
        metrics: run_metrics(run),
        ..Batch::default()
    };
    let client = &home.client;
    client.log_batch(&there.run_id, &batch).await?;
    let inputs = [dataset(sweep, home.lake.location())];
    client.log_inputs(&there.run_id, &inputs).await?;
    let report = report_table(&run.report).to_string().into_bytes();
    client
        .put_artifact(&there.artifact_uri, REPORT_PATH, report)
        .await?;
    let ended = run.finished_at.timestamp_millis();
    client
        .end_run(&there.run_id, EndStatus::Finished, ended)
        .await?;
    Ok(())
}

/// The winner's held-out figures, its pictures and its configuration; gives its run.
async fn finish_winner(
    home: &Mlflow,
    sweep: &Sweep,
    version: &ModelVersion,
    runs: &[Run],
) -> anyhow::Result<RunInfo> {
    let winner = server_run(home, &version.run_id).await?;
    let batch = Batch {
        metrics: version_metrics(version),
        ..Batch::default()
    };
    home.client.log_batch(&winner.run_id, &batch).await?;
    let assessment = read_assessment(&home.lake, &sweep.sweep_key).await?;
    let parameters = runs.iter().find(|run| run.run_id == version.run_id);
    let parameters = parameters.map_or("{}", |run| run.parameters.as_str());
    let files = [
        (
            "evaluation/confusion_matrix.svg",
            confusion_picture(&version.categories, &assessment.confusion)?,
        ),
        (
            "evaluation/accuracy_coverage.svg",
            coverage_picture(&assessment.coverage_curve)?,
        ),
        (
            "evaluation/held_out_report.json",
            report_table(&version.test_report).to_string(),
        ),
        ("configuration.json", parameters.to_owned()),
    ];
    for (path, text) in files {
        home.client
            .put_artifact(&winner.artifact_uri, path, text.into_bytes())
            .await?;
    }
    Ok(winner)
}

async fn finish(
    home: &Mlflow,
    version: &ModelVersion,
    parent: &RunInfo,
    winner: &RunInfo,
) -> anyhow::Result<()> {
    let batch = Batch {
        metrics: version_metrics(version),
        tags: vec![
            Tag::new("careerpulse.winner", &winner.run_id),
            Tag::new("careerpulse.version", version.version.to_string()),
        ],
        ..Batch::default()
    };
    let client = &home.client;
    client.log_batch(&parent.run_id, &batch).await?;
    let ended = version.created_at.timestamp_millis();
    client
        .end_run(&parent.run_id, EndStatus::Finished, ended)
        .await?;
    Ok(())
}

/// Begins a run, or finds the one whose beginning was not heard of.
async fn create(
    home: &Mlflow,
    key: &str,
    name: String,
    start: DateTime<Utc>,
    tags: Vec<Tag>,
) -> anyhow::Result<RunInfo> {
    let run = NewRun {
        experiment_id: home.experiment().await?.clone(),
        name,
        start_time: start.timestamp_millis(),
        tags,
    };
    match home.client.create_run(&run).await {
        Err(MlflowError::Uncertain { .. }) => server_run(home, key).await,
        made => Ok(made?),
    }
}
