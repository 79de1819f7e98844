//! Limits, and who may ask.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use thiserror::Error;

/// The fewest characters of a token; fewer could be tried out.
pub const MIN_TOKEN: usize = 16;

/// How the dashboard guards itself.
#[derive(Clone, PartialEq)]
pub struct AppSettings {
    /// Whoever asks must know it; none: everyone who reaches the address may ask.
    pub token: Option<String>,
    /// Names beside loopback's that requests may be addressed to; where there is a token and none is
    /// named, any.
    pub hosts: Vec<String>,
    /// The largest body of a request, in bytes.
    pub max_body_bytes: usize,
    /// The longest path with its query, in bytes.
    pub max_uri_bytes: usize,
    /// Requests a second that one client may make in the long run; 0: no limit.
    pub rate: f64,
    /// Requests that a client may make at once after a pause, from 1.
    pub burst: u32,
    /// Requests that are worked on at a time; others wait their turn.
    pub max_requests: usize,
    /// Connections that are open at a time; others are accepted when one closes.
    pub max_connections: usize,
    /// How long a request may take, its body and its wait included.
    pub request_timeout: Duration,
    /// How long a client may take to send a request's head, or stay silent between two.
    pub head_timeout: Duration,
    /// How long open requests may go on when the program is asked to end.
    pub grace: Duration,
    /// How long one stays signed in.
    pub session: Duration,
    /// Texts of one request to classify.
    pub classify_texts: usize,
    /// Texts that are classified together.
    pub classify_batch: usize,
    /// Texts that may wait or be worked on at a time.
    pub classify_queue: usize,
    /// How long a text waits for others to be classified with.
    pub classify_wait: Duration,
}

/// Why an address is not served.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum SettingsError {
    /// Anyone could ask.
    #[error(
        "{0} can be reached from other machines: set a token that whoever asks must know, or serve a loopback address such as 127.0.0.1"
    )]
    Open(IpAddr),
    /// It could be guessed.
    #[error(
        "the token has {0} characters, which could be tried out: give it {MIN_TOKEN} or more printable ones, such as those of `openssl rand -hex 32`"
    )]
    WeakToken(usize),
    /// It cannot stand in a header.
    #[error(
        "the token holds a space, or a character that is not printable ASCII, which a header cannot carry: choose letters and digits"
    )]
    OddToken,
    /// Nothing could be answered.
    #[error("{0} is 0, and nothing could be answered: set it to 1 or more")]
    Zero(&'static str),
}

impl AppSettings {
    /// Whether `address` may be served with these settings. Errors where others could reach it without
    /// a token, where the token could be guessed or not be sent, and where a limit leaves nothing.
    pub fn check(&self, address: IpAddr) -> Result<(), SettingsError> {
        let counts = [
            ("max_body_bytes", self.max_body_bytes),
            ("max_uri_bytes", self.max_uri_bytes),
            ("burst", self.burst as usize),
            ("max_requests", self.max_requests),
            ("max_connections", self.max_connections),
            ("classify_texts", self.classify_texts),
            ("classify_batch", self.classify_batch),
            ("classify_queue", self.classify_queue),
        ];
        if let Some((name, _)) = counts.iter().find(|(_, count)| *count == 0) {
            return Err(SettingsError::Zero(name));
        }
        match &self.token {
            None if address.to_canonical().is_loopback() => Ok(()),
            None => Err(SettingsError::Open(address)),
            Some(token) if !token.bytes().all(|byte| byte.is_ascii_graphic()) => {
                Err(SettingsError::OddToken)
            }
            Some(token) if token.len() < MIN_TOKEN => Err(SettingsError::WeakToken(token.len())),
            Some(_) => Ok(()),
        }
    }
}

impl Default for AppSettings {
    fn default() -> AppSettings {
        AppSettings {
            token: None,
            hosts: Vec::new(),
            max_body_bytes: 1 << 20,
            max_uri_bytes: 4096,
            rate: 50.0,
            burst: 200,
            max_requests: 64,
            max_connections: 1024,
            request_timeout: Duration::from_secs(15),
            head_timeout: Duration::from_secs(15),
            grace: Duration::from_secs(10),
            session: Duration::from_secs(12 * 3600),
            classify_texts: 256,
            classify_batch: 64,
            classify_queue: 1024,
            classify_wait: Duration::from_millis(2),
        }
    }
}

/// Without the token, which must not reach a log.
impl fmt::Debug for AppSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AppSettings")
            .field("token", &self.token.as_ref().map(|_| "set"))
            .field("hosts", &self.hosts)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, Ipv6Addr};

    use super::*;

    fn with(token: &str) -> AppSettings {
        AppSettings {
            token: Some(token.to_owned()),
            ..AppSettings::default()
        }
    }

    #[test]
    fn only_loopback_is_served_without_a_token() {
        let settings = AppSettings::default();
        let everywhere = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
        let mapped = IpAddr::V6(Ipv4Addr::LOCALHOST.to_ipv6_mapped());
        assert_eq!(settings.check(Ipv4Addr::LOCALHOST.into()), Ok(()));
        assert_eq!(settings.check(Ipv6Addr::LOCALHOST.into()), Ok(()));
        assert_eq!(settings.check(mapped), Ok(()));
        assert_eq!(
            settings.check(everywhere),
            Err(SettingsError::Open(everywhere))
        );
        assert_eq!(with("0123456789abcdef").check(everywhere), Ok(()));
    }

    #[test]
    fn a_token_is_long_and_fits_a_header() {
        let here = Ipv4Addr::LOCALHOST.into();
        assert_eq!(with("short").check(here), Err(SettingsError::WeakToken(5)));
        assert_eq!(
            with("sixteen characters").check(here),
            Err(SettingsError::OddToken)
        );
        assert!(!format!("{:?}", with("0123456789abcdef")).contains("0123"));
    }

    #[test]
    fn no_limit_leaves_nothing() {
        let settings = AppSettings {
            max_requests: 0,
            ..AppSettings::default()
        };
        let here = Ipv4Addr::LOCALHOST.into();
        assert_eq!(
            settings.check(here),
            Err(SettingsError::Zero("max_requests"))
        );
    }
}
