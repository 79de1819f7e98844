//! Every status and trap: what is told, and what is asked again.

use std::time::Duration;

use careerpulse_mlflow::{
    Batch, Client, Credentials, ExperimentId, MlflowError, NewLoggedModel, NewRun, NewVersion,
    Param, Settings,
};

use crate::fake::{Fake, Reply, ok, recorded, reply};

fn busy() -> Reply {
    let body = r#"{"error_code":"TEMPORARILY_UNAVAILABLE","message":"busy"}"#;
    reply(503, "application/json", body)
}

fn cut_short() -> Reply {
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n";
    Reply::Bytes(format!("{head}{{\"run\":").into_bytes())
}

/// Short patience with a server that hangs; with others a slow machine must not matter.
fn patience(replies: &[Reply]) -> Settings {
    let mut settings = Settings::default();
    if replies.iter().any(|reply| matches!(reply, Reply::Hang)) {
        settings.timeout = Duration::from_millis(700);
    }
    settings
}

/// What reading a run makes of the replies, and how often was asked.
async fn read(replies: Vec<Reply>) -> (Result<bool, MlflowError>, usize) {
    let settings = patience(&replies);
    let fake = Fake::answering(replies).await;
    let run = fake.client_with(settings).run("r").await;
    (run.map(|run| run.is_some()), fake.seen().len())
}

fn new_run() -> NewRun {
    NewRun {
        experiment_id: ExperimentId("1".to_owned()),
        name: "n".to_owned(),
        start_time: 0,
        tags: vec![],
    }
}

#[tokio::test]
async fn what_passes_is_asked_for_again_until_it_comes() {
    for passing in [
        busy(),
        reply(500, "text/html", "<h1>Internal Server Error</h1>"),
        reply(502, "text/html", "<h1>Bad Gateway</h1>"),
        reply(429, "text/plain", "slow down"),
        Reply::Reset,
        Reply::Hang,
        cut_short(),
    ] {
        let script = vec![passing.clone(), passing.clone(), recorded("run-get")];
        let (found, asked) = read(script).await;
        assert!(found.unwrap(), "{passing:?}");
        assert_eq!(asked, 3, "{passing:?}");
    }
}

#[tokio::test]
async fn what_stays_is_told_after_the_last_attempt() {
    let (error, asked) = read(vec![busy(); 5]).await;
    let error = error.unwrap_err();
    assert!(
        matches!(error, MlflowError::Server { status: 503, .. }),
        "{error}"
    );
    assert!(error.to_string().contains("busy"), "{error}");
    assert_eq!(asked, 4);
    let (error, _) = read(vec![Reply::Hang; 4]).await;
    assert!(matches!(error, Err(MlflowError::Timeout { .. })));
    let (error, _) = read(vec![Reply::Reset; 4]).await;
    assert!(matches!(error, Err(MlflowError::Broken { .. })));
}

