//! How demand goes, for all and by category.

use axum::Router;
use axum::routing::get;
use http::HeaderMap;
use utoipa::OpenApi;

use super::params::{Beside, Query, Tabular, Wish};
use super::reply::{Reply, either, format, list};
use crate::conditional::Now;
use crate::csv::Table;
use crate::state::AppState;
use crate::view::overview::{CategoryLine, Overview};

/// The document of these routes.
#[derive(OpenApi)]
#[openapi(paths(overview, categories))]
pub struct Document;

/// The routes.
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/api/v1/overview", get(overview))
        .route("/api/v1/categories", get(categories))
}

/// The first page: series of all postings and of the categories asked for, movers, freshness; as CSV,
/// the series.
#[utoipa::path(
    get,
    path = "/api/v1/overview",
    tag = "overview",
    params(Beside),
    responses((
        status = 200,
        description = "It.",
        content((Overview = "application/json"), (String = "text/csv"))
    ))
)]
async fn overview(Now(now): Now, Query(asked): Query<Beside>, headers: HeaderMap) -> Reply {
    asked.check()?;
    let days = asked.days();
    let mut overview = now.overview(asked.category).await?;
    for series in &mut overview.series {
        series.days.retain(|day| days.holds(day.date));
    }
    either(format(days.format, &headers), "overview", &overview, || {
        let series = overview.series.iter();
        Table::grouped(
            "name",
            series.map(|one| (one.name.as_str(), one.days.as_slice())),
        )
    })
}

/// Every category with its figures, by corrected new postings, the largest first.
#[utoipa::path(
    get,
    path = "/api/v1/categories",
    tag = "overview",
    params(Tabular),
    responses((
        status = 200,
        description = "The rows.",
        content((Vec<CategoryLine> = "application/json"), (String = "text/csv"))
    ))
)]
async fn categories(Now(now): Now, Wish(format): Wish) -> Reply {
    let rows = now.overview(Vec::new()).await?.categories;
    list(format, "categories", &rows)
}
