//! A source that fails a fifth of the time and limits its callers gives the same Silver.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use careerpulse_replay::{Feed, ReplayOptions};

use crate::support::{Home, Source, canonical, invented_crawl, sample};

fn faulty(seed: u64, spec: &str, window: Duration) -> ReplayOptions {
    ReplayOptions {
        rate_limit: Some(50),
        rate_window: window,
        faults: spec.parse().expect("the SPEC is one"),
        seed,
        ..ReplayOptions::default()
    }
}

fn silver(lake: &Path) -> BTreeMap<String, Vec<String>> {
    let mut tables = canonical(lake);
    tables.retain(|table, _| table.starts_with("careerpulse_silver."));
    assert_eq!(tables.len(), 4);
    tables
}

/// Requests and retries that taking feeds into a lake cost, and the lake's Silver.
struct Ingested {
    requests: u64,
    retries: u64,
    silver: BTreeMap<String, Vec<String>>,
}

fn ingest(feeds: Vec<Feed>, options: impl Fn(u64) -> ReplayOptions) -> Ingested {
    let home = Home::new();
    let (mut requests, mut retries) = (0, 0);
    for (feed, seed) in feeds.into_iter().zip(1..) {
        let source = Source::serve(feed, options(seed));
        let run = home.succeed(&["--json", "run", "--to", "silver", "--source", &source.url()]);
        let bronze = &run.json()[0];
        requests += bronze["requests"].as_u64().expect("a number of requests");
        retries += bronze["retries"].as_u64().expect("a number of retries");
    }
    Ingested {
        requests,
        retries,
        silver: silver(&home.lake()),
    }
}

#[test]
fn two_recorded_crawls_survive_faults_unchanged() {
    let crawls = || {
        ["2024-01-01", "2024-01-02"]
            .map(|day| Feed::open(&invented_crawl(day)).expect("the crawl can be read"))
            .into()
    };
    let calm = ingest(crawls(), |_| ReplayOptions::default());
    let disturbed = ingest(crawls(), |seed| faulty(seed, "20%", Duration::from_secs(1)));
    assert_eq!(calm.retries, 0);
    assert!(
        disturbed.retries > 0,
        "no fault was met: another seed is needed"
    );
    assert_eq!(calm.silver["careerpulse_silver.job_postings"].len(), 56);
    assert_eq!(
        calm.silver["careerpulse_silver.rejects"],
        Vec::<String>::new()
    );
    assert!(calm.silver == disturbed.silver, "faults changed Silver");
}

#[test]
fn a_crawl_beyond_the_rate_limit_survives_faults_unchanged() {
    let feed = || vec![Feed::from_postings(sample(1_200)).expect("generated postings are JSON")];
    let calm = ingest(feed(), |_| ReplayOptions::default());
    // Bursts of 429 and 403 cost seconds each; here the limit itself says no.
    let spec = "5xx=5%,reset=5%,truncate=5%,malformed=5%";
    let disturbed = ingest(feed(), |seed| faulty(seed, spec, Duration::from_secs(8)));
    assert!(disturbed.retries > 3, "{} retries", disturbed.retries);
    assert!(disturbed.requests > 50, "{} requests", disturbed.requests);
    assert_eq!(calm.silver["careerpulse_silver.job_postings"].len(), 1_200);
    assert!(calm.silver == disturbed.silver, "faults changed Silver");
}
