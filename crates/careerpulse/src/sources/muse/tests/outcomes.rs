//! What a page, an end of the feed and each status become.

use super::super::{EndReason, Fetched, MuseError, PageError, Slice};
use super::server::{Answer, Server, page_body};
use super::{KEY, client, fetch, page_of};

async fn error_of(answer: Answer) -> (MuseError, usize) {
    let server = Server::scripted(vec![answer]).await;
    let error = fetch(&server, 1).await.unwrap_err();
    let shown = error.to_string();
    assert!(shown.contains("/api/public/jobs?page=1"), "{shown}");
    (error, server.seen().len())
}

#[tokio::test]
async fn status_200_is_a_page_byte_for_byte() {
    let body = "{ \"results\" : [ {\"id\":1,\"name\":\"caf\u{e9} \\u0000\"} ] }\r\n";
    let server = Server::scripted(vec![Answer::of(200, body)]).await;
    let page = page_of(fetch(&server, 4).await);
    assert_eq!(page.payload, body);
    assert!(!page.is_lossy);
    assert_eq!(page.http_status, 200);
    assert_eq!(page.fetched_at.to_rfc3339(), "2026-01-02T03:04:05+00:00");
    assert_eq!(page.envelope.unwrap().results_len, 1);
}

#[tokio::test]
async fn filters_reach_the_server_and_the_kept_address() {
    let server = Server::scripted(vec![Answer::of(200, page_body(1))]).await;
    let slice = Slice::category("Media, PR, and Communications")
        .with_level("Mid Level")
        .with_location("Creative & Co = 100 %");
    let page = page_of(client(&server).fetch(&slice, 7).await);
    let asked = &server.seen()[0];
    assert_eq!(asked.url.path(), "/api/public/jobs");
    assert_eq!(asked.query("category"), slice.category);
    assert_eq!(asked.query("level"), slice.level);
    assert_eq!(asked.query("location"), slice.location);
    assert_eq!(asked.page(), 7);
    assert_eq!(asked.query("api_key").as_deref(), Some(KEY));
    assert!(
        asked
            .head
            .to_lowercase()
            .contains("user-agent: careerpulse/")
    );
    assert!(
        asked
            .url
            .as_str()
            .starts_with(&page.url.replace(&server.address(), "http://server"))
    );
}

#[tokio::test]
async fn a_body_that_is_not_utf8_is_asked_for_again() {
    let body = b"{\"results\":[{\"id\":1,\"name\":\"caf\xe9\"}]}".to_vec();
    let server = Server::scripted(vec![Answer::of(200, body), Answer::of(200, page_body(2))]).await;
    let page = page_of(fetch(&server, 0).await);
    assert!(!page.is_lossy);
    assert_eq!(page.envelope.unwrap().results_len, 2);
}

#[tokio::test]
async fn a_body_that_stays_other_than_utf8_is_kept_with_replacements() {
    let body = b"{\"results\":[{\"id\":1,\"name\":\"caf\xe9\"}]}".to_vec();
    let server = Server::scripted(vec![Answer::of(200, body)]).await;
    let page = page_of(fetch(&server, 0).await);
    assert!(page.is_lossy);
    assert!(page.payload.contains("caf\u{fffd}"));
    assert!(page.envelope.is_ok());
}

#[tokio::test]
async fn an_empty_page_ends_the_feed() {
    let server = Server::scripted(vec![Answer::of(200, page_body(0))]).await;
    let end = fetch(&server, 5).await;
    assert_eq!(end, Ok(Fetched::EndOfFeed(EndReason::Empty)));
}

#[tokio::test]
async fn status_400_for_the_page_ends_the_feed() {
    let body = r#"{"code":400,"error":"Value `page` is too high"}"#;
    let server = Server::scripted(vec![Answer::of(400, body)]).await;
    let end = fetch(&server, 100).await;
    assert_eq!(end, Ok(Fetched::EndOfFeed(EndReason::TooHigh)));
    let refused = fetch(&server, 0).await.unwrap_err();
    assert!(
        matches!(refused, MuseError::BadRequest { .. }),
        "page 0 is never too high"
    );
}

#[tokio::test]
async fn status_400_for_anything_else_is_an_error_in_the_servers_words() {
    let (error, requests) = error_of(Answer::of(400, r#"{"error":"bad level"}"#)).await;
    assert!(matches!(&error, MuseError::BadRequest { message, .. } if message == "bad level"));
    assert_eq!(requests, 1);
}

#[tokio::test]
async fn status_403_that_does_not_pass_is_forbidden_and_names_the_key() {
    for answer in [
        Answer::of(403, ""),
        Answer::of(403, "").with_rate(500, 499, 3600),
    ] {
        let (error, requests) = error_of(answer).await;
        assert!(
            matches!(error, MuseError::Forbidden { with_key: true, .. }),
            "{error}"
        );
        assert!(error.to_string().contains("MUSE_API_KEY"));
        assert_eq!(requests, 3);
    }
}

#[tokio::test]
async fn status_404_is_not_found_at_once() {
    let (error, requests) = error_of(Answer::of(404, "")).await;
    assert!(matches!(error, MuseError::NotFound { .. }));
    assert_eq!(requests, 1);
}

#[tokio::test]
async fn status_429_that_does_not_pass_is_rate_limited() {
    let (error, requests) = error_of(Answer::of(429, "")).await;
    assert!(matches!(error, MuseError::RateLimited { reset: None, .. }));
    assert_eq!(requests, 3);
}

#[tokio::test]
async fn status_5xx_that_does_not_pass_is_a_server_error() {
    for status in [500, 502, 503] {
        let (error, requests) = error_of(Answer::of(status, "")).await;
        let expected = MuseError::ServerError {
            url: String::new(),
            status,
            attempts: 3,
        };
        assert_eq!(
            std::mem::discriminant(&error),
            std::mem::discriminant(&expected)
        );
        assert!(
            error.to_string().contains(&format!("{status} 3 times")),
            "{error}"
        );
        assert_eq!(requests, 3);
    }
}

#[tokio::test]
async fn other_statuses_are_unexpected() {
    for status in [204, 401, 418] {
        let (error, requests) = error_of(Answer::of(status, "")).await;
        assert!(
            matches!(error, MuseError::UnexpectedStatus { .. }),
            "{error}"
        );
        assert_eq!(requests, 1);
    }
}

#[tokio::test]
async fn a_body_that_stays_unreadable_is_kept_as_it_came_last() {
    let answers = vec![
        Answer::of(200, "<html>first"),
        Answer::of(200, "{\"results\":[{\"id\":1}"),
        Answer::of(200, "{\"code\":0}"),
    ];
    let server = Server::scripted(answers).await;
    let page = page_of(fetch(&server, 2).await);
    assert_eq!(page.payload, "{\"code\":0}");
    assert!(matches!(page.envelope, Err(PageError::NoResults { .. })));
    assert_eq!(server.seen().len(), 3);
}
