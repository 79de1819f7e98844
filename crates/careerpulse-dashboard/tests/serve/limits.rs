//! How often, how large, how many, how long.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use bytes::Bytes;
use careerpulse_dashboard::settings::AppSettings;
use futures::stream;
use http::StatusCode;

use crate::common::Mood;
use crate::common::asking::{Answer, ask, assert_problem, classify, get, request, with};

async fn from(app: &Router, peer: &str) -> Answer {
    let peer: SocketAddr = peer.parse().unwrap();
    let asked = request("GET", "/api/v1/suspects").extension(ConnectInfo(peer));
    ask(app, asked.body(Body::empty()).unwrap()).await
}

#[tokio::test(start_paused = true)]
async fn a_client_that_asks_too_often_waits_and_others_do_not() {
    let (_, app) = with(AppSettings {
        rate: 0.5,
        burst: 3,
        ..AppSettings::default()
    });
    for port in 1..=3 {
        let answer = from(&app, &format!("10.0.0.1:{port}")).await;
        assert_eq!(answer.status, StatusCode::OK);
    }
    let refused = from(&app, "10.0.0.1:9").await;
    assert_problem(&refused, 429, "too-many");
    assert_eq!(refused.header("retry-after"), "2");
    assert_eq!(from(&app, "10.0.0.2:1").await.status, StatusCode::OK);
    tokio::time::advance(Duration::from_secs(2)).await;
    assert_eq!(from(&app, "10.0.0.1:9").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_by_its_head_or_on_the_way() {
    let (lake, app) = with(AppSettings {
        max_body_bytes: 100,
        ..AppSettings::default()
    });
    let large = format!("{{\"title\":\"{}\"}}", "x".repeat(100));
    let asked = || request("POST", "/api/v1/classify").header("content-type", "application/json");
    let head = asked().header("content-length", large.len());
    let by_head = ask(&app, head.body(Body::from(large.clone())).unwrap()).await;
    assert_problem(&by_head, 413, "too-large");
    let parts = large
        .into_bytes()
        .chunks(10)
        .map(|part| Ok::<_, std::io::Error>(Bytes::copy_from_slice(part)))
        .collect::<Vec<_>>();
    let on_the_way = asked()
        .body(Body::from_stream(stream::iter(parts)))
        .unwrap();
    assert_problem(&ask(&app, on_the_way).await, 413, "too-large");
    assert!(lake.batches.lock().unwrap().is_empty());
    let broken = stream::iter([Err::<Bytes, _>(std::io::Error::other("secret"))]);
    let broken = asked().body(Body::from_stream(broken)).unwrap();
    assert_problem(&ask(&app, broken).await, 400, "bad-request");
}

#[tokio::test]
async fn an_address_that_is_too_long_is_refused() {
    let (_, app) = with(AppSettings::default());
    let long = format!("/api/v1/predictions?q={}", "x".repeat(4096));
    assert_problem(&get(&app, &long).await, 414, "uri-too-long");
}

#[tokio::test(start_paused = true)]
async fn what_takes_too_long_is_given_up() {
    let (lake, app) = with(AppSettings::default());
    lake.set(Mood::Hanging);
    let slow = get(&app, "/api/v1/overview").await;
    assert_problem(&slow, 503, "too-slow");
    assert_eq!(slow.header("retry-after"), "5");
    // A body that never ends is no way to hold a place either.
    let silent = Body::from_stream(stream::pending::<Result<Bytes, std::io::Error>>());
    let asked = request("POST", "/api/v1/classify").header("content-type", "application/json");
    assert_problem(
        &ask(&app, asked.body(silent).unwrap()).await,
        503,
        "too-slow",
    );
}

#[tokio::test(start_paused = true)]
async fn beyond_the_places_requests_wait_their_turn() {
    let (lake, app) = with(AppSettings {
        max_requests: 1,
        ..AppSettings::default()
    });
    lake.gate.forget_permits(usize::MAX);
    let first = tokio::spawn({
        let app = app.clone();
        async move { classify(&app, "{\"title\":\"a\"}").await }
    });
    tokio::time::advance(Duration::from_millis(10)).await;
    let second = tokio::spawn({
        let app = app.clone();
        async move { get(&app, "/api/v1/suspects").await }
    });
    tokio::time::advance(Duration::from_millis(10)).await;
    assert!(!second.is_finished());
    // Whether it lives is told all the same, and how busy it is as soon as there is a place.
    assert_eq!(get(&app, "/healthz").await.status, StatusCode::OK);
    lake.gate.add_permits(1);
    assert_eq!(first.await.unwrap().status, StatusCode::OK);
    assert_eq!(second.await.unwrap().status, StatusCode::OK);
}
