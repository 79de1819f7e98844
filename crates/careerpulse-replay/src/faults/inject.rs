//! What a fault looks like on the wire.

use std::convert::Infallible;
use std::io;
use std::time::Duration;

use bytes::Bytes;
use futures::stream::{self, Stream, StreamExt};
use http::{HeaderValue, Response, StatusCode, header};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::Frame;

use super::FaultKind;
use super::schedule::Fault;
use crate::envelope::error_body;

/// A body that may fail while it is sent.
pub(crate) type Body = UnsyncBoxBody<Bytes, io::Error>;

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const HTML: HeaderValue = HeaderValue::from_static("text/html");

/// Parts that a slow body is sent in, and the pause before each.
const SLOW_PARTS: usize = 10;
const SLOW_PAUSES_MS: std::ops::RangeInclusive<u64> = 50..=100;

/// A JSON answer.
pub(crate) fn json_response(status: StatusCode, body: Bytes) -> Response<Body> {
    response(status, JSON, body)
}

/// The answer that the fault makes of `page`; `None` stands for a reset connection.
pub(crate) fn faulty_response(fault: Fault, page: &Bytes) -> Option<Response<Body>> {
    let Fault { kind, detail } = fault;
    let broken = match kind {
        FaultKind::Reset => return None,
        FaultKind::TooManyRequests => {
            let mut response = refusal(StatusCode::TOO_MANY_REQUESTS, "Too many requests");
            let second = HeaderValue::from_static("1");
            response.headers_mut().insert(header::RETRY_AFTER, second);
            response
        }
        FaultKind::Forbidden => refusal(StatusCode::FORBIDDEN, "Rate limit exceeded"),
        FaultKind::ServerError => server_error(detail),
        FaultKind::Truncate if detail.is_multiple_of(2) => connection_cut(page, detail),
        FaultKind::Truncate => {
            let part = page.slice(..cut_point(page, detail));
            json_response(StatusCode::OK, part)
        }
        FaultKind::Malformed => malformed(page, detail),
        FaultKind::Slow => slow(page, detail),
    };
    Some(broken)
}

fn response(status: StatusCode, content_type: HeaderValue, body: Bytes) -> Response<Body> {
    let body = Full::new(body).map_err(|never: Infallible| match never {});
    with_body(status, content_type, body.boxed_unsync())
}

fn with_body(status: StatusCode, content_type: HeaderValue, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, content_type);
    response
}

fn refusal(status: StatusCode, message: &str) -> Response<Body> {
    json_response(status, error_body(status.as_u16(), message))
}

fn server_error(detail: u64) -> Response<Body> {
    let html = |status: StatusCode| {
        let page = format!("<html><body><h1>{status}</h1></body></html>\n");
        response(status, HTML, Bytes::from(page))
    };
    match detail % 3 {
        0 => refusal(StatusCode::INTERNAL_SERVER_ERROR, "Internal server error"),
        1 => html(StatusCode::BAD_GATEWAY),
        _ => html(StatusCode::SERVICE_UNAVAILABLE),
    }
}

/// Promises the whole page and ends the connection before it is there.
fn connection_cut(page: &Bytes, detail: u64) -> Response<Body> {
    let part = page.slice(..cut_point(page, detail));
    let cut = async {
        // Waiting once lets the part be written out before the failure drops it.
        tokio::task::yield_now().await;
        Err(io::Error::from(io::ErrorKind::ConnectionAborted))
    };
    let parts = stream::iter([Ok(part)]).chain(stream::once(cut));
    streamed(page.len(), parts)
}

/// Somewhere in the middle 80 % of the page.
fn cut_point(page: &Bytes, detail: u64) -> usize {
    let percent = 10 + (detail >> 8) % 81;
    page.len() * percent as usize / 100
}

fn malformed(page: &Bytes, detail: u64) -> Response<Body> {
    if detail.is_multiple_of(3) {
        let html = Bytes::from_static(b"<html><body>Please try again later.</body></html>\n");
        return response(StatusCode::OK, HTML, html);
    }
    let mut broken = page.to_vec();
    if detail % 3 == 1 {
        // A page begins {"page": …; without its first colon it is no JSON any more.
        if let Some(byte) = broken.iter_mut().find(|byte| **byte == b':') {
            *byte = b' ';
        }
    } else {
        // 0xFF occurs in no UTF-8; a client that decodes leniently would take this page
        // with a damaged text in it.
        broken.insert(cut_point(page, detail), 0xff);
    }
    json_response(StatusCode::OK, Bytes::from(broken))
}

fn slow(page: &Bytes, detail: u64) -> Response<Body> {
    let pauses = SLOW_PAUSES_MS.end() - SLOW_PAUSES_MS.start() + 1;
    let pause = Duration::from_millis(SLOW_PAUSES_MS.start() + detail % pauses);
    let size = page.len().div_ceil(SLOW_PARTS).max(1);
    let page = page.clone();
    let starts = (0..page.len()).step_by(size);
    let length = page.len();
    let parts = stream::iter(starts).then(move |start| {
        let part = page.slice(start..(start + size).min(page.len()));
        async move {
            tokio::time::sleep(pause).await;
            Ok(part)
        }
    });
    streamed(length, parts)
}

fn streamed(
    length: usize,
    parts: impl Stream<Item = io::Result<Bytes>> + Send + 'static,
) -> Response<Body> {
    let body = StreamBody::new(parts.map(|part| part.map(Frame::data))).boxed_unsync();
    let mut response = with_body(StatusCode::OK, JSON, body);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    response
}
