//! An interrupted crawl continues where each slice stopped and ends with the same pages.

use super::super::{CrawlPlan, Resume};
use super::crawling::{gather, places, serve, small_plan};
use super::feed::Feed;

fn feed() -> Feed {
    Feed {
        cap: 3,
        ..Feed::even(
            400,
            &["Sales", "Law"],
            &["Mid Level", "Senior Level"],
            &["Berlin", "Oslo", "Berlin"],
        )
    }
}

#[tokio::test]
async fn resumed_after_any_page_it_ends_like_an_undisturbed_one() {
    let server = serve(feed()).await;
    let (whole, pages) = gather(&server, &small_plan(), 3, Resume::default()).await;
    let whole = whole.unwrap();
    for stored in (0..=pages.len()).step_by(5) {
        let resume = Resume::from_pages(
            pages[..stored]
                .iter()
                .map(|page| (page.slice.as_str(), page.page, &page.payload)),
        );
        assert_eq!(resume.len(), stored);
        let server = serve(feed()).await;
        let (report, rest) = gather(&server, &small_plan(), 3, resume).await;
        let report = report.unwrap();
        let mut both = pages[..stored].to_vec();
        both.extend(rest);
        assert_eq!(places(&both), places(&pages), "stored {stored}");
        let mut lines = report.slices;
        lines.sort_by(|a, b| a.slice.cmp(&b.slice));
        let mut expected = whole.slices.clone();
        expected.sort_by(|a, b| a.slice.cmp(&b.slice));
        for (line, expected) in lines.iter().zip(&expected) {
            assert_eq!(line.slice, expected.slice);
            assert_eq!(line.pages_fetched, expected.pages_fetched);
            assert_eq!(line.postings_fetched, expected.postings_fetched);
            assert_eq!(line.complete, expected.complete);
        }
    }
}

#[tokio::test]
async fn a_crawl_in_instalments_by_budget_ends_like_one_at_once() {
    let server = serve(feed()).await;
    let (_, whole) = gather(&server, &small_plan(), 3, Resume::default()).await;
    let plan = CrawlPlan {
        max_requests: Some(7),
        ..small_plan()
    };
    let mut stored = Vec::new();
    for _ in 0..100 {
        let resume = Resume::from_pages(stored.iter().map(|page: &super::super::FetchedPage| {
            (page.slice.as_str(), page.page, page.payload.as_str())
        }));
        let (report, pages) = gather(&server, &plan, 3, resume).await;
        stored.extend(pages);
        if !report.unwrap().budget_exhausted {
            break;
        }
    }
    assert_eq!(places(&stored), places(&whole));
}

#[tokio::test]
async fn pages_of_slices_no_longer_planned_are_ignored() {
    let feed = Feed::even(90, &["Sales"], &["Mid Level"], &["Here"]);
    let resume = Resume::from_pages([("category=Old", 0, "{}"), ("all", 50, "<html>")]);
    let server = serve(feed).await;
    let (report, pages) = gather(&server, &small_plan(), 100, resume).await;
    assert_eq!(pages.len(), 5);
    assert!(report.unwrap().slices[0].complete);
}

#[tokio::test]
async fn a_stored_page_without_postings_is_the_end() {
    let feed = Feed::even(90, &["Sales"], &["Mid Level"], &["Here"]);
    let empty = r#"{"results":[]}"#;
    let resume = Resume::from_pages([("all", 99, empty), ("all", 5, empty)]);
    let server = serve(Feed {
        overstated_by: 300_000,
        ..feed
    })
    .await;
    let (report, _) = gather(&server, &small_plan(), 100, resume).await;
    let report = report.unwrap();
    assert_eq!((report.requests, report.slices.len()), (5, 1));
    assert_eq!(
        (report.slices[0].pages_fetched, report.slices[0].complete),
        (5, true)
    );
}
