//! Answers that a client has already: entity tags (RFC 9110, section 8.8.3).

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{ACCEPT, CACHE_CONTROL, CONTENT_ENCODING, ETAG, IF_NONE_MATCH, VARY};
use http::{HeaderMap, HeaderValue, Method, StatusCode};

use crate::keys::Keys;
use crate::problem::Problem;
use crate::source::Snapshot;
use crate::state::AppState;

/// The one snapshot of a request, for all its handler reads.
#[derive(Clone)]
pub struct Now(pub Arc<dyn Snapshot>);

/// Takes the request's snapshot and lays it into its extensions; answers 304 where the client holds
/// what would be answered. A tag stands for the tables' versions, the address, the wished format and
/// this process, whose version and settings shape the answer; so it costs no answer to make one.
pub async fn unless_known(
    State(state): State<AppState>,
    mut request: Request,
    next: Next,
) -> Response {
    if ![Method::GET, Method::HEAD].contains(request.method()) {
        return next.run(request).await;
    }
    let snapshot = match state.source.snapshot().await {
        Ok(snapshot) => snapshot,
        Err(error) => return Problem::from(error).into_response(),
    };
    let tag = tag(&state.keys, snapshot.as_ref(), &request);
    let wished = wished(request.headers());
    if let Some(known) = wished.iter().find(|wished| same(wished, &tag)) {
        let known = known.strip_prefix("W/").unwrap_or(known);
        return labelled(StatusCode::NOT_MODIFIED.into_response(), known);
    }
    request.extensions_mut().insert(Now(snapshot));
    let response = next.run(request).await;
    if response.status() != StatusCode::OK {
        return response;
    }
    // Any will do, so it is known once there is one.
    if wished.iter().any(|wished| wished == "*") {
        return labelled(StatusCode::NOT_MODIFIED.into_response(), &tag);
    }
    labelled(response, &tag)
}

/// Tells the tags of compressed answers from others': a strong tag stands for the very bytes.
pub async fn encoded(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let encoding = headers
        .get(CONTENT_ENCODING)
        .and_then(|value| value.to_str().ok());
    let tag = headers.get(ETAG).and_then(|value| value.to_str().ok());
    if let (Some(encoding), Some(tag)) = (encoding, tag) {
        let tag = tag.trim_end_matches('"');
        if let Ok(tag) = HeaderValue::try_from(format!("{tag}-{encoding}\"")) {
            headers.insert(ETAG, tag);
        }
    }
    response
}

fn tag(keys: &Keys, snapshot: &dyn Snapshot, request: &Request) -> String {
    let versions = serde_json::to_string(snapshot.versions()).unwrap_or_default();
    let accept: Vec<&[u8]> = request
        .headers()
        .get_all(ACCEPT)
        .iter()
        .map(|value| value.as_bytes())
        .collect();
    let address = request
        .uri()
        .path_and_query()
        .map_or("", |both| both.as_str());
    let program = env!("CARGO_PKG_VERSION");
    let parts = [
        program.as_bytes(),
        versions.as_bytes(),
        address.as_bytes(),
        &accept.join(&b", "[..]),
    ];
    // No part holds a line feed: addresses and headers may not, and JSON escapes it.
    let code = keys.code("etag", &parts.join(&b"\n"[..]));
    format!("\"{}\"", &code[..32])
}

fn wished(headers: &HeaderMap) -> Vec<String> {
    let values = headers.get_all(IF_NONE_MATCH).iter();
    let values = values.filter_map(|value| value.to_str().ok());
    let tags = values.flat_map(|value| value.split(','));
    tags.map(|tag| tag.trim().to_owned()).collect()
}

/// Whether a client's tag is ours, by weak comparison and whichever way it was compressed.
fn same(wished: &str, tag: &str) -> bool {
    let strong = wished.strip_prefix("W/").unwrap_or(wished);
    let plain = ["-gzip\"", "-br\""]
        .iter()
        .find_map(|end| strong.strip_suffix(end));
    strong == tag || plain.is_some_and(|plain| Some(plain) == tag.strip_suffix('"'))
}

fn labelled(mut response: Response, tag: &str) -> Response {
    let headers = response.headers_mut();
    if let Ok(tag) = HeaderValue::try_from(tag) {
        headers.insert(ETAG, tag);
    }
    // Each time it is asked whether it is still so; and no proxy keeps what one was allowed to see.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    headers.append(VARY, HeaderValue::from_static("accept"));
    response
}
