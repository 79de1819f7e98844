//! Crawls of a source that fails in part or in whole.

use super::super::{FetchedPage, Resume};
use super::crawling::{gather, line, places, serve, small_plan};
use super::feed::Feed;
use super::server::{Answer, Request, Server};

fn is_law(request: &Request) -> bool {
    request.query("category").as_deref() == Some("Law")
}

#[tokio::test]
async fn a_slice_that_fails_is_recorded_and_the_others_go_on() {
    let feed = Feed {
        cap: 3,
        ..Feed::even(
            100,
            &["Sales", "Law"],
            &["Mid Level", "Senior Level"],
            &["Here"],
        )
    };
    let server = Server::start(move |request| match (is_law(request), request.page()) {
        (true, 1) => Answer::of(502, ""),
        _ => feed.answer(request),
    })
    .await;
    let (report, _) = gather(&server, &small_plan(), 3, Resume::default()).await;
    let report = report.unwrap();
    let law = line(&report, "category=Law");
    assert!(!law.complete);
    assert_eq!((law.pages_fetched, law.reachable), (1, 50));
    assert!(law.error.as_deref().unwrap().contains("502"), "{law:?}");
    assert!(
        report
            .slices
            .iter()
            .filter(|line| line.slice != law.slice)
            .all(|line| line.complete)
    );
}

#[tokio::test]
async fn an_unreadable_page_is_sent_on_and_the_slice_goes_on() {
    let feed = Feed::even(90, &["Sales"], &["Mid Level"], &["Here"]);
    let server = Server::start(move |request| match request.page() {
        2 => Answer::of(200, "<html>sorry</html>"),
        _ => feed.answer(request),
    })
    .await;
    let (report, pages) = gather(&server, &small_plan(), 100, Resume::default()).await;
    let all = report.unwrap().slices.remove(0);
    assert_eq!(places(&pages).len(), 5);
    assert!(
        pages
            .iter()
            .any(|page| page.page == 2 && page.payload == "<html>sorry</html>")
    );
    assert_eq!((all.pages_fetched, all.postings_fetched), (5, 70));
    assert!(!all.complete);
    assert!(all.error.unwrap().contains("page 2 was not read"));
}

#[tokio::test]
async fn a_source_that_gives_no_pages_at_all_is_given_up_soon() {
    let server = Server::scripted(vec![Answer::of(200, "<html>welcome</html>")]).await;
    let (report, pages) = gather(&server, &small_plan(), 100, Resume::default()).await;
    let report = report.unwrap();
    assert_eq!(
        (pages.len(), report.slices.len(), report.requests),
        (3, 1, 9)
    );
    let all = line(&report, "all");
    assert!(!all.complete);
    assert!(
        all.error.as_deref().unwrap().contains("3 pages in a row"),
        "{all:?}"
    );
}

#[tokio::test]
async fn a_source_that_never_answers_fails_the_crawl() {
    for answer in [
        Answer::Hangup,
        Answer::of(403, ""),
        Answer::of(404, ""),
        Answer::of(500, ""),
    ] {
        let server = Server::scripted(vec![answer]).await;
        let (report, pages) = gather(&server, &small_plan(), 100, Resume::default()).await;
        report.unwrap_err();
        assert!(pages.is_empty());
    }
}

#[tokio::test]
async fn a_probe_that_fails_costs_nothing_but_certainty() {
    let feed = Feed {
        cap: 3,
        ..Feed::even(
            100,
            &["Sales", "Law"],
            &["Mid Level", "Senior Level"],
            &["Here"],
        )
    };
    let undisturbed = serve(feed.clone()).await;
    let (_, expected) = gather(&undisturbed, &small_plan(), 3, Resume::default()).await;
    // The three attempts of the probe, the second page to be asked for.
    let server = Server::start(move |request| match request.place {
        1..=3 => Answer::of(500, ""),
        _ => feed.answer(request),
    })
    .await;
    let (report, pages) = gather(&server, &small_plan(), 3, Resume::default()).await;
    assert!(report.unwrap().slices.iter().all(|line| line.complete));
    assert_eq!(places(&pages), places(&expected));
}

#[tokio::test]
async fn a_page_too_long_is_left_out_and_said_so() {
    let feed = Feed::even(90, &["Sales"], &["Mid Level"], &["Here"]);
    let server = Server::start(move |request| match request.page() {
        2 => Answer::of(200, vec![b' '; 9 << 20]),
        _ => feed.answer(request),
    })
    .await;
    let (report, pages) = gather(&server, &small_plan(), 100, Resume::default()).await;
    let report = report.unwrap();
    let numbers: Vec<u32> = pages.iter().map(|page: &FetchedPage| page.page).collect();
    assert_eq!(numbers, [0, 1, 3, 4]);
    let all = line(&report, "all");
    assert!(!all.complete);
    assert!(all.error.as_deref().unwrap().contains("page 2"), "{all:?}");
}
