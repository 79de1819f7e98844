//! One category.

use axum::Router;
use axum::routing::get;
use http::HeaderMap;
use utoipa::OpenApi;

use super::params::{Days, Name, Query, Tabular, Wish};
use super::reply::{Reply, either, format, list};
use crate::conditional::Now;
use crate::csv::Table;
use crate::state::AppState;
use crate::view::category::{CategoryPage, PostingLine, Segment};
use crate::view::demand::{Day, ForecastDay};

/// The document of these routes.
#[derive(OpenApi)]
#[openapi(paths(category, days, forecast, levels, locations, postings))]
pub struct Document;

/// The routes.
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/api/v1/categories/{name}", get(category))
        .route("/api/v1/categories/{name}/days", get(days))
        .route("/api/v1/categories/{name}/forecast", get(forecast))
        .route("/api/v1/categories/{name}/levels", get(levels))
        .route("/api/v1/categories/{name}/locations", get(locations))
        .route("/api/v1/categories/{name}/postings", get(postings))
}

/// A category: its series, forecast, parts, score and newest postings; as CSV, its series by day.
#[utoipa::path(
    get,
    path = "/api/v1/categories/{name}",
    tag = "category",
    params(("name" = String, Path, description = "The category, percent-encoded.", min_length = 1), Days),
    responses((
        status = 200,
        description = "It, with the days asked for.",
        content((CategoryPage = "application/json"), (String = "text/csv"))
    ))
)]
async fn category(
    Now(now): Now,
    Name(name): Name,
    Query(asked): Query<Days>,
    headers: HeaderMap,
) -> Reply {
    let mut page = now.category(name).await?;
    page.series.days.retain(|day| asked.holds(day.date));
    let format = format(asked.format, &headers);
    either(format, "days", &page, || Table::of(&page.series.days))
}

/// A category's series by day.
#[utoipa::path(
    get,
    path = "/api/v1/categories/{name}/days",
    tag = "category",
    params(("name" = String, Path, description = "The category, percent-encoded.", min_length = 1), Days),
    responses((
        status = 200,
        description = "The days, oldest first.",
        content((Vec<Day> = "application/json"), (String = "text/csv"))
    ))
)]
async fn days(
    Now(now): Now,
    Name(name): Name,
    Query(asked): Query<Days>,
    headers: HeaderMap,
) -> Reply {
    let mut rows = now.category(name).await?.series.days;
    rows.retain(|day| asked.holds(day.date));
    list(format(asked.format, &headers), "days", &rows)
}

/// A category's coming days; none before there are enough past ones.
#[utoipa::path(
    get,
    path = "/api/v1/categories/{name}/forecast",
    tag = "category",
    params(("name" = String, Path, description = "The category, percent-encoded.", min_length = 1), Tabular),
    responses((
        status = 200,
        description = "The rows.",
        content((Vec<ForecastDay> = "application/json"), (String = "text/csv"))
    ))
)]
async fn forecast(Now(now): Now, Name(name): Name, Wish(format): Wish) -> Reply {
    let forecast = now.category(name).await?.forecast;
    let rows = forecast.map(|forecast| forecast.days).unwrap_or_default();
    list(format, "forecast", &rows)
}

/// A category's new postings by level.
#[utoipa::path(
    get,
    path = "/api/v1/categories/{name}/levels",
    tag = "category",
    params(("name" = String, Path, description = "The category, percent-encoded.", min_length = 1), Tabular),
    responses((
        status = 200,
        description = "The rows.",
        content((Vec<Segment> = "application/json"), (String = "text/csv"))
    ))
)]
async fn levels(Now(now): Now, Name(name): Name, Wish(format): Wish) -> Reply {
    let rows = now.category(name).await?.levels;
    list(format, "levels", &rows)
}

/// A category's new postings by location.
#[utoipa::path(
    get,
    path = "/api/v1/categories/{name}/locations",
    tag = "category",
    params(("name" = String, Path, description = "The category, percent-encoded.", min_length = 1), Tabular),
    responses((
        status = 200,
        description = "The rows.",
        content((Vec<Segment> = "application/json"), (String = "text/csv"))
    ))
)]
async fn locations(Now(now): Now, Name(name): Name, Wish(format): Wish) -> Reply {
    let rows = now.category(name).await?.locations;
    list(format, "locations", &rows)
}

/// A category's newest postings.
#[utoipa::path(
    get,
    path = "/api/v1/categories/{name}/postings",
    tag = "category",
    params(("name" = String, Path, description = "The category, percent-encoded.", min_length = 1), Tabular),
    responses((
        status = 200,
        description = "The rows.",
        content((Vec<PostingLine> = "application/json"), (String = "text/csv"))
    ))
)]
async fn postings(Now(now): Now, Name(name): Name, Wish(format): Wish) -> Reply {
    let rows = now.category(name).await?.latest;
    list(format, "postings", &rows)
}
