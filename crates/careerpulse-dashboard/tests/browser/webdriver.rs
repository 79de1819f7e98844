//! The few commands of WebDriver (W3C) that the tests need.
//!
//! The libraries for it bring features of shared dependencies with them, for which all that stands above those,
//! the table engine with it, would be built once more for the tests.

use http::Method;
use http_body_util::{BodyExt as _, Full};
use hyper_util::client::legacy::Client as Http;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};

/// What an element is named by in answers (WebDriver, section 12).
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// Keys without a letter (WebDriver, section 17.4.2).
pub mod key {
    pub const TAB: &str = "\u{e004}";
    pub const ENTER: &str = "\u{e007}";
    pub const ESCAPE: &str = "\u{e00c}";
    pub const END: &str = "\u{e010}";
    pub const LEFT: &str = "\u{e012}";
    pub const RIGHT: &str = "\u{e014}";
}

/// A browser's session.
#[derive(Clone)]
pub struct Client {
    http: Http<HttpConnector, Full<bytes::Bytes>>,
    session: String,
}

/// An element of the page that is shown.
pub struct Element {
    client: Client,
    id: String,
}

/// An answer, or why there is none.
pub type Answer<T> = Result<T, String>;

impl Client {
    /// Begins a session at a driver.
    pub async fn begin(driver: &str, capabilities: Value) -> Answer<Client> {
        let mut client = Client {
            http: Http::builder(TokioExecutor::new()).build_http(),
            session: driver.to_owned(),
        };
        let wanted = json!({"capabilities": {"alwaysMatch": capabilities}});
        let begun = client.post("session", wanted).await?;
        let id = begun["sessionId"].as_str().ok_or("a session without id")?;
        client.session = format!("{driver}/session/{id}");
        Ok(client)
    }

    /// Ends it.
    pub async fn close(self) -> Answer<()> {
        self.send(Method::DELETE, "", None).await.map(|_| ())
    }

    /// Opens an address and waits until it is loaded.
    pub async fn goto(&self, address: &str) -> Answer<()> {
        self.post("url", json!({"url": address})).await.map(|_| ())
    }

    /// Loads the page again.
    pub async fn refresh(&self) -> Answer<()> {
        self.post("refresh", json!({})).await.map(|_| ())
    }

    /// What a script returns.
    pub async fn execute(&self, script: &str) -> Answer<Value> {
        let body = json!({"script": script, "args": []});
        self.post("execute/sync", body).await
    }

    /// What a script gives to its last argument.
    pub async fn execute_async(&self, script: &str) -> Answer<Value> {
        let body = json!({"script": script, "args": []});
        self.post("execute/async", body).await
    }

    /// The first element that a CSS selector finds.
    pub async fn find(&self, css: &str) -> Answer<Element> {
        let body = json!({"using": "css selector", "value": css});
        let found = self.post("element", body).await?;
        let id = found[ELEMENT].as_str().ok_or("an element without id")?;
        Ok(Element {
            client: self.clone(),
            id: id.to_owned(),
        })
    }

    /// Presses the mouse in the middle of an element, and lets it go so many pixels to the right.
    pub async fn drag(&self, element: &Element, right: i32) -> Answer<()> {
        let origin = json!({ELEMENT: element.id});
        let step = |x: i32| json!({"type": "pointerMove", "duration": 50, "origin": "pointer", "x": x, "y": 0});
        let actions = json!([
            {"type": "pointerMove", "duration": 50, "origin": origin, "x": 0, "y": 0},
            {"type": "pointerDown", "button": 0},
            step(right / 2),
            step(right - right / 2),
            {"type": "pointerUp", "button": 0},
        ]);
        let mouse = json!({"type": "pointer", "id": "mouse", "actions": actions});
        let body = json!({"actions": [mouse]});
        self.post("actions", body).await.map(|_| ())
    }

    /// A command of the session by its path.
    pub async fn post(&self, path: &str, body: Value) -> Answer<Value> {
        self.send(Method::POST, path, Some(body)).await
    }

    async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Answer<Value> {
        let address = format!("{}/{path}", self.session);
        let body = body.map(|body| body.to_string()).unwrap_or_default();
        let request = http::Request::builder()
            .method(method)
            .uri(address.trim_end_matches('/'))
            .header("content-type", "application/json")
            .body(Full::from(body))
            .map_err(|e| e.to_string())?;
        let response = self.http.request(request).await;
        let response = response.map_err(|e| format!("{path}: {e}"))?;
        let status = response.status();
        let body = response.into_body().collect().await;
        let body = body.map_err(|e| format!("{path}: {e}"))?.to_bytes();
        let answer: Value = serde_json::from_slice(&body).map_err(|e| e.to_string())?;
        match status.is_success() {
            true => Ok(answer["value"].clone()),
            false => Err(format!("{path}: {}", answer["value"]["message"])),
        }
    }
}

impl Element {
    /// Clicks it.
    pub async fn click(&self) -> Answer<()> {
        self.post("click", json!({})).await.map(|_| ())
    }

    /// Types into it.
    pub async fn send_keys(&self, keys: &str) -> Answer<()> {
        self.post("value", json!({"text": keys})).await.map(|_| ())
    }

    /// Its words as they are shown.
    pub async fn text(&self) -> Answer<String> {
        let shown = self.get("text").await?;
        Ok(shown.as_str().unwrap_or_default().to_owned())
    }

    /// A property of it as text; none where it is null.
    pub async fn prop(&self, name: &str) -> Answer<Option<String>> {
        let value = self.get(&format!("property/{name}")).await?;
        Ok(value.as_str().map(ToOwned::to_owned))
    }

    async fn get(&self, what: &str) -> Answer<Value> {
        let path = format!("element/{}/{what}", self.id);
        self.client.send(Method::GET, &path, None).await
    }

    async fn post(&self, what: &str, body: Value) -> Answer<Value> {
        let path = format!("element/{}/{what}", self.id);
        self.client.post(&path, body).await
    }
}
