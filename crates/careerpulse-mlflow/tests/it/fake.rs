//! A server on loopback that answers by a script and keeps what it was asked.

use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use careerpulse_mlflow::{Client, Credentials, Settings};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What is answered to one request.
#[derive(Debug, Clone)]
pub enum Reply {
    /// These bytes, after which the connection ends.
    Bytes(Vec<u8>),
    /// Nothing, for as long as the client waits.
    Hang,
    /// The connection is torn down, the request half read.
    Reset,
}

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Seen {
    /// `POST /api/…?…`.
    pub line: String,
    /// The headers, their names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// A server with its script.
pub struct Fake {
    /// Its address.
    pub uri: String,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Seen {
    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("the client sends JSON")
    }
}

impl Fake {
    /// A server that answers `replies` in their order.
    pub async fn answering(replies: Vec<Reply>) -> Fake {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let uri = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&seen);
        tokio::spawn(async move {
            for reply in replies {
                let (stream, _) = listener.accept().await.unwrap();
                if matches!(reply, Reply::Hang) {
                    // Held open beside, so that the next request is answered.
                    let kept = Arc::clone(&kept);
                    tokio::spawn(serve(stream, reply, kept));
                } else {
                    serve(stream, reply, Arc::clone(&kept)).await;
                }
            }
        });
        Fake { uri, seen }
    }

    /// A server that answers what was recorded under `names`.
    pub async fn recorded(names: &[&str]) -> Fake {
        Fake::answering(names.iter().map(|name| recorded(name)).collect()).await
    }

    /// A client of it that waits a millisecond between attempts.
    pub fn client(&self) -> Client {
        self.client_with(Settings::default())
    }

    /// A client of it, but for the wait between attempts.
    pub fn client_with(&self, settings: Settings) -> Client {
        let settings = Settings {
            backoff_base: Duration::from_millis(1),
            ..settings
        };
        Client::new(&self.uri, Credentials::none(), settings).unwrap()
    }

    /// What it was asked, in order.
    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// The first lines of what it was asked, with the API's prefix left out.
    pub fn lines(&self) -> Vec<String> {
        let short = |seen: Seen| seen.line.replace("/api/2.0/mlflow/", "");
        self.seen().into_iter().map(short).collect()
    }
}

/// What a real server answered, by the name in `testdata/recorded.json`.
pub fn recorded(name: &str) -> Reply {
    static ALL: LazyLock<Value> = LazyLock::new(|| {
        serde_json::from_str(include_str!("../../testdata/recorded.json")).unwrap()
    });
    let record = &ALL[name];
    assert!(record.is_object(), "nothing is recorded as {name}");
    let text = |field: &str| record[field].as_str().unwrap();
    let status = record["status"].as_u64().unwrap();
    reply(status, text("content_type"), text("body"))
}

/// An answer of a status, a type and a body.
pub fn reply(status: u64, kind: &str, body: &str) -> Reply {
    let length = body.len();
    Reply::Bytes(
        format!(
            "HTTP/1.1 {status} x\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        )
        .into_bytes(),
    )
}

/// An answer of 200 in JSON.
pub fn ok(body: &str) -> Reply {
    reply(200, "application/json", body)
}

async fn serve(mut stream: TcpStream, reply: Reply, kept: Arc<Mutex<Vec<Seen>>>) {
    if matches!(reply, Reply::Reset) {
        // What is left unread makes the system reset the connection.
        let _ = stream.read_u8().await;
        let line = "reset".to_owned();
        kept.lock().unwrap().push(Seen {
            line,
            headers: vec![],
            body: vec![],
        });
        return;
    }
    let Some(seen) = read(&mut stream).await else {
        return;
    };
    kept.lock().unwrap().push(seen);
    match reply {
        Reply::Bytes(bytes) => {
            let _ = stream.write_all(&bytes).await;
            let _ = stream.shutdown().await;
        }
        // Ends when the client gives up and closes.
        _ => {
            let _ = stream.read_u8().await;
        }
    }
}

async fn read(stream: &mut TcpStream) -> Option<Seen> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = head.lines();
    let line = lines.next()?.trim_end_matches(" HTTP/1.1").to_owned();
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    let mut body = bytes.split_off(end + 4);
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length = length.map_or(0, |(_, value)| value.parse().unwrap());
    while body.len() < length {
        if stream.read_buf(&mut body).await.ok()? == 0 {
            return None;
        }
    }
    Some(Seen {
        line,
        headers,
        body,
    })
}
