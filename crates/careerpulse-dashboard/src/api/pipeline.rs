//! What ran, on what, and what it left.

use axum::Router;
use axum::routing::get;
use utoipa::OpenApi;

use super::params::{Nothing, Query, Tabular, Wish};
use super::reply::{Reply, json, list};
use crate::conditional::Now;
use crate::state::AppState;
use crate::view::pipeline::{Pipeline, SliceCoverage, StageRun, TableCard};

/// The document of these routes.
#[derive(OpenApi)]
#[openapi(paths(pipeline, runs, slices, tables))]
pub struct Document;

/// The routes.
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/api/v1/pipeline", get(pipeline))
        .route("/api/v1/pipeline/runs", get(runs))
        .route("/api/v1/pipeline/slices", get(slices))
        .route("/api/v1/pipeline/tables", get(tables))
}

/// Stages, runs, slices and tables.
#[utoipa::path(
    get,
    path = "/api/v1/pipeline",
    tag = "pipeline",
    responses((status = 200, description = "It.", body = Pipeline))
)]
async fn pipeline(Now(now): Now, Query(Nothing {}): Query<Nothing>) -> Reply {
    json(&now.pipeline().await?)
}

/// What ran, the newest first.
#[utoipa::path(
    get,
    path = "/api/v1/pipeline/runs",
    tag = "pipeline",
    params(Tabular),
    responses((
        status = 200,
        description = "The rows.",
        content((Vec<StageRun> = "application/json"), (String = "text/csv"))
    ))
)]
async fn runs(Now(now): Now, Wish(format): Wish) -> Reply {
    let rows = now.pipeline().await?.runs;
    list(format, "runs", &rows)
}

/// How much of each slice the latest crawl reached.
#[utoipa::path(
    get,
    path = "/api/v1/pipeline/slices",
    tag = "pipeline",
    params(Tabular),
    responses((
        status = 200,
        description = "The rows.",
        content((Vec<SliceCoverage> = "application/json"), (String = "text/csv"))
    ))
)]
async fn slices(Now(now): Now, Wish(format): Wish) -> Reply {
    let rows = now.pipeline().await?.slices;
    list(format, "slices", &rows)
}

/// Every table with its version.
#[utoipa::path(
    get,
    path = "/api/v1/pipeline/tables",
    tag = "pipeline",
    params(Tabular),
    responses((
        status = 200,
        description = "The rows.",
        content((Vec<TableCard> = "application/json"), (String = "text/csv"))
    ))
)]
async fn tables(Now(now): Now, Wish(format): Wish) -> Reply {
    let rows = now.pipeline().await?.tables;
    list(format, "tables", &rows)
}
