//! One call over HTTP: sent, answered within bounds, repeated where that is safe.

use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap};
use reqwest::{Method, Response, redirect};
use url::Url;

use crate::address::is_loopback;
use crate::answer::{Asked, Failure, Passing, check};
use crate::client::Client;
use crate::error::MlflowError;
use crate::settings::Settings;
use crate::text::words;

/// What is asked.
#[derive(Debug)]
pub(crate) struct Ask {
    /// The method.
    pub method: Method,
    /// The whole address.
    pub url: Url,
    /// The call's name, for errors.
    pub call: String,
    /// The body, if any.
    pub body: Option<Payload>,
    /// Whether it may be carried out twice.
    pub repeat: Repeat,
    /// How long it may take.
    pub timeout: Duration,
    /// How long the answer may be, in bytes.
    pub limit: usize,
}

/// A body, sent with its length: MLflow drops a chunked one.
#[derive(Debug, Clone)]
pub(crate) enum Payload {
    /// JSON.
    Json(Bytes),
    /// A file.
    File(Bytes),
}

/// Whether a call may be carried out twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Repeat {
    /// Twice is the same as once.
    Safe,
    /// Each time creates something new.
    Never,
}

/// A successful answer.
#[derive(Debug)]
pub(crate) struct Answer {
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Vec<u8>,
}

/// The HTTP library set up as the settings say. Redirects are not followed, so that credentials
/// and bodies go nowhere else.
pub(crate) fn http_client(base: &Url, settings: &Settings) -> Result<reqwest::Client, MlflowError> {
    let mut builder = reqwest::Client::builder()
        .connect_timeout(settings.connect_timeout)
        // The server closes idle connections after 5 s; a call must not meet that.
        .pool_idle_timeout(Duration::from_secs(2))
        .user_agent(concat!("careerpulse/", env!("CARGO_PKG_VERSION")))
        .referer(false)
        .redirect(redirect::Policy::none());
    if is_loopback(base) {
        builder = builder.no_proxy();
        if base.scheme() == "http" {
            // Plain HTTP to this machine must work where no certificates are installed.
            builder = builder.tls_certs_only([]);
        }
    }
    let built = builder.build();
    built.map_err(|error| MlflowError::Setup {
        reason: words(error),
    })
}

impl Client {
    /// Makes the call, and again where it failed in passing and may be repeated.
    pub(crate) async fn exchange(&self, ask: &Ask) -> Result<Answer, MlflowError> {
        let mut attempt = 1;
        loop {
            let failure = match self.attempt(ask).await {
                Ok(answer) => return Ok(answer),
                Err(failure) => failure,
            };
            let may_repeat = match failure.passing {
                Passing::Final => false,
                Passing::NotDone => true,
                Passing::Unknown => ask.repeat == Repeat::Safe,
            };
            if !may_repeat || attempt >= self.settings.attempts {
                return Err(match (failure.passing, ask.repeat) {
                    (Passing::Unknown, Repeat::Never) => uncertain(ask, failure.error),
                    _ => failure.error,
                });
            }
            let wait = self.settings.backoff(attempt);
            tracing::debug!(call = %ask.call, attempt, error = %failure.error, "MLflow is asked again");
            tokio::time::sleep(wait).await;
            attempt += 1;
        }
    }

    /// What an answer's errors say of where it came from.
    pub(crate) fn asked<'a>(&'a self, ask: &'a Ask) -> Asked<'a> {
        Asked {
            server: self.server(),
            host: &self.host,
            call: &ask.call,
        }
    }

    async fn attempt(&self, ask: &Ask) -> Result<Answer, Failure> {
        let request = self.http.request(ask.method.clone(), ask.url.clone());
        let mut request = self.credentials.show(request).timeout(ask.timeout);
        if let Some(payload) = &ask.body {
            let (kind, bytes) = match payload {
                Payload::Json(bytes) => ("application/json", bytes),
                Payload::File(bytes) => ("application/octet-stream", bytes),
            };
            request = request
                .header(CONTENT_TYPE, kind)
                // The library leaves out the length of an empty body.
                .header(CONTENT_LENGTH, bytes.len())
                .body(bytes.clone());
        }
        let failed = |error| self.network_failure(ask, error);
        let mut response = request.send().await.map_err(failed)?;
        let status = response.status();
        let headers = response.headers().clone();
        let body = self
            .read(ask, &mut response)
            .await
            .map_err(|unread| match unread {
                Unread::Network(error) => failed(error),
                Unread::TooLarge(failure) => failure,
            })?;
        check(status, &headers, &body, self.asked(ask))?;
        Ok(Answer { headers, body })
    }

    /// The body, given up as soon as it is longer than allowed.
    async fn read(&self, ask: &Ask, response: &mut Response) -> Result<Vec<u8>, Unread> {
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(Unread::Network)? {
            if body.len() + chunk.len() > ask.limit {
                let error = MlflowError::TooLarge {
                    server: self.server().to_owned(),
                    call: ask.call.clone(),
                    limit: ask.limit,
                };
                return Err(Unread::TooLarge(Failure::last(error)));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }

    fn network_failure(&self, ask: &Ask, error: reqwest::Error) -> Failure {
        let (server, call) = (self.server().to_owned(), ask.call.clone());
        if error.is_connect() {
            let reason = words(error);
            return Failure {
                error: MlflowError::Unreachable { server, reason },
                passing: Passing::NotDone,
            };
        }
        let error = if error.is_timeout() {
            MlflowError::Timeout {
                server,
                call,
                seconds: ask.timeout.as_secs_f64(),
            }
        } else {
            MlflowError::Broken {
                server,
                call,
                reason: words(error),
            }
        };
        Failure {
            error,
            passing: Passing::Unknown,
        }
    }
}

/// The error of a call that may have been carried out and is not to be repeated.
pub(crate) fn uncertain(ask: &Ask, cause: MlflowError) -> MlflowError {
    MlflowError::Uncertain {
        call: ask.call.clone(),
        cause: Box::new(cause),
    }
}

enum Unread {
    Network(reqwest::Error),
    TooLarge(Failure),
}
