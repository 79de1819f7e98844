//! One HTTP exchange: the request goes out, the answer comes in and gets its meaning.
//!
//! Architecture invariant: the API key is added to an address in [`send`] and nowhere else;
//! every address that is kept, logged or reported is the one without it.

use futures::StreamExt;
use reqwest::{Client, Response, StatusCode, header, redirect};
use url::{Host, Url};

use super::client::{Fetched, Page};
use super::error::MuseError;
use super::outcome::{EndReason, Failure, failure_of_status, failure_of_transport, message_of};
use super::pace::RateHeaders;
use super::page::parse_envelope;
use super::settings::{ApiKey, MuseSettings};
use super::time::Time;

/// Redirects followed within the configured host.
const MAX_REDIRECTS: usize = 5;

/// What was asked.
pub struct Ask<'a> {
    /// The address without the key.
    pub url: &'a Url,
    /// The page number, from 0.
    pub page: u32,
    /// How often it is asked for by now, from 1.
    pub attempt: u32,
}

/// The HTTP library set up as the settings say. It follows redirects only within the
/// configured host, and never uses a proxy to reach this machine itself.
pub fn http_client(settings: &MuseSettings) -> Result<Client, reqwest::Error> {
    let home = settings.base_url.clone();
    let builder = Client::builder()
        .timeout(settings.timeout)
        .user_agent(&settings.user_agent)
        // A referer would repeat the key.
        .referer(false)
        .redirect(redirect::Policy::custom(move |attempt| {
            let is_loop = attempt.previous().len() > MAX_REDIRECTS;
            if is_loop || !is_same_host(&home, attempt.url()) {
                attempt.stop()
            } else {
                attempt.follow()
            }
        }));
    if !is_loopback(&settings.base_url) {
        return builder.build();
    }
    let builder = builder.no_proxy();
    if settings.base_url.scheme() == "https" {
        return builder.build();
    }
    // Plain HTTP to this machine must work where no certificates are installed, as in a
    // bare container.
    builder.tls_certs_only([]).build()
}

/// Sends the request for `url`, with the key.
pub async fn send(http: &Client, settings: &MuseSettings, url: &Url) -> Result<Response, Failure> {
    let mut keyed = url.clone();
    if let Some(key) = &settings.api_key {
        keyed.query_pairs_mut().append_pair("api_key", key.reveal());
    }
    http.get(keyed)
        .send()
        .await
        .map_err(|error| failure_of_transport(error, url.as_str(), settings.timeout))
}

/// Reads the answer and says what it means.
pub async fn receive(
    response: Response,
    rate: RateHeaders,
    settings: &MuseSettings,
    ask: &Ask<'_>,
    time: &dyn Time,
) -> Result<Fetched, Failure> {
    let status = response.status();
    if status.is_redirection() {
        return Err(refused_redirect(&response, settings, ask.url));
    }
    if !matches!(status, StatusCode::OK | StatusCode::BAD_REQUEST) {
        let with_key = settings.api_key.is_some();
        let url = ask.url.as_str();
        return Err(failure_of_status(status, rate, url, with_key, ask.attempt));
    }
    let body = read_body(response, settings, ask.url).await?;
    if status == StatusCode::BAD_REQUEST {
        return end_or_bad_request(&body, settings.api_key.as_ref(), ask);
    }
    let (payload, is_lossy) = match String::from_utf8(body) {
        Ok(payload) => (payload, false),
        Err(error) => {
            tracing::debug!(url = %ask.url, "the body is not UTF-8");
            (String::from_utf8_lossy(error.as_bytes()).into_owned(), true)
        }
    };
    let envelope = parse_envelope(&payload);
    let is_empty = envelope.as_ref().is_ok_and(|seen| seen.results_len == 0);
    if is_empty && !is_lossy {
        return Ok(Fetched::EndOfFeed(EndReason::Empty));
    }
    let page = Page {
        url: ask.url.to_string(),
        http_status: status.as_u16(),
        fetched_at: time.utc(),
        payload,
        is_lossy,
        envelope,
    };
    // JSON is UTF-8: a body that is not may have been damaged on the way, even where it still parses.
    if page.envelope.is_err() || is_lossy {
        return Err(Failure::Unreadable(Box::new(page)));
    }
    Ok(Fetched::Page(page))
}

