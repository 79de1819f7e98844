//! Every kind of fault, as it comes over the wire.

#![allow(
    clippy::unwrap_used,
    reason = "a helper that cannot go on fails its test"
)]

mod support;

use std::collections::BTreeSet;
use std::io;
use std::time::Instant;

use careerpulse_replay::{MAX_IN_A_ROW, Replay, ReplayOptions};
use support::{Reply, ids, page, replay_of};

async fn replay_with(spec: &str, seed: u64) -> Replay {
    let faults = spec.parse().unwrap();
    let options = ReplayOptions {
        faults,
        seed,
        ..ReplayOptions::default()
    };
    replay_of(200, options).await
}

/// The right page, to hold a broken one against.
async fn sound(number: u64) -> Reply {
    let replay = replay_of(200, ReplayOptions::default()).await;
    page(&replay, &number.to_string()).await.unwrap()
}

fn is_json(reply: &Reply) -> bool {
    serde_json::from_slice::<serde_json::Value>(&reply.body).is_ok()
}

#[tokio::test]
async fn bursts_of_429_and_403_look_like_a_spent_limit() {
    for (spec, status) in [("429=1", 429), ("403=1", 403)] {
        let replay = replay_with(spec, 1).await;
        for attempt in 0..MAX_IN_A_ROW {
            let reply = page(&replay, "0").await.unwrap();
            assert_eq!(reply.status, status, "attempt {attempt}");
            assert_eq!(reply.json()["code"], status);
            assert_eq!(reply.number("x-ratelimit-remaining"), 0);
            assert_eq!(reply.number("x-ratelimit-reset"), 1);
            assert_eq!(reply.header("retry-after"), (status == 429).then_some("1"));
        }
        assert_eq!(page(&replay, "0").await.unwrap().body, sound(0).await.body);
    }
}

#[tokio::test]
async fn server_errors_are_500_502_or_503() {
    let replay = replay_with("5xx=1", 1).await;
    let mut met = BTreeSet::new();
    for number in 0..10 {
        let reply = page(&replay, &number.to_string()).await.unwrap();
        assert_eq!(is_json(&reply), reply.status == 500);
        met.insert(reply.status);
    }
    assert_eq!(met, BTreeSet::from([500, 502, 503]));
}

#[tokio::test]
async fn a_reset_gives_no_answer_at_all() {
    let replay = replay_with("reset=1", 1).await;
    for _ in 0..MAX_IN_A_ROW {
        let error = page(&replay, "0").await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
    }
    assert_eq!(page(&replay, "0").await.unwrap().body, sound(0).await.body);
}

#[tokio::test]
async fn truncated_pages_lie_about_their_length_or_do_not() {
    let replay = replay_with("truncate=1", 1).await;
    let (mut cut_off, mut shortened) = (0, 0);
    for number in 0..10 {
        let whole = sound(number).await.body;
        let reply = page(&replay, &number.to_string()).await.unwrap();
        assert_eq!(reply.status, 200);
        assert!(whole.starts_with(&reply.body) && !reply.body.is_empty());
        assert!(!is_json(&reply));
        match reply.number("content-length") {
            length if length == whole.len() => cut_off += 1,
            length if length == reply.body.len() => shortened += 1,
            length => panic!("length {length} of {}", whole.len()),
        }
    }
    assert!(cut_off > 0 && shortened > 0, "{cut_off} {shortened}");
}

#[tokio::test]
async fn malformed_pages_are_whole_answers_that_are_no_json() {
    let replay = replay_with("malformed=1", 1).await;
    let (mut html, mut not_utf8, mut not_json) = (0, 0, 0);
    for number in 0..10 {
        let reply = page(&replay, &number.to_string()).await.unwrap();
        assert_eq!(reply.status, 200);
        assert_eq!(reply.number("content-length"), reply.body.len());
        assert!(!is_json(&reply));
        match std::str::from_utf8(&reply.body) {
            Err(_) => not_utf8 += 1,
            Ok(text) if text.starts_with('<') => html += 1,
            Ok(_) => not_json += 1,
        }
    }
    assert!(
        html > 0 && not_utf8 > 0 && not_json > 0,
        "{html} {not_utf8} {not_json}"
    );
}

#[tokio::test]
async fn a_slow_page_is_late_and_right() {
    let replay = replay_with("slow=1", 1).await;
    let begun = Instant::now();
    let reply = page(&replay, "0").await.unwrap();
    assert!(begun.elapsed().as_millis() >= 450, "{:?}", begun.elapsed());
    assert_eq!(reply.body, sound(0).await.body);
}

/// What each page meets at each attempt, asked for page by page or all pages at once.
async fn met(seed: u64, at_once: bool) -> Vec<Vec<Result<(u16, Vec<u8>), io::ErrorKind>>> {
    let spec = "429=0.1,403=0.1,5xx=0.2,reset=0.1,truncate=0.1,malformed=0.1";
    let replay = replay_with(spec, seed).await;
    let attempts = |number: u64| {
        let replay = &replay;
        async move {
            let mut met = Vec::new();
            for _ in 0..12 {
                let reply = page(replay, &number.to_string()).await;
                met.push(
                    reply
                        .map(|reply| (reply.status, reply.body))
                        .map_err(|error| error.kind()),
                );
            }
            met
        }
    };
    if at_once {
        return futures::future::join_all((0..8).map(attempts)).await;
    }
    let mut all = Vec::new();
    for number in 0..8 {
        all.push(attempts(number).await);
    }
    all
}

#[tokio::test]
async fn the_same_seed_gives_the_same_faults_in_any_order() {
    let one = met(42, false).await;
    assert!(one == met(42, true).await);
    assert!(one != met(43, false).await);
}

#[tokio::test]
async fn a_client_that_tries_again_gets_everything() {
    let replay = replay_with("429=0.2,5xx=0.2,reset=0.2,truncate=0.2,malformed=0.2", 9).await;
    let mut reached = Vec::new();
    for number in 0..10 {
        let mut attempts = 0;
        let body = loop {
            attempts += 1;
            assert!(attempts <= MAX_IN_A_ROW + 1, "page {number}");
            match page(&replay, &number.to_string()).await {
                Ok(reply) if reply.status == 200 && is_json(&reply) => break reply.json(),
                _ => {}
            }
        };
        reached.extend(ids(&body));
    }
    assert_eq!(reached, (0..200).collect::<Vec<u64>>());
}

#[tokio::test]
async fn refused_requests_meet_no_fault() {
    let replay = replay_with("reset=1", 1).await;
    assert_eq!(page(&replay, "abc").await.unwrap().status, 400);
    assert_eq!(page(&replay, "100").await.unwrap().status, 400);
}
