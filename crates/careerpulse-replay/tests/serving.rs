//! What a client sees of the API when nothing goes wrong on purpose.

#![allow(
    clippy::unwrap_used,
    reason = "a helper that cannot go on fails its test"
)]

mod support;

use std::time::Duration;

use careerpulse_replay::{Feed, ReplayOptions, spawn};
use support::{crawl, get, ids, page, replay_of, send};

#[tokio::test]
async fn recorded_pages_go_out_byte_for_byte() {
    for day in ["2024-01-01", "2024-01-02"] {
        let feed = Feed::open(&crawl(day)).unwrap();
        assert_eq!(feed.recorded_pages(), 3);
        let replay = spawn(feed, ReplayOptions::default()).await.unwrap();
        for number in 0..3 {
            let file = std::fs::read(crawl(day).join(format!("page{number:03}.json"))).unwrap();
            for rest in ["", "&api_key=k&descending=true", "&level=mid", "&category="] {
                let reply = page(&replay, &format!("{number}{rest}")).await.unwrap();
                assert_eq!(reply.status, 200);
                assert_eq!(reply.header("content-type"), Some("application/json"));
                assert!(reply.body == file, "{day} page {number}{rest}");
            }
        }
        let beyond = page(&replay, "3").await.unwrap();
        assert_eq!((beyond.status, ids(&beyond.json())), (200, vec![]));
        assert!(beyond.json()["total"].as_u64() >= Some(47));
        replay.stop().await.unwrap();
    }
}

#[tokio::test]
async fn filtered_queries_of_a_recorded_crawl_come_from_its_postings() {
    let feed = Feed::open(&crawl("2024-01-01")).unwrap();
    assert_eq!(feed.len(), 47);
    let replay = spawn(feed, ReplayOptions::default()).await.unwrap();
    let found = page(&replay, "0&category=Healthcare").await.unwrap().json();
    // 9000171 bears a second category as well.
    assert!(ids(&found).contains(&9_000_171), "{found}");
    assert!(ids(&found).is_sorted());
    for posting in found["results"].as_array().unwrap() {
        assert_eq!(posting["categories"][0]["name"], "Healthcare");
    }
    let remote = page(&replay, "0&location=Atlantis").await.unwrap().json();
    let asked = page(&replay, "0&location=Flexible+%2F+Remote")
        .await
        .unwrap()
        .json();
    assert!(!ids(&remote).is_empty());
    assert_eq!(remote, asked);
    let company = page(&replay, "0&company=Fennel+Street+Caf%C3%A9&level=Mid+Level")
        .await
        .unwrap();
    assert!(!ids(&company.json()).is_empty());
}

#[tokio::test]
async fn pages_of_twenty_reach_every_posting_and_totals_overstate() {
    let replay = replay_of(50, ReplayOptions::default()).await;
    let mut reached = Vec::new();
    for (number, size) in [20, 20, 10, 0].into_iter().enumerate() {
        let body = page(&replay, &number.to_string()).await.unwrap().json();
        assert_eq!(body["page"], number);
        assert_eq!(body["items_per_page"], 20);
        assert_eq!(body["total"], 65);
        assert_eq!(body["page_count"], 4);
        assert_eq!(ids(&body).len(), size);
        reached.extend(ids(&body));
    }
    assert_eq!(reached, (0..50).collect::<Vec<u64>>());
    let sales = page(&replay, "0&category=Sales&level=Senior+Level")
        .await
        .unwrap()
        .json();
    assert_eq!(ids(&sales), (0..50).step_by(6).collect::<Vec<u64>>());
    let nothing = page(&replay, "0&category=Astrology").await.unwrap().json();
    assert_eq!((&nothing["total"], ids(&nothing)), (&0.into(), vec![]));
}

#[tokio::test]
async fn pages_from_the_cap_on_are_refused_whatever_there_is() {
    let replay = replay_of(2_050, ReplayOptions::default()).await;
    let last = page(&replay, "99").await.unwrap().json();
    assert_eq!(ids(&last), (1_980..2_000).collect::<Vec<u64>>());
    assert!(last["page_count"].as_u64() > Some(100));
    for beyond in ["100", "101", "99999999999999999999", "100&category=Law"] {
        let refused = page(&replay, beyond).await.unwrap();
        assert_eq!(refused.status, 400);
        assert_eq!(
            refused.body,
            br#"{"code":400,"error":"Value `page` is too high"}"#
        );
    }
    let options = ReplayOptions {
        page_cap: 2,
        ..ReplayOptions::default()
    };
    let small = replay_of(50, options).await;
    assert_eq!(page(&small, "1").await.unwrap().status, 200);
    assert_eq!(page(&small, "2").await.unwrap().status, 400);
}

