//! Predictions, their grounds, and labels in doubt.

use axum::Router;
use axum::routing::get;
use http::header::LINK;
use http::{HeaderMap, HeaderValue};
use utoipa::OpenApi;

use super::filter::{Filter, links};
use super::params::{Id, Query, Tabular, Wish};
use super::reply::{Reply, either, format, list};
use crate::conditional::Now;
use crate::csv::Table;
use crate::sanitise::sanitised;
use crate::state::AppState;
use crate::view::imputation::{Neighbour, PredictionDetail, Predictions, Suspect};

/// The document of these routes.
#[derive(OpenApi)]
#[openapi(paths(predictions, prediction, neighbours, suspects))]
pub struct Document;

/// The routes.
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/api/v1/predictions", get(predictions))
        .route("/api/v1/predictions/{posting_id}", get(prediction))
        .route(
            "/api/v1/predictions/{posting_id}/neighbours",
            get(neighbours),
        )
        .route("/api/v1/suspects", get(suspects))
}

/// Predictions of the production version, a page at a time; as CSV, the page's rows.
#[utoipa::path(
    get,
    path = "/api/v1/predictions",
    tag = "imputation",
    params(Filter),
    responses((
        status = 200,
        description = "A page; the others stand in the `Link` header.",
        content((Predictions = "application/json"), (String = "text/csv")),
        headers(("link" = String, description = "The pages `first`, `prev`, `next` and `last`, as far as there are any (RFC 8288)."))
    ))
)]
async fn predictions(Now(now): Now, Query(asked): Query<Filter>, headers: HeaderMap) -> Reply {
    asked.check()?;
    let page = now.predictions(asked.filter()).await?;
    let format = format(asked.format, &headers);
    let mut reply = either(format, "predictions", &page, || Table::of(&page.rows))?;
    if let Ok(link) = HeaderValue::try_from(links(&asked, &page)) {
        reply.headers_mut().insert(LINK, link);
    }
    Ok(reply)
}

/// A prediction with its grounds; as CSV, its probabilities. `description_html` is the source's: show it
/// sanitised only.
#[utoipa::path(
    get,
    path = "/api/v1/predictions/{posting_id}",
    tag = "imputation",
    params(("posting_id" = i64, Path, description = "The Muse's id."), Tabular),
    responses((
        status = 200,
        description = "It.",
        content((PredictionDetail = "application/json"), (String = "text/csv"))
    ))
)]
async fn prediction(Now(now): Now, Id(posting_id): Id, Wish(format): Wish) -> Reply {
    let mut prediction = now.prediction(posting_id).await?;
    // Who asks for HTML will show it.
    prediction.description_html = sanitised(&prediction.description_html);
    either(format, "probabilities", &prediction, || {
        Table::of(&prediction.probabilities)
    })
}

/// The labelled postings nearest to a prediction's.
#[utoipa::path(
    get,
    path = "/api/v1/predictions/{posting_id}/neighbours",
    tag = "imputation",
    params(("posting_id" = i64, Path, description = "The Muse's id."), Tabular),
    responses((
        status = 200,
        description = "The rows.",
        content((Vec<Neighbour> = "application/json"), (String = "text/csv"))
    ))
)]
async fn neighbours(Now(now): Now, Id(posting_id): Id, Wish(format): Wish) -> Reply {
    let rows = now.prediction(posting_id).await?.neighbours;
    list(format, "neighbours", &rows)
}

/// Labels that the production version doubts, the most doubtful first.
#[utoipa::path(
    get,
    path = "/api/v1/suspects",
    tag = "imputation",
    params(Tabular),
    responses((
        status = 200,
        description = "The rows.",
        content((Vec<Suspect> = "application/json"), (String = "text/csv"))
    ))
)]
async fn suspects(Now(now): Now, Wish(format): Wish) -> Reply {
    let rows = now.suspects().await?;
    list(format, "suspects", &rows)
}
