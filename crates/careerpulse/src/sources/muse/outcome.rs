//! What one HTTP answer means: a page, the end of the feed, or a failure that may or may not pass.

use std::error::Error;
use std::io;
use std::time::Duration;

use reqwest::StatusCode;
use serde::Deserialize;

use super::client::Page;
use super::error::MuseError;
use super::pace::RateHeaders;
use super::settings::ApiKey;

/// Which of its two ways the API used to say that a slice has no more pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndReason {
    /// A page without postings.
    Empty,
    /// 400, "page is too high".
    TooHigh,
}

/// Why one attempt gave no page.
#[derive(Debug)]
pub enum Failure {
    /// Asking again cannot help.
    Final(MuseError),
    /// Asking again after a backoff may help.
    Passing(MuseError),
    /// The limit is used up for this long.
    Limited(Duration, MuseError),
    /// A body came that is no page. Asking again may help; if not, it is kept as it is.
    Unreadable(Box<Page>),
}

/// The meaning of a status other than 200 and 400. `attempt` counts from 1.
pub fn failure_of_status(
    status: StatusCode,
    rate: RateHeaders,
    url: &str,
    with_key: bool,
    attempt: u32,
) -> Failure {
    let url = url.to_owned();
    let code = status.as_u16();
    let limit_is_spent = rate.remaining == Some(0) || rate.pause().is_some();
    match code {
        429 | 403 if code == 429 || limit_is_spent => {
            let reset = rate.pause();
            let error = MuseError::RateLimited { url, reset };
            match reset {
                Some(reset) => Failure::Limited(reset, error),
                None => Failure::Passing(error),
            }
        }
        // A burst of 403 passes, a wrong key does not: the attempts tell them apart.
        403 => Failure::Passing(MuseError::Forbidden { url, with_key }),
        404 => Failure::Final(MuseError::NotFound { url }),
        408 | 500..=599 => Failure::Passing(MuseError::ServerError {
            url,
            status: code,
            attempts: attempt,
        }),
        _ => Failure::Final(MuseError::UnexpectedStatus { url, status: code }),
    }
}

/// The meaning of a failed connection, request or body.
pub fn failure_of_transport(error: reqwest::Error, url: &str, timeout: Duration) -> Failure {
    // The library's errors carry the address with its key.
    let error = error.without_url();
    let url = url.to_owned();
    if error.is_builder() {
        let reason = words(&error);
        return Failure::Final(MuseError::Setup { reason });
    }
    Failure::Passing(if error.is_timeout() {
        MuseError::Timeout {
            url,
            limit: timeout,
        }
    } else if is_refused(&error) {
        MuseError::ConnectionRefused { url }
    } else if error.is_connect() {
        MuseError::Unreachable {
            url,
            reason: words(&error),
        }
    } else {
        MuseError::BrokenBody {
            url,
            reason: words(&error),
        }
    })
}

/// An error with its causes, which `reqwest` leaves out of its own words.
pub fn words(error: &reqwest::Error) -> String {
    causes(error)
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(": ")
}

/// The server's words in an error body `{"code", "error"}`, or the body, without the key: the
/// server may quote the request, and with it the key. At most 200 characters, cut only after the key
/// is out, so that no part of it is left at the cut.
pub fn message_of(body: &[u8], key: Option<&ApiKey>) -> String {
    #[derive(Deserialize)]
    struct ErrorBody {
        error: String,
    }
    let message = match serde_json::from_slice::<ErrorBody>(body) {
        Ok(body) => body.error,
        Err(_) => String::from_utf8_lossy(body).into_owned(),
    };
    let message = without_key(&message, key);
    // It goes into logs and tables: nothing in it may steer a terminal.
    let printable = |c: char| if c.is_control() { '\u{FFFD}' } else { c };
    message.chars().map(printable).take(200).collect()
}

/// The key blacked out, plain or as it stands in an address.
fn without_key(message: &str, key: Option<&ApiKey>) -> String {
    let Some(key) = key else {
        return message.to_owned();
    };
    let encoded: String = url::form_urlencoded::byte_serialize(key.reveal().as_bytes()).collect();
    message
        .replace(key.reveal(), &key.to_string())
        .replace(&encoded, &key.to_string())
}

fn is_refused(error: &reqwest::Error) -> bool {
    causes(error)
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|cause| cause.kind() == io::ErrorKind::ConnectionRefused)
}

fn causes(error: &reqwest::Error) -> impl Iterator<Item = &(dyn Error + 'static)> {
    std::iter::successors(Some(error as &(dyn Error + 'static)), |&error| {
        error.source()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meaning(status: u16, remaining: Option<u64>, reset: Option<u64>) -> Failure {
        let rate = RateHeaders {
            limit: None,
            remaining,
            reset: reset.map(Duration::from_secs),
            retry_after: None,
        };
        let status = StatusCode::from_u16(status).unwrap();
        failure_of_status(status, rate, "http://host/", true, 1)
    }

    #[test]
    fn a_refusal_is_the_limit_only_where_the_headers_say_so() {
        use Failure::{Limited, Passing};
        use MuseError::{Forbidden, RateLimited};
        assert!(
            matches!(meaning(403, Some(0), Some(9)), Limited(reset, _) if reset.as_secs() == 9)
        );
        assert!(matches!(
            meaning(403, Some(0), None),
            Passing(RateLimited { .. })
        ));
        assert!(matches!(
            meaning(403, Some(7), Some(9)),
            Passing(Forbidden { .. })
        ));
        assert!(matches!(
            meaning(403, None, None),
            Passing(Forbidden { .. })
        ));
        assert!(matches!(meaning(429, None, Some(9)), Limited(..)));
        assert!(matches!(
            meaning(429, Some(7), Some(9)),
            Passing(RateLimited { .. })
        ));
        assert!(matches!(
            meaning(429, None, None),
            Passing(RateLimited { .. })
        ));
    }

    #[test]
    fn server_errors_pass_and_wrong_addresses_do_not() {
        for status in [408, 500, 502, 503, 504] {
            assert!(
                matches!(meaning(status, None, None), Failure::Passing(_)),
                "{status}"
            );
        }
        for status in [204, 401, 404, 410] {
            assert!(
                matches!(meaning(status, None, None), Failure::Final(_)),
                "{status}"
            );
        }
    }

    #[test]
    fn a_quoted_key_is_blacked_out_plain_encoded_and_at_the_cut() {
        let key = ApiKey::new("a b/c");
        let message = message_of(b"got a b/c in ?api_key=a+b%2Fc", key.as_ref());
        assert_eq!(message, "got (redacted) in ?api_key=(redacted)");
        let key = ApiKey::new("SECRETKEY123");
        let long = format!("{} SECRETKEY123", "x".repeat(190));
        assert!(!message_of(long.as_bytes(), key.as_ref()).contains("SEC"));
    }

    #[test]
    fn the_servers_message_is_found_and_kept_short() {
        assert_eq!(message_of(br#"{"code":400,"error":"no"}"#, None), "no");
        assert_eq!(message_of(b"<html>", None), "<html>");
        assert_eq!(message_of(&[b'x'; 9000], None).len(), 200);
    }
}
