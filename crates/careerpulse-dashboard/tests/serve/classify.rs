//! Texts that are classified: forms, mistakes, batches.

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use careerpulse_dashboard::settings::AppSettings;
use futures::future::join_all;
use http::StatusCode;

use crate::common::Mood;
use crate::common::asking::{Answer, ask, assert_problem, classify, request, usual, with};

async fn post(app: &Router, address: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let mut asked = request("POST", address);
    for (name, value) in headers {
        asked = asked.header(*name, *value);
    }
    ask(app, asked.body(Body::from(body.to_owned())).unwrap()).await
}

fn text(title: &str) -> String {
    format!("{{\"title\":\"{title}\"}}")
}

#[tokio::test]
async fn one_text_gets_one_answer_and_several_get_theirs_in_order() {
    let (_, app) = usual();
    let one = classify(&app, &text("a")).await;
    assert_eq!(one.status, StatusCode::OK, "{one:?}");
    assert_eq!(one.json()["category"], "a");
    assert_eq!(one.header("cache-control"), "no-store");
    let several = classify(
        &app,
        &format!(" [{},{},{}]", text("c"), text("a"), text("b")),
    )
    .await;
    let answers = several.json();
    let names: Vec<&str> = answers
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["category"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["c", "a", "b"]);
    let alone = classify(&app, &format!("[{}]", text("a"))).await.json();
    assert_eq!(alone.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn answers_are_csv_on_request() {
    let (_, app) = usual();
    let json = [("content-type", "application/json; charset=utf-8")];
    let csv = post(&app, "/api/v1/classify?format=csv", &json, &text("=a")).await;
    assert_eq!(csv.status, StatusCode::OK, "{csv:?}");
    let lines: Vec<&str> = csv.text().lines().collect();
    assert_eq!(
        lines[0],
        "category,probability,gap,abstained,second,second_probability,third,third_probability,model_version"
    );
    assert_eq!(lines[1], "'=a,0.9,0.8,false,Data / Analytics,0.1,,,3");
}

#[tokio::test]
async fn what_is_no_text_is_refused() {
    let (_, app) = usual();
    for body in ["", "{", "[{}", "title", "{\"title\":\"\\ud800\"}", "{} {}"] {
        assert_problem(&classify(&app, body).await, 400, "bad-request");
    }
    for body in [
        "1",
        "null",
        "[]",
        "{}",
        "[1]",
        "[{}]",
        "{\"title\":1}",
        "{\"titel\":\"a\"}",
        "{\"title\":\" \\n\"}",
        "{\"title\":null}",
    ] {
        assert_problem(&classify(&app, body).await, 422, "unprocessable");
    }
    for headers in [
        &[][..],
        &[("content-type", "text/plain")],
        &[("content-type", "application/x-www-form-urlencoded")],
        &[
            ("content-type", "application/json"),
            ("content-encoding", "gzip"),
        ],
    ] {
        let answer = post(&app, "/api/v1/classify", headers, &text("a")).await;
        assert_problem(&answer, 415, "media-type");
    }
    let many = vec![text("a"); 257].join(",");
    assert_problem(
        &classify(&app, &format!("[{many}]")).await,
        422,
        "unprocessable",
    );
}

#[tokio::test(start_paused = true)]
async fn requests_at_the_same_time_share_a_batch_and_keep_their_answers() {
    let (lake, app) = usual();
    let titles: Vec<String> = (0..20).map(|number| format!("t{number}")).collect();
    let asked = titles.iter().map(|title| {
        let app = app.clone();
        async move {
            classify(&app, &text(title)).await.json()["category"]
                .as_str()
                .unwrap()
                .to_owned()
        }
    });
    assert_eq!(join_all(asked).await, titles);
    assert_eq!(*lake.batches.lock().unwrap(), [20]);
    let metrics = crate::common::asking::get(&app, "/metrics").await;
    assert!(
        metrics
            .text()
            .contains("careerpulse_classify_batch_texts_sum 20"),
        "{}",
        metrics.text()
    );
}

#[tokio::test(start_paused = true)]
async fn no_batch_is_larger_than_allowed() {
    let (lake, app) = with(AppSettings {
        classify_batch: 4,
        ..AppSettings::default()
    });
    let titles: Vec<String> = (0..9).map(|number| format!("t{number}")).collect();
    let body: Vec<String> = titles.iter().map(|title| text(title)).collect();
    let array = format!("[{}]", body.join(","));
    let single = text("x");
    let (several, one) = tokio::join!(classify(&app, &array), classify(&app, &single));
    let several = several.json();
    let names: Vec<&str> = several
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["category"].as_str().unwrap())
        .collect();
    assert_eq!(names, titles);
    assert_eq!(one.json()["category"], "x");
    let batches = lake.batches.lock().unwrap();
    assert_eq!(batches.iter().sum::<usize>(), 10);
    assert!(batches.iter().all(|size| *size <= 4), "{batches:?}");
}

#[tokio::test(start_paused = true)]
async fn a_refused_text_does_not_take_its_neighbours_with_it() {
    let (lake, app) = usual();
    let bodies = [text("a"), text("refused"), text("b")];
    let answers = join_all(bodies.iter().map(|body| classify(&app, body))).await;
    assert_eq!(lake.batches.lock().unwrap()[0], 3);
    assert_eq!(answers[0].json()["category"], "a");
    assert_problem(&answers[1], 422, "unprocessable");
    assert_eq!(answers[2].json()["category"], "b");
}

#[tokio::test(start_paused = true)]
async fn after_a_failed_batch_the_next_is_answered() {
    let (lake, app) = usual();
    assert_problem(&classify(&app, &text("broken")).await, 500, "internal");
    lake.set(Mood::Failing);
    assert_problem(&classify(&app, &text("a")).await, 500, "internal");
    lake.set(Mood::Empty);
    assert_problem(&classify(&app, &text("a")).await, 409, "not-yet");
    lake.set(Mood::Well);
    assert_eq!(classify(&app, &text("a")).await.status, StatusCode::OK);
}

#[tokio::test(start_paused = true)]
async fn a_full_queue_turns_away_and_empties() {
    let (lake, app) = with(AppSettings {
        classify_batch: 1,
        classify_queue: 3,
        classify_texts: 2,
        request_timeout: Duration::from_secs(60),
        ..AppSettings::default()
    });
    lake.gate.forget_permits(usize::MAX);
    let waiting: Vec<_> = (0..3)
        .map(|_| {
            let app = app.clone();
            tokio::spawn(async move { classify(&app, &text("a")).await })
        })
        .collect();
    // On one thread a turn lets every request reach its queue.
    tokio::time::advance(Duration::from_millis(10)).await;
    let turned_away = classify(&app, &text("a")).await;
    assert_problem(&turned_away, 503, "busy");
    assert_eq!(turned_away.header("retry-after"), "1");
    lake.gate.add_permits(10);
    for answer in join_all(waiting).await {
        assert_eq!(answer.unwrap().status, StatusCode::OK);
    }
    assert_eq!(classify(&app, &text("a")).await.status, StatusCode::OK);
}