#[tokio::test]
async fn what_will_not_pass_is_asked_once() {
    let json = "application/json";
    for (answer, is_it) in [
        (
            recorded("host-check"),
            (|e| matches!(e, MlflowError::HostCheck { .. })) as fn(&MlflowError) -> bool,
        ),
        (recorded("not-found-html"), |e| {
            matches!(e, MlflowError::NotMlflow { .. })
        }),
        (recorded("wrong-method"), |e| {
            matches!(e, MlflowError::NotMlflow { .. })
        }),
        (reply(302, "text/html", ""), |e| {
            matches!(e, MlflowError::NotMlflow { .. })
        }),
        (reply(401, "text/plain", "who?"), |e| {
            matches!(e, MlflowError::Unauthorized { status: 401, .. })
        }),
        (
            reply(
                403,
                json,
                r#"{"error_code":"PERMISSION_DENIED","message":"no"}"#,
            ),
            |e| matches!(e, MlflowError::Unauthorized { status: 403, .. }),
        ),
        (
            reply(422, json, r#"{"detail":[{"msg":"field required"}]}"#),
            |e| {
                matches!(e, MlflowError::Invalid { code, message, .. }
                if code == "HTTP 422" && message.contains("field required"))
            },
        ),
        (
            reply(
                404,
                json,
                r#"{"error_code":"ENDPOINT_NOT_FOUND","message":"no"}"#,
            ),
            |e| matches!(e, MlflowError::NotMlflow { .. }),
        ),
        (
            reply(
                501,
                json,
                r#"{"error_code":"NOT_IMPLEMENTED","message":"no"}"#,
            ),
            |e| matches!(e, MlflowError::Server { status: 501, .. }),
        ),
        (ok(r#"{"run":{"#), |e| {
            matches!(e, MlflowError::Malformed { .. })
        }),
        (ok(""), |e| matches!(e, MlflowError::Malformed { .. })),
        (ok(r#"{"other":1}"#), |e| {
            matches!(e, MlflowError::Malformed { .. })
        }),
        (reply(200, "text/html; charset=utf-8", "<html>"), |e| {
            matches!(e, MlflowError::NotMlflow { .. })
        }),
    ] {
        let (error, asked) = read(vec![answer.clone()]).await;
        let error = error.unwrap_err();
        assert!(is_it(&error), "{answer:?}: {error:?}");
        assert_eq!(asked, 1, "{answer:?}");
    }
}

#[tokio::test]
async fn a_refused_host_name_says_how_to_allow_it() {
    let fake = Fake::recorded(&["host-check-post"]).await;
    let batch = Batch {
        params: vec![Param::new("a", "b")],
        ..Batch::default()
    };
    let error = fake
        .client()
        .log_batch("r", &batch)
        .await
        .unwrap_err()
        .to_string();
    let host = fake.uri.trim_start_matches("http://");
    assert!(
        error.contains(&format!("--allowed-hosts {host}")),
        "{error}"
    );
}

#[tokio::test]
async fn a_creation_whose_answer_is_lost_is_not_repeated_and_says_to_look_first() {
    let lost = || {
        let cut = ok(r#"{"run":{"#);
        vec![busy(), Reply::Reset, Reply::Hang, cut_short(), cut, ok("")]
    };
    for reply in lost() {
        let fake = Fake::answering(vec![reply.clone(); 2]).await;
        let settings = patience(std::slice::from_ref(&reply));
        let error = fake.client_with(settings).create_run(&new_run()).await;
        let error = error.unwrap_err();
        assert!(
            matches!(error, MlflowError::Uncertain { .. }),
            "{reply:?}: {error:?}"
        );
        assert!(
            error.to_string().contains("look for what it creates"),
            "{error}"
        );
        assert_eq!(fake.seen().len(), 1, "{reply:?}");
    }
    let fake = Fake::answering(vec![busy(); 2]).await;
    let client = fake.client();
    let model = NewLoggedModel {
        experiment_id: ExperimentId("1".to_owned()),
        name: "m".to_owned(),
        model_type: String::new(),
        source_run_id: String::new(),
        params: vec![],
        tags: vec![],
    };
    let error = client.create_logged_model(&model).await;
    assert!(matches!(error, Err(MlflowError::Uncertain { .. })));
    let version = NewVersion {
        name: "m".to_owned(),
        model_id: "m-1".to_owned(),
        run_id: String::new(),
        description: String::new(),
        tags: vec![],
    };
    let error = client.create_version(&version).await;
    assert!(matches!(error, Err(MlflowError::Uncertain { .. })));
    assert_eq!(fake.seen().len(), 2);
}

#[tokio::test]
async fn a_creation_that_was_never_carried_out_is_repeated() {
    let fake = Fake::answering(vec![
        reply(429, "text/plain", "slow down"),
        recorded("run-create"),
    ])
    .await;
    fake.client().create_run(&new_run()).await.unwrap();
    assert_eq!(fake.seen().len(), 2);
}

#[tokio::test]
async fn words_of_the_server_are_bounded_and_steer_no_terminal() {
    let message = format!("\\u001b[31m\\n{}", "x".repeat(100_000));
    let body = format!(r#"{{"error_code":"INVALID_STATE","message":"{message}"}}"#);
    let (error, _) = read(vec![reply(400, "application/json", &body)]).await;
    let error = error.unwrap_err().to_string();
    assert!(error.len() < 600 && error.contains('…'), "{}", error.len());
    assert!(!error.contains(['\u{1b}', '\n']), "{error}");
}

#[tokio::test]
async fn an_answer_without_end_is_given_up() {
    let fake = Fake::answering(vec![ok(&format!("\"{}\"", "x".repeat(2_000)))]).await;
    let settings = Settings {
        max_answer_bytes: 1_000,
        ..Settings::default()
    };
    let error = fake.client_with(settings).run("r").await.unwrap_err();
    assert!(
        matches!(error, MlflowError::TooLarge { limit: 1_000, .. }),
        "{error}"
    );
}

#[tokio::test]
async fn credentials_are_shown_to_the_server_and_to_no_one_else() {
    let secrets = [
        (Credentials::token("hunter2").unwrap(), "Bearer hunter2"),
        (
            Credentials::basic("anna", "hunter2").unwrap(),
            "Basic YW5uYTpodW50ZXIy",
        ),
    ];
    for (credentials, header) in secrets {
        let fake = Fake::answering(vec![reply(401, "text/plain", "no")]).await;
        let client = Client::new(&fake.uri, credentials, Settings::default()).unwrap();
        let error = client.run("r").await.unwrap_err();
        assert_eq!(fake.seen()[0].header("authorization"), Some(header));
        let printed = format!("{client:?} {error} {error:?}");
        assert!(!printed.contains("hunter2"), "{printed}");
        assert!(
            error.to_string().contains("MLFLOW_TRACKING_TOKEN"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_redirect_is_told_and_not_followed() {
    let answer = "HTTP/1.1 301 x\r\nLocation: https://a.test/x\r\nContent-Length: 0\r\n\r\n";
    let (error, _) = read(vec![Reply::Bytes(answer.into())]).await;
    let error = error.unwrap_err().to_string();
    assert!(error.contains("https://a.test/x"), "{error}");
}
