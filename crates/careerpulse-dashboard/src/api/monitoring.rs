//! Alarms, distributions, estimates.

use axum::Router;
use axum::routing::get;
use utoipa::OpenApi;

use super::params::{Nothing, Query, Tabular, Wish};
use super::reply::{Reply, either, json, list};
use crate::conditional::Now;
use crate::csv::columns;
use crate::state::AppState;
use crate::view::monitoring::{Alarm, Checked, Distribution, Estimate, Monitoring};

/// The document of these routes.
#[derive(OpenApi)]
#[openapi(paths(monitoring, alarms, distributions, estimates, checks))]
pub struct Document;

/// The routes.
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/api/v1/monitoring", get(monitoring))
        .route("/api/v1/monitoring/alarms", get(alarms))
        .route("/api/v1/monitoring/distributions", get(distributions))
        .route("/api/v1/monitoring/estimates", get(estimates))
        .route("/api/v1/monitoring/checks", get(checks))
}

/// Alarms, distributions, estimates and the latest checks.
#[utoipa::path(
    get,
    path = "/api/v1/monitoring",
    tag = "monitoring",
    responses((status = 200, description = "It.", body = Monitoring))
)]
async fn monitoring(Now(now): Now, Query(Nothing {}): Query<Nothing>) -> Reply {
    json(&now.monitoring().await?)
}

/// Alarms, those that are on first, then the newest.
#[utoipa::path(
    get,
    path = "/api/v1/monitoring/alarms",
    tag = "monitoring",
    params(Tabular),
    responses((
        status = 200,
        description = "The rows.",
        content((Vec<Alarm> = "application/json"), (String = "text/csv"))
    ))
)]
async fn alarms(Now(now): Now, Wish(format): Wish) -> Reply {
    let rows = now.monitoring().await?.alarms;
    list(format, "alarms", &rows)
}

/// Distributions in the reference and in the latest window; as CSV, a row for each part.
#[utoipa::path(
    get,
    path = "/api/v1/monitoring/distributions",
    tag = "monitoring",
    params(Tabular),
    responses((
        status = 200,
        description = "The distributions.",
        content((Vec<Distribution> = "application/json"), (String = "text/csv"))
    ))
)]
async fn distributions(Now(now): Now, Wish(format): Wish) -> Reply {
    let all = now.monitoring().await?.distributions;
    either(format, "distributions", &all, || {
        columns::distributions(&all)
    })
}

/// The model's own estimates and the truth, oldest window first.
#[utoipa::path(
    get,
    path = "/api/v1/monitoring/estimates",
    tag = "monitoring",
    params(Tabular),
    responses((
        status = 200,
        description = "The rows.",
        content((Vec<Estimate> = "application/json"), (String = "text/csv"))
    ))
)]
async fn estimates(Now(now): Now, Wish(format): Wish) -> Reply {
    let rows = now.monitoring().await?.estimates;
    list(format, "estimates", &rows)
}

/// The latest window's checks, alarm or not.
#[utoipa::path(
    get,
    path = "/api/v1/monitoring/checks",
    tag = "monitoring",
    params(Tabular),
    responses((
        status = 200,
        description = "The rows.",
        content((Vec<Checked> = "application/json"), (String = "text/csv"))
    ))
)]
async fn checks(Now(now): Now, Wish(format): Wish) -> Reply {
    let rows = now.monitoring().await?.checks;
    list(format, "checks", &rows)
}
