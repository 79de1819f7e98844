//! Whole crawls: what is asked for, what is sent on, and what the report says.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use tokio::sync::mpsc;

use super::super::{
    CrawlPlan, CrawlProgress, CrawlReport, FetchedPage, MuseClient, MuseError, MuseSettings,
    Resume, SliceCoverage, crawl,
};
use super::clock::VirtualTime;
use super::feed::Feed;
use super::server::{Answer, Server};
use super::settings;

/// Two categories and two levels.
pub fn small_plan() -> CrawlPlan {
    CrawlPlan {
        categories: vec!["Sales".to_owned(), "Law".to_owned()],
        levels: vec!["Mid Level".to_owned(), "Senior Level".to_owned()],
        locations_per_slice: 2,
        max_requests: None,
    }
}

/// Crawls a server and gathers the pages.
pub async fn gather(
    server: &Server,
    plan: &CrawlPlan,
    cap: u32,
    resume: Resume,
) -> (Result<CrawlReport, MuseError>, Vec<FetchedPage>) {
    let settings = MuseSettings {
        page_cap: cap,
        ..settings(server)
    };
    let client = MuseClient::with_time(settings, Arc::new(VirtualTime::default())).unwrap();
    let (sender, mut receiver) = mpsc::channel(2);
    let taker = tokio::spawn(async move {
        let mut pages = Vec::new();
        while let Some(page) = receiver.recv().await {
            pages.push(page);
        }
        pages
    });
    let report = crawl(&client, plan, resume, sender, &|_| {}).await;
    (report, taker.await.unwrap())
}

/// The (slice, page) pairs, with a check that none came twice.
pub fn places(pages: &[FetchedPage]) -> BTreeSet<(String, u32)> {
    let places: BTreeSet<_> = pages
        .iter()
        .map(|page| (page.slice.clone(), page.page))
        .collect();
    assert_eq!(places.len(), pages.len(), "a page was sent twice");
    places
}

pub async fn serve(feed: Feed) -> Server {
    Server::start(move |request| feed.answer(request)).await
}

/// The report's line of a slice.
pub fn line<'a>(report: &'a CrawlReport, slice: &str) -> &'a SliceCoverage {
    let found = report.slices.iter().find(|line| line.slice == slice);
    found.unwrap_or_else(|| panic!("no slice {slice}"))
}

#[tokio::test]
async fn a_feed_that_one_query_reaches_is_drained_by_it_alone() {
    for refuses_past_the_end in [false, true] {
        let feed = Feed {
            refuses_past_the_end,
            overstated_by: 300_000,
            ..Feed::even(90, &["Sales", "Law"], &["Mid Level"], &["Here"])
        };
        let server = serve(feed).await;
        let (report, pages) = gather(&server, &small_plan(), 100, Resume::default()).await;
        let report = report.unwrap();
        assert_eq!(
            places(&pages),
            (0..5).map(|page| ("all".to_owned(), page)).collect()
        );
        assert_eq!(report.slices.len(), 1);
        let all = line(&report, "all");
        assert_eq!(all.total_reported, Some(300_090));
        assert_eq!(
            (all.reachable, all.postings_fetched, all.pages_fetched),
            (90, 90, 5)
        );
        assert!(all.complete && all.error.is_none());
        assert_eq!(report.requests, 7, "five pages, the probe and the end");
        assert_eq!(report.pages, 5);
        assert!(!report.budget_exhausted);
    }
}

#[tokio::test]
async fn an_empty_feed_is_complete() {
    let server = serve(Feed::even(0, &["Sales"], &["Mid Level"], &["Here"])).await;
    let (report, pages) = gather(&server, &small_plan(), 100, Resume::default()).await;
    let report = report.unwrap();
    assert!(pages.is_empty());
    assert!(line(&report, "all").complete);
    assert_eq!(report.requests, 1);
}

