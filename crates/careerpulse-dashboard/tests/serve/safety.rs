//! What every answer carries, and whom the app listens to.

use axum::body::Body;
use careerpulse_dashboard::safety::headers::POLICY;
use careerpulse_dashboard::settings::AppSettings;
use http::{Request, StatusCode};

use crate::common::Mood;
use crate::common::asking::{
    Answer, ask, assert_problem, classify, get, get_with, request, usual, with,
};

fn assert_hardened(answer: &Answer) {
    for (name, value) in [
        ("content-security-policy", POLICY),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        assert_eq!(answer.header(name), value, "{answer:?}");
    }
    assert!(answer.header("permissions-policy").contains("camera=()"));
    assert!(
        ["no-store", "private, no-cache"].contains(&answer.header("cache-control")),
        "{answer:?}"
    );
    assert_eq!(answer.header("access-control-allow-origin"), "");
}

#[tokio::test]
async fn every_answer_carries_the_headers() {
    let (lake, app) = usual();
    let tag = get(&app, "/api/v1/overview")
        .await
        .header("etag")
        .to_owned();
    let mut answers = vec![
        get(&app, "/api/v1/overview").await,
        get_with(&app, "/api/v1/overview", &[("if-none-match", &tag)]).await,
        get(&app, "/api/v1/docs").await,
        get(&app, "/api/v1/openapi.json").await,
        get(&app, "/healthz").await,
        get(&app, "/metrics").await,
        get(&app, "/nothing").await,
        get(&app, "/api/v1/classify").await,
        get(&app, "/api/v1/models/x").await,
        classify(&app, "{}").await,
        get_with(&app, "/nothing", &[("accept", "text/html")]).await,
        ask(
            &app,
            Request::get("/")
                .header("host", "evil.example")
                .body(Body::empty())
                .unwrap(),
        )
        .await,
    ];
    lake.set(Mood::Panicking);
    answers.push(get(&app, "/api/v1/overview").await);
    let statuses: Vec<u16> = answers
        .iter()
        .map(|answer| answer.status.as_u16())
        .collect();
    assert_eq!(
        statuses,
        [
            200, 304, 200, 200, 200, 200, 404, 405, 400, 422, 404, 421, 500
        ]
    );
    answers.iter().for_each(assert_hardened);
    let (_, guarded) = with(AppSettings {
        token: Some("a token of some length".to_owned()),
        rate: 0.1,
        burst: 2,
        ..AppSettings::default()
    });
    let unknown = get(&guarded, "/api/v1/overview").await;
    let form = get(&guarded, "/sign-in").await;
    let often = get(&guarded, "/").await;
    assert_eq!(
        [
            unknown.status.as_u16(),
            form.status.as_u16(),
            often.status.as_u16()
        ],
        [401, 200, 429]
    );
    [unknown, form, often].iter().for_each(assert_hardened);
}

#[tokio::test]
async fn other_hosts_are_turned_away() {
    let (_, app) = usual();
    let from = |host: &'static str| {
        let app = app.clone();
        async move {
            let asked = Request::get("/api/v1/overview").header("host", host);
            ask(&app, asked.body(Body::empty()).unwrap()).await
        }
    };
    for host in ["localhost", "127.0.0.1:8080", "[::1]:8080"] {
        assert_eq!(from(host).await.status, StatusCode::OK, "{host}");
    }
    for host in [
        "evil.example",
        "localhost.evil.example",
        "10.1.2.3:8080",
        "",
    ] {
        assert_problem(&from(host).await, 421, "other-host");
    }
    let without = Request::get("/api/v1/overview")
        .body(Body::empty())
        .unwrap();
    assert_problem(&ask(&app, without).await, 400, "bad-request");
    let twice = request("GET", "/api/v1/overview").header("host", "evil.example");
    assert_problem(
        &ask(&app, twice.body(Body::empty()).unwrap()).await,
        400,
        "bad-request",
    );
    let absolute = request("GET", "http://evil.example/api/v1/overview");
    assert_problem(
        &ask(&app, absolute.body(Body::empty()).unwrap()).await,
        421,
        "other-host",
    );
}

#[tokio::test]
async fn hosts_can_be_named() {
    let (_, app) = with(AppSettings {
        hosts: vec!["Pulse.example".to_owned()],
        ..AppSettings::default()
    });
    for (host, status) in [
        ("pulse.example:443", 200),
        ("localhost", 200),
        ("x.pulse.example", 421),
    ] {
        let asked = Request::get("/api/v1/overview").header("host", host);
        let answer = ask(&app, asked.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status.as_u16(), status, "{host}");
    }
}

#[tokio::test]
async fn other_sites_pages_change_nothing() {
    let (lake, app) = usual();
    let post = |name: &'static str, value: &'static str| {
        let asked = request("POST", "/api/v1/classify")
            .header("content-type", "application/json")
            .header(name, value);
        let app = app.clone();
        async move { ask(&app, asked.body(Body::from("{\"title\":\"a\"}")).unwrap()).await }
    };
    for (name, value) in [
        ("origin", "http://evil.example"),
        ("origin", "http://localhost:9999"),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ] {
        assert_problem(&post(name, value).await, 403, "other-origin");
    }
    assert!(lake.batches.lock().unwrap().is_empty());
    assert_eq!(
        post("origin", "http://localhost:8080").await.status,
        StatusCode::OK
    );
    assert_eq!(
        post("sec-fetch-site", "same-origin").await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn watchers_learn_how_it_is() {
    let (lake, app) = usual();
    assert_eq!(get(&app, "/healthz").await.text(), "ok\n");
    assert_eq!(get(&app, "/readyz").await.text(), "ready\n");
    lake.set(Mood::Gone);
    assert_problem(&get(&app, "/api/v1/overview").await, 500, "internal");
    assert_eq!(get(&app, "/healthz").await.status, StatusCode::OK);
    assert_problem(&get(&app, "/readyz").await, 503, "busy");
    lake.set(Mood::Well);
    get(&app, "/api/v1/models/3").await;
    get(&app, "/api/v1/models/4?").await;
    get(&app, "/nothing/of/the/kind").await;
    let metrics = get(&app, "/metrics").await;
    assert!(
        metrics
            .header("content-type")
            .starts_with("application/openmetrics-text")
    );
    for line in [
        "careerpulse_http_requests_total{method=\"GET\",route=\"/api/v1/models/{version}\",status=\"200\"} 1",
        "careerpulse_http_requests_total{method=\"GET\",route=\"/api/v1/models/{version}\",status=\"404\"} 1",
        "careerpulse_http_requests_total{method=\"GET\",route=\"none\",status=\"404\"} 1",
        "careerpulse_http_request_seconds_count{route=\"/api/v1/models/{version}\"} 2",
        "careerpulse_http_in_flight 1",
    ] {
        assert!(
            metrics.text().contains(line),
            "{line} in {}",
            metrics.text()
        );
    }
    assert!(!metrics.text().contains("/nothing"));
}
