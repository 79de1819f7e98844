//! A client that shows what really came over the wire, broken answers included.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use careerpulse_replay::{Feed, Replay, ReplayOptions, spawn};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// An answer as it was received; the body may be shorter than was promised.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Reply {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(": ")?;
            key.eq_ignore_ascii_case(name).then_some(value)
        })
    }

    pub fn number(&self, name: &str) -> usize {
        self.header(name).unwrap().parse().unwrap()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// Sends `GET target` on its own connection and reads until that ends.
pub async fn get(address: SocketAddr, target: &str) -> io::Result<Reply> {
    let request = format!("GET {target} HTTP/1.1\r\nHost: muse\r\nConnection: close\r\n\r\n");
    send(address, request.as_bytes()).await
}

/// Sends these bytes on their own connection and reads until that ends.
pub async fn send(address: SocketAddr, request: &[u8]) -> io::Result<Reply> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(request).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    let end = answer
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .ok_or_else(|| io::Error::other("no head"))?;
    let head = String::from_utf8_lossy(&answer[..end]).into_owned();
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok())
        .ok_or_else(|| io::Error::other(head.clone()))?;
    Ok(Reply {
        status,
        head,
        body: answer[end + 4..].to_vec(),
    })
}

/// One page of jobs, where `rest` is what follows `page=`.
pub async fn page(replay: &Replay, rest: &str) -> io::Result<Reply> {
    get(replay.address(), &format!("/api/public/jobs?page={rest}")).await
}

/// The ids on a page.
pub fn ids(page: &Value) -> Vec<u64> {
    let results = page["results"].as_array().unwrap();
    results
        .iter()
        .map(|posting| posting["id"].as_u64().unwrap())
        .collect()
}

/// `count` postings: even ids in Sales, every third at the senior level, every fifth remote.
pub fn postings(count: u64) -> Vec<Value> {
    let either = |yes: bool, one: &str, other: &str| {
        if yes {
            one.to_owned()
        } else {
            other.to_owned()
        }
    };
    let posting = |id: u64| {
        json!({
            "id": id,
            "name": format!("Posting {id}"),
            "categories": [{"name": either(id.is_multiple_of(2), "Sales", "Law")}],
            "levels": [{"name": either(id.is_multiple_of(3), "Senior Level", "Mid Level")}],
            "locations": [{"name": either(id.is_multiple_of(5), "Flexible / Remote", "Boston, MA")}],
            "company": {"name": "Acme & Söhne"},
        })
    };
    (0..count).map(posting).collect()
}

/// A server of `count` such postings.
pub async fn replay_of(count: u64, options: ReplayOptions) -> Replay {
    let feed = Feed::from_postings(postings(count)).unwrap();
    spawn(feed, options).await.unwrap()
}

/// A recorded crawl of the repository.
#[allow(
    dead_code,
    reason = "each test binary uses its own part of this module"
)]
pub fn crawl(day: &str) -> PathBuf {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/muse");
    PathBuf::from(root).join(day)
}
