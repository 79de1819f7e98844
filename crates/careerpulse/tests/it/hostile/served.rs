//! The binary as it serves a lake, asked over HTTP.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Stdio};

use reqwest::header::{CONTENT_TYPE, HeaderMap};
use reqwest::{Client, RequestBuilder};
use serde_json::Value;
use tokio::runtime::Runtime;

use super::NOW;
use crate::support::Home;

/// A running `careerpulse serve`; it ends with the value.
pub struct Served {
    pub base: String,
    child: Child,
    client: Client,
    runtime: Runtime,
}

/// An answer.
pub struct Got {
    pub address: String,
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Served {
    pub fn over(home: &Home) -> Served {
        let mut command = home.command(&["--now", NOW, "--json", "serve", "--addr", "127.0.0.1:0"]);
        command.env("CAREERPULSE_SERVE_RATE", "0");
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut said = String::new();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        stdout.read_line(&mut said).unwrap();
        let said: Value = serde_json::from_str(&said).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread();
        Served {
            base: said["address"].as_str().unwrap().to_owned(),
            child,
            client: Client::new(),
            runtime: { runtime }.enable_all().build().unwrap(),
        }
    }

    /// The answer to a GET of a path with its query.
    pub fn get(&self, path: &str) -> Got {
        self.send(path, self.client.get(format!("{}{path}", self.base)))
    }

    /// The answer to a form as a page sends it.
    pub fn post(&self, path: &str, kind: &str, body: String) -> Got {
        let request = self.client.post(format!("{}{path}", self.base));
        let request = request
            .header(CONTENT_TYPE, kind)
            .header("origin", &self.base);
        self.send(path, request.body(body))
    }

    fn send(&self, path: &str, request: RequestBuilder) -> Got {
        self.runtime.block_on(async {
            let answer = request.send().await.unwrap();
            Got {
                address: path.to_owned(),
                status: answer.status().as_u16(),
                headers: answer.headers().clone(),
                body: answer.bytes().await.unwrap().to_vec(),
            }
        })
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Got {
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    #[track_caller]
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap_or_else(|e| panic!("{}: {e}", self.address))
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(self.text()).unwrap_or_else(|e| panic!("{}: {e}", self.address))
    }
}
