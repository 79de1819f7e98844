//! Failures on the way: connections, bodies, redirects, and what passes when asked again.

use std::sync::Arc;
use std::time::Duration;

use super::super::{MuseClient, MuseError, MuseSettings, Slice, parse_source};
use super::clock::VirtualTime;
use super::server::{Answer, Server, page_body};
use super::{client, fetch, page_of, settings};
use crate::clock::Clock;

#[tokio::test]
async fn what_passes_is_asked_again_until_the_page_comes() {
    let passing = [
        Answer::of(500, ""),
        Answer::of(503, "<html>"),
        Answer::of(429, ""),
        Answer::of(403, "").with_rate(500, 400, 3600),
        Answer::Hangup,
        Answer::Truncated(page_body(3).into_bytes()),
        Answer::of(200, "{\"results\":[{\"id\":"),
        Answer::of(200, "{\"error\":\"busy\"}"),
    ];
    for answer in passing {
        let good = Answer::of(200, page_body(3));
        let server = Server::scripted(vec![answer.clone(), answer, good]).await;
        let page = page_of(fetch(&server, 0).await);
        assert_eq!(page.payload, page_body(3));
        assert_eq!(server.seen().len(), 3);
    }
}

#[tokio::test]
async fn attempts_are_spaced_by_growing_jitter() {
    let server = Server::scripted(vec![Answer::of(500, "")]).await;
    let time = Arc::new(VirtualTime::default());
    let settings = MuseSettings {
        max_attempts: 6,
        ..settings(&server)
    };
    let client = MuseClient::with_time(settings, time.clone()).unwrap();
    client.fetch(&Slice::all(), 0).await.unwrap_err();
    let sleeps = time.sleeps();
    assert_eq!(sleeps.len(), 5, "none after the last attempt");
    for (attempt, sleep) in sleeps.iter().enumerate() {
        assert!(
            *sleep <= Duration::from_millis(500 << attempt),
            "{sleeps:?}"
        );
    }
}

#[tokio::test]
async fn a_truncated_body_is_never_taken_for_a_page() {
    let server = Server::scripted(vec![Answer::Truncated(page_body(3).into_bytes())]).await;
    let error = fetch(&server, 0).await.unwrap_err();
    assert!(matches!(error, MuseError::BrokenBody { .. }), "{error}");
}

#[tokio::test]
async fn a_connection_closed_without_an_answer_is_broken() {
    let server = Server::scripted(vec![Answer::Hangup]).await;
    let error = fetch(&server, 0).await.unwrap_err();
    assert!(matches!(error, MuseError::BrokenBody { .. }), "{error}");
}

#[tokio::test]
async fn a_silent_server_times_out() {
    let server = Server::scripted(vec![Answer::Silence]).await;
    let settings = MuseSettings {
        timeout: Duration::from_millis(20),
        max_attempts: 2,
        ..settings(&server)
    };
    let client = MuseClient::with_time(settings, Arc::new(VirtualTime::default())).unwrap();
    let error = client.fetch(&Slice::all(), 0).await.unwrap_err();
    assert!(matches!(error, MuseError::Timeout { .. }), "{error}");
    assert_eq!(server.seen().len(), 2);
}

#[tokio::test]
async fn where_nothing_listens_the_error_says_so_soon() {
    let server = Server::scripted(vec![Answer::Hangup]).await;
    let settings = MuseSettings {
        max_attempts: 50,
        ..settings(&server)
    };
    server.stop().await;
    let time = Arc::new(VirtualTime::default());
    let client = MuseClient::with_time(settings, time.clone()).unwrap();
    let error = client.fetch(&Slice::all(), 0).await.unwrap_err();
    assert!(
        matches!(error, MuseError::ConnectionRefused { .. }),
        "{error}"
    );
    let shown = error.to_string();
    assert!(
        shown.contains("nothing listens at http://127.0.0.1:"),
        "{shown}"
    );
    assert!(shown.contains("--source"), "{shown}");
    assert_eq!(time.sleeps().len(), 2);
}

