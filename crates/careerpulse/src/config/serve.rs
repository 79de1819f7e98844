//! Where the dashboard listens, and how it guards itself.

use std::time::Duration;

use careerpulse_dashboard::settings::AppSettings;
use serde::{Deserialize, Serialize};

/// Where the dashboard listens, and how it guards itself.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields)]
pub struct Serve {
    /// The address and port. One that other machines reach needs a token in `CAREERPULSE_TOKEN`, which
    /// is no setting.
    pub addr: String,
    /// Names beside loopback's that requests may be addressed to.
    pub hosts: Vec<String>,
    /// Requests a second that one client may make in the long run; 0 is no limit.
    pub rate: f64,
    /// Requests that a client may make at once after a pause.
    pub burst: u32,
    /// Requests that are worked on at a time.
    pub max_requests: usize,
    /// Connections that are open at a time.
    pub max_connections: usize,
    /// The largest body of a request, in KiB.
    pub max_body_kib: usize,
    /// Seconds that a request may take.
    pub request_timeout_seconds: u64,
    /// Seconds that open requests may go on when the program is asked to end.
    pub grace_seconds: u64,
    /// Hours that one stays signed in.
    pub session_hours: u64,
    /// Texts of one request to classify.
    pub classify_texts: usize,
}

impl Default for Serve {
    fn default() -> Self {
        Self {
            addr: "127.0.0.1:8080".into(),
            hosts: Vec::new(),
            rate: 50.0,
            burst: 200,
            max_requests: 64,
            max_connections: 1_024,
            max_body_kib: 1_024,
            request_timeout_seconds: 15,
            grace_seconds: 10,
            session_hours: 12,
            classify_texts: 256,
        }
    }
}

impl Serve {
    /// As the dashboard takes them.
    pub fn app_settings(&self, token: Option<String>) -> AppSettings {
        AppSettings {
            token,
            hosts: self.hosts.clone(),
            max_body_bytes: self.max_body_kib << 10,
            rate: self.rate,
            burst: self.burst,
            max_requests: self.max_requests,
            max_connections: self.max_connections,
            request_timeout: Duration::from_secs(self.request_timeout_seconds),
            grace: Duration::from_secs(self.grace_seconds),
            session: Duration::from_secs(3_600 * self.session_hours),
            classify_texts: self.classify_texts,
            ..AppSettings::default()
        }
    }
}

/// The variable that holds the token; it is no setting, so that it cannot be committed with one.
pub const TOKEN_VARIABLE: &str = "CAREERPULSE_TOKEN";
