//! Runs, batches, inputs and searches.

use careerpulse_mlflow::{
    Batch, DatasetInput, EndStatus, ExperimentId, Metric, MlflowError, NewRun, Param, RunStatus,
    Settings, Tag, filter,
};
use serde_json::{Value, json};

use crate::fake::{Fake, ok, recorded};

fn new_run() -> NewRun {
    NewRun {
        experiment_id: ExperimentId("1".to_owned()),
        name: "first".to_owned(),
        start_time: 1_700_000_000_000,
        tags: vec![Tag::new("careerpulse.run_key", "a'b")],
    }
}

#[tokio::test]
async fn a_run_is_begun_and_ended_at_the_times_given() {
    let fake = Fake::recorded(&["run-create", "run-end"]).await;
    let client = fake.client();
    let info = client.create_run(&new_run()).await.unwrap();
    assert_eq!(info.status, RunStatus::Running);
    assert!(info.artifact_uri.starts_with("mlflow-artifacts:/1/"));
    client
        .end_run(&info.run_id, EndStatus::Finished, 1_700_000_005_000)
        .await
        .unwrap();
    let [begun, ended] = &fake.seen()[..] else {
        panic!("two calls")
    };
    assert_eq!(
        begun.json(),
        json!({"experiment_id": "1", "run_name": "first", "start_time": 1_700_000_000_000_i64,
            "tags": [{"key": "careerpulse.run_key", "value": "a'b"}]})
    );
    assert_eq!(
        ended.json(),
        json!({"run_id": info.run_id, "status": "FINISHED", "end_time": 1_700_000_005_000_i64})
    );
}

#[tokio::test]
async fn a_run_in_no_experiment_is_not_found() {
    let fake = Fake::recorded(&["run-create-no-experiment"]).await;
    let error = fake.client().create_run(&new_run()).await.unwrap_err();
    assert!(matches!(error, MlflowError::NotFound { .. }), "{error}");
    assert!(error.to_string().contains("999999"), "{error}");
}

#[tokio::test]
async fn a_run_is_read_back_with_the_numbers_that_json_lacks() {
    let fake = Fake::recorded(&["run-with-model", "run-missing"]).await;
    let client = fake.client();
    let run = client.run("any").await.unwrap().unwrap();
    let metric = |key: &str| run.metrics.iter().find(|m| m.key == key).unwrap().value;
    assert_eq!(metric("cv/macro_f1"), 0.5);
    assert!(metric("nan").is_nan());
    assert_eq!(metric("inf"), f64::MAX, "as the SQL store has it");
    assert_eq!(metric("bare"), 0.0, "which is why NaN is sent as a word");
    assert_eq!(
        run.param("number"),
        Some(""),
        "which is why values are texts"
    );
    assert_eq!(run.tag("careerpulse.run_key"), Some("a'b"));
    assert_eq!(run.inputs[0].dataset.digest, "0a1b2c3d");
    assert_eq!(run.inputs[0].context(), Some("training"));
    assert_eq!(run.model_ids.len(), 1, "linked once");
    assert_eq!(run.info.end_time, Some(1_700_000_005_000));
    assert!(client.run("none").await.unwrap().is_none());
}

#[tokio::test]
async fn a_batch_is_split_and_sent_with_its_length() {
    let pairs = |count: usize| {
        (0..count)
            .map(|i| Param::new(format!("p{i}"), "v"))
            .collect()
    };
    let batch = Batch {
        params: pairs(250),
        tags: vec![],
        metrics: (0..2_500)
            .map(|step| Metric {
                key: "cv/f1".to_owned(),
                value: if step == 0 { f64::NAN } else { 0.5 },
                step,
                ..Metric::default()
            })
            .collect(),
    };
    let fake = Fake::recorded(&["log-batch"; 3]).await;
    fake.client().log_batch("r", &batch).await.unwrap();
    let seen = fake.seen();
    let count = |body: &Value, kind: &str| body[kind].as_array().unwrap().len();
    let bodies: Vec<Value> = seen.iter().map(|seen| seen.json()).collect();
    let sizes: Vec<_> = bodies
        .iter()
        .map(|body| (count(body, "params"), count(body, "metrics")))
        .collect();
    assert_eq!(sizes, [(100, 900), (100, 900), (50, 700)]);
    assert_eq!(bodies[0]["metrics"][0]["value"], "NaN");
    for seen in &seen {
        assert_eq!(
            seen.header("content-length"),
            Some(&*seen.body.len().to_string())
        );
        assert_eq!(
            seen.header("transfer-encoding"),
            None,
            "MLflow drops a chunked body"
        );
        assert_eq!(seen.header("content-type"), Some("application/json"));
    }
}

