//! Logged models.

use careerpulse_mlflow::{
    ExperimentId, MlflowError, ModelEnd, ModelStatus, NewLoggedModel, Param, Tag, filter,
};
use serde_json::json;

use crate::fake::Fake;

fn new_model() -> NewLoggedModel {
    NewLoggedModel {
        experiment_id: ExperimentId("1".to_owned()),
        name: "category".to_owned(),
        model_type: "classifier".to_owned(),
        source_run_id: "r".to_owned(),
        params: vec![Param::new("c", "1.0")],
        tags: vec![Tag::new("team", "tests")],
    }
}

#[tokio::test]
async fn a_model_is_made_linked_and_declared_ready() {
    let fake =
        Fake::recorded(&["model-create", "model-outputs", "model-finish", "model-get"]).await;
    let client = fake.client();
    let model = client.create_logged_model(&new_model()).await.unwrap();
    assert_eq!(model.status, ModelStatus::Pending);
    assert_eq!(model.source(), format!("models:/{}", model.model_id));
    client.log_outputs("r", &model.model_id, 0).await.unwrap();
    let ready = client
        .finish_logged_model(&model.model_id, ModelEnd::Ready)
        .await
        .unwrap();
    assert_eq!(ready.status, ModelStatus::Ready);
    let read = client.logged_model(&model.model_id).await.unwrap().unwrap();
    assert_eq!(read.tag("team"), Some("tests"));
    assert_eq!(read.artifact_uri, model.artifact_uri);
    let id = &model.model_id;
    assert_eq!(
        fake.lines()[1..],
        [
            "POST runs/outputs".to_owned(),
            format!("PATCH logged-models/{id}"),
            format!("GET logged-models/{id}"),
        ]
    );
    let bodies = fake.seen();
    assert_eq!(
        bodies[1].json()["models"],
        json!([{"model_id": id, "step": 0}])
    );
    assert_eq!(
        bodies[2].json(),
        json!({"model_id": id, "status": "LOGGED_MODEL_READY"})
    );
}

#[tokio::test]
async fn a_link_that_is_there_is_enough_and_another_refusal_is_told() {
    let fake = Fake::recorded(&["model-outputs-again", "run-with-model"]).await;
    let client = fake.client();
    let run = Fake::recorded(&["run-with-model"])
        .await
        .client()
        .run("r")
        .await;
    let model_id = &run.unwrap().unwrap().model_ids[0];
    client.log_outputs("r", model_id, 0).await.unwrap();
    let fake = Fake::recorded(&["model-outputs-again", "run-with-model"]).await;
    let error = fake
        .client()
        .log_outputs("r", "m-other", 0)
        .await
        .unwrap_err();
    assert!(matches!(error, MlflowError::Invalid { .. }), "{error}");
}

#[tokio::test]
async fn models_of_a_run_are_found() {
    let fake = Fake::recorded(&["models-search", "models-search-none"]).await;
    let experiment = ExperimentId("1".to_owned());
    let by_run = filter::is("source_run_id", "r").unwrap();
    let client = fake.client();
    let found = client
        .search_logged_models(&experiment, &by_run)
        .await
        .unwrap();
    assert_eq!(found.len(), 1);
    assert!(found[0].model_id.starts_with("m-"));
    let none = client
        .search_logged_models(&experiment, &by_run)
        .await
        .unwrap();
    assert!(none.is_empty());
}

#[tokio::test]
async fn a_missing_model_is_none_and_a_bad_name_or_id_is_not_sent() {
    let fake = Fake::recorded(&["model-missing"]).await;
    let client = fake.client();
    assert!(client.logged_model("m-0").await.unwrap().is_none());
    let bad = NewLoggedModel {
        name: "a/b".to_owned(),
        ..new_model()
    };
    let error = client.create_logged_model(&bad).await.unwrap_err();
    assert!(matches!(error, MlflowError::BadValue { .. }), "{error}");
    let error = client.logged_model("../runs").await.unwrap_err();
    assert!(matches!(error, MlflowError::BadValue { .. }), "{error}");
    assert_eq!(fake.seen().len(), 1);
}
