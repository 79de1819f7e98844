//! How long, how large and how many at a time.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::CONTENT_LENGTH;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::problem::{Kind, Problem};
use crate::settings::AppSettings;

/// Places of requests that are worked on.
#[derive(Clone)]
pub struct Limits {
    places: Arc<Semaphore>,
    settings: Arc<AppSettings>,
}

impl Limits {
    /// As the settings say.
    pub fn new(settings: Arc<AppSettings>) -> Limits {
        let places = settings.max_requests.clamp(1, Semaphore::MAX_PERMITS);
        Limits {
            places: Arc::new(Semaphore::new(places)),
            settings,
        }
    }
}

/// Turns away what is too long or too large by its head alone; lets others wait for a place, and gives
/// each its time, wait and body included.
pub async fn within(State(limits): State<Limits>, request: Request, next: Next) -> Response {
    let settings = &limits.settings;
    let uri = request.uri();
    let length = uri.path_and_query().map_or(0, |both| both.as_str().len());
    if length > settings.max_uri_bytes {
        let detail = format!(
            "Path and query take {length} bytes, more than the {} that are read: ask for less at once.",
            settings.max_uri_bytes
        );
        return Problem::new(Kind::UriTooLong, detail).into_response();
    }
    let body = request.headers().get(CONTENT_LENGTH);
    let body = body.and_then(|body| body.to_str().ok()?.parse::<u64>().ok());
    if body.is_some_and(|body| body > settings.max_body_bytes as u64) {
        return too_large(settings).into_response();
    }
    // Whether the process is alive must be told however busy it is.
    let at_once = uri.path() == "/healthz";
    let worked_on = async {
        let _place = match at_once {
            true => None,
            false => limits.places.acquire().await.ok(),
        };
        next.run(request).await
    };
    match timeout(settings.request_timeout, worked_on).await {
        Ok(response) => response,
        Err(_) => {
            let detail = format!(
                "There was no answer within {} s: try again, or ask for less.",
                settings.request_timeout.as_secs_f64()
            );
            Problem::new(Kind::TooSlow, detail)
                .retry_after(5)
                .into_response()
        }
    }
}

/// What is said of a body that is too large.
pub fn too_large(settings: &AppSettings) -> Problem {
    let detail = format!(
        "The body takes more than the {} bytes that are read: send it in parts.",
        settings.max_body_bytes
    );
    Problem::new(Kind::TooLarge, detail)
}
