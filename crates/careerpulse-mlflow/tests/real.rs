//! The whole life cycle against a real MLflow server, where `mlflow` is installed: named by
//! `CAREERPULSE_MLFLOW`, or in `PATH`. Elsewhere the test says so and passes.

#![cfg(unix)]

use std::path::{Path, PathBuf};
use std::time::Duration;

use careerpulse_mlflow::server::{self, ServerSettings};
use careerpulse_mlflow::{
    Batch, Client, Credentials, DatasetInput, EndStatus, ExperimentId, Metric, MlflowError,
    ModelEnd, ModelStatus, NewLoggedModel, NewRun, NewVersion, Param, RunStatus, Settings, Tag,
    filter,
};

/// A moment of the past, in milliseconds since 1970.
const START: i64 = 1_700_000_000_000;

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
    a_taken_port_is_told(&settings, &running.uri, home.path()).await;

    let client = Client::new(&running.uri, Credentials::none(), Settings::default()).unwrap();
    let info = client.server_info().await.unwrap();
    assert!(info.version.starts_with("3."), "{info:?}");
    let experiment = experiments(&client, &running.uri).await;
    let run_id = runs(&client, &experiment).await;
    let models = models(&client, &experiment, &run_id).await;
    registry(&client, &run_id, &models).await;
    foreign_host(&running.uri).await;

    assert_eq!(server::stop(&folder).await.unwrap(), Some(running.clone()));
    assert_eq!(server::stop(&folder).await.unwrap(), None);
    assert_eq!(server::status(&folder).unwrap(), None);
    assert!(!folder.join("mlflow.pid").exists());
    nothing_is_left(running.pid, &folder);
    let error = client.server_info().await.unwrap_err();
    assert!(matches!(error, MlflowError::Unreachable { .. }), "{error}");
    a_worker_without_its_parent_is_ended(&settings).await;
}

/// The second start, on a database that is there, and what is left when its first process is
/// killed: a worker that still answers.
async fn a_worker_without_its_parent_is_ended(settings: &ServerSettings) {
    let begun = std::time::Instant::now();
    let running = server::start(settings).await.unwrap();
    eprintln!("again after {:.1} s", begun.elapsed().as_secs_f64());
    let client = Client::new(&running.uri, Credentials::none(), Settings::default()).unwrap();
    let name = "careerpulse's category";
    assert!(
        client.registered_model(name).await.unwrap().is_some(),
        "it was kept"
    );
    let pid = rustix::process::Pid::from_raw(i32::try_from(running.pid).unwrap());
    rustix::process::kill_process(pid.unwrap(), rustix::process::Signal::KILL).unwrap();
    server::stop(&settings.folder).await.unwrap();
    nothing_is_left(running.pid, &settings.folder);
}

async fn a_taken_port_is_told(settings: &ServerSettings, uri: &str, home: &Path) {
    let port = uri.rsplit(':').next().unwrap().parse().unwrap();
    let other = ServerSettings {
        port,
        folder: home.join("other"),
        ..settings.clone()
    };
    let error = server::start(&other).await.unwrap_err();
    assert!(
        matches!(error, MlflowError::PortTaken { port: p } if p == port),
        "{error}"
    );
}

/// Made once by two at a time, found, brought back after its deletion.
async fn experiments(client: &Client, uri: &str) -> ExperimentId {
    let tags = [Tag::new(
        "mlflow.experimentKind",
        "custom_model_development",
    )];
    let name = "life & cycle / ü";
    let (one, other) = tokio::join!(
        client.experiment(name, &tags),
        client.experiment(name, &tags)
    );
    let id = one.unwrap();
    assert_eq!(other.unwrap(), id);
    delete_experiment(uri, &id).await;
    let (one, other) = tokio::join!(client.experiment(name, &[]), client.experiment(name, &[]));
    assert_eq!((one.unwrap(), other.unwrap()), (id.clone(), id.clone()));
    id
}