#[tokio::test]
async fn a_connection_that_does_not_come_about_is_unreachable() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("https://{}/", listener.local_addr().unwrap());
    // Whoever hangs up during the TLS handshake has not been reached.
    let hangup = tokio::spawn(async move { while listener.accept().await.is_ok() {} });
    let settings = MuseSettings {
        base_url: parse_source(&address).unwrap(),
        ..MuseSettings::default()
    };
    let client = MuseClient::with_time(settings, Arc::new(VirtualTime::default())).unwrap();
    let error = client.fetch(&Slice::all(), 0).await.unwrap_err();
    hangup.abort();
    assert!(matches!(error, MuseError::Unreachable { .. }), "{error}");
}

#[tokio::test]
async fn a_body_over_the_limit_is_given_up_at_once() {
    let server = Server::scripted(vec![Answer::of(200, page_body(500))]).await;
    let limit = page_body(500).len() - 1;
    let settings = MuseSettings {
        max_body_bytes: limit,
        ..settings(&server)
    };
    let client = MuseClient::with_time(settings, Arc::new(VirtualTime::default())).unwrap();
    let error = client.fetch(&Slice::all(), 0).await.unwrap_err();
    assert!(
        matches!(error, MuseError::TooLarge { limit: l, .. } if l == limit),
        "{error}"
    );
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn the_limit_counts_what_a_compressed_body_becomes() {
    // 20,000 spaces, gzipped.
    let bomb = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xed\xc1\x31\x01\x00\x00\x00\xc2\xa0\x2a\xeb\x9f\xd2\x1a\x1e\x40\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\xf0\x60\x28\xc4\x08\x85\x20\x4e\x00\x00";
    let answer = Answer::of(200, *bomb).with("Content-Encoding", "gzip");
    let server = Server::scripted(vec![answer]).await;
    let settings = MuseSettings {
        max_body_bytes: 19_999,
        ..settings(&server)
    };
    let client = MuseClient::with_time(settings, Arc::new(VirtualTime::default())).unwrap();
    let error = client.fetch(&Slice::all(), 0).await.unwrap_err();
    assert!(matches!(error, MuseError::TooLarge { .. }), "{error}");
}

#[tokio::test]
async fn a_redirect_to_another_host_is_refused_and_never_followed() {
    let other = Server::scripted(vec![Answer::of(200, page_body(3))]).await;
    let target = format!("{}/api/public/jobs?api_key=echo", other.address());
    let server = Server::scripted(vec![Answer::of(302, "").with("Location", target)]).await;
    let error = fetch(&server, 0).await.unwrap_err();
    assert!(
        matches!(&error, MuseError::RedirectRefused { to, .. } if *to == other.address()),
        "{error}"
    );
    assert!(!error.to_string().contains("echo"), "{error}");
    assert!(other.seen().is_empty());
}

#[tokio::test]
async fn a_redirect_within_the_host_is_followed_and_a_loop_ends() {
    let server = Server::start(|request| match request.url.path() {
        "/moved" => Answer::of(200, page_body(3)),
        _ => Answer::of(301, "").with("Location", "/moved"),
    })
    .await;
    page_of(fetch(&server, 0).await);

    let server = Server::scripted(vec![Answer::of(301, "").with("Location", "/again")]).await;
    let error = client(&server).fetch(&Slice::all(), 0).await.unwrap_err();
    assert!(
        matches!(error, MuseError::UnexpectedStatus { status: 301, .. }),
        "{error}"
    );
    assert!(server.seen().len() < 10);
}

#[tokio::test]
async fn settings_that_cannot_work_are_refused_with_a_reason() {
    let settings = MuseSettings {
        user_agent: "two\nlines".to_owned(),
        ..MuseSettings::default()
    };
    let error = MuseClient::new(settings, Clock::System).err().unwrap();
    assert!(matches!(error, MuseError::Setup { .. }), "{error}");
    let settings = MuseSettings {
        base_url: "http://host/?api_key=x".parse().unwrap(),
        ..MuseSettings::default()
    };
    let error = MuseClient::new(settings, Clock::System).err().unwrap();
    assert!(matches!(error, MuseError::BadSource { .. }), "{error}");
}
