//! Every failed answer has one form: a problem for programs, a page for people.

use std::any::Any;

use askama::Template;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, StatusCode};

use super::session::wants_page;
use crate::pages::{Shell, shell};
use crate::problem::{Kind, Problem};

#[derive(Template)]
#[template(path = "serve/problem.html")]
struct Page<'a> {
    shell: Shell,
    title: &'a str,
    detail: &'a str,
}

/// Gives failed answers their form. What the framework says in its own words is replaced; a page that
/// says it for people already stays.
pub async fn uniform(request: Request, next: Next) -> Response {
    let page = wants_page(request.uri().path(), request.headers());
    let response = next.run(request).await;
    let status = response.status();
    if !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let problem = response.extensions().get::<Problem>().cloned();
    match problem {
        Some(problem) if page => match rendered(&problem) {
            Some(shown) => replaced(response, shown),
            None => response,
        },
        None if !is_page(response.headers()) => {
            let detail = "The request could not be answered as it is.";
            let mut plain = Problem::new(kind(status), detail);
            plain.status = status.as_u16();
            let shown = if page { rendered(&plain) } else { None };
            replaced(response, shown.unwrap_or_else(|| plain.into_response()))
        }
        _ => response,
    }
}

/// The answer where no route is.
pub async fn nowhere() -> Problem {
    Problem::new(
        Kind::NotFound,
        "There is nothing at this address; the API's addresses stand at /api/v1/docs.",
    )
}

/// The answer where a route has another method.
pub async fn other_method() -> Problem {
    Problem::new(
        Kind::Method,
        "This address does not answer this method; the Allow header lists those it does.",
    )
}

/// The answer where a handler panicked; the panic itself is for the log.
pub fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let words = panic.downcast_ref::<String>().map(String::as_str);
    let words = words.or_else(|| panic.downcast_ref::<&str>().copied());
    tracing::error!(
        panic = words.unwrap_or("without words"),
        "a handler panicked"
    );
    let detail = "Something failed here; the program's log says what.";
    Problem::new(Kind::Internal, detail).into_response()
}

/// A problem as a page.
fn rendered(problem: &Problem) -> Option<Response> {
    let page = Page {
        shell: shell(problem.title.as_str(), ""),
        title: &problem.title,
        detail: &problem.detail,
    };
    Some(Html(page.render().ok()?).into_response())
}

/// The other's body in the answer's place, with the answer's own headers (`Allow`, `Retry-After`).
fn replaced(response: Response, other: Response) -> Response {
    let (mut head, _) = response.into_parts();
    let (other, body) = other.into_parts();
    head.headers.remove(CONTENT_LENGTH);
    if let Some(value) = other.headers.get(CONTENT_TYPE) {
        head.headers.insert(CONTENT_TYPE, value.clone());
    }
    head.extensions.extend(other.extensions);
    Response::from_parts(head, body)
}

fn is_page(headers: &HeaderMap) -> bool {
    let value = headers.get(CONTENT_TYPE);
    value.is_some_and(|value| value.as_bytes().starts_with(b"text/html"))
}

fn kind(status: StatusCode) -> Kind {
    let known = Kind::ALL.into_iter().find(|kind| kind.status() == status);
    match known {
        Some(kind) => kind,
        None if status.is_client_error() => Kind::BadRequest,
        None => Kind::Internal,
    }
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::{Body, to_bytes};
    use axum::middleware::from_fn;
    use axum::routing::get;
    use tower::ServiceExt as _;

    use super::*;

    async fn answered(accept: &str, given: Response) -> (StatusCode, HeaderMap, String) {
        let given = std::sync::Arc::new(std::sync::Mutex::new(Some(given)));
        let handler = get(move || async move {
            let taken = given.lock().ok().and_then(|mut given| given.take());
            taken.unwrap_or_default()
        });
        let app: Router = Router::new().route("/", handler).layer(from_fn(uniform));
        let asked = Request::get("/").header("accept", accept);
        let response = app
            .oneshot(asked.body(Body::empty()).unwrap())
            .await
            .unwrap();
        let (head, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        (
            head.status,
            head.headers,
            String::from_utf8(body.to_vec()).unwrap(),
        )
    }

    #[tokio::test]
    async fn the_frameworks_own_words_are_replaced() {
        let given = || {
            let said = "Failed to buffer the request body: secret";
            (StatusCode::PAYLOAD_TOO_LARGE, [("allow", "GET")], said).into_response()
        };
        let (status, headers, body) = answered("*/*", given()).await;
        assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!(headers[CONTENT_TYPE], "application/problem+json");
        assert_eq!(headers["allow"], "GET");
        assert!(
            body.contains("too-large") && !body.contains("secret"),
            "{body}"
        );
        let odd = (StatusCode::IM_A_TEAPOT, "secret").into_response();
        let (status, _, body) = answered("*/*", odd).await;
        assert_eq!(status, StatusCode::IM_A_TEAPOT);
        assert!(body.contains("\"status\":418"), "{body}");
    }

    #[tokio::test]
    async fn pages_that_say_it_already_and_answers_that_went_well_stay() {
        let page = (StatusCode::NOT_FOUND, Html("<p>Own words</p>")).into_response();
        assert_eq!(answered("text/html", page).await.2, "<p>Own words</p>");
        let well = "secret".into_response();
        assert_eq!(answered("*/*", well).await.2, "secret");
    }
}
