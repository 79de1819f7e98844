//! What can go wrong between here and The Muse: one variant per outcome, each with its remedy.

use std::time::Duration;

use thiserror::Error;

/// Why a page, or a whole crawl, could not be had. No variant ever holds the API key:
/// `url` is always the address without it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum MuseError {
    /// The configured address cannot be a source.
    #[error(
        "the source address cannot be used: {reason}; give --source an address such as https://www.themuse.com/api/public/jobs"
    )]
    BadSource {
        /// What is wrong with it, without repeating it.
        reason: String,
    },
    /// The HTTP client itself could not be built.
    #[error(
        "the HTTP client cannot be set up: {reason}; check the user agent, proxy and certificate settings"
    )]
    Setup {
        /// The library's own words.
        reason: String,
    },
    /// Nobody listens at the address.
    #[error("nothing listens at {url}; start the server there or correct --source")]
    ConnectionRefused {
        /// The address asked, without the key.
        url: String,
    },
    /// No connection came about for another reason: name lookup, TLS, no route.
    #[error(
        "{url} cannot be reached: {reason}; check the network, the proxy settings and --source"
    )]
    Unreachable {
        /// The address asked, without the key.
        url: String,
        /// The library's own words.
        reason: String,
    },
    /// The answer took longer than the configured timeout.
    #[error("{url} did not answer within {limit:?}; try again later or raise the timeout")]
    Timeout {
        /// The address asked, without the key.
        url: String,
        /// The configured timeout.
        limit: Duration,
    },
    /// The server sent the client to another host, which it never follows.
    #[error(
        "{url} redirects to {to}, and only the configured host is asked; put the new address into --source if you trust it"
    )]
    RedirectRefused {
        /// The address asked, without the key.
        url: String,
        /// Scheme and host of the target; its query may echo the key.
        to: String,
    },
    /// The request limit is used up (403 or 429).
    #[error(
        "the request limit of {url} is used up{}; run again later, or set MUSE_API_KEY for a higher limit",
        reset_words(.reset)
    )]
    RateLimited {
        /// The address asked, without the key.
        url: String,
        /// Time until the limit resets, where the server said.
        reset: Option<Duration>,
    },
    /// 403 that is no rate limit and did not pass.
    #[error("{url} refuses access (403){}; check MUSE_API_KEY", key_words(*.with_key))]
    Forbidden {
        /// The address asked, without the key.
        url: String,
        /// Whether a key was sent.
        with_key: bool,
    },
    /// 404.
    #[error("{url} does not exist (404); correct the path in --source")]
    NotFound {
        /// The address asked, without the key.
        url: String,
    },
    /// 400 that is not the end of the feed.
    #[error(
        "{url} was refused as a bad request (400): {message}; check the slices in the configuration"
    )]
    BadRequest {
        /// The address asked, without the key.
        url: String,
        /// The server's own words, shortened.
        message: String,
    },
    /// 5xx that did not pass.
    #[error("{url} answered {status} {attempts} times; the source is in trouble, run again later")]
    ServerError {
        /// The address asked, without the key.
        url: String,
        /// The last status.
        status: u16,
        /// How often it was asked.
        attempts: u32,
    },
    /// A status that the API does not use.
    #[error(
        "{url} answered the unexpected status {status}; check that --source is The Muse's jobs API"
    )]
    UnexpectedStatus {
        /// The address asked, without the key.
        url: String,
        /// The status.
        status: u16,
    },
    /// The body is longer than allowed.
    #[error(
        "the body of {url} is longer than {limit} bytes; raise max_body_bytes if this is expected"
    )]
    TooLarge {
        /// The address asked, without the key.
        url: String,
        /// The configured limit.
        limit: usize,
    },
    /// The answer ended early, was reset or could not be decompressed.
    #[error("the answer of {url} broke off: {reason}; run again later")]
    BrokenBody {
        /// The address asked, without the key.
        url: String,
        /// The library's own words.
        reason: String,
    },
    /// The budget of requests is spent. Within a crawl this is no failure but its end.
    #[error("the budget of requests is spent; raise --max-requests to reach further")]
    BudgetSpent,
    /// Whoever took the pages stopped listening.
    #[error(
        "the crawl stopped because its pages are no longer taken; the error that stopped the taker says more"
    )]
    ReceiverGone,
}

impl MuseError {
    /// Whether the error lies in the source as a whole rather than in one page of it.
    /// Met at the first request, such an error ends the crawl.
    pub fn is_source_wide(&self) -> bool {
        !matches!(self, MuseError::TooLarge { .. })
    }

    /// Whether the same request may succeed later: the source was silent, in trouble or out of
    /// patience, rather than saying what is wrong with the request.
    pub fn may_pass(&self) -> bool {
        matches!(
            self,
            MuseError::RateLimited { .. }
                | MuseError::Timeout { .. }
                | MuseError::ServerError { .. }
                | MuseError::Unreachable { .. }
                | MuseError::ConnectionRefused { .. }
                | MuseError::BrokenBody { .. }
                | MuseError::Forbidden { .. }
        )
    }
}

fn reset_words(reset: &Option<Duration>) -> String {
    match reset {
        Some(reset) => format!(" for another {} s", reset.as_secs()),
        None => String::new(),
    }
}

fn key_words(with_key: bool) -> &'static str {
    if with_key {
        " to the key it was given"
    } else {
        " without a key"
    }
}
