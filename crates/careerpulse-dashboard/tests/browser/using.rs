//! What people do: filter, zoom, try, switch to dark, walk by keyboard, send a link.

use serde_json::json;

use crate::harness::{Browser, ask, close, complaints, drawn, find, goto, look, open, until};
use crate::webdriver::key;

#[tokio::test]
async fn predictions_are_filtered_and_the_address_says_how() {
    let Some(browser) = open().await else { return };
    goto(&browser, "/imputation").await;
    find(&browser, "input[name=q]")
        .await
        .send_keys("nurse")
        .await
        .unwrap();
    find(&browser, "select[name=abstained] option[value=yes]")
        .await
        .click()
        .await
        .unwrap();
    find(&browser, "form.filter button")
        .await
        .click()
        .await
        .unwrap();
    until(
        &browser,
        "return location.search.includes('q=nurse') && location.search.includes('abstained=yes')",
    )
    .await;
    let titles = "return [...document.querySelectorAll('th.title')].every((one) => /nurse/i.test(one.textContent)) \
        && document.querySelectorAll('.tag.abstained').length === document.querySelectorAll('th.title').length";
    assert_eq!(ask(&browser, titles).await, json!(true));
    find(&browser, "th.title a").await.click().await.unwrap();
    find(&browser, ".verdict.unsure").await;
    let side_by_side = "return document.querySelectorAll('.sides .near li').length > 2";
    assert_eq!(ask(&browser, side_by_side).await, json!(true));
    finish(browser).await;
}

#[tokio::test]
async fn a_zoom_is_in_the_address_and_a_link_shares_it() {
    let Some(browser) = open().await else { return };
    look(&browser, 1280, "light").await;
    goto(&browser, "/?category=Sales").await;
    let plot = find(&browser, "#index .u-over").await;
    ask(
        &browser,
        "document.querySelector('#index').scrollIntoView()",
    )
    .await;
    browser.client.drag(&plot, 180).await.unwrap();
    until(
        &browser,
        "return /category=Sales&from=2026-\\d\\d-\\d\\d&to=2026/.test(location.search)",
    )
    .await;
    let fields =
        "return [...document.querySelectorAll('[data-range]')].map((one) => one.value).join()";
    let shown = ask(&browser, fields).await;
    browser.client.refresh().await.unwrap();
    drawn(&browser).await;
    assert_eq!(
        ask(&browser, fields).await,
        shown,
        "the link shows other days"
    );
    let rows = ask(
        &browser,
        "return document.querySelectorAll('#index tbody tr').length",
    )
    .await;
    assert!(
        rows.as_u64().is_some_and(|rows| rows > 20 && rows < 200),
        "{rows} rows"
    );
    finish(browser).await;
}

#[tokio::test]
async fn a_chart_is_read_and_zoomed_by_keyboard() {
    let Some(browser) = open().await else { return };
    goto(&browser, "/categories/Sales").await;
    let plot = find(&browser, "#flow [data-chart]").await;
    plot.send_keys(key::END).await.unwrap();
    let readout = "return document.getElementById('flow-readout').textContent";
    let last = ask(&browser, readout).await;
    plot.send_keys(key::LEFT).await.unwrap();
    let before = ask(&browser, readout).await;
    assert!(
        last != before && before.as_str().unwrap().contains("corrected"),
        "{last} {before}"
    );
    plot.send_keys("+").await.unwrap();
    until(
        &browser,
        "return location.search.includes('from=') && location.search.includes('to=')",
    )
    .await;
    plot.send_keys(key::ESCAPE).await.unwrap();
    until(
        &browser,
        "return document.querySelector('.presets [aria-current]')?.textContent === 'All'",
    )
    .await;
    finish(browser).await;
}