/// The body, given up as soon as it is longer than allowed.
async fn read_body(
    response: Response,
    settings: &MuseSettings,
    url: &Url,
) -> Result<Vec<u8>, Failure> {
    let limit = settings.max_body_bytes;
    let mut chunks = response.bytes_stream();
    let mut body = Vec::new();
    while let Some(chunk) = chunks.next().await {
        let chunk =
            chunk.map_err(|error| failure_of_transport(error, url.as_str(), settings.timeout))?;
        if body.len() + chunk.len() > limit {
            let url = url.to_string();
            return Err(Failure::Final(MuseError::TooLarge { url, limit }));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// 400 ends the feed where it complains of the page number. Page 0 cannot be too high, so
/// there the request itself is wrong.
fn end_or_bad_request(
    body: &[u8],
    key: Option<&ApiKey>,
    ask: &Ask<'_>,
) -> Result<Fetched, Failure> {
    let message = message_of(body, key);
    if ask.page > 0 && message.to_lowercase().contains("page") {
        return Ok(Fetched::EndOfFeed(EndReason::TooHigh));
    }
    Err(Failure::Final(MuseError::BadRequest {
        url: ask.url.to_string(),
        message,
    }))
}

fn refused_redirect(response: &Response, settings: &MuseSettings, url: &Url) -> Failure {
    let target = response
        .headers()
        .get(header::LOCATION)
        .and_then(|location| location.to_str().ok())
        .and_then(|location| response.url().join(location).ok());
    let url = url.to_string();
    Failure::Final(match target {
        Some(target) if !is_same_host(&settings.base_url, &target) => MuseError::RedirectRefused {
            url,
            to: target.origin().ascii_serialization(),
        },
        _ => MuseError::UnexpectedStatus {
            url,
            status: response.status().as_u16(),
        },
    })
}

/// Same host and port; moving up to https, from its usual port to its usual port, is no other place.
fn is_same_host(home: &Url, other: &Url) -> bool {
    let is_same_door = other.scheme() == home.scheme()
        && other.port_or_known_default() == home.port_or_known_default();
    let is_default = |url: &Url| url.port().is_none();
    let is_step_up = other.scheme() == "https" && is_default(home) && is_default(other);
    home.host() == other.host() && (is_same_door || is_step_up)
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_host_port_or_a_step_down_from_https_is_another_place() {
        let is_same = |home: &str, other: &str| {
            is_same_host(&Url::parse(home).unwrap(), &Url::parse(other).unwrap())
        };
        assert!(is_same("http://a.test/x", "http://a.test/y?page=1"));
        assert!(is_same("http://a.test/", "https://a.test/"));
        assert!(is_same("https://a.test/", "https://a.test:443/"));
        assert!(!is_same("https://a.test/", "http://a.test/"));
        assert!(!is_same("http://a.test/", "http://b.a.test/"));
        assert!(!is_same("http://a.test/", "http://a.test:81/"));
        assert!(!is_same("https://a.test/", "https://a.test:8443/"));
        assert!(!is_same("http://a.test:8080/", "https://a.test:9443/"));
        assert!(!is_same("http://a.test/", "http://a.test.evil.test/"));
    }

    #[test]
    fn only_this_machine_is_loopback() {
        let is_here = |text: &str| is_loopback(&Url::parse(text).unwrap());
        assert!(is_here("http://127.0.0.1:8/") && is_here("http://[::1]/"));
        assert!(is_here("http://localhost/") && !is_here("http://localhost.test/"));
    }
}
