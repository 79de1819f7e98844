//! The whole life cycle against a real MLflow server, where `mlflow` is installed: named by
//! `CAREERPULSE_MLFLOW`, or in `PATH`. Elsewhere the test says so and passes.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    reason = "a helper that cannot go on fails its test"
)]
#![allow(
    clippy::print_stderr,
    reason = "a test that was not tried says so, and how long a server took is worth a line"
)]

mod processes;
mod registry;
mod tracking;

use std::path::PathBuf;
use std::time::Duration;

use careerpulse_mlflow::server::{self, ServerSettings};
use careerpulse_mlflow::{Client, Credentials, MlflowError, Settings};

/// Ends the server even where the test fails.
struct Guard(PathBuf);

impl Drop for Guard {
    fn drop(&mut self) {
        let folder = self.0.clone();
        let end = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            let _ = runtime.block_on(server::stop(&folder));
        });
        let _ = end.join();
    }
}

#[tokio::test]
async fn the_whole_life_cycle_on_a_real_server() {
    let Ok(mlflow) = server::find_mlflow() else {
        eprintln!("no mlflow here (CAREERPULSE_MLFLOW, PATH): the life cycle was not tried");
        return;
    };
    let home = tempfile::tempdir().unwrap();
    // A name that an address would have to encode.
    let folder = home.path().join("ml flow %41");
    let _guard = Guard(folder.clone());
    // A stale pid file with the number of a process that is not the server.
    std::fs::create_dir_all(&folder).unwrap();
    let own = std::process::id();
    std::fs::write(
        folder.join("mlflow.pid"),
        format!(r#"{{"pid":{own},"port":1}}"#),
    )
    .unwrap();
    assert_eq!(server::status(&folder).unwrap(), None);

    let settings = ServerSettings {
        mlflow,
        port: 0,
        folder: folder.clone(),
        wait: Duration::from_secs(180),
    };
    let begun = std::time::Instant::now();
    let running = server::start(&settings).await.unwrap();
    eprintln!(
        "the server was up after {:.1} s",
        begun.elapsed().as_secs_f64()
    );
    assert_eq!(server::status(&folder).unwrap().as_ref(), Some(&running));
    assert_eq!(
        server::start(&settings).await.unwrap(),
        running,
        "one is enough"
    );
    processes::a_taken_port_is_told(&settings, &running.uri, home.path()).await;

    let client = Client::new(&running.uri, Credentials::none(), Settings::default()).unwrap();
    let info = client.server_info().await.unwrap();
    assert!(info.version.starts_with("3."), "{info:?}");
    let experiment = tracking::experiments(&client, &running.uri).await;
    let run_id = tracking::runs(&client, &experiment).await;
    let models = registry::models(&client, &experiment, &run_id).await;
    registry::versions(&client, &run_id, &models).await;
    processes::foreign_host(&running.uri).await;

    assert_eq!(server::stop(&folder).await.unwrap(), Some(running.clone()));
    assert_eq!(server::stop(&folder).await.unwrap(), None);
    assert_eq!(server::status(&folder).unwrap(), None);
    assert!(!folder.join("mlflow.pid").exists());
    processes::nothing_is_left(running.pid, &folder);
    let log = std::fs::read_to_string(folder.join("mlflow.log")).unwrap();
    assert!(log.contains("shutdown complete"), "it was let end in order");
    let error = client.server_info().await.unwrap_err();
    assert!(matches!(error, MlflowError::Unreachable { .. }), "{error}");
    processes::a_worker_without_its_parent_is_ended(&settings).await;
}