#[tokio::test]
async fn a_text_is_tried_in_place() {
    let Some(browser) = open().await else { return };
    goto(&browser, "/try").await;
    find(&browser, "input[name=title]")
        .await
        .send_keys("Registered Nurse")
        .await
        .unwrap();
    find(&browser, "#trial button").await.click().await.unwrap();
    let verdict = find(&browser, "#answer .verdict").await;
    assert!(verdict.text().await.unwrap().contains("Healthcare"));
    let kept = find(&browser, "input[name=title]")
        .await
        .prop("value")
        .await
        .unwrap();
    assert_eq!(kept.as_deref(), Some("Registered Nurse"));
    finish(browser).await;
}

#[tokio::test]
async fn the_slider_says_what_a_threshold_costs() {
    let Some(browser) = open().await else { return };
    goto(&browser, "/models/8?threshold=50").await;
    let words = "return document.getElementById('slider-words').textContent";
    let before = ask(&browser, words).await;
    let slider = find(&browser, "#threshold").await;
    slider.send_keys(&key::RIGHT.repeat(20)).await.unwrap();
    until(&browser, "return location.search === '?threshold=70'").await;
    let moved = ask(&browser, words).await;
    assert!(
        moved != before && moved.as_str().unwrap().starts_with("From 70"),
        "{moved}"
    );
    browser.client.refresh().await.unwrap();
    assert_eq!(
        ask(&browser, words).await,
        moved,
        "server and script say other things"
    );
    finish(browser).await;
}

#[tokio::test]
async fn dark_is_chosen_and_kept() {
    let Some(browser) = open().await else { return };
    look(&browser, 1280, "light").await;
    goto(&browser, "/").await;
    let ground = "return getComputedStyle(document.body).backgroundColor";
    let light = ask(&browser, ground).await;
    find(&browser, "#theme").await.click().await.unwrap();
    let dark = ask(&browser, ground).await;
    assert_ne!(light, dark);
    goto(&browser, "/pipeline").await;
    assert_eq!(ask(&browser, ground).await, dark, "the choice was not kept");
    assert_eq!(
        ask(
            &browser,
            "return document.getElementById('theme').getAttribute('aria-pressed')"
        )
        .await,
        "true"
    );
    finish(browser).await;
}

#[tokio::test]
async fn the_first_key_leads_to_the_content() {
    let Some(browser) = open().await else { return };
    goto(&browser, "/models").await;
    let body = browser.client.find("body").await.unwrap();
    body.send_keys(key::TAB).await.unwrap();
    let active = "return document.activeElement.className";
    assert_eq!(ask(&browser, active).await, "skip");
    browser
        .client
        .find(":focus")
        .await
        .unwrap()
        .send_keys(key::ENTER)
        .await
        .unwrap();
    until(&browser, "return document.activeElement.id === 'content'").await;
    browser
        .client
        .find(":focus")
        .await
        .unwrap()
        .send_keys(key::TAB)
        .await
        .unwrap();
    let inside = "return document.querySelector('main').contains(document.activeElement) \
        && getComputedStyle(document.activeElement).outlineStyle !== 'none'";
    assert_eq!(ask(&browser, inside).await, json!(true));
    finish(browser).await;
}

#[tokio::test]
async fn categories_are_compared() {
    let Some(browser) = open().await else { return };
    goto(&browser, "/").await;
    find(&browser, ".picker summary")
        .await
        .click()
        .await
        .unwrap();
    find(&browser, "input[value=Sales]")
        .await
        .click()
        .await
        .unwrap();
    find(&browser, ".controls button")
        .await
        .click()
        .await
        .unwrap();
    until(
        &browser,
        "return location.search.includes('category=Sales')",
    )
    .await;
    drawn(&browser).await;
    find(&browser, ".chips .remove")
        .await
        .click()
        .await
        .unwrap();
    until(&browser, "return !location.search.includes('category')").await;
    finish(browser).await;
}

async fn finish(browser: Browser) {
    let complaints = complaints(&browser).await;
    close(browser).await;
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}
