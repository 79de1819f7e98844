//! Every address of the API, asked rightly and wrongly.

use std::sync::atomic::Ordering;

use crate::common::asking::{ask, assert_problem, get, get_with, request, usual};
use crate::common::{Mood, records};
use http::StatusCode;

/// Addresses of views; with the lists, which are CSV as well.
const LISTS: [&str; 27] = [
    "/api/v1/overview?category=Sales&category=Data%20%2F%20Analytics",
    "/api/v1/categories",
    "/api/v1/categories/Sales/days",
    "/api/v1/categories/Data%20%2F%20Analytics/forecast",
    "/api/v1/categories/Sales/levels",
    "/api/v1/categories/Sales/locations",
    "/api/v1/categories/Sales/postings",
    "/api/v1/predictions",
    "/api/v1/predictions/7",
    "/api/v1/predictions/7/neighbours",
    "/api/v1/suspects",
    "/api/v1/models",
    "/api/v1/models/ledger",
    "/api/v1/models/3/scores",
    "/api/v1/models/3/confusion",
    "/api/v1/models/3/coverage",
    "/api/v1/models/3/comparison",
    "/api/v1/monitoring/alarms",
    "/api/v1/monitoring/distributions",
    "/api/v1/monitoring/estimates",
    "/api/v1/monitoring/checks",
    "/api/v1/pipeline/runs",
    "/api/v1/pipeline/slices",
    "/api/v1/pipeline/tables",
    "/api/v1/overview?category=&from=2026-01-02&to=",
    "/api/v1/categories/Sales?to=2026-01-04",
    "/api/v1/predictions?page=2&per_page=3&abstained=false&min_probability=0.5&q=a",
];
const RECORDS: [&str; 3] = ["/api/v1/models/3", "/api/v1/monitoring", "/api/v1/pipeline"];

fn with_format(address: &str, format: &str) -> String {
    let sign = if address.contains('?') { '&' } else { '?' };
    format!("{address}{sign}format={format}")
}

#[tokio::test]
async fn every_view_answers_json() {
    let (_, app) = usual();
    for address in LISTS.into_iter().chain(RECORDS) {
        let answer = get(&app, address).await;
        assert_eq!(answer.status, StatusCode::OK, "{address}: {answer:?}");
        assert_eq!(answer.header("content-type"), "application/json");
        let json = answer.json();
        assert!(
            json.as_array().is_none_or(|rows| !rows.is_empty()),
            "{address}"
        );
    }
}

#[tokio::test]
async fn every_list_answers_csv_by_query_or_by_header() {
    let (_, app) = usual();
    for address in LISTS {
        let named = get(&app, &with_format(address, "csv")).await;
        assert_eq!(named.status, StatusCode::OK, "{address}");
        assert!(
            named.header("content-type").starts_with("text/csv"),
            "{address}"
        );
        assert!(
            named
                .header("content-disposition")
                .starts_with("attachment; filename=\"careerpulse-")
        );
        let accepted = get_with(&app, address, &[("accept", "text/csv")]).await;
        assert_eq!(accepted.body, named.body, "{address}");
        let mut reader = csv::Reader::from_reader(&named.body[..]);
        let width = reader.headers().unwrap().len();
        let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
        assert!(
            !rows.is_empty() && rows.iter().all(|row| row.len() == width),
            "{address}"
        );
    }
}

#[tokio::test]
async fn a_figure_in_csv_is_that_of_the_json() {
    let (_, app) = usual();
    let csv = get(
        &app,
        "/api/v1/categories/Sales/days?from=2026-01-02&to=2026-01-03&format=csv",
    )
    .await;
    let lines: Vec<&str> = csv.text().lines().collect();
    assert_eq!(
        lines[0],
        "date,observed,imputed,corrected,corrected_lo,corrected_hi,interpolated,active,index,adjusted_index,collected,backfilled"
    );
    assert_eq!(lines[1], "2026-01-02,4,2,5.5,4.5,6.5,,40,100,,true,false");
    // A figure of a day without a crawl is empty, never 0.
    assert_eq!(lines[2], "2026-01-03,4,2,,4.5,6.5,,40,100,,false,false");
    assert_eq!(lines.len(), 3);
    let whole = get(
        &app,
        "/api/v1/categories/Sales?from=2026-01-02&to=2026-01-03",
    )
    .await
    .json();
    assert_eq!(whole["series"]["days"].as_array().unwrap().len(), 2);
    let none = get(
        &app,
        "/api/v1/categories/Sales/days?from=2026-01-03&to=2026-01-02",
    )
    .await;
    assert_eq!(none.text(), "[]");
    let overview = get(&app, "/api/v1/overview?category=Sales&format=csv").await;
    assert!(
        overview
            .text()
            .lines()
            .nth(6)
            .unwrap()
            .starts_with("Sales,2026-01-01,")
    );
}

#[tokio::test]
async fn words_of_strangers_are_no_formula_in_csv_and_stay_whole_in_json() {
    let (_, app) = usual();
    let csv = get(&app, "/api/v1/suspects?format=csv").await;
    let mut reader = csv::Reader::from_reader(&csv.body[..]);
    let row = reader.records().next().unwrap().unwrap();
    assert_eq!(row[1], format!("'{}", records::FORMULA));
    assert_eq!(row[4], *"0.02");
    let json = get(&app, "/api/v1/suspects").await.json();
    assert_eq!(json[0]["title"], records::FORMULA);
}

