//! The rate limit: waited for, shared, and bounded.

use std::sync::Arc;
use std::time::Duration;

use super::super::{MuseClient, MuseError, MuseSettings, Slice};
use super::clock::VirtualTime;
use super::server::{Answer, Server, page_body};
use super::{page_of, settings};

fn timed(server: &Server) -> (MuseClient, Arc<VirtualTime>) {
    let time = Arc::new(VirtualTime::default());
    let client = MuseClient::with_time(settings(server), time.clone()).unwrap();
    (client, time)
}

#[tokio::test]
async fn a_used_up_limit_is_waited_for_before_the_next_request() {
    let good = || Answer::of(200, page_body(1));
    let answers = vec![
        good().with_rate(500, 0, 90),
        good().with_rate(500, 499, 3600),
    ];
    let server = Server::scripted(answers).await;
    let (client, time) = timed(&server);
    page_of(client.fetch(&Slice::all(), 0).await);
    assert!(time.sleeps().is_empty());
    assert_eq!(client.waiting().map(|wait| wait.as_secs()), Some(90));
    page_of(client.fetch(&Slice::all(), 1).await);
    assert_eq!(time.sleeps(), [Duration::from_millis(90_500)]);
    assert_eq!(client.waiting(), None);
}

#[tokio::test]
async fn a_refusal_with_headers_is_waited_out_and_asked_again() {
    for refusal in [
        Answer::of(403, "").with_rate(500, 0, 60),
        Answer::of(429, "").with_rate(500, 0, 60),
        Answer::of(429, "").with("Retry-After", 60),
    ] {
        let server = Server::scripted(vec![refusal, Answer::of(200, page_body(1))]).await;
        let (client, time) = timed(&server);
        page_of(client.fetch(&Slice::all(), 0).await);
        assert_eq!(time.sleeps(), [Duration::from_millis(60_500)]);
    }
}

#[tokio::test]
async fn requests_side_by_side_share_the_limit() {
    let server = Server::start(|_| Answer::of(200, page_body(1)).with_rate(3, 2, 600)).await;
    let (client, time) = timed(&server);
    page_of(client.fetch(&Slice::all(), 0).await);
    let slice = Slice::all();
    let fetches = (1..=3).map(|page| client.fetch(&slice, page));
    for fetched in futures::future::join_all(fetches).await {
        page_of(fetched);
    }
    assert_eq!(
        time.sleeps().len(),
        1,
        "two fit into the window, the third waits"
    );
}

#[tokio::test]
async fn a_wait_longer_than_allowed_is_an_error_with_the_time_left() {
    let refusal = Answer::of(403, "").with_rate(500, 0, 7200);
    let server = Server::scripted(vec![refusal]).await;
    let (client, time) = timed(&server);
    let error = client.fetch(&Slice::all(), 0).await.unwrap_err();
    let MuseError::RateLimited { reset, .. } = &error else {
        panic!("not rate limited but {error}");
    };
    assert_eq!(reset.map(|reset| reset.as_secs()), Some(7200));
    assert!(error.to_string().contains("for another 7200 s"), "{error}");
    assert!(time.sleeps().is_empty());
}

#[tokio::test]
async fn an_hour_is_within_the_default_patience() {
    assert!(MuseSettings::default().max_wait > Duration::from_secs(3601));
}