/// What a person does in the UI; the client has no call for it.
async fn delete_experiment(uri: &str, id: &ExperimentId) {
    let answer = reqwest::Client::builder()
        .no_proxy()
        .tls_certs_only([])
        .build()
        .unwrap()
        .post(format!("{uri}/api/2.0/mlflow/experiments/delete"))
        .header("Content-Type", "application/json")
        .body(format!(r#"{{"experiment_id":"{id}"}}"#))
        .send()
        .await
        .unwrap();
    assert!(answer.status().is_success());
}

/// A parent and its child, with more than a request holds, found by tags of any text.
async fn runs(client: &Client, experiment: &ExperimentId) -> String {
    let new = |name: &str, tags: Vec<Tag>| NewRun {
        experiment_id: experiment.clone(),
        name: name.to_owned(),
        start_time: START,
        tags,
    };
    let parent = client.create_run(&new("parent", vec![])).await.unwrap();
    let keys = [
        "plain",
        "it's",
        "say \"x\"",
        "50% -- ; (or) ü\nline",
        "a = 'b",
    ];
    let mut children = Vec::new();
    for key in keys {
        let tags = vec![
            Tag::new("mlflow.parentRunId", &parent.run_id),
            Tag::new("careerpulse.run_key", key),
        ];
        children.push(client.create_run(&new("child", tags)).await.unwrap());
    }
    for (key, child) in keys.iter().zip(&children) {
        let filter = filter::tag_is("careerpulse.run_key", key).unwrap();
        let found = client.search_runs(experiment, &filter, &[]).await.unwrap();
        let ids: Vec<&str> = found.iter().map(|run| run.info.run_id.as_str()).collect();
        assert_eq!(ids, [&child.run_id], "{filter}");
    }
    let by_parent = filter::all(&[
        filter::tag_is("mlflow.parentRunId", &parent.run_id).unwrap(),
        filter::is("attributes.run_name", "child").unwrap(),
    ]);
    let small = Settings {
        page_size: 2,
        ..Settings::default()
    };
    let paging = Client::new(client.server(), Credentials::none(), small).unwrap();
    let found = paging
        .search_runs(experiment, &by_parent, &[])
        .await
        .unwrap();
    assert_eq!(found.len(), keys.len(), "from three pages");

    let run_id = children[0].run_id.clone();
    let batch = Batch {
        params: (0..250).map(|i| Param::new(format!("p{i}"), "v")).collect(),
        tags: vec![Tag::new("note", "x".repeat(8_000))],
        metrics: (0..2_500)
            .map(|step| Metric {
                key: "cv/macro f1".to_owned(),
                value: if step == 2_499 { f64::NAN } else { 0.5 },
                timestamp: START + step,
                step,
                ..Metric::default()
            })
            .collect(),
    };
    for _ in 0..2 {
        client.log_batch(&run_id, &batch).await.unwrap();
    }
    let changed = Batch {
        params: vec![Param::new("p0", "other")],
        ..Batch::default()
    };
    let error = client.log_batch(&run_id, &changed).await.unwrap_err();
    assert!(matches!(error, MlflowError::Invalid { .. }), "{error}");
    let input = DatasetInput {
        name: "labelled".to_owned(),
        digest: "0a1b2c3d".to_owned(),
        source: r#"{"uri":"lake"}"#.to_owned(),
        profile: r#"{"num_rows":3}"#.to_owned(),
        context: "training".to_owned(),
        ..DatasetInput::default()
    };
    for _ in 0..2 {
        client
            .log_inputs(&run_id, std::slice::from_ref(&input))
            .await
            .unwrap();
    }
    let end = START + 5_000;
    client
        .end_run(&run_id, EndStatus::Finished, end)
        .await
        .unwrap();
    let run = client.run(&run_id).await.unwrap().unwrap();
    assert_eq!(run.info.status, RunStatus::Finished);
    assert_eq!((run.info.start_time, run.info.end_time), (START, Some(end)));
    assert_eq!(run.params.len(), 250);
    assert_eq!(run.tag("note").unwrap().len(), 8_000);
    assert!(run.metrics[0].value.is_nan() && run.metrics[0].step == 2_499);
    assert_eq!(run.inputs.len(), 1);
    artifacts(client, &run.info.artifact_uri).await;
    run_id
}

/// Files with odd names, and what they hold, come back as they were.
async fn artifacts(client: &Client, uri: &str) {
    let compressed = [
        0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    ];
    let files: [(&str, &[u8]); 6] = [
        ("README.md", b"# Hello"),
        ("eval/café & more+=@,'\"~!$().txt", "ü".as_bytes()),
        ("eval/a b/.hidden", b"x"),
        ("eval/empty", b""),
        ("eval/table.json.gz", &compressed),
        ("eval/page.html", b"<html>\r\n\0"),
    ];
    for (path, bytes) in files {
        for _ in 0..2 {
            client
                .put_artifact(uri, path, bytes.to_vec())
                .await
                .unwrap();
        }
        assert_eq!(
            client.get_artifact(uri, path).await.unwrap(),
            bytes,
            "{path}"
        );
    }
    let listed = client.list_artifacts(uri, "eval").await.unwrap();
    let mut names: Vec<&str> = listed.iter().map(|entry| entry.path.as_str()).collect();
    names.sort_unstable();
    let odd = "café & more+=@,'\"~!$().txt";
    assert_eq!(names, ["a b", odd, "empty", "page.html", "table.json.gz"]);
    assert!(
        listed
            .iter()
            .find(|entry| entry.path == "a b")
            .unwrap()
            .is_dir
    );
    let error = client.get_artifact(uri, "none").await.unwrap_err();
    assert!(matches!(error, MlflowError::NotFound { .. }), "{error}");
}

/// Two logged models of a run, linked once, ready.
async fn models(client: &Client, experiment: &ExperimentId, run_id: &str) -> Vec<String> {
    let new = NewLoggedModel {
        experiment_id: experiment.clone(),
        name: "category".to_owned(),
        model_type: "classifier".to_owned(),
        source_run_id: run_id.to_owned(),
        params: vec![Param::new("c", "1.0")],
        tags: vec![Tag::new("sha256", "00")],
    };
    let mut ids = Vec::new();
    for _ in 0..2 {
        let model = client.create_logged_model(&new).await.unwrap();
        assert_eq!(model.status, ModelStatus::Pending);
        for _ in 0..2 {
            client
                .log_outputs(run_id, &model.model_id, 0)
                .await
                .unwrap();
        }
        client
            .put_artifact(&model.artifact_uri, "data/model.bin", "model")
            .await
            .unwrap();
        client
            .finish_logged_model(&model.model_id, ModelEnd::Ready)
            .await
            .unwrap();
        ids.push(model.model_id);
    }
    let model = client.logged_model(&ids[0]).await.unwrap().unwrap();
    assert_eq!(
        (model.status, model.tag("sha256")),
        (ModelStatus::Ready, Some("00"))
    );
    let of_run = filter::is("source_run_id", run_id).unwrap();
    let found = client
        .search_logged_models(experiment, &of_run)
        .await
        .unwrap();
    assert_eq!(found.len(), 2);
    let linked = client.run(run_id).await.unwrap().unwrap().model_ids;
    assert_eq!(linked.len(), 2, "linked twice, kept once");
    assert!(client.logged_model("m-0").await.unwrap().is_none());
    ids
}

/// Two versions, an alias that moves from one to the other and goes.
async fn registry(client: &Client, run_id: &str, models: &[String]) {
    let name = "careerpulse's category";
    assert!(client.registered_model(name).await.unwrap().is_none());
    assert!(
        client
            .version_by_alias(name, "staging")
            .await
            .unwrap()
            .is_none()
    );
    for _ in 0..2 {
        client
            .ensure_registered_model(name, "**d**", &[])
            .await
            .unwrap();
    }
    assert!(
        client
            .version_by_alias(name, "staging")
            .await
            .unwrap()
            .is_none()
    );
    for (model_id, expected) in models.iter().zip(1_u64..) {
        let new = NewVersion {
            name: name.to_owned(),
            model_id: model_id.clone(),
            run_id: run_id.to_owned(),
            description: "d".to_owned(),
            tags: vec![Tag::new("validation_status", "pending")],
        };
        let made = client.create_version(&new).await.unwrap();
        assert_eq!(
            (made.version, made.model_id()),
            (expected, Some(model_id.as_str()))
        );
        client
            .set_alias(name, "staging", made.version)
            .await
            .unwrap();
        let at = client
            .version_by_alias(name, "staging")
            .await
            .unwrap()
            .unwrap();
        assert_eq!((at.version, at.aliases.len()), (expected, 1));
    }
    client.set_alias(name, "production", 1).await.unwrap();
    let tag = Tag::new("validation_status", "passed");
    client.set_version_tag(name, 1, &tag).await.unwrap();
    client.update_version(name, 1, "new").await.unwrap();
    let version = client.version(name, 1).await.unwrap().unwrap();
    assert_eq!(version.tag("validation_status"), Some("passed"));
    assert_eq!(version.description, "new");
    let model = client.registered_model(name).await.unwrap().unwrap();
    assert_eq!(
        (model.alias("staging"), model.alias("production")),
        (Some(2), Some(1))
    );
    for _ in 0..2 {
        client.delete_alias(name, "staging").await.unwrap();
    }
    assert!(
        client
            .version_by_alias(name, "staging")
            .await
            .unwrap()
            .is_none()
    );
    for by in [filter::is("name", name), filter::is("run_id", run_id)] {
        let found = client.search_versions(&by.unwrap()).await.unwrap();
        assert_eq!(found.len(), 2);
    }
    let place = client.version_artifacts(name, 1).await.unwrap();
    let bytes = client.get_artifact(&place, "data/model.bin").await.unwrap();
    assert_eq!(bytes, b"model");
    assert!(client.version(name, 9).await.unwrap().is_none());
}

/// A host name that the server does not know is refused with the remedy. The name leads to
/// loopback without a look-up.
async fn foreign_host(uri: &str) {
    let port = uri.rsplit(':').next().unwrap();
    let uri = format!("http://models.localhost:{port}");
    let once = Settings {
        attempts: 1,
        ..Settings::default()
    };
    let client = Client::new(&uri, Credentials::none(), once).unwrap();
    match client.run("r").await {
        Err(error @ MlflowError::HostCheck { .. }) => {
            let host = format!("--allowed-hosts models.localhost:{port}");
            assert!(error.to_string().contains(&host), "{error}");
        }
        // Where the system does not know that name.
        Err(MlflowError::Unreachable { .. }) => {}
        other => panic!("{other:?}"),
    }
}

/// No process has the folder of the server in its environment or its command line.
fn nothing_is_left(pid: u32, folder: &Path) {
    let Ok(processes) = std::fs::read_dir("/proc") else {
        return;
    };
    let marks = [folder.to_string_lossy().into_owned(), format!(" {pid} ")];
    for process in processes.flatten() {
        let path = process.path();
        let own = std::process::id().to_string();
        if process.file_name().to_string_lossy() == own {
            continue;
        }
        let environ = std::fs::read(path.join("environ")).unwrap_or_default();
        let environ = String::from_utf8_lossy(&environ);
        assert!(!environ.contains(&marks[0]), "{} is left", path.display());
        let stat = std::fs::read_to_string(path.join("stat")).unwrap_or_default();
        let is_dead = stat.contains(") Z ");
        assert!(is_dead || !stat.contains(&marks[1]), "{stat} is left");
    }
}
