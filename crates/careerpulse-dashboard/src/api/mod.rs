//! The API: every view as JSON, everything tabular as CSV as well, at `/api/v1`.

pub mod category;
pub mod classify;
pub mod docs;
pub mod filter;
pub mod imputation;
pub mod models;
pub mod monitoring;
pub mod openapi;
pub mod overview;
pub mod params;
pub mod pipeline;
pub mod reply;

use axum::Router;
use axum::middleware::from_fn_with_state;

use crate::conditional;
use crate::state::AppState;

/// The API's routes. What reads the lake reads one snapshot of it and carries an entity tag.
pub fn router(state: &AppState) -> Router<AppState> {
    let views = Router::new()
        .merge(overview::router())
        .merge(category::router())
        .merge(imputation::router())
        .merge(models::router())
        .merge(monitoring::router())
        .merge(pipeline::router())
        .route_layer(from_fn_with_state(state.clone(), conditional::unless_known));
    let rest = Router::new()
        .merge(classify::router())
        .merge(docs::router(state));
    views.merge(rest)
}
