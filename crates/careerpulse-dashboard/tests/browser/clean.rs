//! No page has an accessibility violation, a complaint in the console, a request elsewhere, or a sideways scroll.

use serde_json::{Value, json};

use crate::harness::{Browser, ask, close, complaints, goto, look, open};

const AXE: &str = include_str!("../vendor/axe.min.js");

const PAGES: [&str; 14] = [
    "/",
    "/?category=Sales&category=Healthcare&from=2026-08-01",
    "/categories/Sales",
    "/categories/Entertainment%20and%20Travel%20Services",
    "/imputation",
    "/imputation?q=no-such-words",
    "/imputation?view=suspects",
    "/imputation/9100003",
    "/imputation/9100011",
    "/try",
    "/models",
    "/models/8",
    "/monitoring",
    "/pipeline",
];

#[tokio::test]
async fn by_day() {
    are_clean(1280, "light").await;
}

#[tokio::test]
async fn in_the_dark() {
    are_clean(1280, "dark").await;
}

#[tokio::test]
async fn on_a_phone() {
    are_clean(360, "light").await;
}

#[tokio::test]
async fn on_a_phone_in_the_dark() {
    are_clean(360, "dark").await;
}

async fn are_clean(width: u32, scheme: &str) {
    let Some(browser) = open().await else { return };
    look(&browser, width, scheme).await;
    let mut found = Vec::new();
    for page in PAGES {
        goto(&browser, page).await;
        let names = ask(&browser, "return document.title").await;
        assert_ne!(names, "taken", "{page}: a posting's script ran");
        let wide =
            "return document.documentElement.scrollWidth > document.documentElement.clientWidth";
        if ask(&browser, wide).await != json!(false) {
            found.push(format!("{page}: scrolls sideways"));
        }
        // What is folded away is read too.
        ask(
            &browser,
            "document.querySelectorAll('details').forEach((one) => { one.open = true; })",
        )
        .await;
        found.extend(
            violations(&browser)
                .await
                .into_iter()
                .map(|what| format!("{page}: {what}")),
        );
        found.extend(
            complaints(&browser)
                .await
                .into_iter()
                .map(|what| format!("{page}: {what}")),
        );
    }
    close(browser).await;
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// What axe finds: the rule and where.
async fn violations(browser: &Browser) -> Vec<String> {
    browser.client.execute(AXE).await.unwrap();
    let run = "const done = arguments[arguments.length - 1];
        axe.run(document, { resultTypes: ['violations'] }).then((found) => done(found.violations.map((one) =>
            `${one.id}: ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 160) + ' ' + (node.any[0]?.message ?? node.failureSummary)).join(' | ')}`)));";
    let found: Value = browser.client.execute_async(run).await.unwrap();
    let found = found.as_array().cloned().unwrap_or_default();
    found
        .iter()
        .map(|one| one.as_str().unwrap_or_default().to_owned())
        .collect()
}