#[tokio::test]
async fn pages_are_linked() {
    let (_, app) = usual();
    let answer = get(&app, "/api/v1/predictions?q=a&page=2").await;
    let link = answer.header("link");
    for part in [
        "<?q=a&page=1>; rel=\"prev\"",
        "<?q=a&page=3>; rel=\"next\"",
        "<?q=a&page=3>; rel=\"last\"",
    ] {
        assert!(link.contains(part), "{part} in {link}");
    }
    let last = get(&app, "/api/v1/predictions?q=a&page=3&format=csv").await;
    assert!(!last.header("link").contains("next"));
    assert_eq!(last.text().lines().count(), 21);
}

#[tokio::test]
async fn what_is_not_understood_is_said() {
    let (_, app) = usual();
    for address in [
        "/api/v1/suspects?format=xml",
        "/api/v1/suspects?nothing=1",
        "/api/v1/pipeline?format=csv",
        "/api/v1/predictions?page=0",
        "/api/v1/predictions?page=x",
        "/api/v1/predictions?page=1&page=2",
        "/api/v1/predictions?page=4294967296",
        "/api/v1/predictions?per_page=201",
        "/api/v1/predictions?min_probability=NaN",
        "/api/v1/predictions?min_probability=-0.1",
        "/api/v1/predictions?q=%00",
        "/api/v1/predictions/x",
        "/api/v1/predictions/%2B7",
        "/api/v1/predictions/9223372036854775808",
        "/api/v1/models/3.0",
        "/api/v1/categories/%FF",
        "/api/v1/categories/a%0Ab",
        "/api/v1/categories/Sales/days?from=2026-02-30",
    ] {
        assert_problem(&get(&app, address).await, 400, "bad-request");
    }
    let many = "&category=Sales".repeat(13);
    assert_problem(
        &get(&app, &format!("/api/v1/overview?{many}")).await,
        400,
        "bad-request",
    );
    let long = "x".repeat(201);
    assert_problem(
        &get(&app, &format!("/api/v1/categories/{long}")).await,
        400,
        "bad-request",
    );
}

#[tokio::test]
async fn html_of_a_posting_is_given_out_sanitised() {
    let (_, app) = usual();
    let detail = get(&app, "/api/v1/predictions/7").await.json();
    assert_eq!(detail["description_html"], "<p>Sells.</p>");
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let (_, app) = usual();
    for address in [
        "/api/v1/categories/Juggling",
        "/api/v1/categories/Juggling/days",
        "/api/v1/overview?category=Juggling",
        "/api/v1/predictions/8",
        "/api/v1/models/-1",
        "/api/v1/nothing",
        "/api/v2/overview",
        "/nothing",
    ] {
        assert_problem(&get(&app, address).await, 404, "not-found");
    }
}

#[tokio::test]
async fn a_wrong_method_is_told_the_right_ones() {
    let (_, app) = usual();
    for (method, address, allowed) in [
        ("DELETE", "/api/v1/overview", "GET,HEAD"),
        ("POST", "/api/v1/models/3", "GET,HEAD"),
        ("GET", "/api/v1/classify", "POST"),
        ("PUT", "/healthz", "GET,HEAD"),
    ] {
        let asked = request(method, address).body(axum::body::Body::empty());
        let answer = ask(&app, asked.unwrap()).await;
        assert_problem(&answer, 405, "method");
        assert_eq!(answer.header("allow"), allowed, "{address}");
    }
}

#[tokio::test]
async fn a_lake_without_it_says_what_to_run() {
    let (lake, app) = usual();
    lake.set(Mood::Empty);
    for address in LISTS.into_iter().chain(RECORDS) {
        let answer = get(&app, address).await;
        assert_problem(&answer, 409, "not-yet");
        assert!(answer.text().contains("careerpulse run"));
        assert_eq!(answer.header("etag"), "", "{address}");
    }
}

#[tokio::test]
async fn a_failure_says_nothing_from_within() {
    let (lake, app) = usual();
    for mood in [Mood::Failing, Mood::Panicking] {
        lake.set(mood);
        for address in [
            "/api/v1/overview?category=&from=2026-01-02&to=",
            "/api/v1/categories/Sales?to=2026-01-04",
            "/api/v1/models/3?",
            "/api/v1/suspects?format=csv",
        ] {
            assert_problem(&get(&app, address).await, 500, "internal");
        }
    }
    lake.set(Mood::Well);
    assert_eq!(get(&app, "/api/v1/overview").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_request_reads_one_snapshot() {
    let (lake, app) = usual();
    for address in LISTS.into_iter().chain(RECORDS) {
        let before = lake.snapshots.load(Ordering::SeqCst);
        get(&app, address).await;
        assert_eq!(
            lake.snapshots.load(Ordering::SeqCst),
            before + 1,
            "{address}"
        );
    }
}

#[tokio::test]
async fn people_get_errors_as_a_page() {
    let (_, app) = usual();
    let browser = [("accept", "text/html,application/xhtml+xml,*/*;q=0.8")];
    let page = get_with(&app, "/nothing?%3Cscript%3E", &browser).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert!(page.header("content-type").starts_with("text/html"));
    assert!(page.text().contains("<h1>There is no such thing</h1>"));
    let api = get_with(&app, "/api/v1/nothing", &browser).await;
    assert_problem(&api, 404, "not-found");
}
