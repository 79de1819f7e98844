//! What went wrong, said to whoever asked: problem details (RFC 9457), without anything from within.

use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use serde::Serialize;
use utoipa::ToSchema;

use crate::source::SourceError;

/// A problem's kind: what can go wrong at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A parameter is wrong, or the body is no JSON.
    BadRequest,
    /// A token is missing or wrong.
    SignIn,
    /// Another site's page asks.
    OtherOrigin,
    /// There is no such thing.
    NotFound,
    /// The address answers other methods.
    Method,
    /// The pipeline has not made it yet.
    NotYet,
    /// The body is too large.
    TooLarge,
    /// Path and query are too long.
    UriTooLong,
    /// The body is of another type.
    MediaType,
    /// The request is addressed to another host.
    OtherHost,
    /// The body is JSON, but not what is expected.
    Unprocessable,
    /// The client asks too often.
    TooMany,
    /// The program or the lake failed.
    Internal,
    /// Too much is asked at the same time.
    Busy,
    /// The answer took too long.
    TooSlow,
}

impl Kind {
    /// All of them, by status.
    pub const ALL: [Kind; 15] = [
        Kind::BadRequest,
        Kind::SignIn,
        Kind::OtherOrigin,
        Kind::NotFound,
        Kind::Method,
        Kind::NotYet,
        Kind::TooLarge,
        Kind::UriTooLong,
        Kind::MediaType,
        Kind::OtherHost,
        Kind::Unprocessable,
        Kind::TooMany,
        Kind::Internal,
        Kind::Busy,
        Kind::TooSlow,
    ];

    /// The HTTP status.
    pub fn status(self) -> StatusCode {
        self.entry().0
    }

    /// The end of the problem's type, and the anchor on the API's page.
    pub fn slug(self) -> &'static str {
        self.entry().1
    }

    /// The kind in a few words.
    pub fn title(self) -> &'static str {
        self.entry().2
    }

    fn entry(self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Kind::BadRequest => (
                StatusCode::BAD_REQUEST,
                "bad-request",
                "The request is malformed",
            ),
            Kind::SignIn => (StatusCode::UNAUTHORIZED, "sign-in", "A token is needed"),
            Kind::OtherOrigin => (StatusCode::FORBIDDEN, "other-origin", "Another site asks"),
            Kind::NotFound => (StatusCode::NOT_FOUND, "not-found", "There is no such thing"),
            Kind::Method => (
                StatusCode::METHOD_NOT_ALLOWED,
                "method",
                "This address answers other methods",
            ),
            Kind::NotYet => (
                StatusCode::CONFLICT,
                "not-yet",
                "The pipeline has not made it yet",
            ),
            Kind::TooLarge => (
                StatusCode::PAYLOAD_TOO_LARGE,
                "too-large",
                "The body is too large",
            ),
            Kind::UriTooLong => (
                StatusCode::URI_TOO_LONG,
                "uri-too-long",
                "The address is too long",
            ),
            Kind::MediaType => (
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "media-type",
                "The body is of another type",
            ),
            Kind::OtherHost => (
                StatusCode::MISDIRECTED_REQUEST,
                "other-host",
                "The request is addressed to another host",
            ),
            Kind::Unprocessable => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "unprocessable",
                "The body is not what is expected",
            ),
            Kind::TooMany => (
                StatusCode::TOO_MANY_REQUESTS,
                "too-many",
                "Too many requests",
            ),
            Kind::Internal => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "internal",
                "Something failed here",
            ),
            Kind::Busy => (
                StatusCode::SERVICE_UNAVAILABLE,
                "busy",
                "Too much at the same time",
            ),
            Kind::TooSlow => (
                StatusCode::SERVICE_UNAVAILABLE,
                "too-slow",
                "The answer took too long",
            ),
        }
    }
}

/// A problem as it is answered, as `application/problem+json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Problem {
    /// Which kind it is: an address that explains it.
    #[serde(rename = "type")]
    #[schema(format = "uri-reference")]
    pub kind: String,
    /// The kind in a few words.
    pub title: String,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599)]
    pub status: u16,
    /// What is wrong in this case, and what to do.
    pub detail: String,
    #[serde(skip)]
    #[schema(ignore)]
    retry_after: Option<u64>,
}

impl Problem {
    /// A problem of a kind; `detail` says what is wrong in this case and what to do.
    pub fn new(kind: Kind, detail: impl Into<String>) -> Problem {
        Problem {
            kind: format!("/api/v1/docs#{}", kind.slug()),
            title: kind.title().to_owned(),
            status: kind.status().as_u16(),
            detail: detail.into(),
            retry_after: None,
        }
    }

    /// The same with the seconds after which it is worth trying again, at least 1.
    pub fn retry_after(mut self, seconds: u64) -> Problem {
        self.retry_after = Some(seconds.max(1));
        self
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

impl From<SourceError> for Problem {
    fn from(error: SourceError) -> Problem {
        Problem::from(&error)
    }
}

impl From<&SourceError> for Problem {
    fn from(error: &SourceError) -> Problem {
        match error {
            SourceError::NotFound(sentence) => Problem::new(Kind::NotFound, sentence),
            // A conflict with the lake's state and no fault of the server: it goes away when somebody
            // runs what the sentence names, so it must neither wake anybody nor be tried again.
            SourceError::NotYet(sentence) => Problem::new(Kind::NotYet, sentence),
            SourceError::Invalid(sentence) => Problem::new(Kind::BadRequest, sentence),
            SourceError::Failed(cause) => {
                tracing::error!(cause = %chain(cause.as_ref()), "the lake could not be read");
                Problem::new(
                    Kind::Internal,
                    "The lake could not be read; the program's log says why.",
                )
            }
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = serde_json::to_vec(&self).expect("text and numbers are JSON");
        let mut response = (self.status(), body).into_response();
        let headers = response.headers_mut();
        headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if let Some(seconds) = self.retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status() == StatusCode::UNAUTHORIZED {
            headers.insert(
                WWW_AUTHENTICATE,
                HeaderValue::from_static("Bearer realm=\"careerpulse\""),
            );
        }
        // For pages, which say it in their own way.
        response.extensions_mut().insert(self);
        response
    }
}

/// An error with all its causes, for the log.
fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    let words: Vec<String> = causes.map(ToString::to_string).collect();
    words.join(": ")
}
