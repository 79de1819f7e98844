//! Connections: how many, how patient, and how they end.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tower::ServiceExt as _;

use crate::settings::AppSettings;

/// The most bytes of a request's head.
const HEAD_BYTES: usize = 32 << 10;

/// The most lines of it.
const HEAD_LINES: usize = 64;

/// Serves `app` until `shutdown` comes; then takes no more connections, and gives open requests
/// `settings.grace`. Errors where the listener has no address.
///
/// It speaks HTTP/1.1: with TLS in front of it, the proxy speaks the others.
pub async fn serve(
    listener: TcpListener,
    app: Router,
    settings: &AppSettings,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    let address = listener.local_addr()?;
    tracing::info!(%address, "serving");
    let most = settings.max_connections.clamp(1, Semaphore::MAX_PERMITS);
    let places = Arc::new(Semaphore::new(most));
    let graceful = GracefulShutdown::new();
    let mut connections = JoinSet::new();
    let mut shutdown = pin!(shutdown);
    loop {
        let (stream, peer, place) = tokio::select! {
            accepted = accept(&listener, &places) => accepted,
            () = &mut shutdown => break,
        };
        // What has ended is forgotten.
        while connections.try_join_next().is_some() {}
        let app = app.clone();
        let watcher = graceful.watcher();
        let patience = settings.head_timeout;
        connections.spawn(async move {
            connection(stream, peer, app, patience, watcher).await;
            drop(place);
        });
    }
    drop(listener);
    if timeout(settings.grace, graceful.shutdown()).await.is_err() {
        tracing::warn!(
            open = connections.len(),
            "requests did not end in their time of grace and are broken off"
        );
    }
    connections.shutdown().await;
    Ok(())
}

/// The next connection, once there is a place for it.
async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> (TcpStream, SocketAddr, OwnedSemaphorePermit) {
    let place = Arc::clone(places).acquire_owned().await;
    let place = place.expect("the places are never closed");
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => return (stream, peer, place),
            Err(error) => {
                tracing::warn!(%error, "a connection was not accepted");
                // Where files have run out, trying again at once would only burn time.
                if !is_of_one_connection(&error) {
                    sleep(Duration::from_secs(1)).await;
                }
            }
        }
    }
}

async fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    app: Router,
    patience: Duration,
    watcher: Watcher,
) {
    // Answers are whole when they are written; waiting to fill packets would only delay them.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        let app = app.clone();
        async move {
            let response = app.oneshot(request).await;
            Ok::<_, Infallible>(match response {
                Ok(response) => response,
                Err(never) => match never {},
            })
        }
    });
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(patience)
        .max_header_size(HEAD_BYTES)
        .max_buf_size(2 * HEAD_BYTES)
        .max_headers(HEAD_LINES);
    let served = watcher.watch(builder.serve_connection(TokioIo::new(stream), service));
    if let Err(error) = served.await {
        tracing::debug!(%error, "a connection broke off");
    }
}

fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset
    )
}
