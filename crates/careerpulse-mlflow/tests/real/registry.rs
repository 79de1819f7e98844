//! Logged models, versions and aliases.

use careerpulse_mlflow::{
    Client, ExperimentId, ModelEnd, ModelStatus, NewLoggedModel, NewVersion, Param, Tag, filter,
};

/// Two logged models of a run, linked once, ready.
pub async fn models(client: &Client, experiment: &ExperimentId, run_id: &str) -> Vec<String> {
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
pub async fn versions(client: &Client, run_id: &str, models: &[String]) {
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
