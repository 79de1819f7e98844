//! Who may ask: whoever knows the token, or holds a cookie that was given for it.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use http::header::{ACCEPT, AUTHORIZATION, COOKIE};
use http::{HeaderMap, Method};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use std::time::Duration;
use tokio::time::Instant;

use crate::keys::Keys;
use crate::problem::{Kind, Problem};
use crate::state::AppState;

/// The cookie's name.
pub const COOKIE_NAME: &str = "careerpulse_session";

/// What may be asked without a token: whether the program lives, the form to sign in, and what the
/// form looks like; none of it says anything of the lake.
const OPEN: [&str; 3] = ["/healthz", "/readyz", "/sign-in"];

/// Lets a request through that shows the token or a session; sends people to the form.
pub async fn signed_in(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let open = OPEN.contains(&path) || path.starts_with("/assets/");
    let Some(token) = state.settings.token.as_deref().filter(|_| !open) else {
        return next.run(request).await;
    };
    let headers = request.headers();
    let shown = bearer(headers).is_some_and(|shown| state.keys.same(shown, token.as_bytes()));
    if shown || sessions(headers).any(|session| is_valid(&state, session)) {
        return next.run(request).await;
    }
    let reads = [Method::GET, Method::HEAD].contains(request.method());
    if reads && wants_page(path, headers) {
        let asked = request
            .uri()
            .path_and_query()
            .map_or("/", |asked| asked.as_str());
        let next = utf8_percent_encode(asked, NON_ALPHANUMERIC);
        return Redirect::to(&format!("/sign-in?next={next}")).into_response();
    }
    let detail = "Send the token as `Authorization: Bearer …`, or sign in at /sign-in.";
    Problem::new(Kind::SignIn, detail).into_response()
}

/// Whether a person's browser asks for a page.
pub fn wants_page(path: &str, headers: &HeaderMap) -> bool {
    let accepts = headers.get_all(ACCEPT).iter();
    let mut accepts = accepts.filter_map(|accept| accept.to_str().ok());
    !path.starts_with("/api/") && accepts.any(|accept| accept.contains("text/html"))
}

/// A session that begins now, as the cookie's value. It says nothing of the token: a code of this
/// process over the time it ends, so that a new start ends them all.
pub fn begin(keys: &Keys, started: Instant, lifetime: Duration) -> String {
    let end = (started.elapsed() + lifetime).as_secs().to_string();
    let code = keys.code("session", end.as_bytes());
    format!("{end}.{code}")
}

fn is_valid(state: &AppState, session: &str) -> bool {
    let Some((end, code)) = session.split_once('.') else {
        return false;
    };
    let own = state.keys.code("session", end.as_bytes());
    let is_own = state.keys.same(own.as_bytes(), code.as_bytes());
    let end = end.parse::<u64>().unwrap_or(0);
    is_own && state.started.elapsed().as_secs() < end
}

fn bearer(headers: &HeaderMap) -> Option<&[u8]> {
    let value = headers.get(AUTHORIZATION)?.as_bytes();
    let (scheme, token) = value.split_at_checked("Bearer ".len())?;
    let is_bearer = scheme.eq_ignore_ascii_case(b"Bearer ");
    is_bearer.then_some(token.trim_ascii())
}

fn sessions(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    let cookies = headers.get_all(COOKIE).iter();
    let cookies = cookies.filter_map(|cookie| cookie.to_str().ok());
    let pairs = cookies.flat_map(|cookie| cookie.split(';'));
    pairs.filter_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        (name == COOKIE_NAME).then_some(value)
    })
}
