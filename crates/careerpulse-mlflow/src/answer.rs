//! What an answer means: a success, or an error by status and code, and whether it may pass.

use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, HeaderMap, LOCATION};
use serde::Deserialize;

use crate::error::MlflowError;
use crate::text::quoted;

/// What MLflow's host check says, as text, with status 403.
const HOST_CHECK: &str = "Invalid Host header";

/// A failed attempt.
#[derive(Debug)]
pub(crate) struct Failure {
    /// What to tell.
    pub error: MlflowError,
    /// Whether another attempt may help, and may be made.
    pub passing: Passing,
}

/// What is known about the request of a failed attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Passing {
    /// It was refused, and will be again.
    Final,
    /// It was not carried out, and may be next time.
    NotDone,
    /// It may have been carried out.
    Unknown,
}

/// Where an answer came from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<'a> {
    /// The server's address.
    pub server: &'a str,
    /// The host as the server sees it.
    pub host: &'a str,
    /// The call.
    pub call: &'a str,
}

impl Failure {
    /// A failure that stays.
    pub(crate) fn last(error: MlflowError) -> Failure {
        Failure {
            error,
            passing: Passing::Final,
        }
    }
}

/// The shapes an error's body has: MLflow's own, and the web framework's.
#[derive(Deserialize, Default)]
struct ErrorBody {
    #[serde(default)]
    error_code: Option<String>,
    #[serde(default)]
    message: Option<String>,
    #[serde(default)]
    detail: Option<serde_json::Value>,
}

/// Nothing for a success, else what the answer means.
pub(crate) fn check(
    status: StatusCode,
    headers: &HeaderMap,
    body: &[u8],
    asked: Asked<'_>,
) -> Result<(), Failure> {
    if status.is_success() {
        return Ok(());
    }
    let said: ErrorBody = serde_json::from_slice(body).unwrap_or_default();
    let message = message_of(&said);
    let code = said.error_code.as_deref();
    let (server, call) = (asked.server.to_owned(), asked.call.to_owned());
    let final_error = match (status.as_u16(), code) {
        (429 | 500.., _) => return Err(server_failure(status, &message, server, call)),
        (401, _) => MlflowError::Unauthorized {
            server,
            call,
            status: 401,
        },
        (403, None) if String::from_utf8_lossy(body).contains(HOST_CHECK) => {
            MlflowError::HostCheck {
                server,
                host: asked.host.to_owned(),
            }
        }
        (403, _) => MlflowError::Unauthorized {
            server,
            call,
            status: 403,
        },
        (_, Some("RESOURCE_ALREADY_EXISTS")) => MlflowError::AlreadyExists { call, message },
        (_, Some("RESOURCE_DOES_NOT_EXIST")) => MlflowError::NotFound { call, message },
        (300..=399 | 404 | 405, None) | (_, Some("ENDPOINT_NOT_FOUND")) => MlflowError::NotMlflow {
            server,
            call,
            found: found(status, headers),
        },
        (status, code) => MlflowError::Invalid {
            call,
            code: code.map_or_else(|| format!("HTTP {status}"), quoted),
            message,
        },
    };
    Err(Failure::last(final_error))
}

/// The answer's JSON as a value of ours.
pub(crate) fn decode<'a, T: Deserialize<'a>>(
    headers: &HeaderMap,
    body: &'a [u8],
    asked: Asked<'_>,
) -> Result<T, MlflowError> {
    let (server, call) = (asked.server.to_owned(), asked.call.to_owned());
    if body.is_empty() {
        return Err(MlflowError::Malformed {
            server,
            call,
            reason: "it is empty".to_owned(),
        });
    }
    serde_json::from_slice(body).map_err(|error| {
        if content_type(headers).contains("html") {
            return MlflowError::NotMlflow {
                server,
                call,
                found: "an HTML page".to_owned(),
            };
        }
        MlflowError::Malformed {
            server,
            call,
            reason: quoted(&error.to_string()),
        }
    })
}

fn server_failure(status: StatusCode, message: &str, server: String, call: String) -> Failure {
    let passing = match status {
        StatusCode::TOO_MANY_REQUESTS => Passing::NotDone,
        StatusCode::NOT_IMPLEMENTED => Passing::Final,
        _ => Passing::Unknown,
    };
    let message = if message.is_empty() {
        String::new()
    } else {
        format!(": {message}")
    };
    let error = MlflowError::Server {
        server,
        call,
        status: status.as_u16(),
        message,
    };
    Failure { error, passing }
}

fn message_of(said: &ErrorBody) -> String {
    match (&said.message, &said.detail) {
        (Some(message), _) => quoted(message),
        (None, Some(serde_json::Value::String(detail))) => quoted(detail),
        (None, Some(detail)) => quoted(&detail.to_string()),
        (None, None) => String::new(),
    }
}

fn found(status: StatusCode, headers: &HeaderMap) -> String {
    let location = headers.get(LOCATION).and_then(|value| value.to_str().ok());
    match location {
        Some(location) => format!(
            "HTTP {}, which leads to {}",
            status.as_u16(),
            quoted(location)
        ),
        None => format!("HTTP {}", status.as_u16()),
    }
}

fn content_type(headers: &HeaderMap) -> &str {
    let value = headers.get(CONTENT_TYPE);
    value.and_then(|kind| kind.to_str().ok()).unwrap_or("")
}
