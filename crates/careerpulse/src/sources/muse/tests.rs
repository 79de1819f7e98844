//! The client and the crawl against a scripted server on this machine, on a clock of their own.

mod clock;
mod crawling;
mod failures;
mod feed;
mod outcomes;
mod pacing;
mod resuming;
mod secrecy;
mod server;
mod setbacks;

use std::sync::Arc;
use std::time::Duration;

use super::{ApiKey, Fetched, MuseClient, MuseError, MuseSettings, Page, Slice, parse_source};
use clock::VirtualTime;
use server::Server;

const KEY: &str = "s3cret-key";

/// Settings for a scripted server, patient enough for every test on its virtual clock.
fn settings(server: &Server) -> MuseSettings {
    MuseSettings {
        base_url: parse_source(&server.address()).unwrap(),
        api_key: ApiKey::new(KEY),
        timeout: Duration::from_secs(20),
        max_body_bytes: 8 << 20,
        max_attempts: 3,
        jitter_seed: 7,
        ..MuseSettings::default()
    }
}

fn client(server: &Server) -> MuseClient {
    MuseClient::with_time(settings(server), Arc::new(VirtualTime::default())).unwrap()
}

/// Fetches one page of the whole feed.
async fn fetch(server: &Server, page: u32) -> Result<Fetched, MuseError> {
    client(server).fetch(&Slice::all(), page).await
}

fn page_of(fetched: Result<Fetched, MuseError>) -> Page {
    match fetched {
        Ok(Fetched::Page(page)) => page,
        other => panic!("no page but {other:?}"),
    }
}
