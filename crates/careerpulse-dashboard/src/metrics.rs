//! What happened since the start, for Prometheus.

use std::fmt;
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};

/// The content type of [`Metrics::text`].
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Upper ends of the latency histogram's buckets, in seconds.
const LATENCY: [f64; 12] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.4, 1.0, 4.0, 15.0,
];

/// Counters and histograms. Labels come from our routes and from fixed lists, never from requests, so
/// that nobody can make them grow.
pub struct Metrics {
    registry: Registry,
    requests: Family<Answered, Counter>,
    seconds: Family<Route, Histogram, fn() -> Histogram>,
    in_flight: Gauge,
    batches: Histogram,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    method: &'static str,
    route: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    route: String,
}

impl Metrics {
    /// All at nothing.
    pub fn new() -> Metrics {
        let mut registry = Registry::with_prefix("careerpulse");
        let requests = Family::default();
        let seconds: Family<_, _, fn() -> Histogram> =
            Family::new_with_constructor(|| Histogram::new(LATENCY));
        let in_flight = Gauge::default();
        let batches = Histogram::new(exponential_buckets(1.0, 2.0, 10));
        registry.register(
            "http_requests",
            "Requests by route template and status",
            requests.clone(),
        );
        registry.register_with_unit(
            "http_request",
            "Time until the answer's head",
            Unit::Seconds,
            seconds.clone(),
        );
        registry.register(
            "http_in_flight",
            "Requests that are being worked on",
            in_flight.clone(),
        );
        registry.register(
            "classify_batch_texts",
            "Texts that were classified together",
            batches.clone(),
        );
        Metrics {
            registry,
            requests,
            seconds,
            in_flight,
            batches,
        }
    }

    /// Everything in the OpenMetrics text format.
    pub fn text(&self) -> Result<String, fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }

    /// Counts a request as being worked on until the guard goes.
    pub(crate) fn begin(&self) -> InFlight {
        self.in_flight.inc();
        InFlight(self.in_flight.clone())
    }

    /// Counts an answered request.
    pub(crate) fn answered(&self, method: &http::Method, route: &str, status: u16, took: Duration) {
        let labels = Answered {
            method: known(method),
            route: route.to_owned(),
            status,
        };
        self.requests.get_or_create(&labels).inc();
        let route = Route {
            route: route.to_owned(),
        };
        self.seconds
            .get_or_create(&route)
            .observe(took.as_secs_f64());
    }

    /// Counts a batch of texts.
    pub(crate) fn batch(&self, texts: usize) {
        self.batches.observe(texts as f64);
    }
}

impl Default for Metrics {
    fn default() -> Metrics {
        Metrics::new()
    }
}

/// A request that is being worked on, even where its client goes away.
pub(crate) struct InFlight(Gauge);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// A method's name; anyone can make up others.
fn known(method: &http::Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        _ => "other",
    }
}
