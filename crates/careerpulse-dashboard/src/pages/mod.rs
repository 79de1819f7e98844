//! What people see: pages, their style sheet and their scripts.

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::get;

use crate::conditional;
use crate::state::AppState;

mod assets;
mod bars;
mod category;
mod chart;
mod compared;
mod confusion;
mod coverage;
mod estimates;
mod figures;
mod flow;
mod forecast;
mod imputation;
mod index;
mod lineage;
mod links;
mod markup;
mod models;
mod monitoring;
mod movers;
mod overview;
mod pipeline;
mod postings;
mod prediction;
mod query;
mod range;
mod shares;
mod shell;
mod trial;
mod version;
mod wilson;
mod words;

pub use shell::{NAVIGATION, Shell, asset, shell};
pub(crate) use words::steady;

/// The pages' routes. What reads the lake reads one snapshot of it and carries an entity tag.
pub fn router(state: &AppState) -> Router<AppState> {
    let views = Router::new()
        .route("/", get(overview::show))
        .route("/categories/{name}", get(category::show))
        .route("/imputation", get(imputation::show))
        .route("/imputation/{posting_id}", get(prediction::show))
        .route("/models", get(models::show))
        .route("/models/{version}", get(version::show))
        .route("/monitoring", get(monitoring::show))
        .route("/pipeline", get(pipeline::show))
        .route_layer(from_fn_with_state(state.clone(), conditional::unless_known));
    let rest = Router::new()
        .route("/try", get(trial::form).post(trial::answer))
        .route("/assets/{file}", get(assets::serve));
    views.merge(rest)
}