#[tokio::test]
async fn a_capped_feed_is_cut_by_category_and_level() {
    let feed = Feed {
        cap: 3,
        ..Feed::even(
            100,
            &["Sales", "Law"],
            &["Mid Level", "Senior Level"],
            &["Here"],
        )
    };
    let server = serve(feed).await;
    let (report, pages) = gather(&server, &small_plan(), 3, Resume::default()).await;
    let report = report.unwrap();
    let names: Vec<&str> = report
        .slices
        .iter()
        .map(|line| line.slice.as_str())
        .collect();
    let expected = [
        "all",
        "category=Sales",
        "category=Law",
        "level=Mid Level",
        "level=Senior Level",
    ];
    assert_eq!(names, expected);
    let all = line(&report, "all");
    assert_eq!(
        (all.total_reported, all.reachable, all.postings_fetched),
        (Some(100), 60, 60)
    );
    assert!(all.complete, "all that paging reaches was fetched");
    let sales = line(&report, "category=Sales");
    assert_eq!((sales.reachable, sales.postings_fetched), (50, 50));
    assert_eq!(places(&pages).len(), 15);
    assert!(server.seen().iter().all(|request| request.page() < 3));
    assert!(
        pages.iter().all(|page| page.payload.contains("\"id\"")),
        "no end marker is sent"
    );
}

#[tokio::test]
async fn a_capped_category_is_cut_by_level_and_then_by_location() {
    let places_of = ["Berlin", "Berlin", "Oslo", "Bergen"];
    let feed = Feed {
        cap: 2,
        ..Feed::even(
            400,
            &["Sales", "Law"],
            &["Mid Level", "Senior Level"],
            &places_of,
        )
    };
    let server = serve(feed).await;
    let (report, pages) = gather(&server, &small_plan(), 2, Resume::default()).await;
    let report = report.unwrap();
    let parts: Vec<&str> = report.slices[5..9]
        .iter()
        .map(|line| line.slice.as_str())
        .collect();
    let expected = [
        "category=Sales&level=Mid Level",
        "category=Sales&level=Senior Level",
        "category=Law&level=Mid Level",
        "category=Law&level=Senior Level",
    ];
    assert_eq!(parts, expected, "in the same order every time");
    let berlin = line(&report, "category=Law&level=Mid Level&location=Berlin");
    assert_eq!(berlin.postings_fetched, 40);
    line(&report, "level=Mid Level&location=Berlin");
    let cut = report
        .slices
        .iter()
        .filter(|line| line.slice.starts_with("level=Mid Level&"));
    assert_eq!(cut.count(), 2, "as many locations as the plan allows");
    // all, 2 categories, 2 levels, 4 of both, and 2 locations of each with a level.
    assert_eq!(report.slices.len(), 1 + 2 + 2 + 4 + 6 * 2);
    places(&pages);
}

#[tokio::test]
async fn a_category_configured_twice_is_walked_once() {
    let feed = Feed {
        cap: 2,
        ..Feed::even(60, &["Sales", "Law"], &["Mid Level"], &["Here"])
    };
    let plan = CrawlPlan {
        categories: vec!["Sales".to_owned(), "Sales".to_owned()],
        levels: Vec::new(),
        ..small_plan()
    };
    let server = serve(feed).await;
    let (report, pages) = gather(&server, &plan, 2, Resume::default()).await;
    assert_eq!(report.unwrap().slices.len(), 2);
    places(&pages);
}

#[tokio::test]
async fn a_slice_that_just_fills_its_pages_is_not_cut() {
    let feed = Feed {
        cap: 2,
        ..Feed::even(80, &["Sales", "Law"], &["Mid Level"], &["Here"])
    };
    let server = serve(feed).await;
    let (report, _) = gather(&server, &small_plan(), 2, Resume::default()).await;
    let report = report.unwrap();
    assert!(
        report
            .slices
            .iter()
            .all(|line| !line.slice.contains('&') || line.slice.starts_with("level"))
    );
    assert!(line(&report, "category=Law").complete);
}

