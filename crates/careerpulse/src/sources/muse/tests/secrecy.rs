//! The key is sent and shown nowhere else.

use std::sync::Arc;

use super::super::{MuseClient, MuseError, MuseSettings, Slice};
use super::clock::VirtualTime;
use super::server::{Answer, Server, page_body};
use super::{KEY, client, fetch, page_of, settings};

#[tokio::test]
async fn the_key_is_in_no_page_and_no_error() {
    let echo = format!("{{\"error\":\"unknown parameter api_key={KEY}\"}}");
    let answers = [
        Answer::of(400, echo),
        Answer::of(403, ""),
        Answer::of(404, ""),
        Answer::of(429, ""),
        Answer::of(500, ""),
        Answer::of(401, ""),
        Answer::of(302, "").with("Location", format!("http://elsewhere.test/?api_key={KEY}")),
        Answer::Hangup,
        Answer::Truncated(page_body(1).into_bytes()),
    ];
    for answer in answers {
        let server = Server::scripted(vec![answer]).await;
        let error = fetch(&server, 0).await.unwrap_err();
        let shown = format!("{error} {error:?} {error:#?}");
        assert!(!shown.contains(KEY), "{shown}");
        let sent = server.seen()[0].query("api_key");
        assert_eq!(sent.as_deref(), Some(KEY));
    }
    let server = Server::scripted(vec![Answer::of(200, page_body(1))]).await;
    let page = page_of(fetch(&server, 0).await);
    assert!(!format!("{page:?}").contains(KEY));
}

#[tokio::test]
async fn a_redirect_carries_no_referer() {
    let server = Server::start(|request| match request.url.path() {
        "/moved" => Answer::of(200, page_body(1)),
        _ => Answer::of(301, "").with("Location", "/moved"),
    })
    .await;
    page_of(fetch(&server, 0).await);
    assert!(!server.seen()[1].head.contains(KEY));
}

#[tokio::test]
async fn without_a_key_none_is_sent_and_the_error_says_so() {
    let server = Server::scripted(vec![Answer::of(403, "")]).await;
    let settings = MuseSettings {
        api_key: None,
        ..settings(&server)
    };
    let client = MuseClient::with_time(settings, Arc::new(VirtualTime::default())).unwrap();
    let error = client.fetch(&Slice::all(), 0).await.unwrap_err();
    assert!(matches!(
        error,
        MuseError::Forbidden {
            with_key: false,
            ..
        }
    ));
    assert_eq!(server.seen()[0].query("api_key"), None);
}

#[tokio::test]
async fn the_settings_of_a_client_do_not_show_it_either() {
    let server = Server::scripted(vec![Answer::Hangup]).await;
    assert!(!format!("{:?}", client(&server).settings()).contains(KEY));
}
