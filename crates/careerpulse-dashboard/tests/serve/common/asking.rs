//! Requests to an app in the same process, and what they answer.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use careerpulse_dashboard::app::app;
use careerpulse_dashboard::settings::AppSettings;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;

use super::Small;

/// An answer, whole.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.map_or("", |value| value.to_str().unwrap())
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// An app over a small lake with the usual settings.
pub fn usual() -> (Arc<Small>, Router) {
    with(AppSettings::default())
}

pub fn with(settings: AppSettings) -> (Arc<Small>, Router) {
    let lake = Small::new();
    let app = app(lake.clone(), settings);
    (lake, app)
}

/// A request as a program sends it.
pub fn request(method: &str, address: &str) -> http::request::Builder {
    Request::builder()
        .method(method)
        .uri(address)
        .header("host", "localhost:8080")
}

pub async fn ask(app: &Router, request: Request<Body>) -> Answer {
    let response = app.clone().oneshot(request).await.unwrap();
    let (head, body) = response.into_parts();
    Answer {
        status: head.status,
        headers: head.headers,
        body: body.collect().await.unwrap().to_bytes(),
    }
}

pub async fn get(app: &Router, address: &str) -> Answer {
    ask(app, request("GET", address).body(Body::empty()).unwrap()).await
}

pub async fn get_with(app: &Router, address: &str, headers: &[(&str, &str)]) -> Answer {
    let mut asked = request("GET", address);
    for (name, value) in headers {
        asked = asked.header(*name, *value);
    }
    ask(app, asked.body(Body::empty()).unwrap()).await
}

pub async fn classify(app: &Router, body: &str) -> Answer {
    let asked = request("POST", "/api/v1/classify").header("content-type", "application/json");
    ask(app, asked.body(Body::from(body.to_owned())).unwrap()).await
}

/// That an answer is a problem of a kind that says nothing from within.
pub fn assert_problem(answer: &Answer, status: u16, slug: &str) {
    assert_eq!(answer.status.as_u16(), status, "{answer:?}");
    assert_eq!(answer.header("content-type"), "application/problem+json");
    let problem = answer.json();
    assert_eq!(problem["type"], format!("/api/v1/docs#{slug}"));
    assert_eq!(problem["status"], status);
    assert!(!problem["title"].as_str().unwrap().is_empty());
    assert!(!problem["detail"].as_str().unwrap().is_empty());
    assert!(!answer.text().contains("secret"), "{}", answer.text());
}
