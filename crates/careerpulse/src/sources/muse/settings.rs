//! What a Muse client is told: where, with which key, how fast and how patiently.

use std::fmt;
use std::time::Duration;

use url::Url;

use super::error::MuseError;

/// Postings on one full page of the API.
pub const PAGE_SIZE: u64 = 20;

const PUBLIC_URL: &str = "https://www.themuse.com/api/public/jobs";
const JOBS_PATH: &str = "/api/public/jobs";

/// An API key that no log line, error or debug print can show.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey(String);

impl ApiKey {
    /// The trimmed key, or `None` where nothing is left: an empty `MUSE_API_KEY` means no key.
    pub fn new(key: &str) -> Option<ApiKey> {
        let key = key.trim();
        (!key.is_empty()).then(|| ApiKey(key.to_owned()))
    }

    /// The key in the clear, for the one request line that carries it.
    pub(super) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey(redacted)")
    }
}

impl fmt::Display for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(redacted)")
    }
}

/// Settings of a [`MuseClient`](super::MuseClient).
///
/// | field | default | range |
/// |---|---|---|
/// | `base_url` | The Muse's public address | http or https, see [`parse_source`] |
/// | `api_key` | none (500 requests an hour) | with a key, 3,600 an hour |
/// | `timeout` | 30 s | one request with its body |
/// | `max_body_bytes` | 32 MiB | after decompression |
/// | `max_attempts` | 8 | at least 1 |
/// | `backoff_base`, `backoff_max` | 500 ms, 30 s | base below max |
/// | `max_wait` | 1 h 5 min | the longest wait for a rate limit to reset |
/// | `concurrency` | 4 | at least 1, across slices |
/// | `page_cap` | 100 | pages from here on answer 400 |
/// | `user_agent` | `careerpulse/VERSION` | a legal header value |
/// | `jitter_seed` | the process id | any |
#[derive(Debug, Clone)]
pub struct MuseSettings {
    /// The address of the jobs endpoint, without a query.
    pub base_url: Url,
    /// The key of `MUSE_API_KEY`.
    pub api_key: Option<ApiKey>,
    /// How long one request may take, its body included.
    pub timeout: Duration,
    /// How long a body may be, in bytes after decompression.
    pub max_body_bytes: usize,
    /// How often one page is asked for before it is given up.
    pub max_attempts: u32,
    /// The upper bound of the first backoff; it doubles with each attempt.
    pub backoff_base: Duration,
    /// The upper bound of every backoff.
    pub backoff_max: Duration,
    /// The longest wait for a rate limit to reset; a longer one is an error.
    pub max_wait: Duration,
    /// How many requests are in flight at once.
    pub concurrency: usize,
    /// The first page number that the API refuses, whatever `page_count` says.
    pub page_cap: u32,
    /// What the client calls itself.
    pub user_agent: String,
    /// Seed of the jitter. By default it differs between processes, so that two
    /// that were started together do not retry in step.
    pub jitter_seed: u64,
}

impl Default for MuseSettings {
    fn default() -> MuseSettings {
        MuseSettings {
            base_url: Url::parse(PUBLIC_URL).expect("the constant address is a valid URL"),
            api_key: None,
            timeout: Duration::from_secs(30),
            max_body_bytes: 32 << 20,
            max_attempts: 8,
            backoff_base: Duration::from_millis(500),
            backoff_max: Duration::from_secs(30),
            max_wait: Duration::from_secs(65 * 60),
            concurrency: 4,
            page_cap: 100,
            user_agent: concat!("careerpulse/", env!("CARGO_PKG_VERSION")).to_owned(),
            jitter_seed: u64::from(std::process::id()),
        }
    }
}

/// The address a user typed as `--source`. A bare host gets the API's path.
///
/// # Errors
/// [`MuseError::BadSource`] for anything but an http(s) address, and for one that carries a
/// user, a query or a fragment: a key written there would be logged and stored. The message
/// does not repeat what was typed for the same reason.
pub fn parse_source(text: &str) -> Result<Url, MuseError> {
    let bad = |reason: &str| MuseError::BadSource {
        reason: reason.to_owned(),
    };
    let mut url = Url::parse(text.trim()).map_err(|error| bad(&error.to_string()))?;
    check_base_url(&url)?;
    if url.path() == "/" {
        url.set_path(JOBS_PATH);
    }
    Ok(url)
}

/// The rules of [`parse_source`], for an address that is already a [`Url`].
pub(super) fn check_base_url(url: &Url) -> Result<(), MuseError> {
    let bad = |reason: &str| {
        Err(MuseError::BadSource {
            reason: reason.to_owned(),
        })
    };
    if !matches!(url.scheme(), "http" | "https") {
        return bad("only http and https are spoken");
    }
    if url.host_str().is_none_or(str::is_empty) {
        return bad("it names no host");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return bad("it carries a user or password");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return bad("it carries a query or fragment; a key belongs in MUSE_API_KEY");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_shows_itself_nowhere() {
        let key = ApiKey::new("  s3cret\n").unwrap();
        let settings = MuseSettings {
            api_key: Some(key.clone()),
            ..MuseSettings::default()
        };
        let shown = format!("{key} {key:?} {settings:?} {settings:#?}");
        assert!(!shown.contains("s3cret"), "{shown}");
        assert_eq!(key.reveal(), "s3cret");
        assert_eq!(ApiKey::new(" \n"), None);
    }

    #[test]
    fn a_bare_host_gets_the_path_and_a_full_address_keeps_its_own() {
        let path = |text| parse_source(text).unwrap().to_string();
        assert_eq!(
            path("http://127.0.0.1:8090"),
            "http://127.0.0.1:8090/api/public/jobs"
        );
        assert_eq!(path("https://mirror.test/muse"), "https://mirror.test/muse");
    }

    #[test]
    fn addresses_that_are_no_source_are_refused_without_repeating_them() {
        for text in [
            "ftp://s3cret.test/",
            "file:///s3cret",
            "s3cret",
            "http://s3cret@host/",
            "http://host/?api_key=s3cret",
            "http://host/#s3cret",
            "",
        ] {
            let error = parse_source(text).unwrap_err().to_string();
            assert!(error.contains("--source"), "{error}");
            assert!(!error.contains("s3cret"), "{error}");
        }
    }
}