#[tokio::test]
async fn a_small_budget_samples_every_slice() {
    let feed = Feed {
        cap: 3,
        ..Feed::even(
            400,
            &["Sales", "Law"],
            &["Mid Level", "Senior Level"],
            &["Here"],
        )
    };
    let plan = CrawlPlan {
        max_requests: Some(8),
        ..small_plan()
    };
    let mut runs = BTreeSet::new();
    for _ in 0..3 {
        let server = serve(feed.clone()).await;
        let (report, pages) = gather(&server, &plan, 3, Resume::default()).await;
        let report = report.unwrap();
        assert!(report.budget_exhausted);
        assert_eq!((report.requests, server.seen().len()), (8, 8));
        let fetched: Vec<u32> = report
            .slices
            .iter()
            .map(|line| line.pages_fetched)
            .collect();
        assert_eq!(fetched, [3, 2, 1, 1, 1]);
        assert!(
            report.slices[1..]
                .iter()
                .all(|line| !line.complete && line.error.is_none())
        );
        assert_eq!(line(&report, "category=Law").reachable, 60);
        runs.insert(places(&pages));
    }
    assert_eq!(runs.len(), 1, "the same pages every time");
}

#[tokio::test]
async fn a_budget_that_just_suffices_is_not_exhausted() {
    let server = serve(Feed::even(30, &["Sales"], &["Mid Level"], &["Here"])).await;
    let plan = CrawlPlan {
        max_requests: Some(3),
        ..small_plan()
    };
    let (report, _) = gather(&server, &plan, 100, Resume::default()).await;
    assert!(!report.unwrap().budget_exhausted);
}

#[tokio::test]
async fn retries_are_counted_and_paid_from_the_budget() {
    let feed = Feed::even(30, &["Sales"], &["Mid Level"], &["Here"]);
    let server = Server::start(move |request| match request.place {
        0 => Answer::of(500, ""),
        1 => Answer::of(429, ""),
        _ => feed.answer(request),
    })
    .await;
    let plan = CrawlPlan {
        max_requests: Some(4),
        ..small_plan()
    };
    let (report, pages) = gather(&server, &plan, 100, Resume::default()).await;
    let report = report.unwrap();
    assert_eq!(
        (report.requests, report.retries, report.rate_limited),
        (4, 2, 1)
    );
    assert_eq!(pages.len(), 2);
    assert!(report.budget_exhausted, "the end was not seen");
}

#[tokio::test]
async fn nobody_to_take_the_pages_ends_the_crawl() {
    let server = serve(Feed::even(90, &["Sales"], &["Mid Level"], &["Here"])).await;
    let client = super::client(&server);
    let (sender, receiver) = mpsc::channel(1);
    drop(receiver);
    let plan = small_plan();
    let report = crawl(&client, &plan, Resume::default(), sender, &|_| {}).await;
    assert_eq!(report, Err(MuseError::ReceiverGone));
}

#[tokio::test]
async fn progress_grows_to_what_the_report_says() {
    let server = serve(Feed::even(90, &["Sales"], &["Mid Level"], &["Here"])).await;
    let client = super::client(&server);
    let (sender, mut receiver) = mpsc::channel(100);
    let seen: Mutex<Vec<CrawlProgress>> = Mutex::default();
    let plan = small_plan();
    let note = |progress| seen.lock().unwrap().push(progress);
    let crawling = crawl(&client, &plan, Resume::default(), sender, &note);
    // The shell drives a crawl from any thread.
    fn is_send<T: Send>(value: T) -> T {
        value
    }
    let report = is_send(crawling).await.unwrap();
    receiver.close();
    let seen = seen.into_inner().unwrap();
    assert!(seen.is_sorted_by_key(|progress| (progress.requests, progress.pages)));
    let last = seen.last().unwrap();
    assert_eq!((last.requests, last.pages), (report.requests, report.pages));
    assert_eq!(last.expected_pages, 5);
}
