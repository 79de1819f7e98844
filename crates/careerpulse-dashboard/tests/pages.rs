//! The pages as they are sent, without a browser: what a reader without scripts has, and what a stranger's
//! posting must not bring in.

#![allow(
    clippy::unwrap_used,
    reason = "a helper that cannot go on fails its test"
)]

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use careerpulse_dashboard::{app, invented, settings::AppSettings, source::Source};
use tower::ServiceExt as _;

const PAGES: [&str; 14] = [
    "/",
    "/?category=Sales&category=Healthcare&index=plain&from=2026-06-01",
    "/categories/Sales",
    "/categories/Entertainment%20and%20Travel%20Services",
    "/imputation",
    "/imputation?view=suspects",
    "/imputation/9100003",
    "/imputation/9100008",
    "/imputation/9100011",
    "/try",
    "/models",
    "/models/8",
    "/monitoring",
    "/pipeline",
];

async fn ask(lake: invented::Invented, request: Request<Body>) -> (StatusCode, String) {
    let lake: Arc<dyn Source> = Arc::new(lake);
    let answer = app::app(lake, AppSettings::default())
        .oneshot(request)
        .await
        .unwrap();
    let status = answer.status();
    let body = to_bytes(answer.into_body(), 4_000_000).await.unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

/// As a browser on this machine asks.
fn request(method: &str, page: &str, body: &str) -> Request<Body> {
    Request::builder()
        .method(method)
        .uri(page)
        .header(header::HOST, "127.0.0.1")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(body.to_owned()))
        .unwrap()
}

async fn get(page: &str) -> (StatusCode, String) {
    ask(invented::lake(), request("GET", page, "")).await
}

#[tokio::test]
async fn nothing_inline_is_sent_and_nothing_from_elsewhere() {
    for page in PAGES {
        let (status, html) = get(page).await;
        assert_eq!(status, StatusCode::OK, "{page}");
        let lower = html.to_lowercase();
        for bad in [
            " style=\"",
            "<style",
            "href=\"javascript:",
            "src=\"http",
            "<iframe",
            "<base",
            "http-equiv",
        ] {
            assert!(!lower.contains(bad), "{bad} on {page}");
        }
        for script in lower.split("<script").skip(1) {
            let tag = script.split('>').next().unwrap();
            assert!(
                tag.contains("src=\"/assets/") || tag.contains("application/json"),
                "{tag} on {page}"
            );
        }
    }
}

#[tokio::test]
async fn hostile_postings_are_words_only() {
    for page in [
        "/imputation",
        "/imputation?view=suspects",
        "/imputation/9100003",
        "/imputation/9100008",
        "/imputation/9100011",
    ] {
        let (_, html) = get(page).await;
        assert!(
            !html.contains("<img") && !html.contains("<script>") && !html.contains("<svg onload"),
            "{page}"
        );
        assert!(!html.contains('\u{202e}'), "{page}");
        assert!(
            html.len() < 120_000,
            "{page}: {} bytes of a title with a megabyte",
            html.len()
        );
    }
    let (_, html) = get("/imputation/9100003").await;
    assert!(
        html.contains("&#60;script&#62;") && html.contains("rel=\"noopener noreferrer nofollow\"")
    );
}

#[tokio::test]
async fn each_chart_has_its_table_and_its_csv() {
    for page in ["/", "/categories/Sales", "/models/8", "/monitoring"] {
        let (_, html) = get(page).await;
        let figures: Vec<&str> = html.split("<figure").skip(1).collect();
        assert!(!figures.is_empty(), "{page}");
        for figure in figures {
            let figure = figure.split("</figure>").next().unwrap();
            assert!(
                figure.contains("<table") && figure.contains("format=csv"),
                "{page}"
            );
            assert!(figure.matches("<tr>").count() > 5, "{page}");
        }
    }
}

#[tokio::test]
async fn the_address_says_what_is_shown() {
    let (_, html) = get("/categories/Sales?from=2026-11-01&to=2026-11-03").await;
    let table = html.split("id=\"stock\"").next().unwrap();
    assert!(
        table.contains("datetime=\"2026-11-02\"") && !table.contains("datetime=\"2026-11-04\"")
    );
    let (_, html) = get("/imputation?abstained=yes&most=30").await;
    assert!(html.contains("abstained</span>") && !html.contains("imputed</span>"));
    let (_, html) = get("/models/8?threshold=80").await;
    assert!(
        html.contains("value=\"80\"") && html.contains("From 80"),
        "the slider stands elsewhere"
    );
}

