//! Strangers' words run nowhere: not where a page is read, nor where its scripts draw, zoom and read out.

use std::sync::Arc;

use careerpulse_dashboard::invented;
use careerpulse_dashboard::source::Source;
use serde_json::json;

use crate::harness::{ask, close, complaints, find, goto, open_over, until};
use crate::poisoned::{POISON, Poisoned};

const PAGES: [&str; 14] = [
    "/",
    "/?category=Sales&category=Healthcare",
    "/?category=%3Cscript%3Ewindow.pwned%3D1%3C%2Fscript%3E",
    "/categories/Sales",
    "/imputation",
    "/imputation?q=%22%3E%3Cimg+src%3Dx+onerror%3Dwindow.pwned%3D1%3E",
    "/imputation?view=suspects",
    "/imputation/9100003",
    "/imputation/9100011",
    "/try?title=%22%3E%3Cscript%3Ewindow.pwned%3D1%3C%2Fscript%3E",
    "/models",
    "/models/8",
    "/monitoring",
    "/pipeline",
];

/// Everything that can be opened, pointed at, read out or moved by key.
const STIR: &str = "
    document.querySelectorAll('details').forEach((one) => { one.open = true; });
    for (const one of document.querySelectorAll('[data-chart], input, select, a, summary, button')) {
        one.focus();
        for (const kind of ['mouseover', 'mousemove', 'mouseenter'])
            one.dispatchEvent(new MouseEvent(kind, { bubbles: true, clientX: 300, clientY: 300 }));
    }
    for (const chart of document.querySelectorAll('[data-chart]'))
        for (const key of ['ArrowRight', 'ArrowLeft', '+', '-', 'Escape', 'ArrowLeft'])
            chart.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
    return true;";

#[tokio::test]
async fn words_of_strangers_never_run() {
    let lake: Arc<dyn Source> = Arc::new(invented::lake());
    let Some(browser) = open_over(Arc::new(Poisoned(lake))).await else {
        return;
    };
    let mut found = Vec::new();
    for page in PAGES {
        goto(&browser, page).await;
        assert_eq!(ask(&browser, STIR).await, json!(true));
        if page.starts_with("/try") {
            find(&browser, "textarea")
                .await
                .send_keys(POISON)
                .await
                .unwrap();
            find(&browser, "main form button")
                .await
                .click()
                .await
                .unwrap();
            until(&browser, "return !!document.querySelector('.near')").await;
        }
        // A question that a script has asked would make this fail.
        let pwned = ask(&browser, "return window.pwned ?? null").await;
        if pwned != json!(null) {
            found.push(format!("{page}: a stranger's script ran"));
        }
        let foreign = "return [...document.querySelectorAll('iframe, object, embed, img, base, main style, main script:not([type])')]
            .map((one) => one.outerHTML.slice(0, 100)).join()";
        let foreign = ask(&browser, foreign).await;
        if foreign != json!("") {
            found.push(format!("{page}: {foreign}"));
        }
        let is_shown = ask(
            &browser,
            "return document.body.textContent.includes('window.pwned')",
        )
        .await;
        assert_eq!(is_shown, json!(true), "{page}: no stranger's word to run");
        let complaints = complaints(&browser).await.into_iter();
        found.extend(complaints.map(|what| format!("{page}: {what}")));
    }
    close(browser).await;
    assert!(found.is_empty(), "{}", found.join("\n"));
}
