//! Entity tags: what a client has already is not sent again, and what has changed is.

use std::sync::atomic::Ordering;

use crate::common::asking::{get, get_with, usual, with};
use crate::common::{Mood, asking};
use careerpulse_dashboard::settings::AppSettings;
use http::StatusCode;

const ADDRESS: &str = "/api/v1/overview";

#[tokio::test]
async fn what_is_known_is_not_sent_again() {
    let (_, app) = usual();
    let first = get(&app, ADDRESS).await;
    let tag = first.header("etag");
    assert!(
        tag.starts_with('"') && tag.ends_with('"') && tag.len() > 20,
        "{tag}"
    );
    assert_eq!(first.header("cache-control"), "private, no-cache");
    assert!(first.header("vary").contains("accept"));
    for wished in [
        tag.to_owned(),
        format!("W/{tag}"),
        format!("\"x\", {tag}"),
        "*".to_owned(),
    ] {
        let again = get_with(&app, ADDRESS, &[("if-none-match", &wished)]).await;
        assert_eq!(again.status, StatusCode::NOT_MODIFIED, "{wished}");
        assert!(again.body.is_empty());
        assert_eq!(again.header("etag"), tag);
    }
    let other = get_with(&app, ADDRESS, &[("if-none-match", "\"x\"")]).await;
    assert_eq!(other.status, StatusCode::OK);
}

#[tokio::test]
async fn a_page_is_of_one_snapshot_and_is_not_sent_again() {
    let (lake, app) = usual();
    let before = lake.snapshots.load(Ordering::SeqCst);
    let first = get(&app, "/models").await;
    assert_eq!(lake.snapshots.load(Ordering::SeqCst), before + 1);
    let tag = first.header("etag");
    assert_eq!(first.header("cache-control"), "private, no-cache");
    let again = get_with(&app, "/models", &[("if-none-match", tag)]).await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
    lake.version.fetch_add(1, Ordering::SeqCst);
    let other = get_with(&app, "/models", &[("if-none-match", tag)]).await;
    assert_eq!(other.status, StatusCode::OK);
    let none = get(&app, "/models/999").await;
    assert_eq!(none.header("etag"), "", "what is not there may come");
}

#[tokio::test]
async fn a_write_an_address_or_a_format_makes_another_tag() {
    let (lake, app) = usual();
    let tag = get(&app, ADDRESS).await.header("etag").to_owned();
    let mut tags = vec![
        tag.clone(),
        get(&app, "/api/v1/overview?category=Sales")
            .await
            .header("etag")
            .to_owned(),
        get(&app, "/api/v1/overview?format=csv")
            .await
            .header("etag")
            .to_owned(),
        get_with(&app, ADDRESS, &[("accept", "text/csv")])
            .await
            .header("etag")
            .to_owned(),
        get(&app, "/api/v1/categories")
            .await
            .header("etag")
            .to_owned(),
    ];
    lake.version.store(2, Ordering::SeqCst);
    let changed = get_with(&app, ADDRESS, &[("if-none-match", &tag)]).await;
    assert_eq!(changed.status, StatusCode::OK);
    tags.push(changed.header("etag").to_owned());
    tags.sort();
    tags.dedup();
    assert_eq!(tags.len(), 6);
    // Another process may have other settings, so its answers may differ.
    let (_, other) = with(AppSettings::default());
    assert_ne!(get(&other, ADDRESS).await.header("etag"), tag);
}

#[tokio::test]
async fn a_known_answer_costs_no_reading() {
    let (lake, app) = usual();
    let tag = get(&app, ADDRESS).await.header("etag").to_owned();
    lake.set(Mood::Hanging);
    let again = get_with(&app, ADDRESS, &[("if-none-match", &tag)]).await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
}

#[tokio::test]
async fn failures_have_no_tag() {
    let (lake, app) = usual();
    lake.set(Mood::Failing);
    let failed = get_with(&app, ADDRESS, &[("if-none-match", "*")]).await;
    asking::assert_problem(&failed, 500, "internal");
    assert_eq!(failed.header("etag"), "");
    assert_eq!(failed.header("cache-control"), "no-store");
}

#[tokio::test]
async fn a_compressed_answer_has_a_tag_of_its_own_that_is_known_as_well() {
    let (_, app) = usual();
    let tag = get(&app, ADDRESS).await.header("etag").to_owned();
    for encoding in ["gzip", "br"] {
        let packed = get_with(&app, ADDRESS, &[("accept-encoding", encoding)]).await;
        assert_eq!(packed.header("content-encoding"), encoding);
        let own = packed.header("etag");
        assert_eq!(own, format!("{}-{encoding}\"", tag.trim_end_matches('"')));
        let asked = [("if-none-match", own), ("accept-encoding", encoding)];
        let again = get_with(&app, ADDRESS, &asked).await;
        assert_eq!(again.status, StatusCode::NOT_MODIFIED);
        assert_eq!(again.header("etag"), own);
    }
}
