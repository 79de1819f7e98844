//! Experiments: got, made, restored, and all of it under a race.

use careerpulse_mlflow::{MlflowError, Tag};

use crate::fake::{Fake, Reply};

/// What `experiment("recorded")` makes of a script, and the calls it took.
async fn experiment(names: &[&str]) -> (Result<String, MlflowError>, Vec<String>) {
    let fake = Fake::recorded(names).await;
    let tags = [Tag::new("team", "tests")];
    let id = fake.client().experiment("recorded", &tags).await;
    let calls = fake.lines();
    let short = |line: &String| line.split('?').next().unwrap().to_owned();
    (id.map(|id| id.0), calls.iter().map(short).collect())
}

const GET: &str = "GET experiments/get-by-name";
const CREATE: &str = "POST experiments/create";
const RESTORE: &str = "POST experiments/restore";

#[tokio::test]
async fn one_that_is_there_is_used() {
    let (id, calls) = experiment(&["experiment-get"]).await;
    assert_eq!((id.unwrap().as_str(), calls), ("1", vec![GET.into()]));
}

#[tokio::test]
async fn one_that_is_missing_is_made() {
    let (id, calls) = experiment(&["experiment-missing", "experiment-create"]).await;
    assert_eq!(id.unwrap(), "1");
    assert_eq!(calls, [GET, CREATE]);
}

#[tokio::test]
async fn a_deleted_one_is_brought_back() {
    let script = ["experiment-deleted", "experiment-restore", "experiment-get"];
    let (id, calls) = experiment(&script).await;
    assert_eq!(id.unwrap(), "1");
    assert_eq!(calls, [GET, RESTORE, GET]);
}

#[tokio::test]
async fn another_process_that_is_first_does_no_harm() {
    let made = ["experiment-missing", "experiment-exists", "experiment-get"];
    let (id, calls) = experiment(&made).await;
    assert_eq!(id.unwrap(), "1");
    assert_eq!(calls, [GET, CREATE, GET]);
    let restored = [
        "experiment-deleted",
        "experiment-restore-active",
        "experiment-get",
    ];
    let (id, calls) = experiment(&restored).await;
    assert_eq!(id.unwrap(), "1");
    assert_eq!(calls, [GET, RESTORE, GET]);
}

#[tokio::test]
async fn a_lost_answer_to_the_creation_is_looked_for_by_name() {
    let fake = Fake::answering(vec![
        crate::fake::recorded("experiment-missing"),
        Reply::Reset,
        crate::fake::recorded("experiment-get"),
    ])
    .await;
    let id = fake.client().experiment("recorded", &[]).await.unwrap();
    assert_eq!(id.to_string(), "1");
    assert_eq!(fake.seen().len(), 3);
}

#[tokio::test]
async fn a_name_is_encoded_and_an_empty_one_is_not_sent() {
    let fake = Fake::recorded(&["experiment-get"]).await;
    fake.client().experiment("a & b/ü", &[]).await.unwrap();
    assert_eq!(
        fake.lines(),
        ["GET experiments/get-by-name?experiment_name=a+%26+b%2F%C3%BC"]
    );
    let error = fake.client().experiment(" ", &[]).await.unwrap_err();
    assert!(matches!(error, MlflowError::BadValue { .. }), "{error}");
}
