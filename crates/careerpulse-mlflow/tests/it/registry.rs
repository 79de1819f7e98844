//! Registered models, versions and aliases.

use careerpulse_mlflow::{MlflowError, NewVersion, Settings, Tag, filter};
use serde_json::json;

use crate::fake::Fake;

#[tokio::test]
async fn a_registered_model_comes_with_its_aliases_or_is_none() {
    let fake = Fake::recorded(&["registered-get", "registered-bare", "registered-missing"]).await;
    let client = fake.client();
    let model = client.registered_model("category").await.unwrap().unwrap();
    assert_eq!(model.alias("production"), Some(1));
    assert_eq!(model.alias("staging"), None);
    let bare = client.registered_model("category").await.unwrap().unwrap();
    assert!(bare.aliases.is_empty());
    assert!(client.registered_model("category").await.unwrap().is_none());
}

#[tokio::test]
async fn a_registered_model_is_ensured_whether_it_is_there_or_not() {
    let fake = Fake::recorded(&["registered-create", "registered-exists"]).await;
    let client = fake.client();
    for _ in 0..2 {
        client
            .ensure_registered_model("category", "d", &[])
            .await
            .unwrap();
    }
    for name in ["a/b", "a:b", " ", ".."] {
        let error = client.ensure_registered_model(name, "", &[]).await;
        assert!(matches!(error, Err(MlflowError::BadValue { .. })), "{name}");
    }
    assert_eq!(fake.seen().len(), 2);
}

#[tokio::test]
async fn a_version_is_made_read_described_and_tagged() {
    let script = [
        "version-create",
        "version-get",
        "version-update",
        "version-tag",
        "version-missing",
    ];
    let fake = Fake::recorded(&script).await;
    let client = fake.client();
    let new = NewVersion {
        name: "category".to_owned(),
        model_id: "m-1".to_owned(),
        run_id: "r".to_owned(),
        description: "d".to_owned(),
        tags: vec![Tag::new("validation_status", "pending")],
    };
    let made = client.create_version(&new).await.unwrap();
    assert_eq!(made.version, 1);
    assert!(made.model_id().unwrap().starts_with("m-"));
    let read = client.version("category", 1).await.unwrap().unwrap();
    assert_eq!(read.tag("validation_status"), Some("pending"));
    let updated = client.update_version("category", 1, "new").await.unwrap();
    assert_eq!(updated.description, "new");
    let tag = Tag::new("validation_status", "passed");
    client.set_version_tag("category", 1, &tag).await.unwrap();
    assert!(client.version("category", 9).await.unwrap().is_none());
    let seen = fake.seen();
    assert_eq!(seen[0].json()["source"], "models:/m-1");
    assert_eq!(seen[3].json()["version"], "1", "a number there is refused");
}

#[tokio::test]
async fn a_tag_of_a_missing_version_and_a_version_of_a_missing_model_are_not_found() {
    let fake = Fake::recorded(&["version-tag-missing", "version-create-no-model"]).await;
    let client = fake.client();
    let tagged = client
        .set_version_tag("category", 9, &Tag::new("a", "b"))
        .await;
    assert!(matches!(tagged, Err(MlflowError::NotFound { .. })));
    let new = NewVersion {
        name: "none".to_owned(),
        model_id: "m-1".to_owned(),
        run_id: String::new(),
        description: String::new(),
        tags: vec![],
    };
    let made = client.create_version(&new).await;
    assert!(matches!(made, Err(MlflowError::NotFound { .. })));
}

#[tokio::test]
async fn versions_come_from_all_pages_and_say_where_their_files_are() {
    let fake = Fake::recorded(&["versions-page-1", "versions-page-2", "version-download"]).await;
    let settings = Settings {
        page_size: 1,
        ..Settings::default()
    };
    let client = fake.client_with(settings);
    let filter = filter::is("name", "category").unwrap();
    let versions = client.search_versions(&filter).await.unwrap();
    let mut numbers: Vec<u64> = versions.iter().map(|version| version.version).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, [1, 2]);
    assert!(
        fake.lines()[1].contains("page_token="),
        "{:?}",
        fake.lines()
    );
    let place = client.version_artifacts("category", 1).await.unwrap();
    assert!(
        place.starts_with("mlflow-artifacts:/1/models/m-"),
        "{place}"
    );
}

#[tokio::test]
async fn an_alias_stands_at_a_version_or_is_none() {
    let script = [
        "alias-set",
        "alias-get",
        "alias-missing",
        "alias-no-model",
        "alias-no-version",
    ];
    let fake = Fake::recorded(&script).await;
    let client = fake.client();
    client.set_alias("category", "production", 1).await.unwrap();
    assert_eq!(
        fake.seen()[0].json(),
        json!({"name": "category", "alias": "production", "version": "1"})
    );
    let version = client
        .version_by_alias("category", "production")
        .await
        .unwrap();
    assert_eq!(version.unwrap().aliases, ["production"]);
    let missing = client
        .version_by_alias("category", "staging")
        .await
        .unwrap();
    assert!(missing.is_none(), "400 of a model that is there");
    let missing = client.version_by_alias("none", "staging").await.unwrap();
    assert!(missing.is_none(), "404 of a model that is not");
    let error = client
        .set_alias("category", "production", 9)
        .await
        .unwrap_err();
    assert!(matches!(error, MlflowError::NotFound { .. }), "{error}");
}

#[tokio::test]
async fn an_alias_is_taken_away_twice_without_an_error_and_bad_ones_are_not_sent() {
    let fake = Fake::recorded(&["alias-delete", "alias-delete-again"]).await;
    let client = fake.client();
    for _ in 0..2 {
        client.delete_alias("category", "production").await.unwrap();
    }
    for alias in ["latest", "Latest", "v12", "V1", "a b", "a.b", ""] {
        let error = client.set_alias("category", alias, 1).await;
        assert!(
            matches!(error, Err(MlflowError::BadValue { .. })),
            "{alias}"
        );
        let error = client.version_by_alias("category", alias).await;
        assert!(
            matches!(error, Err(MlflowError::BadValue { .. })),
            "{alias}"
        );
    }
    assert_eq!(fake.lines(), ["DELETE registered-models/alias"; 2]);
}
