//! Whether an MLflow is there.

use careerpulse_mlflow::{Client, Credentials, MlflowError, Settings};

use crate::fake::{Fake, Reply, ok, recorded, reply};

async fn info(replies: Vec<Reply>) -> Result<(String, Option<String>), MlflowError> {
    let fake = Fake::answering(replies).await;
    let info = fake.client().server_info().await?;
    Ok((info.version, info.store))
}

#[tokio::test]
async fn a_server_says_its_version_and_store_where_it_has_the_call() {
    let both = vec![recorded("version"), recorded("server-info")];
    let store = Some("SqlStore".to_owned());
    assert_eq!(info(both).await.unwrap(), ("3.17.2".to_owned(), store));
    let early = vec![reply(200, "text/html", "3.1.4"), recorded("no-route")];
    assert_eq!(info(early).await.unwrap(), ("3.1.4".to_owned(), None));
}

#[tokio::test]
async fn another_program_or_an_old_mlflow_is_told() {
    for other in [
        recorded("no-route"),
        reply(404, "application/json", r#"{"detail":"Not Found"}"#),
        reply(200, "text/html", "<!doctype html><title>A shop</title>"),
        ok("{}"),
        ok(""),
    ] {
        let error = info(vec![other.clone()]).await.unwrap_err();
        assert!(
            matches!(error, MlflowError::NotMlflow { .. }),
            "{other:?}: {error}"
        );
    }
    let error = info(vec![reply(200, "text/html", "2.22.0")])
        .await
        .unwrap_err();
    assert!(matches!(&error, MlflowError::TooOld { version, .. } if version == "2.22.0"));
}

#[tokio::test]
async fn nobody_at_the_address_is_told_with_the_remedy() {
    // A port that was free a moment ago, and is again.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let uri = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let settings = Settings {
        attempts: 1,
        ..Settings::default()
    };
    let client = Client::new(&uri, Credentials::none(), settings).unwrap();
    let error = client.server_info().await.unwrap_err();
    assert!(matches!(error, MlflowError::Unreachable { .. }), "{error}");
    let text = error.to_string();
    assert!(text.contains(&uri) && text.contains("mlflow up"), "{text}");
}

#[tokio::test]
async fn a_prefix_stays_in_front_of_every_call() {
    let fake = Fake::recorded(&["version", "server-info", "runs-none"]).await;
    let uri = format!("{}/ml/flow/", fake.uri);
    let client = Client::new(&uri, Credentials::none(), Settings::default()).unwrap();
    client.server_info().await.unwrap();
    let experiment = careerpulse_mlflow::ExperimentId("1".to_owned());
    client.search_runs(&experiment, "", &[]).await.unwrap();
    let lines: Vec<String> = fake.seen().into_iter().map(|seen| seen.line).collect();
    assert_eq!(
        lines,
        [
            "GET /ml/flow/version",
            "GET /ml/flow/api/3.0/mlflow/server-info",
            "POST /ml/flow/api/2.0/mlflow/runs/search",
        ]
    );
}
