//! `mlflow`: a local server, and bringing it up to date with the lake.

use std::path::Path;
use std::time::Duration;

use careerpulse_lake::Lake;
use careerpulse_mlflow::server::{Running, ServerSettings, find_mlflow, start, status, stop};
use serde_json::json;

use super::args::MlflowAction;
use super::exit::Outcome;
use super::guard::guard_existing;
use super::output::{print, print_json};
use crate::config::{Config, Tracking};
use crate::error::UserError;
use crate::tracking::OFF;
use crate::tracking::mlflow::Mlflow;

/// How long a server may take to answer: a new database takes some twenty seconds.
const START: Duration = Duration::from_secs(120);

/// `careerpulse mlflow up|down|sync|status`.
pub async fn mlflow(action: MlflowAction, config: &Config, json: bool) -> anyhow::Result<Outcome> {
    match action {
        MlflowAction::Up { port } => up(port, &config.tracking, json).await?,
        MlflowAction::Down => down(&config.tracking, json).await?,
        MlflowAction::Sync => sync(config, json).await?,
        MlflowAction::Status => show_status(config, json).await?,
    }
    Ok(Outcome::Done)
}

async fn up(port: u16, settings: &Tracking, json: bool) -> anyhow::Result<()> {
    let folder = Path::new(&settings.folder);
    let running = match status(folder)? {
        Some(running) => running,
        None => {
            let settings = ServerSettings {
                mlflow: find_mlflow()?,
                port,
                folder: folder.to_owned(),
                wait: START,
            };
            let bar = crate::progress::spinner("starting MLflow");
            let running = start(&settings).await?;
            bar.finish_and_clear();
            running
        }
    };
    if json {
        return print_json(&json!({"uri": running.uri, "pid": running.pid}));
    }
    print(&format!(
        "MLflow serves {} (process {}, files in {})\n\
         to use it:             export MLFLOW_TRACKING_URI={}\n\
         to bring it the lake: careerpulse mlflow sync\n\
         to end it:             careerpulse mlflow down\n",
        running.uri,
        running.pid,
        folder.display(),
        running.uri
    ))
}

async fn down(settings: &Tracking, json: bool) -> anyhow::Result<()> {
    let folder = Path::new(&settings.folder);
    let ended = stop(folder).await?;
    if json {
        return print_json(&json!({"stopped": ended.map(|running| running.pid)}));
    }
    print(&match ended {
        Some(running) => format!("MLflow at {} has ended\n", running.uri),
        None => format!("no MLflow server of {} is running\n", folder.display()),
    })
}

async fn sync(config: &Config, json: bool) -> anyhow::Result<()> {
    let _lock = guard_existing(&Lake::open(&config.lake)?, "mlflow sync", config.clock)?;
    let (home, _) = home(config)?;
    home.client().server_info().await?;
    let synced = home.sync().await?;
    if json {
        return print_json(&synced);
    }
    let mut text = format!(
        "{}: {} sweeps of the lake are there; {} runs and {} versions were brought over now\n",
        home.client().server(),
        synced.sweeps,
        synced.runs,
        synced.versions
    );
    for problem in &synced.problems {
        text.push_str(problem);
        text.push('\n');
    }
    print(&text)
}

async fn show_status(config: &Config, json: bool) -> anyhow::Result<()> {
    let local = status(Path::new(&config.tracking.folder))?;
    let Some((home, is_local)) = reach(config, local.as_ref())? else {
        if json {
            return print_json(&json!({"uri": null, "running": false}));
        }
        return print(
            "no MLflow server is named, and none of ours is running: runs and versions are in the lake alone; `careerpulse mlflow up` starts one\n",
        );
    };
    let info = home.client().server_info().await?;
    let lacking = home.lacking().await?;
    if json {
        return print_json(&json!({
            "uri": home.client().server(),
            "running": true,
            "version": info.version,
            "local_pid": local.map(|running| running.pid),
            "lacking": lacking,
        }));
    }
    let mut text = format!("{} is MLflow {}\n", home.client().server(), info.version);
    if is_local {
        text.push_str(&format!(
            "it is not used yet: export MLFLOW_TRACKING_URI={}\n",
            home.client().server()
        ));
    }
    text.push_str(&match (lacking.runs, lacking.versions) {
        (0, 0) => "it has every run and version of the lake\n".to_owned(),
        (runs, versions) => format!(
            "it lacks {runs} runs and {versions} versions of the lake: `careerpulse mlflow sync` brings them\n"
        ),
    });
    print(&text)
}

/// The server that the settings name, or the one that `up` has started; with whether it is the latter.
fn reach(config: &Config, local: Option<&Running>) -> anyhow::Result<Option<(Mlflow, bool)>> {
    let mut settings = config.tracking.clone();
    let is_local = settings.uri.is_empty() || settings.uri == OFF;
    match local {
        Some(running) if is_local => settings.uri.clone_from(&running.uri),
        None if is_local => return Ok(None),
        _ => {}
    }
    let lake = Lake::open(&config.lake)?;
    Ok(Some((
        Mlflow::new(lake, config.clock, &settings)?,
        is_local,
    )))
}

fn home(config: &Config) -> anyhow::Result<(Mlflow, bool)> {
    let local = status(Path::new(&config.tracking.folder))?;
    reach(config, local.as_ref())?.ok_or_else(|| {
        UserError::new(
            "no MLflow server is named: `careerpulse mlflow up` starts one, or set MLFLOW_TRACKING_URI or [tracking] uri",
        )
        .into()
    })
}
