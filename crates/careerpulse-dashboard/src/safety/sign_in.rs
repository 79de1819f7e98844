//! The form that gives a cookie for the token.

use askama::Template;
use axum::Router;
use axum::body::Body;
use axum::extract::{RawQuery, Request, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use http::header::SET_COOKIE;
use http::{HeaderMap, HeaderName, StatusCode};
use serde::Deserialize;

use super::limits::too_large;
use super::session::{COOKIE_NAME, begin};
use crate::pages::{Shell, shell};
use crate::problem::{Kind, Problem};
use crate::state::AppState;

const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// `/sign-in` and `/sign-out`.
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/sign-in", get(form).post(sign_in))
        .route("/sign-out", post(sign_out))
}

#[derive(Template)]
#[template(path = "serve/sign_in.html")]
struct Form {
    shell: Shell,
    next: String,
    wrong: bool,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    token: String,
    next: String,
}

async fn form(State(state): State<AppState>, RawQuery(query): RawQuery) -> Response {
    let asked: Asked = serde_html_form::from_str(&query.unwrap_or_default()).unwrap_or_default();
    if state.settings.token.is_none() {
        return Redirect::to("/").into_response();
    }
    page(local(&asked.next), false)
}

async fn sign_in(State(state): State<AppState>, request: Request) -> Response {
    let headers = request.headers().clone();
    let asked: Asked = match fields(&state, request.into_body()).await {
        Ok(asked) => asked,
        Err(problem) => return problem.into_response(),
    };
    let next = local(&asked.next);
    let token = match &state.settings.token {
        None => return Redirect::to("/").into_response(),
        Some(token) => token,
    };
    // People paste tokens with what stood around them.
    let shown = asked.token.trim();
    if !state.keys.same(shown.as_bytes(), token.as_bytes()) {
        let mut response = page(next, true);
        *response.status_mut() = StatusCode::UNAUTHORIZED;
        return response;
    }
    let lifetime = state.settings.session;
    let session = begin(&state.keys, state.started, lifetime);
    let cookie = cookie(&session, lifetime.as_secs(), &headers);
    ([(SET_COOKIE, cookie)], Redirect::to(&next)).into_response()
}

async fn sign_out(headers: HeaderMap) -> Response {
    let cookie = cookie("", 0, &headers);
    ([(SET_COOKIE, cookie)], Redirect::to("/sign-in")).into_response()
}

async fn fields(state: &AppState, body: Body) -> Result<Asked, Problem> {
    let body = axum::body::to_bytes(body, state.settings.max_body_bytes)
        .await
        .map_err(|_| too_large(&state.settings))?;
    serde_html_form::from_bytes(&body)
        .map_err(|_| Problem::new(Kind::BadRequest, "The form could not be read."))
}

/// The cookie for scripts' eyes and other sites' requests out of reach. Behind a proxy that speaks TLS
/// it never travels without.
fn cookie(session: &str, seconds: u64, headers: &HeaderMap) -> String {
    let secure = headers
        .get(FORWARDED_PROTO)
        .is_some_and(|proto| proto.as_bytes().eq_ignore_ascii_case(b"https"));
    let secure = if secure { "; Secure" } else { "" };
    format!("{COOKIE_NAME}={session}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}")
}

fn page(next: String, wrong: bool) -> Response {
    match (Form {
        shell: shell("Sign in", "/sign-in"),
        next,
        wrong,
    })
    .render()
    {
        Ok(page) => Html(page).into_response(),
        Err(_) => Problem::new(Kind::Internal, "The form could not be made.").into_response(),
    }
}

/// Where to go on: a path of ours, never another site.
fn local(next: &str) -> String {
    let rest = next.strip_prefix('/');
    let is_local = rest.is_some_and(|rest| !rest.starts_with(['/', '\\']))
        && next.bytes().all(|byte| byte.is_ascii_graphic())
        && next.len() <= 2048;
    let next = if is_local { next } else { "/" };
    next.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_goes_on_to_our_own_paths_only() {
        assert_eq!(local("/models/3?x=1"), "/models/3?x=1");
        for next in [
            "",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/a\r\nb",
            "/\t/evil.example",
        ] {
            assert_eq!(local(next), "/", "{next:?}");
        }
    }
}
