//! A browser of its own for each test, and the dashboard it looks at.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderValue, header};
use axum::response::Response;
use careerpulse_dashboard::{app, invented, settings::AppSettings, source::Source};
use serde_json::{Value, json};

use crate::webdriver::{Client, Element};

/// What the program allows.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
    connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// A browser and what it looks at.
pub struct Browser {
    /// The way to the browser.
    pub client: Client,
    /// The dashboard's address.
    pub base: String,
    driver: Driver,
}

/// Ends with the test, whether that passes or not.
struct Driver(Child);

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A browser before the invented lake; none where the machine has none and none is required.
pub async fn open() -> Option<Browser> {
    open_over(Arc::new(invented::lake())).await
}

/// A browser before any lake; none where the machine has none and none is required.
#[expect(
    clippy::print_stderr,
    reason = "who runs the tests should know what they left out"
)]
pub async fn open_over(lake: Arc<dyn Source>) -> Option<Browser> {
    let Some((driver, port)) = driver() else {
        assert!(
            std::env::var_os("CAREERPULSE_REQUIRE_BROWSER").is_none(),
            "no chromedriver can be started: install Debian's chromium-driver"
        );
        eprintln!("skipped: no chromedriver can be started");
        return None;
    };
    let address = format!("http://127.0.0.1:{port}");
    let client = Client::begin(&address, capabilities()).await;
    let client = client.expect("the browser starts");
    Some(Browser {
        client,
        base: serve(lake).await,
        driver,
    })
}

/// Ends the browser.
pub async fn close(browser: Browser) {
    browser.client.close().await.unwrap();
    drop(browser.driver);
}

/// Starts the driver on a port of its own choice.
fn driver() -> Option<(Driver, u16)> {
    let mut child = Command::new("chromedriver")
        .arg("--port=0")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let said = BufReader::new(child.stdout.take()?);
    let driver = Driver(child);
    for line in said.lines() {
        let line = line.ok()?;
        let port = line.split("successfully on port ").nth(1);
        if let Some(port) = port.and_then(|rest| rest.trim_end_matches('.').parse().ok()) {
            return Some((driver, port));
        }
    }
    None
}

fn capabilities() -> Value {
    json!({
        "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
        "goog:chromeOptions": {
            "args": ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1280,900"],
            "perfLoggingPrefs": {"enableNetwork": true, "enablePage": false},
        },
    })
}

/// Serves a lake under the program's policy; gives the address.
async fn serve(lake: Arc<dyn Source>) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let policed = |mut answer: Response| async move {
        let policy = HeaderValue::from_static(POLICY);
        answer
            .headers_mut()
            .insert(header::CONTENT_SECURITY_POLICY, policy);
        answer
    };
    let app = app::app(lake, AppSettings::default()).layer(axum::middleware::map_response(policed));
    tokio::spawn(async move {
        axum::serve(
            listener,
            app.into_make_service_with_connect_info::<SocketAddr>(),
        )
        .await
    });
    base
}

/// Opens a page and waits until its charts are drawn.
pub async fn goto(browser: &Browser, page: &str) {
    let address = format!("{}{page}", browser.base);
    browser.client.goto(&address).await.unwrap();
    drawn(browser).await;
}

/// Waits until no chart is left to be drawn.
pub async fn drawn(browser: &Browser) {
    until(
        browser,
        "return document.readyState === 'complete' && !document.querySelector('[data-chart]:not([data-drawn])')",
    )
    .await;
}

/// Waits until a script's answer is true; fails after ten seconds.
pub async fn until(browser: &Browser, script: &str) {
    let waited = tokio::time::timeout(Duration::from_secs(10), async {
        // Each question is answered by the browser, so this yields to it and does not spin.
        while ask(browser, script).await != json!(true) {
            tokio::task::yield_now().await;
        }
    });
    assert!(waited.await.is_ok(), "never came true: {script}");
}

/// A script's answer.
pub async fn ask(browser: &Browser, script: &str) -> Value {
    browser.client.execute(script).await.unwrap()
}

/// The first element that a CSS selector finds, once it is there.
pub async fn find(browser: &Browser, css: &str) -> Element {
    let there = format!("return document.querySelector({}) !== null", json!(css));
    until(browser, &there).await;
    browser.client.find(css).await.unwrap()
}

/// How the page is seen: width in pixels, and `light` or `dark`.
pub async fn look(browser: &Browser, width: u32, scheme: &str) {
    let size =
        json!({"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500});
    devtools(browser, "Emulation.setDeviceMetricsOverride", size).await;
    let media = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
    devtools(browser, "Emulation.setEmulatedMedia", media).await;
}

/// A command of Chromium's own protocol.
pub async fn devtools(browser: &Browser, command: &str, parameters: Value) -> Value {
    let body = json!({"cmd": command, "params": parameters});
    browser.client.post("goog/cdp/execute", body).await.unwrap()
}

/// What the console has said in earnest since it was last asked, and requests to other hosts.
pub async fn complaints(browser: &Browser) -> Vec<String> {
    let mut complaints = Vec::new();
    for entry in log(browser, "browser").await {
        if entry["level"] != "DEBUG" && entry["level"] != "INFO" {
            complaints.push(entry["message"].to_string());
        }
    }
    for entry in log(browser, "performance").await {
        let event: Value = serde_json::from_str(entry["message"].as_str().unwrap_or("{}")).unwrap();
        let address = event["message"]["params"]["request"]["url"]
            .as_str()
            .unwrap_or_default();
        let is_request = event["message"]["method"] == "Network.requestWillBeSent";
        if is_request && !address.starts_with(&browser.base) && !address.starts_with("data:") {
            complaints.push(format!("a request to {address}"));
        }
    }
    complaints
}

async fn log(browser: &Browser, kind: &str) -> Vec<Value> {
    let entries = browser.client.post("se/log", json!({"type": kind})).await;
    entries.unwrap().as_array().cloned().unwrap_or_default()
}
