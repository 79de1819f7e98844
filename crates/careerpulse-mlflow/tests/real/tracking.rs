//! Experiments, runs, what is logged to them, and their files.

use careerpulse_mlflow::{
    Batch, Client, Credentials, DatasetInput, EndStatus, ExperimentId, Metric, MlflowError, NewRun,
    Param, RunStatus, Settings, Tag, filter,
};

/// A moment of the past, in milliseconds since 1970.
const START: i64 = 1_700_000_000_000;

/// Made once by two at a time, found, brought back after its deletion.
pub async fn experiments(client: &Client, uri: &str) -> ExperimentId {
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

/// A parent and its child, with more than a request holds, found by tags of any text.
pub async fn runs(client: &Client, experiment: &ExperimentId) -> String {
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