#[tokio::test]
async fn a_text_is_classified_without_a_script() {
    let form = "title=Senior+Backend+Engineer&description=%3Cscript%3Ealert(1)%3C%2Fscript%3E&level=&location=";
    let (status, html) = ask(invented::lake(), request("POST", "/try", form)).await;
    assert_eq!(status, StatusCode::OK);
    assert!(html.contains("Software Engineering") && html.contains("Nearest labelled postings"));
    assert!(!html.contains("<script>alert"));
    let (_, html) = ask(
        invented::lake(),
        request("POST", "/try", "title=&description="),
    )
    .await;
    assert!(html.contains("A title or a description is needed."));
}

#[tokio::test]
async fn an_empty_lake_says_what_to_run_and_a_wrong_address_what_is_wrong() {
    for page in [
        "/",
        "/categories/Sales",
        "/imputation",
        "/imputation?view=suspects",
        "/models",
        "/monitoring",
        "/pipeline",
    ] {
        let (status, html) = ask(invented::empty_lake(), request("GET", page, "")).await;
        assert_eq!(status, StatusCode::OK, "{page}");
        assert!(html.contains("<code>careerpulse run</code>"), "{page}");
    }
    for (page, status, words) in [
        (
            "/categories/%3Cscript%3E",
            StatusCode::NOT_FOUND,
            "&#60;script&#62;",
        ),
        ("/models/99", StatusCode::NOT_FOUND, "there are 1 to 8"),
        ("/imputation/x", StatusCode::BAD_REQUEST, "/imputation/123"),
    ] {
        let (got, html) = get(page).await;
        assert_eq!(got, status, "{page}");
        assert!(html.contains(words), "{words} on {page}: {html}");
    }
}

#[tokio::test]
async fn pages_of_a_list_lead_to_each_other() {
    let (_, html) = get("/imputation?q=engineer").await;
    assert!(
        html.contains("q=engineer&#38;page=2") || html.contains("q=engineer&amp;page=2"),
        "no next page"
    );
    let (_, html) = get("/imputation?q=engineer&page=2").await;
    assert!(html.contains("rel=\"prev\""));
}

#[tokio::test]
async fn every_link_leads_somewhere() {
    let mut seen = BTreeSet::new();
    for page in PAGES {
        let (_, html) = get(page).await;
        let links = html.split("href=\"").skip(1);
        for link in links.filter_map(|rest| rest.split('"').next()) {
            if link.starts_with('/') && seen.insert(link.to_owned()) {
                let address = link.replace("&#38;", "&").replace("&amp;", "&");
                let (status, _) = get(address.split('#').next().unwrap()).await;
                assert_eq!(status, StatusCode::OK, "{address} on {page}");
            }
        }
    }
    assert!(seen.len() > 80, "{} links", seen.len());
}

#[tokio::test]
async fn more_categories_than_can_be_told_apart_are_left_out_and_said_so() {
    let names = [
        "Sales",
        "Retail",
        "Education",
        "Construction",
        "Healthcare",
        "Management",
        "Legal+Services",
        "Real+Estate",
    ];
    let asked: Vec<String> = names
        .iter()
        .map(|name| format!("category={name}"))
        .collect();
    let (_, html) = get(&format!("/?{}", asked.join("&"))).await;
    assert!(html.contains("2 more were asked for"));
    assert_eq!(html.matches("class=\"remove\"").count(), 6);
}

#[tokio::test]
async fn assets_may_be_kept_for_ever() {
    let (_, html) = get("/").await;
    let address = html
        .split("src=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .unwrap();
    let lake: Arc<dyn Source> = Arc::new(invented::lake());
    let answer = app::app(lake, AppSettings::default())
        .oneshot(request("GET", address, ""))
        .await
        .unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert!(
        answer.headers()[header::CACHE_CONTROL]
            .to_str()
            .unwrap()
            .contains("immutable")
    );
}
