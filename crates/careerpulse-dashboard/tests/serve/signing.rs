//! Tokens, sessions and the form between them.

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use careerpulse_dashboard::settings::AppSettings;
use http::StatusCode;

use crate::common::asking::{Answer, ask, assert_problem, get, get_with, request, usual, with};

const TOKEN: &str = "correct-horse-battery-staple";
const API: &str = "/api/v1/overview";

fn guarded() -> Router {
    with(AppSettings {
        token: Some(TOKEN.to_owned()),
        ..AppSettings::default()
    })
    .1
}

async fn sign_in(app: &Router, token: &str, next: &str, headers: &[(&str, &str)]) -> Answer {
    let mut asked =
        request("POST", "/sign-in").header("content-type", "application/x-www-form-urlencoded");
    for (name, value) in headers {
        asked = asked.header(*name, *value);
    }
    ask(
        app,
        asked
            .body(Body::from(format!("token={token}&next={next}")))
            .unwrap(),
    )
    .await
}

fn cookie(answer: &Answer) -> String {
    let whole = answer.header("set-cookie");
    whole.split(';').next().unwrap().to_owned()
}

#[tokio::test]
async fn nothing_of_the_lake_is_told_without_the_token() {
    let app = guarded();
    for address in [
        API,
        "/api/v1/openapi.json",
        "/api/v1/docs",
        "/metrics",
        "/nothing",
        "/api/v1/nothing",
    ] {
        let answer = get(&app, address).await;
        assert_problem(&answer, 401, "sign-in");
        assert_eq!(
            answer.header("www-authenticate"),
            "Bearer realm=\"careerpulse\""
        );
    }
    for address in ["/healthz", "/readyz", "/sign-in"] {
        assert_eq!(get(&app, address).await.status, StatusCode::OK, "{address}");
    }
}

#[tokio::test]
async fn the_token_opens_and_no_other_does() {
    let app = guarded();
    for scheme in ["Bearer", "bearer"] {
        let shown = format!("{scheme} {TOKEN}");
        let answer = get_with(&app, API, &[("authorization", &shown)]).await;
        assert_eq!(answer.status, StatusCode::OK);
    }
    let longer = format!("Bearer {TOKEN}x");
    let basic = format!("Basic {TOKEN}");
    for shown in ["Bearer", "Bearer ", "Bearer x", TOKEN, &longer, &basic] {
        let answer = get_with(&app, API, &[("authorization", shown)]).await;
        assert_problem(&answer, 401, "sign-in");
    }
    let named = format!("{API}?token={TOKEN}");
    assert_problem(&get(&app, &named).await, 401, "sign-in");
}

#[tokio::test]
async fn people_are_sent_to_the_form_and_back() {
    let app = guarded();
    let browser = [("accept", "text/html")];
    let sent = get_with(&app, "/models/3?x=%26", &browser).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER);
    assert_eq!(
        sent.header("location"),
        "/sign-in?next=%2Fmodels%2F3%3Fx%3D%2526"
    );
    let form = get(&app, sent.header("location")).await;
    assert!(
        form.text()
            .contains("name=\"next\" value=\"/models/3?x=%26\""),
        "{}",
        form.text()
    );
    let elsewhere = get(&app, "/sign-in?next=//evil.example").await;
    assert!(elsewhere.text().contains("value=\"/\""));
    let hostile = get(&app, "/sign-in?next=/%22%3E%3Cscript%3E").await;
    assert!(!hostile.text().contains("<script>"), "{}", hostile.text());
    let signed = sign_in(
        &app,
        TOKEN,
        "%2Fmodels%2F3",
        &[("origin", "http://localhost:8080")],
    )
    .await;
    assert_eq!(signed.status, StatusCode::SEE_OTHER);
    assert_eq!(signed.header("location"), "/models/3");
    let answer = get_with(
        &app,
        API,
        &[("cookie", &format!("a=b; {}", cookie(&signed)))],
    )
    .await;
    assert_eq!(answer.status, StatusCode::OK);
}

#[tokio::test]
async fn a_wrong_token_and_another_site_get_no_cookie() {
    let app = guarded();
    let wrong = sign_in(&app, "wrong", "/", &[]).await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    assert!(wrong.text().contains("role=\"alert\""));
    assert_eq!(wrong.header("set-cookie"), "");
    let other = sign_in(&app, TOKEN, "/", &[("origin", "http://evil.example")]).await;
    assert_problem(&other, 403, "other-origin");
    assert_eq!(other.header("set-cookie"), "");
}

#[tokio::test]
async fn the_cookie_is_out_of_reach_and_not_the_token() {
    let app = guarded();
    let whole = sign_in(&app, TOKEN, "/", &[]).await;
    let whole = whole.header("set-cookie");
    for part in [
        "; Path=/",
        "; HttpOnly",
        "; SameSite=Strict",
        "; Max-Age=43200",
    ] {
        assert!(whole.contains(part), "{part} in {whole}");
    }
    assert!(!whole.contains(TOKEN) && !whole.contains("Secure"));
    let behind_tls = sign_in(&app, TOKEN, "/", &[("x-forwarded-proto", "https")]).await;
    assert!(behind_tls.header("set-cookie").ends_with("; Secure"));
}

#[tokio::test(start_paused = true)]
async fn a_session_ends_and_cannot_be_made_up_or_stretched() {
    let app = guarded();
    let own = cookie(&sign_in(&app, TOKEN, "/", &[]).await);
    let ask_with = |cookie: String| {
        let app = app.clone();
        async move { get_with(&app, API, &[("cookie", &cookie)]).await.status }
    };
    assert_eq!(ask_with(own.clone()).await, StatusCode::OK);
    let (name, value) = own.split_once('=').unwrap();
    let (end, code) = value.split_once('.').unwrap();
    for made_up in [
        format!("{name}={TOKEN}"),
        format!("{name}={end}."),
        format!("{name}={end}"),
        format!("{name}=999999.{code}"),
        format!("{name}=.{code}"),
        format!("{name}x={value}"),
    ] {
        assert_eq!(
            ask_with(made_up.clone()).await,
            StatusCode::UNAUTHORIZED,
            "{made_up}"
        );
    }
    // Another process knows nothing of it.
    let elsewhere = get_with(&guarded(), API, &[("cookie", &own)]).await;
    assert_eq!(elsewhere.status, StatusCode::UNAUTHORIZED);
    tokio::time::advance(Duration::from_secs(12 * 3600)).await;
    assert_eq!(ask_with(own).await, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn signing_out_takes_the_cookie_away() {
    let app = guarded();
    let own = cookie(&sign_in(&app, TOKEN, "/", &[]).await);
    let asked = request("POST", "/sign-out").header("cookie", own);
    let out = ask(&app, asked.body(Body::empty()).unwrap()).await;
    assert_eq!(out.status, StatusCode::SEE_OTHER);
    assert!(out.header("set-cookie").contains("careerpulse_session=; "));
    assert!(out.header("set-cookie").contains("Max-Age=0"));
}

#[tokio::test]
async fn without_a_token_there_is_nothing_to_sign_in_to() {
    let (_, app) = usual();
    let form = get(&app, "/sign-in").await;
    assert_eq!(
        (form.status, form.header("location")),
        (StatusCode::SEE_OTHER, "/")
    );
    let signed = sign_in(&app, "x", "/", &[]).await;
    assert_eq!(
        (signed.status, signed.header("set-cookie")),
        (StatusCode::SEE_OTHER, "")
    );
}