#[tokio::test]
async fn hostile_requests_are_refused_and_the_server_lives_on() {
    let replay = replay_of(3, ReplayOptions::default()).await;
    let long = format!("0&category={}", "x".repeat(20_000));
    let queries = [
        "-1",
        "abc",
        "",
        "1e3",
        "0&page=1",
        "0&category=%",
        "0&category=%c3%28",
        "0&x=%0",
        &long,
    ];
    for rest in queries {
        let reply = page(&replay, rest).await.unwrap();
        assert_eq!(reply.status, 400, "{rest}");
        assert_eq!(reply.json()["code"], 400);
        assert!(reply.header("x-ratelimit-limit").is_some());
    }
    let none = get(replay.address(), "/api/public/jobs").await.unwrap();
    assert_eq!(
        (none.status, none.json()["error"].as_str()),
        (400, Some("Value `page` is required"))
    );
    for path in [
        "/",
        "/api/public/jobs/1?page=0",
        "/api/public/jobs%00?page=0",
        "/../etc/passwd",
    ] {
        let reply = get(replay.address(), path).await.unwrap();
        assert_eq!(
            (reply.status, &reply.json()["code"]),
            (404, &404.into()),
            "{path}"
        );
    }
    let post = b"POST /api/public/jobs?page=0 HTTP/1.1\r\nHost: m\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}";
    assert_eq!(send(replay.address(), post).await.unwrap().status, 405);
    // The HTTP layer itself answers these, or just hangs up.
    for bytes in [
        &b"\x00\xff\r\n\r\n"[..],
        b"GET /\xff HTTP/1.1\r\n\r\n",
        b"GET",
    ] {
        if let Ok(reply) = send_and_close(replay.address(), bytes).await {
            assert!((400..500).contains(&reply), "{reply}");
        }
    }
    let huge = page(&replay, &format!("0&category={}", "x".repeat(70_000)))
        .await
        .unwrap();
    assert_eq!(huge.status, 414);
    assert_eq!(page(&replay, "0").await.unwrap().status, 200);
}

async fn send_and_close(address: std::net::SocketAddr, bytes: &[u8]) -> std::io::Result<u16> {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let mut stream = tokio::net::TcpStream::connect(address).await?;
    stream.write_all(bytes).await?;
    stream.shutdown().await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    let status = answer
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok());
    status.ok_or_else(|| std::io::Error::other("no status"))
}

#[tokio::test]
async fn a_spent_limit_is_403_and_every_answer_says_what_is_left() {
    let options = ReplayOptions {
        rate_limit: Some(5),
        rate_window: Duration::from_secs(3_600),
        ..ReplayOptions::default()
    };
    let replay = replay_of(30, options).await;
    let requests = [
        ("0", 200),
        ("abc", 400),
        ("1", 200),
        ("100", 400),
        ("0", 200),
        ("0", 403),
        ("1", 403),
    ];
    for (sent, (rest, status)) in requests.into_iter().enumerate() {
        let reply = page(&replay, rest).await.unwrap();
        assert_eq!(reply.status, status, "request {sent}");
        assert_eq!(reply.number("x-ratelimit-limit"), 5);
        assert_eq!(
            reply.number("x-ratelimit-remaining"),
            4_usize.saturating_sub(sent)
        );
        // Whole seconds from now, not a time of day.
        assert!((3_000..=3_600).contains(&reply.number("x-ratelimit-reset")));
        if status == 403 {
            assert_eq!(reply.json()["code"], 403);
        }
    }
    let keyed = page(&replay, "0&api_key=k").await.unwrap();
    assert_eq!((keyed.status, keyed.number("x-ratelimit-limit")), (200, 36));
}

#[tokio::test]
async fn without_a_limit_the_headers_slow_nobody_down() {
    let replay = replay_of(1, ReplayOptions::default()).await;
    let reply = page(&replay, "0").await.unwrap();
    assert_eq!(reply.number("x-ratelimit-limit"), 1_000_000);
    assert_eq!(reply.number("x-ratelimit-remaining"), 999_999);
    assert_eq!(reply.number("x-ratelimit-reset"), 10);
}

#[tokio::test]
async fn an_ordinary_client_reads_many_pages_on_kept_connections() {
    let replay = replay_of(400, ReplayOptions::default()).await;
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let pages = (0..20).map(|number| {
        let request = client
            .get(format!("{}/api/public/jobs", replay.origin()))
            .query(&[
                ("page", number.to_string()),
                ("company", "Acme & Söhne".to_owned()),
            ]);
        async move { request.send().await.unwrap().bytes().await.unwrap() }
    });
    let bodies = futures::future::join_all(pages).await;
    let reached = bodies
        .iter()
        .flat_map(|body| ids(&serde_json::from_slice(body).unwrap()));
    assert_eq!(
        reached.collect::<Vec<u64>>(),
        (0..400).collect::<Vec<u64>>()
    );

    // The client still holds idle connections; stopping does not wait for them.
    let stopped = tokio::time::timeout(Duration::from_secs(1), replay.stop());
    stopped.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_dropped_server_stops_listening() {
    let replay = replay_of(1, ReplayOptions::default()).await;
    let address = replay.address();
    assert_eq!(page(&replay, "0").await.unwrap().status, 200);
    drop(replay);
    tokio::task::yield_now().await;
    assert!(get(address, "/api/public/jobs?page=0").await.is_err());
}
