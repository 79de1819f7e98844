//! A scripted HTTP server: a function from requests to answers, one connection each.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use url::Url;

/// One request as it came.
#[derive(Debug, Clone)]
pub struct Request {
    /// Requests before this one.
    pub place: usize,
    pub url: Url,
    /// The request's head as text.
    pub head: String,
}

impl Request {
    pub fn query(&self, name: &str) -> Option<String> {
        let mut pairs = self.url.query_pairs();
        pairs.find_map(|(key, value)| (key == name).then(|| value.into_owned()))
    }

    pub fn page(&self) -> u32 {
        self.query("page").unwrap().parse().unwrap()
    }
}

/// What the server does with a request.
#[derive(Debug, Clone)]
pub enum Answer {
    Reply {
        status: u16,
        headers: Vec<(&'static str, String)>,
        body: Vec<u8>,
    },
    /// Promises more bytes than it sends.
    Truncated(Vec<u8>),
    /// Closes the connection without a word.
    Hangup,
    /// Never answers.
    Silence,
}

impl Answer {
    pub fn of(status: u16, body: impl Into<Vec<u8>>) -> Answer {
        Answer::Reply {
            status,
            headers: Vec::new(),
            body: body.into(),
        }
    }

    pub fn with(mut self, name: &'static str, value: impl ToString) -> Answer {
        if let Answer::Reply { headers, .. } = &mut self {
            headers.push((name, value.to_string()));
        }
        self
    }

    /// Adds the three headers of the rate limit.
    pub fn with_rate(self, limit: u64, remaining: u64, reset: u64) -> Answer {
        self.with("X-RateLimit-Limit", limit)
            .with("X-RateLimit-Remaining", remaining)
            .with("X-RateLimit-Reset", reset)
    }
}

/// A page of `n` postings.
pub fn page_body(n: usize) -> String {
    let results: Vec<String> = (0..n).map(|id| format!("{{\"id\":{id}}}")).collect();
    format!(
        "{{\"page_count\":9,\"total\":180,\"results\":[{}]}}",
        results.join(",")
    )
}

pub struct Server {
    port: u16,
    seen: Arc<Mutex<Vec<Request>>>,
    task: JoinHandle<()>,
}

impl Server {
    pub async fn start(script: impl Fn(&Request) -> Answer + Send + Sync + 'static) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen: Arc<Mutex<Vec<Request>>> = Arc::default();
        let (script, log) = (Arc::new(script), seen.clone());
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, script.clone(), log.clone()));
            }
        });
        Server { port, seen, task }
    }

    /// A server that gives these answers in turn, and the last one from then on.
    pub async fn scripted(answers: Vec<Answer>) -> Server {
        Server::start(move |request| answers[request.place.min(answers.len() - 1)].clone()).await
    }

    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Stops listening, and waits until the port is free.
    pub async fn stop(mut self) {
        self.task.abort();
        let _ = (&mut self.task).await;
    }

    pub fn seen(&self) -> Vec<Request> {
        self.seen.lock().unwrap().clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(
    mut stream: TcpStream,
    script: Arc<impl Fn(&Request) -> Answer>,
    log: Arc<Mutex<Vec<Request>>>,
) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return,
        }
    }
    let head = String::from_utf8(head).unwrap();
    let path = head.split(' ').nth(1).unwrap();
    let url = Url::parse("http://server").unwrap().join(path).unwrap();
    let request = {
        let mut log = log.lock().unwrap();
        let place = log.len();
        log.push(Request { place, url, head });
        log[place].clone()
    };
    let (status, headers, body, promised) = match script(&request) {
        Answer::Reply {
            status,
            headers,
            body,
        } => {
            let length = body.len();
            (status, headers, body, length)
        }
        Answer::Truncated(body) => {
            let length = body.len() + 100;
            (200, Vec::new(), body, length)
        }
        Answer::Hangup => return,
        Answer::Silence => std::future::pending().await,
    };
    let mut reply =
        format!("HTTP/1.1 {status} X\r\nContent-Length: {promised}\r\nConnection: close\r\n");
    for (name, value) in headers {
        reply.push_str(&format!("{name}: {value}\r\n"));
    }
    reply.push_str("\r\n");
    // The client may have gone, for instance from a body that is too long.
    let _ = stream.write_all(reply.as_bytes()).await;
    let _ = stream.write_all(&body).await;
    let _ = stream.shutdown().await;
}
