//! Starting a server, detached, and waiting until it answers.

use std::fs::File;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tokio::time::Instant;

use super::state::{self, PidFile, Running};
use super::{folder_error, group, stop};
use crate::client::Client;
use crate::credentials::Credentials;
use crate::error::MlflowError;
use crate::settings::Settings;

/// How often a server that comes up is looked at.
const LOOK: Duration = Duration::from_millis(200);
/// The end of the log that an error repeats, in bytes.
const LAST_WORDS: usize = 2_000;

/// How a server is started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerSettings {
    /// The program, as [`find_mlflow`](super::find_mlflow) finds it.
    pub mlflow: PathBuf,
    /// The port on 127.0.0.1; 0 for one that is free.
    pub port: u16,
    /// Its folder, made where it is missing.
    pub folder: PathBuf,
    /// How long it may take to answer; two minutes do on a slow machine (5 to 20 s are usual).
    pub wait: Duration,
}

/// Starts a server that outlives this process, and waits until it answers; one that runs in the
/// folder already is left as it is and returned. It listens on 127.0.0.1 only, with one worker, its
/// own SQLite database and its own artifacts, without telemetry and background jobs.
///
/// # Errors
/// [`MlflowError::PortTaken`]; [`MlflowError::NotStarted`] where it ends or does not answer in
/// time, with the end of its log, and nothing left running; [`MlflowError::NotInstalled`];
/// [`MlflowError::Folder`]; [`MlflowError::Unsupported`] elsewhere than on Unix.
pub async fn start(settings: &ServerSettings) -> Result<Running, MlflowError> {
    let folder = prepared(&settings.folder)?;
    if let Some(running) = state::status(&folder)? {
        return Ok(running);
    }
    let port = free_port(settings.port)?;
    let log = folder.join("mlflow.log");
    let mut child = spawn(&settings.mlflow, port, &folder, &log)?;
    let file = PidFile {
        pid: child.id(),
        port,
    };
    let up = match state::write(&folder, file) {
        Ok(()) => wait_until_up(&mut child, file, settings.wait, &log).await,
        Err(error) => Err(error),
    };
    let pid = child.id();
    // Buries the process should it end before this one does.
    std::thread::spawn(move || child.wait());
    if let Err(error) = up {
        stop::end(pid, &folder).await?;
        state::remove(&folder)?;
        return Err(error);
    }
    Ok(Running {
        uri: file.uri(),
        pid,
    })
}

/// The folder, there, by its one name.
fn prepared(folder: &Path) -> Result<PathBuf, MlflowError> {
    std::fs::create_dir_all(folder)
        .and_then(|()| folder.canonicalize())
        .map_err(|error| folder_error(folder, &error))
}

/// The port, if nobody listens there: a server on a taken port would end without an error.
fn free_port(port: u16) -> Result<u16, MlflowError> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|_| MlflowError::PortTaken { port })
}

fn spawn(mlflow: &Path, port: u16, folder: &Path, log: &Path) -> Result<Child, MlflowError> {
    let output = File::create(log).map_err(|error| folder_error(log, &error))?;
    let errors = output
        .try_clone()
        .map_err(|error| folder_error(log, &error))?;
    let program = std::path::absolute(mlflow).map_err(|error| folder_error(mlflow, &error))?;
    let mut command = Command::new(program);
    command
        .args(["server", "--host", "127.0.0.1", "--workers", "1", "--port"])
        .arg(port.to_string())
        // Relative to the folder, for whose name an address of a database has no quotes.
        .args(["--backend-store-uri", "sqlite:///mlflow.db"])
        .args([
            "--serve-artifacts",
            "--artifacts-destination",
            "./artifacts",
        ])
        .current_dir(folder)
        .env(group::MARK, folder)
        .env("MLFLOW_DISABLE_TELEMETRY", "true")
        .env("DO_NOT_TRACK", "true")
        .env("MLFLOW_SERVER_ENABLE_JOB_EXECUTION", "false")
        .stdin(Stdio::null())
        .stdout(output)
        .stderr(errors);
    for of_clients in [
        "MLFLOW_TRACKING_URI",
        "MLFLOW_TRACKING_TOKEN",
        "MLFLOW_TRACKING_USERNAME",
        "MLFLOW_TRACKING_PASSWORD",
    ] {
        command.env_remove(of_clients);
    }
    group::lead_own_group(&mut command)?;
    command.spawn().map_err(|error| MlflowError::NotInstalled {
        reason: format!("{} cannot be run ({error})", mlflow.display()),
    })
}

/// Waits until the server answers as MLflow does.
async fn wait_until_up(
    child: &mut Child,
    file: PidFile,
    wait: Duration,
    log: &Path,
) -> Result<(), MlflowError> {
    let patience = Settings {
        attempts: 1,
        timeout: Duration::from_secs(5),
        ..Settings::default()
    };
    let client = Client::new(&file.uri(), Credentials::none(), patience)?;
    let until = Instant::now() + wait;
    loop {
        if has_ended(child) {
            // Someone took the port while the server came up: it then ends with status 0.
            free_port(file.port)?;
            return Err(not_started("it ended".to_owned(), log));
        }
        if client.is_well().await && !has_ended(child) {
            client.server_info().await?;
            return Ok(());
        }
        if Instant::now() >= until {
            let seconds = wait.as_secs_f64();
            return Err(not_started(format!("no answer within {seconds} s"), log));
        }
        tokio::time::sleep(LOOK).await;
    }
}

fn has_ended(child: &mut Child) -> bool {
    !matches!(child.try_wait(), Ok(None))
}

fn not_started(reason: String, log: &Path) -> MlflowError {
    let text = std::fs::read(log).unwrap_or_default();
    let end = &text[text.len().saturating_sub(LAST_WORDS)..];
    let last_line = String::from_utf8_lossy(end)
        .lines()
        .rfind(|line| !line.trim().is_empty())
        .map(crate::text::quoted);
    MlflowError::NotStarted {
        reason,
        log: log.to_owned(),
        last_words: last_line.map_or(String::new(), |line| format!(", and it ends in: {line}")),
    }
}
