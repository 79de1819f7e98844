//! The client: one page of one slice, asked for until it comes or cannot come.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use chrono::{DateTime, Utc};
use url::Url;

use super::error::MuseError;
use super::exchange::{self, Ask};
use super::outcome::{EndReason, Failure, words};
use super::pace::{Pacer, rate_headers};
use super::page::{Envelope, PageError};
use super::retry::Backoff;
use super::settings::{MuseSettings, check_base_url};
use super::slice::Slice;
use super::tally::Tally;
use super::time::{RealTime, Time};
use crate::clock::Clock;

/// Attempts at an address that has never answered: a typing error is told within seconds.
const FIRST_CONTACT_ATTEMPTS: u32 = 3;

/// One page as received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The address asked, without the key.
    pub url: String,
    /// The status, 200.
    pub http_status: u16,
    /// When the body was complete.
    pub fetched_at: DateTime<Utc>,
    /// The body: exactly as received where it is UTF-8, otherwise with U+FFFD in place of
    /// what is not.
    pub payload: String,
    /// Whether anything had to be replaced in `payload`.
    pub is_lossy: bool,
    /// What paging needs of it, or why it could not be read.
    pub envelope: Result<Envelope, PageError>,
}

/// What became of one page of a slice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fetched {
    /// It has postings, or could not be read in any attempt.
    Page(Page),
    /// The slice ends before it.
    EndOfFeed(EndReason),
}

/// A client of one source. Pacing and connections are shared by everything it fetches.
pub struct MuseClient {
    http: reqwest::Client,
    settings: MuseSettings,
    pacer: Pacer,
    backoff: Backoff,
    time: Arc<dyn Time>,
    has_answered: AtomicBool,
}

/// A shorter wait for the rate limit is not worth a line.
const WORTH_SAYING: Duration = Duration::from_secs(10);

impl MuseClient {
    /// A client on the program's clock.
    ///
    /// # Errors
    /// [`MuseError::BadSource`] and [`MuseError::Setup`] for settings that cannot work.
    pub fn new(settings: MuseSettings, clock: Clock) -> Result<MuseClient, MuseError> {
        MuseClient::with_time(settings, Arc::new(RealTime(clock)))
    }

    /// A client on a time of the caller's choice, which need not pass by itself.
    ///
    /// # Errors
    /// As [`MuseClient::new`].
    pub fn with_time(settings: MuseSettings, time: Arc<dyn Time>) -> Result<MuseClient, MuseError> {
        check_base_url(&settings.base_url)?;
        let setup = |error: reqwest::Error| MuseError::Setup {
            reason: words(&error.without_url()),
        };
        Ok(MuseClient {
            http: exchange::http_client(&settings).map_err(setup)?,
            pacer: Pacer::default(),
            backoff: Backoff::new(
                settings.backoff_base,
                settings.backoff_max,
                settings.jitter_seed,
            ),
            time,
            has_answered: AtomicBool::new(false),
            settings,
        })
    }

    /// Fetches one page, waiting for the rate limit and retrying what may pass. A body that
    /// is no page in any attempt is returned as it came last, to be kept and rejected later.
    ///
    /// # Errors
    /// The [`MuseError`] of the last attempt.
    pub async fn fetch(&self, slice: &Slice, page: u32) -> Result<Fetched, MuseError> {
        self.fetch_counted(slice, page, &Tally::default()).await
    }

    /// How long the rate limit holds all requests back at this moment, if it does.
    pub fn waiting(&self) -> Option<Duration> {
        self.pacer.waiting(self.time.now())
    }

    /// The settings the client was made with.
    pub fn settings(&self) -> &MuseSettings {
        &self.settings
    }

    pub(super) fn utc(&self) -> DateTime<Utc> {
        self.time.utc()
    }

    /// [`fetch`](MuseClient::fetch) on a budget; [`MuseError::BudgetSpent`] where it ends.
    pub(super) async fn fetch_counted(
        &self,
        slice: &Slice,
        page: u32,
        tally: &Tally,
    ) -> Result<Fetched, MuseError> {
        let url = self.page_url(slice, page);
        let mut attempt = 1;
        loop {
            self.hold(&url).await?;
            if !tally.draw(attempt > 1) {
                return Err(MuseError::BudgetSpent);
            }
            let failure = match self.attempt(&url, page, attempt).await {
                Ok(fetched) => return Ok(fetched),
                Err(failure) => failure,
            };
            if is_rate_limit(&failure) {
                tally.note_rate_limited();
            }
            let is_last = attempt >= self.attempts_allowed(&failure);
            match failure {
                Failure::Final(error) => return Err(error),
                Failure::Unreadable(page) if is_last => {
                    if page.is_lossy {
                        tracing::warn!(url = %page.url, "the body is not UTF-8; what is not was replaced");
                    }
                    return Ok(Fetched::Page(*page));
                }
                Failure::Passing(error) | Failure::Limited(_, error) if is_last => {
                    return Err(error);
                }
                Failure::Limited(reset, _) => {
                    self.pacer.block(reset, self.time.now());
                    // A server that refuses again after the time it named is given longer.
                    if attempt > 1 {
                        self.back_off(attempt - 1, "refused once more").await;
                    }
                }
                Failure::Passing(error) => self.back_off(attempt, &error.to_string()).await,
                Failure::Unreadable(_) => self.back_off(attempt, "the body is no page").await,
            }
            attempt += 1;
        }
    }

    /// Waits until the pacer lets a request start.
    async fn hold(&self, url: &Url) -> Result<(), MuseError> {
        while let Err(wait) = self.pacer.take(self.time.now()) {
            if wait > self.settings.max_wait {
                return Err(MuseError::RateLimited {
                    url: url.to_string(),
                    reset: Some(wait),
                });
            }
            if wait >= WORTH_SAYING {
                tracing::warn!(
                    seconds = wait.as_secs(),
                    "waiting for the rate limit to reset"
                );
            }
            self.time.sleep(wait).await;
        }
        Ok(())
    }

    async fn back_off(&self, attempt: u32, reason: &str) {
        let wait = self.backoff.draw(attempt);
        tracing::debug!(attempt, ?wait, reason, "asking again");
        self.time.sleep(wait).await;
    }

    fn attempts_allowed(&self, failure: &Failure) -> u32 {
        let no_connection = matches!(
            failure,
            Failure::Passing(MuseError::ConnectionRefused { .. } | MuseError::Unreachable { .. })
        );
        if no_connection && !self.has_answered.load(Relaxed) {
            self.settings.max_attempts.min(FIRST_CONTACT_ATTEMPTS)
        } else {
            self.settings.max_attempts
        }
    }

    /// One exchange with the server, its headers told to the pacer.
    async fn attempt(&self, url: &Url, page: u32, attempt: u32) -> Result<Fetched, Failure> {
        let response = exchange::send(&self.http, &self.settings, url).await?;
        self.has_answered.store(true, Relaxed);
        let rate = rate_headers(response.headers());
        self.pacer.observe(rate, self.time.now());
        let ask = Ask { url, page, attempt };
        exchange::receive(response, rate, &self.settings, &ask, &*self.time).await
    }

    /// The address of a page, without the key.
    fn page_url(&self, slice: &Slice, page: u32) -> Url {
        let mut url = self.settings.base_url.clone();
        url.query_pairs_mut()
            .extend_pairs(slice.filters())
            .append_pair("page", &page.to_string());
        url
    }
}

fn is_rate_limit(failure: &Failure) -> bool {
    matches!(
        failure,
        Failure::Limited(..) | Failure::Passing(MuseError::RateLimited { .. })
    )
}
