//! Servers that do not come up, and folders that hold something else.

use std::path::{Path, PathBuf};
use std::time::Duration;

use careerpulse_mlflow::MlflowError;
use careerpulse_mlflow::server::{ServerSettings, start, status, stop};

/// A server of `testdata/servers`, in a folder of its own.
fn settings(program: &str, folder: &Path) -> ServerSettings {
    let servers = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/servers");
    ServerSettings {
        mlflow: servers.join(program),
        port: 0,
        folder: folder.join("server"),
        wait: Duration::from_millis(300),
    }
}

#[tokio::test]
async fn one_that_ends_is_told_with_its_last_words() {
    let home = tempfile::tempdir().unwrap();
    let settings = ServerSettings {
        wait: Duration::from_secs(60),
        ..settings("ends", home.path())
    };
    let error = start(&settings).await.unwrap_err();
    assert!(matches!(error, MlflowError::NotStarted { .. }), "{error}");
    let text = error.to_string();
    assert!(text.contains("no module named sqlalchemy"), "{text}");
    assert!(text.contains("mlflow.log"), "{text}");
    assert_eq!(status(&settings.folder).unwrap(), None);
}

#[tokio::test]
async fn one_that_never_answers_is_ended_with_its_workers() {
    let home = tempfile::tempdir().unwrap();
    let settings = settings("stuck", home.path());
    let error = start(&settings).await.unwrap_err().to_string();
    assert!(error.contains("no answer within 0.3 s"), "{error}");
    assert_eq!(status(&settings.folder).unwrap(), None);
    assert!(!settings.folder.join("mlflow.pid").exists());
    assert_eq!(
        left_of(&settings.folder.canonicalize().unwrap()),
        Vec::<PathBuf>::new()
    );
}

#[tokio::test]
async fn a_program_that_is_missing_is_told() {
    let home = tempfile::tempdir().unwrap();
    let error = start(&settings("none", home.path())).await.unwrap_err();
    assert!(matches!(error, MlflowError::NotInstalled { .. }), "{error}");
}

#[tokio::test]
async fn a_taken_port_is_told_before_anything_is_started() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let home = tempfile::tempdir().unwrap();
    let settings = ServerSettings {
        port,
        ..settings("stuck", home.path())
    };
    let error = start(&settings).await.unwrap_err();
    assert!(
        matches!(error, MlflowError::PortTaken { port: p } if p == port),
        "{error}"
    );
    assert!(!settings.folder.join("mlflow.log").exists());
}

#[tokio::test]
async fn a_stale_or_broken_pid_file_is_no_server_and_its_process_is_left_alone() {
    let home = tempfile::tempdir().unwrap();
    let own = format!(r#"{{"pid":{},"port":1}}"#, std::process::id());
    for content in [
        own.as_str(),
        r#"{"pid":4194303,"port":1}"#,
        r#"{"pid":0,"port":1}"#,
        "",
        "{",
    ] {
        let file = home.path().join("mlflow.pid");
        std::fs::write(&file, content).unwrap();
        assert_eq!(status(home.path()).unwrap(), None, "{content}");
        assert_eq!(stop(home.path()).await.unwrap(), None, "{content}");
        assert!(!file.exists(), "{content}");
    }
    let missing = home.path().join("none");
    assert_eq!(status(&missing).unwrap(), None);
    assert_eq!(stop(&missing).await.unwrap(), None);
}

/// The processes that have the folder in their environment.
fn left_of(folder: &Path) -> Vec<PathBuf> {
    let folder = folder.to_str().unwrap();
    let Ok(processes) = std::fs::read_dir("/proc") else {
        return vec![];
    };
    let is_of = |process: &PathBuf| {
        let environ = std::fs::read(process.join("environ")).unwrap_or_default();
        String::from_utf8_lossy(&environ).contains(folder)
    };
    processes
        .flatten()
        .map(|entry| entry.path())
        .filter(is_of)
        .collect()
}
