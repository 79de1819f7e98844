//! Versions of the model, and who decided what.

use axum::Router;
use axum::routing::get;
use utoipa::OpenApi;

use super::params::{Id, Nothing, Query, Tabular, Wish};
use super::reply::{Reply, either, json, list};
use crate::conditional::Now;
use crate::csv::Table;
use crate::state::AppState;
use crate::view::category::CategoryScore;
use crate::view::models::{CategoryChange, Confused, CoveragePoint, Decision, Models, VersionPage};

/// The document of these routes.
#[derive(OpenApi)]
#[openapi(paths(models, ledger, version, scores, confusion, coverage, comparison))]
pub struct Document;

/// The routes.
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/api/v1/models", get(models))
        .route("/api/v1/models/ledger", get(ledger))
        .route("/api/v1/models/{version}", get(version))
        .route("/api/v1/models/{version}/scores", get(scores))
        .route("/api/v1/models/{version}/confusion", get(confusion))
        .route("/api/v1/models/{version}/coverage", get(coverage))
        .route("/api/v1/models/{version}/comparison", get(comparison))
}

/// All versions and the ledger; as CSV, the versions.
#[utoipa::path(
    get,
    path = "/api/v1/models",
    tag = "models",
    params(Tabular),
    responses((
        status = 200,
        description = "The newest first.",
        content((Models = "application/json"), (String = "text/csv"))
    ))
)]
async fn models(Now(now): Now, Wish(format): Wish) -> Reply {
    let models = now.models().await?;
    either(format, "models", &models, || Table::of(&models.versions))
}

/// Decisions about versions, the newest first.
#[utoipa::path(
    get,
    path = "/api/v1/models/ledger",
    tag = "models",
    params(Tabular),
    responses((
        status = 200,
        description = "The rows.",
        content((Vec<Decision> = "application/json"), (String = "text/csv"))
    ))
)]
async fn ledger(Now(now): Now, Wish(format): Wish) -> Reply {
    let rows = now.models().await?.ledger;
    list(format, "ledger", &rows)
}

/// A version: scores, confusion, coverage, comparison, ledger.
#[utoipa::path(
    get,
    path = "/api/v1/models/{version}",
    tag = "models",
    params(("version" = i64, Path, description = "The version's number.")),
    responses((status = 200, description = "It.", body = VersionPage))
)]
async fn version(Now(now): Now, Id(version): Id, Query(Nothing {}): Query<Nothing>) -> Reply {
    json(&now.version(version).await?)
}

/// What a version is worth on each category, on held-out postings.
#[utoipa::path(
    get,
    path = "/api/v1/models/{version}/scores",
    tag = "models",
    params(("version" = i64, Path, description = "The version's number."), Tabular),
    responses((
        status = 200,
        description = "The rows.",
        content((Vec<CategoryScore> = "application/json"), (String = "text/csv"))
    ))
)]
async fn scores(Now(now): Now, Id(version): Id, Wish(format): Wish) -> Reply {
    let rows = now.version(version).await?.scores;
    list(format, "scores", &rows)
}

/// What a version takes for what, out of fold; only pairs that occur.
#[utoipa::path(
    get,
    path = "/api/v1/models/{version}/confusion",
    tag = "models",
    params(("version" = i64, Path, description = "The version's number."), Tabular),
    responses((
        status = 200,
        description = "The rows.",
        content((Vec<Confused> = "application/json"), (String = "text/csv"))
    ))
)]
async fn confusion(Now(now): Now, Id(version): Id, Wish(format): Wish) -> Reply {
    let rows = now.version(version).await?.confusion;
    list(format, "confusion", &rows)
}

/// A version's accuracy by share of predictions kept, by falling threshold.
#[utoipa::path(
    get,
    path = "/api/v1/models/{version}/coverage",
    tag = "models",
    params(("version" = i64, Path, description = "The version's number."), Tabular),
    responses((
        status = 200,
        description = "The rows.",
        content((Vec<CoveragePoint> = "application/json"), (String = "text/csv"))
    ))
)]
async fn coverage(Now(now): Now, Id(version): Id, Wish(format): Wish) -> Reply {
    let rows = now.version(version).await?.coverage;
    list(format, "coverage", &rows)
}

/// A version's change against production by category; none where it was never compared.
#[utoipa::path(
    get,
    path = "/api/v1/models/{version}/comparison",
    tag = "models",
    params(("version" = i64, Path, description = "The version's number."), Tabular),
    responses((
        status = 200,
        description = "The rows.",
        content((Vec<CategoryChange> = "application/json"), (String = "text/csv"))
    ))
)]
async fn comparison(Now(now): Now, Id(version): Id, Wish(format): Wish) -> Reply {
    let comparison = now.version(version).await?.comparison;
    let rows = comparison.map(|both| both.categories).unwrap_or_default();
    list(format, "comparison", &rows)
}
