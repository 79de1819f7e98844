//! The same over a real connection: head limits, keeping alive, and the end.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use careerpulse_dashboard::app::app;
use careerpulse_dashboard::serve::serve;
use careerpulse_dashboard::settings::AppSettings;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::common::Small;

struct Served {
    address: SocketAddr,
    lake: Arc<Small>,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<std::io::Result<()>>,
}

async fn served(settings: AppSettings) -> Served {
    let lake = Small::new();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let app = app(lake.clone(), settings.clone());
    let (stop, stopped) = oneshot::channel::<()>();
    let ended = tokio::spawn(async move {
        serve(listener, app, &settings, async {
            let _ = stopped.await;
        })
        .await
    });
    Served {
        address,
        lake,
        stop,
        ended,
    }
}

/// Sends bytes on a connection of its own, and reads until the other side closes it.
async fn say(address: SocketAddr, words: &str) -> String {
    say_on(TcpStream::connect(address).await.unwrap(), words).await
}

async fn say_on(mut stream: TcpStream, words: &str) -> String {
    stream.write_all(words.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    // A side that closes early may reset what was still on its way.
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

fn get(address: &str, more: &str) -> String {
    format!("GET {address} HTTP/1.1\r\nHost: localhost\r\n{more}Connection: close\r\n\r\n")
}

#[tokio::test]
async fn it_answers_over_a_socket_and_compresses() {
    let served = served(AppSettings::default()).await;
    let plain = say(served.address, &get("/api/v1/overview", "")).await;
    assert!(plain.starts_with("HTTP/1.1 200 OK\r\n"), "{plain}");
    assert!(plain.contains("content-security-policy: default-src 'none'"));
    let packed = say(
        served.address,
        &get("/api/v1/overview", "Accept-Encoding: gzip\r\n"),
    )
    .await;
    assert!(packed.contains("content-encoding: gzip\r\n") && packed.len() < plain.len());
}

#[tokio::test]
async fn clients_are_known_by_their_address() {
    let served = served(AppSettings {
        rate: 0.001,
        burst: 2,
        ..AppSettings::default()
    })
    .await;
    for status in ["200", "200", "429"] {
        let answer = say(served.address, &get("/healthz", "")).await;
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status}")),
            "{answer}"
        );
    }
    // Linux has more than one loopback address, so a second client can be had.
    #[cfg(target_os = "linux")]
    {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.2:0".parse().unwrap()).unwrap();
        let stream = socket.connect(served.address).await.unwrap();
        let answer = say_on(stream, &get("/healthz", "")).await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
}

#[tokio::test]
async fn heads_are_bounded() {
    let served = served(AppSettings::default()).await;
    let many = "X-A: b\r\n".repeat(100);
    let large = format!("X-A: {}\r\n", "b".repeat(100_000));
    for more in [many, large] {
        let answer = say(served.address, &get("/healthz", &more)).await;
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 431"),
            "{} bytes: {answer}",
            more.len()
        );
    }
    let broken = say(served.address, "GET / HTTP/9.9\r\n\r\n").await;
    assert!(
        broken.is_empty() || broken.starts_with("HTTP/1.1 400"),
        "{broken}"
    );
    let answer = say(served.address, &get("/healthz", "")).await;
    assert!(answer.ends_with("ok\n"));
}

#[tokio::test]
async fn a_silent_client_is_not_waited_for() {
    let served = served(AppSettings {
        head_timeout: Duration::from_millis(50),
        ..AppSettings::default()
    })
    .await;
    // Reading ends only when the server closes the connection.
    let answer = say(served.address, "GET /healthz HTTP/1.1\r\nHost: loc").await;
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 408"),
        "{answer}"
    );
}

const CLASSIFY: &str = "POST /api/v1/classify HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n{\"title\":\"a\"}";

/// Lets the request reach the lake, where it waits at the gate.
async fn at_the_gate(lake: &Small) {
    while lake.batches.lock().unwrap().is_empty() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn open_requests_are_answered_before_the_end() {
    let served = served(AppSettings::default()).await;
    served.lake.gate.forget_permits(usize::MAX);
    let idle = TcpStream::connect(served.address).await.unwrap();
    let asked = tokio::spawn(say(served.address, CLASSIFY));
    at_the_gate(&served.lake).await;
    served.stop.send(()).unwrap();
    while TcpStream::connect(served.address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    assert!(!served.ended.is_finished());
    served.lake.gate.add_permits(1);
    let answer = asked.await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    served.ended.await.unwrap().unwrap();
    drop(idle);
}

#[tokio::test]
async fn what_does_not_end_is_broken_off() {
    let served = served(AppSettings {
        grace: Duration::from_millis(20),
        ..AppSettings::default()
    })
    .await;
    served.lake.gate.forget_permits(usize::MAX);
    let asked = tokio::spawn(say(served.address, CLASSIFY));
    at_the_gate(&served.lake).await;
    served.stop.send(()).unwrap();
    served.ended.await.unwrap().unwrap();
    assert_eq!(asked.await.unwrap(), "");
}
