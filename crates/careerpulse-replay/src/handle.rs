//! One request: the limit, the address, the page, the fault.

use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use tokio::time::Instant;

use crate::envelope::{error_body, page_body};
use crate::faults::FaultKind;
use crate::faults::inject::{Body, faulty_response, json_response};
use crate::faults::schedule::{Fault, Schedule, schedule};
use crate::feed::{Feed, Page};
use crate::limits::{Allowance, Limits, limits};
use crate::query::{self, Query, QueryError};
use crate::server::ReplayOptions;

/// The path that postings are served at; every other is 404.
pub const JOBS_PATH: &str = "/api/public/jobs";

/// Everything that answering needs, shared by all connections.
pub(crate) struct Desk {
    feed: RwLock<Feed>,
    page_cap: u32,
    limits: Mutex<Limits>,
    schedule: Mutex<Schedule>,
}

/// Why a request gets an error body; the text is what the body says.
#[derive(Debug, Clone, Copy, thiserror::Error)]
enum Refusal {
    #[error("Rate limit exceeded")]
    OverLimit,
    #[error("Not found")]
    NotFound,
    #[error("Only GET is served here")]
    NotGet,
    #[error(transparent)]
    Query(QueryError),
    #[error("Value `page` is too high")]
    PageTooHigh,
}

/// The request is to be met by a reset connection.
#[derive(Debug, thiserror::Error)]
#[error("the connection is reset on purpose")]
pub(crate) struct ResetConnection;

pub(crate) fn desk(feed: Feed, options: &ReplayOptions) -> Desk {
    Desk {
        feed: RwLock::new(feed),
        page_cap: options.page_cap,
        limits: Mutex::new(limits(options.rate_limit, options.rate_window)),
        schedule: Mutex::new(schedule(options.faults, options.seed)),
    }
}

impl Desk {
    /// Answers from another feed from now on.
    pub(crate) fn show(&self, feed: Feed) {
        *self.feed.write().unwrap_or_else(PoisonError::into_inner) = feed;
    }
}

/// Answers a request. A request that is refused, or asks for something that is not
/// there, meets no fault: only pages do.
pub(crate) fn handle<B>(
    desk: &Desk,
    request: &Request<B>,
) -> Result<Response<Body>, ResetConnection> {
    let query = query::parse(request.uri().query().unwrap_or_default());
    let keyed = query.as_ref().is_ok_and(|query| query.keyed);
    let allowance = lock(&desk.limits).admit(keyed, Instant::now());
    let page = if allowance.admitted {
        page_of(desk, request, &query)
    } else {
        Err(Refusal::OverLimit)
    };
    let asked = query.as_ref().map(query::canonical).unwrap_or_default();
    let fault = match page {
        Ok(_) => lock(&desk.schedule).next(&asked),
        Err(_) => None,
    };
    let answer = match (page, fault) {
        (Err(refusal), _) => Ok(refused(refusal)),
        (Ok(page), None) => Ok(json_response(StatusCode::OK, page)),
        (Ok(page), Some(fault)) => faulty_response(fault, &page).ok_or(ResetConnection),
    };
    log(request, &asked, fault, &answer);
    answer.map(|mut response| {
        rate_headers(response.headers_mut(), shown(allowance, fault));
        response
    })
}

/// The page asked for, or why there is none.
fn page_of<B>(
    desk: &Desk,
    request: &Request<B>,
    query: &Result<Query, QueryError>,
) -> Result<Bytes, Refusal> {
    if request.uri().path() != JOBS_PATH {
        return Err(Refusal::NotFound);
    }
    if request.method() != Method::GET {
        return Err(Refusal::NotGet);
    }
    let query = query.as_ref().map_err(|error| Refusal::Query(*error))?;
    if query.page >= u64::from(desk.page_cap) {
        return Err(Refusal::PageTooHigh);
    }
    let feed = desk.feed.read().unwrap_or_else(PoisonError::into_inner);
    Ok(match feed.page(&query.filters, query.page) {
        Page::Recorded(page) => page.clone(),
        Page::Postings { matching, texts } => page_body(query.page, matching as u64, &texts),
    })
}

/// A panic elsewhere leaves counters that are still good enough to count on with.
fn lock<T>(counters: &Mutex<T>) -> MutexGuard<'_, T> {
    counters.lock().unwrap_or_else(PoisonError::into_inner)
}

fn refused(refusal: Refusal) -> Response<Body> {
    let status = match refusal {
        Refusal::OverLimit => StatusCode::FORBIDDEN,
        Refusal::NotFound => StatusCode::NOT_FOUND,
        Refusal::NotGet => StatusCode::METHOD_NOT_ALLOWED,
        Refusal::Query(_) | Refusal::PageTooHigh => StatusCode::BAD_REQUEST,
    };
    let body = error_body(status.as_u16(), &refusal.to_string());
    let mut response = json_response(status, body);
    if status == StatusCode::METHOD_NOT_ALLOWED {
        let get = HeaderValue::from_static("GET");
        response.headers_mut().insert(header::ALLOW, get);
    }
    response
}

/// A burst of 429 or 403 shows a spent limit, as a real one would.
fn shown(allowance: Allowance, fault: Option<Fault>) -> Allowance {
    match fault.map(|fault| fault.kind) {
        Some(FaultKind::TooManyRequests | FaultKind::Forbidden) => Allowance {
            remaining: 0,
            reset: 1,
            ..allowance
        },
        _ => allowance,
    }
}

fn rate_headers(headers: &mut HeaderMap, told: Allowance) {
    headers.insert("x-ratelimit-limit", HeaderValue::from(told.limit));
    headers.insert("x-ratelimit-remaining", HeaderValue::from(told.remaining));
    headers.insert("x-ratelimit-reset", HeaderValue::from(told.reset));
}

/// Names the request by its canonical query, which holds no key; what the caller wrote
/// is escaped, so that it can forge no line.
fn log<B>(
    request: &Request<B>,
    asked: &str,
    fault: Option<Fault>,
    answer: &Result<Response<Body>, ResetConnection>,
) {
    tracing::debug!(
        method = ?request.method(),
        path = ?request.uri().path(),
        query = ?asked,
        fault = ?fault.map(|fault| fault.kind),
        status = answer.as_ref().ok().map(|response| response.status().as_u16()),
        "request"
    );
}