#[tokio::test]
async fn an_empty_batch_no_inputs_and_what_is_too_long_send_nothing() {
    let fake = Fake::answering(vec![]).await;
    let client = fake.client();
    client.log_batch("r", &Batch::default()).await.unwrap();
    client.log_inputs("r", &[]).await.unwrap();
    let long = Batch {
        params: vec![Param::new("query", "x".repeat(6_001))],
        ..Batch::default()
    };
    let error = client.log_batch("r", &long).await.unwrap_err().to_string();
    assert!(error.contains("query") && error.contains("6001"), "{error}");
    let key = Batch {
        params: vec![Param::new("a#b", "1")],
        ..Batch::default()
    };
    let error = client.log_batch("r", &key).await.unwrap_err();
    assert!(matches!(error, MlflowError::BadValue { .. }), "{error}");
    assert!(fake.seen().is_empty());
}

#[tokio::test]
async fn a_parameter_with_another_value_and_other_refusals_are_told_in_the_servers_words() {
    let one = Batch {
        params: vec![Param::new("c", "2.0")],
        ..Batch::default()
    };
    for (answer, words) in [
        (
            "log-batch-param-changed",
            "Changing param values is not allowed",
        ),
        ("log-batch-too-many", "at most 100 params"),
        ("log-batch-bad-key", "Names may only contain"),
    ] {
        let fake = Fake::recorded(&[answer]).await;
        let error = fake.client().log_batch("r", &one).await.unwrap_err();
        let MlflowError::Invalid { code, message, .. } = &error else {
            panic!("{error}")
        };
        assert_eq!(code, "INVALID_PARAMETER_VALUE");
        assert!(message.contains(words), "{message}");
        assert_eq!(fake.seen().len(), 1, "a refusal is not asked for again");
    }
    let fake = Fake::recorded(&["log-batch-no-run"]).await;
    let error = fake.client().log_batch("r", &one).await.unwrap_err();
    assert!(matches!(error, MlflowError::NotFound { .. }), "{error}");
}

#[tokio::test]
async fn inputs_are_sent_as_the_ui_reads_them() {
    let fake = Fake::recorded(&["log-inputs", "log-inputs-long-digest"]).await;
    let input = DatasetInput {
        name: "labelled".to_owned(),
        digest: "0a1b2c3d".to_owned(),
        source: "{}".to_owned(),
        context: "training".to_owned(),
        ..DatasetInput::default()
    };
    let client = fake.client();
    client
        .log_inputs("r", std::slice::from_ref(&input))
        .await
        .unwrap();
    assert_eq!(
        fake.seen()[0].json()["datasets"],
        json!([{"tags": [{"key": "mlflow.data.context", "value": "training"}],
            "dataset": {"name": "labelled", "digest": "0a1b2c3d", "source_type": "local", "source": "{}"}}])
    );
    let error = client.log_inputs("r", &[input]).await.unwrap_err();
    assert!(error.to_string().contains("36"), "{error}");
}

#[tokio::test]
async fn a_search_reads_all_pages_in_order() {
    let fake = Fake::recorded(&["runs-page-1", "runs-page-2"]).await;
    let settings = Settings {
        page_size: 1,
        ..Settings::default()
    };
    let filter = filter::tag_is("careerpulse.run_key", "a'b").unwrap();
    let experiment = ExperimentId("1".to_owned());
    let runs = fake
        .client_with(settings)
        .search_runs(&experiment, &filter, &["attributes.start_time DESC"])
        .await
        .unwrap();
    let names: Vec<&str> = runs.iter().map(|run| run.info.run_name.as_str()).collect();
    assert_eq!(names, ["second", "first"]);
    let bodies: Vec<Value> = fake.seen().iter().map(|seen| seen.json()).collect();
    assert_eq!(bodies[0]["max_results"], 1);
    assert_eq!(bodies[0]["filter"], "tags.`careerpulse.run_key` = \"a'b\"");
    assert_eq!(bodies[0]["page_token"], "");
    assert!(bodies[1]["page_token"].as_str().unwrap().len() > 3);
}

#[tokio::test]
async fn a_search_may_find_nothing_and_a_page_may_not_lead_to_itself() {
    let experiment = ExperimentId("1".to_owned());
    let fake = Fake::recorded(&["runs-none", "runs-bad-filter"]).await;
    let client = fake.client();
    assert!(
        client
            .search_runs(&experiment, "", &[])
            .await
            .unwrap()
            .is_empty()
    );
    let error = client.search_runs(&experiment, "tags.x = = 1", &[]).await;
    assert!(matches!(error, Err(MlflowError::Invalid { .. })));
    let page = r#"{"runs":[],"next_page_token":"again"}"#;
    let fake = Fake::answering(vec![ok(page), ok(page), recorded("runs-none")]).await;
    let error = fake.client().search_runs(&experiment, "", &[]).await;
    assert!(matches!(error, Err(MlflowError::Malformed { .. })));
}
