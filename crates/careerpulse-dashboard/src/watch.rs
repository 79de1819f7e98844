//! Is it there, is it ready, what happened: for those who watch the program.

use std::sync::Arc;

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use tokio::time::Instant;

use crate::metrics;
use crate::problem::{Kind, Problem};
use crate::source::SourceError;
use crate::state::AppState;

/// `/healthz`, `/readyz` and `/metrics`.
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/healthz", get(health))
        .route("/readyz", get(ready))
        .route("/metrics", get(numbers))
}

/// Counts each request, and writes a line about it: the route's template, never the address itself,
/// whose query may hold what is none of the log's business.
pub async fn watched(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let metrics = Arc::clone(&state.metrics);
    let _in_flight = metrics.begin();
    let began = Instant::now();
    let method = request.method().clone();
    let matched = request.extensions().get::<MatchedPath>().cloned();
    let response = next.run(request).await;
    let route = matched.as_ref().map_or("none", MatchedPath::as_str);
    let took = began.elapsed();
    let status = response.status().as_u16();
    metrics.answered(&method, route, status, took);
    let ms = took.as_micros() as f64 / 1000.0;
    tracing::info!(%method, route, status, ms, "answered");
    response
}

/// The process answers.
async fn health() -> &'static str {
    "ok\n"
}

/// The lake can be read.
async fn ready(State(state): State<AppState>) -> Response {
    match state.source.snapshot().await {
        Ok(_) => "ready\n".into_response(),
        Err(error) => {
            let problem = match error {
                SourceError::Failed(_) => Problem::from(error).detail,
                other => other.to_string(),
            };
            // Whoever balances load waits; 409 would mean nothing to it.
            let problem = Problem::new(Kind::Busy, problem).retry_after(10);
            problem.into_response()
        }
    }
}

async fn numbers(State(state): State<AppState>) -> Response {
    match state.metrics.text() {
        Ok(text) => ([(CONTENT_TYPE, metrics::CONTENT_TYPE)], text).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
