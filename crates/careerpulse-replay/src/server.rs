//! The HTTP server: accepts connections, answers, and stops when told.

use std::fmt;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{oneshot, watch};
use tokio::task::{JoinHandle, JoinSet};

use crate::faults::Faults;
use crate::feed::Feed;
use crate::handle::{Desk, ResetConnection, desk, handle};

/// How long open requests may take after the shutdown before they are cut.
const GRACE: Duration = Duration::from_secs(2);

/// How long a client may take to send its request's head.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);

/// Failures to accept in a row after which the server gives up.
const MAX_ACCEPT_FAILURES: u32 = 100;

/// How the server behaves.
///
/// | name | default | purpose |
/// |---|---|---|
/// | `rate_limit` | none | requests in a window without a key; 7.2 times as many with one; none shows a limit of a million and never refuses |
/// | `rate_window` | 10 s | the window; the API's is an hour, which no test can wait for |
/// | `faults` | none | what goes wrong, how often |
/// | `seed` | 0 | the same seed gives each query the same faults |
/// | `page_cap` | 100 | pages from this one on answer 400 |
#[derive(Debug, Clone, PartialEq)]
pub struct ReplayOptions {
    /// Requests in a window without a key.
    pub rate_limit: Option<u32>,
    /// The length of a window.
    pub rate_window: Duration,
    /// What goes wrong, how often.
    pub faults: Faults,
    /// The seed of the faults.
    pub seed: u64,
    /// The first page that answers 400.
    pub page_cap: u32,
}

impl Default for ReplayOptions {
    fn default() -> Self {
        ReplayOptions {
            rate_limit: None,
            rate_window: Duration::from_secs(10),
            faults: Faults::default(),
            seed: 0,
            page_cap: 100,
        }
    }
}

/// Serves `feed` on `listener` until `shutdown` completes; then no more connections are
/// taken, open requests get two seconds to end, and idle connections are closed.
///
/// # Errors
/// The last error where a hundred connections in a row could not be accepted.
pub async fn serve(
    listener: TcpListener,
    feed: Feed,
    options: ReplayOptions,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    serve_at(listener, Arc::new(desk(feed, &options)), shutdown).await
}

async fn serve_at(
    listener: TcpListener,
    desk: Arc<Desk>,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    let (stop, stopped) = watch::channel(());
    let mut connections = JoinSet::new();
    let mut failures = 0;
    tokio::pin!(shutdown);
    loop {
        tokio::select! {
            () = &mut shutdown => break,
            Some(_) = connections.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    failures = 0;
                    connections.spawn(converse(stream, Arc::clone(&desk), stopped.clone()));
                }
                Err(error) if failures >= MAX_ACCEPT_FAILURES => return Err(error),
                Err(error) => {
                    // Out of file handles, say: the connections that end will free some.
                    tracing::warn!(%error, "a connection could not be accepted");
                    failures += 1;
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            },
        }
    }
    drop(listener);
    drop(stop);
    let drained = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(GRACE, drained).await.is_err() {
        tracing::debug!("requests still open after the grace time are cut");
    }
    Ok(())
}

/// A server in the background of this runtime; dropping it ends it at once.
pub struct Replay {
    address: SocketAddr,
    desk: Arc<Desk>,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<io::Result<()>>,
}

/// Starts a server on a free port of 127.0.0.1.
///
/// # Errors
/// Where no port can be had.
pub async fn spawn(feed: Feed, options: ReplayOptions) -> io::Result<Replay> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let address = listener.local_addr()?;
    let (stop, stopped) = oneshot::channel();
    let shutdown = async {
        // A dropped sender is a reason to stop just as a message is.
        let _ = stopped.await;
    };
    let desk = Arc::new(desk(feed, &options));
    let task = tokio::spawn(serve_at(listener, Arc::clone(&desk), shutdown));
    Ok(Replay {
        address,
        desk,
        stop: Some(stop),
        task,
    })
}

impl Replay {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// `http://127.0.0.1:PORT`, without a path.
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Serves another feed from now on, at the same address and with the limits and faults as
    /// far as they have come: the source on another day. Pages asked for before are answered
    /// from the feed of their moment.
    pub fn show(&self, feed: Feed) {
        self.desk.show(feed);
    }

    /// Lets open requests end, then stops.
    ///
    /// # Errors
    /// What [`serve`] ended with.
    pub async fn stop(mut self) -> io::Result<()> {
        drop(self.stop.take());
        (&mut self.task).await.map_err(io::Error::other)?
    }
}

impl fmt::Debug for Replay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Replay")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

impl Drop for Replay {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn converse(stream: TcpStream, desk: Arc<Desk>, mut stopped: watch::Receiver<()>) {
    // Small answers should not wait for Nagle's algorithm; failing to say so only costs time.
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| {
        let answer = handle(&desk, &request);
        async { answer }
    });
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .serve_connection(TokioIo::new(stream), service);
    let ended = tokio::select! {
        ended = &mut connection => ended,
        _ = stopped.changed() => {
            std::pin::Pin::new(&mut connection).graceful_shutdown();
            (&mut connection).await
        }
    };
    let Err(error) = ended else { return };
    let cause = std::error::Error::source(&error);
    if cause.is_some_and(|cause| cause.is::<ResetConnection>()) {
        // Dropped without lingering, the socket sends RST, where an orderly end would
        // send FIN.
        let stream = connection.into_parts().io.into_inner();
        let _ = stream.set_zero_linger();
    } else {
        tracing::debug!(%error, "a connection ended early");
    }
}
