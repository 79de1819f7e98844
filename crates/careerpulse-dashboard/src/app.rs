//! Pages and API as one router.

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state, map_response};
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

use crate::safety::{errors, headers, hosts, limits, origin, rate, session, sign_in};
use crate::settings::AppSettings;
use crate::source::Source;
use crate::state::AppState;
use crate::{api, conditional, pages, watch};

/// Everything that is served, over `source`.
///
/// It must be called within a tokio runtime, and be served with the peers' addresses
/// (`into_make_service_with_connect_info::<SocketAddr>()`, as [`crate::serve::serve`] does), for the
/// rate is limited by client.
pub fn app(source: Arc<dyn Source>, settings: AppSettings) -> Router {
    let state = AppState::new(source, settings);
    let settings = Arc::clone(&state.settings);
    let rate = Arc::new(rate::Rate::new(settings.rate, settings.burst));
    let limits = limits::Limits::new(Arc::clone(&settings));
    let routes = Router::new()
        .merge(pages::router(&state))
        .merge(api::router(&state))
        .merge(sign_in::router())
        .merge(watch::router())
        .fallback(errors::nowhere)
        .method_not_allowed_fallback(errors::other_method);
    // The last layer is the first to see a request: who asks is settled before anything is worked on,
    // and whatever happens is counted and answered in one form.
    routes
        .layer(DefaultBodyLimit::max(settings.max_body_bytes))
        .layer(from_fn_with_state(state.clone(), session::signed_in))
        .layer(from_fn(origin::own_origin))
        .layer(from_fn_with_state(limits, limits::within))
        .layer(CatchPanicLayer::custom(errors::panicked))
        .layer(from_fn_with_state(rate, rate::not_too_often))
        .layer(from_fn_with_state(state.clone(), hosts::right_host))
        .layer(from_fn(errors::uniform))
        .layer(packed())
        .layer(from_fn(conditional::encoded))
        .layer(map_response(headers::hardened))
        .layer(from_fn_with_state(state.clone(), watch::watched))
        .with_state(state)
}

/// Compression that costs less than it saves: answers are made anew each time.
fn packed() -> CompressionLayer {
    let quality = CompressionLevel::Precise(4);
    CompressionLayer::new().quality(quality)
}
