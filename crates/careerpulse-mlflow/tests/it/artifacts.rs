//! Artifacts.

use careerpulse_mlflow::{ArtifactEntry, MlflowError, Settings};

use crate::fake::{Fake, Reply, ok, recorded};

const URI: &str = "mlflow-artifacts:/1/r/artifacts";
const ROOT: &str = "/api/2.0/mlflow-artifacts/artifacts";

#[tokio::test]
async fn a_file_is_put_read_and_listed_by_its_encoded_path() {
    let fake = Fake::recorded(&[
        "artifact-put",
        "artifact-get",
        "artifact-list",
        "artifact-list-none",
    ])
    .await;
    let client = fake.client();
    let path = "data/café & more.txt";
    client.put_artifact(URI, path, "hello").await.unwrap();
    assert_eq!(client.get_artifact(URI, path).await.unwrap(), b"hello");
    let file = ArtifactEntry {
        path: "café & more.txt".to_owned(),
        is_dir: false,
        file_size: Some(5),
    };
    assert_eq!(client.list_artifacts(URI, "data").await.unwrap(), [file]);
    assert!(client.list_artifacts(URI, "").await.unwrap().is_empty());
    let encoded = format!("{ROOT}/1/r/artifacts/data/caf%C3%A9%20&%20more.txt");
    assert_eq!(
        fake.lines(),
        [
            format!("PUT {encoded}"),
            format!("GET {encoded}"),
            format!("GET {ROOT}?path=1%2Fr%2Fartifacts%2Fdata"),
            format!("GET {ROOT}?path=1%2Fr%2Fartifacts"),
        ]
    );
    let put = &fake.seen()[0];
    assert_eq!(put.body, b"hello");
    assert_eq!(put.header("content-length"), Some("5"));
}

#[tokio::test]
async fn an_empty_file_is_put_with_its_length_and_a_put_is_repeated() {
    let fake = Fake::answering(vec![Reply::Reset, recorded("artifact-put")]).await;
    fake.client().put_artifact(URI, "empty", "").await.unwrap();
    let seen = fake.seen();
    assert_eq!(seen.len(), 2);
    assert_eq!(seen[1].header("content-length"), Some("0"));
}

#[tokio::test]
async fn a_missing_file_a_refused_path_and_one_too_long_are_told() {
    let fake = Fake::recorded(&["artifact-missing", "artifact-hash"]).await;
    let client = fake.client();
    let error = client.get_artifact(URI, "none.txt").await.unwrap_err();
    assert!(matches!(error, MlflowError::NotFound { .. }), "{error}");
    let error = client.get_artifact(URI, "odd").await.unwrap_err();
    assert!(matches!(error, MlflowError::Invalid { .. }), "{error}");
    let fake = Fake::answering(vec![ok("0123456789")]).await;
    let settings = Settings {
        max_artifact_bytes: 9,
        ..Settings::default()
    };
    let error = fake
        .client_with(settings)
        .get_artifact(URI, "a")
        .await
        .unwrap_err();
    assert!(
        matches!(error, MlflowError::TooLarge { limit: 9, .. }),
        "{error}"
    );
}

#[tokio::test]
async fn a_path_that_would_become_another_one_is_not_sent() {
    let fake = Fake::answering(vec![]).await;
    let client = fake.client();
    for path in ["../a", "/a", "a%2Fb", "a#b", "a//b", ""] {
        let error = client.put_artifact(URI, path, "x").await.unwrap_err();
        assert!(matches!(error, MlflowError::BadValue { .. }), "{error}");
    }
    let error = client.put_artifact("s3://b/1", "a", "x").await.unwrap_err();
    assert!(matches!(error, MlflowError::NotServed { .. }), "{error}");
    assert!(fake.seen().is_empty());
}
