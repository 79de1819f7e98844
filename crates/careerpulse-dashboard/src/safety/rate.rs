//! How often one client may ask.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tokio::time::Instant;

use crate::problem::{Kind, Problem};

/// Clients that are told apart; more of them share what is left, so that memory stays bounded.
const MAX_CLIENTS: usize = 10_000;

/// A token bucket by client: `burst` requests at once, `rate` a second in the long run.
pub struct Rate {
    rate: f64,
    burst: f64,
    clients: Mutex<Clients>,
}

#[derive(Default)]
struct Clients {
    buckets: HashMap<Client, Bucket>,
    swept: Option<Instant>,
}

/// An address; of IPv6 the network, for a client has as many addresses in it as it likes. None: an
/// unknown one, and all beyond the most that are told apart.
type Client = Option<IpAddr>;

#[derive(Clone, Copy)]
struct Bucket {
    tokens: f64,
    filled: Instant,
}

/// Lets a request through where its client has not asked too often.
pub async fn not_too_often(
    State(rate): State<Arc<Rate>>,
    request: Request,
    next: Next,
) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    match rate.take(peer.map(|peer| peer.0.ip()), Instant::now()) {
        Ok(()) => next.run(request).await,
        Err(seconds) => {
            let detail = format!(
                "This client asks more than {} times a second: wait {seconds} s, and ask more slowly.",
                rate.rate
            );
            Problem::new(Kind::TooMany, detail)
                .retry_after(seconds)
                .into_response()
        }
    }
}

impl Rate {
    /// `rate` requests a second after `burst` at once; with a rate of 0 there is no limit.
    pub fn new(rate: f64, burst: u32) -> Rate {
        Rate {
            rate,
            burst: f64::from(burst.max(1)),
            clients: Mutex::default(),
        }
    }

    /// Takes one request of a client; or says after how many seconds, from 1, it may ask again.
    pub fn take(&self, address: Option<IpAddr>, now: Instant) -> Result<(), u64> {
        if self.rate <= 0.0 {
            return Ok(());
        }
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        let mut client = address.map(network);
        if clients.buckets.len() >= MAX_CLIENTS && !clients.buckets.contains_key(&client) {
            self.sweep(&mut clients, now);
            if clients.buckets.len() >= MAX_CLIENTS {
                client = None;
            }
        }
        let bucket = clients.buckets.entry(client).or_insert(Bucket {
            tokens: self.burst,
            filled: now,
        });
        bucket.tokens = self.tokens(bucket, now);
        bucket.filled = now;
        if bucket.tokens >= 1.0 {
            bucket.tokens -= 1.0;
            return Ok(());
        }
        Err(((1.0 - bucket.tokens) / self.rate).ceil().max(1.0) as u64)
    }

    fn tokens(&self, bucket: &Bucket, now: Instant) -> f64 {
        let passed = now.saturating_duration_since(bucket.filled).as_secs_f64();
        (bucket.tokens + passed * self.rate).min(self.burst)
    }

    /// Forgets clients whose bucket is full, which are as good as new; at most once a second, for it
    /// looks at all of them.
    fn sweep(&self, clients: &mut Clients, now: Instant) {
        let lately = |swept: Instant| now.saturating_duration_since(swept).as_secs() < 1;
        if clients.swept.is_some_and(lately) {
            return;
        }
        clients.swept = Some(now);
        clients
            .buckets
            .retain(|_, bucket| self.tokens(bucket, now) < self.burst);
    }
}

fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;
    use std::time::Duration;

    use super::*;

    fn client(number: u32) -> Option<IpAddr> {
        Some(Ipv4Addr::from_bits(number).into())
    }

    #[test]
    fn a_burst_is_let_through_and_then_the_rate() {
        let rate = Rate::new(2.0, 3);
        let start = Instant::now();
        for _ in 0..3 {
            assert_eq!(rate.take(client(1), start), Ok(()));
        }
        assert_eq!(rate.take(client(1), start), Err(1));
        assert_eq!(rate.take(client(2), start), Ok(()));
        let later = start + Duration::from_millis(500);
        assert_eq!(rate.take(client(1), later), Ok(()));
        assert_eq!(rate.take(client(1), later), Err(1));
    }

    #[test]
    fn a_slow_rate_says_how_long_to_wait() {
        let rate = Rate::new(0.1, 1);
        let start = Instant::now();
        assert_eq!(rate.take(client(1), start), Ok(()));
        assert_eq!(rate.take(client(1), start), Err(10));
    }

    #[test]
    fn addresses_of_one_network_are_one_client() {
        let rate = Rate::new(1.0, 1);
        let now = Instant::now();
        let address = |text: &str| Some(text.parse::<IpAddr>().unwrap());
        assert_eq!(rate.take(address("2001:db8::1"), now), Ok(()));
        assert_eq!(rate.take(address("2001:db8::2"), now), Err(1));
        assert_eq!(rate.take(address("2001:db8:0:1::1"), now), Ok(()));
        assert_eq!(rate.take(address("::ffff:10.0.0.1"), now), Ok(()));
        assert_eq!(rate.take(address("10.0.0.1"), now), Err(1));
    }

    #[test]
    fn memory_is_bounded_and_idle_clients_are_forgotten() {
        let rate = Rate::new(1.0, 2);
        let start = Instant::now();
        for number in 0..MAX_CLIENTS as u32 + 5 {
            let _ = rate.take(client(number), start);
        }
        let count = |rate: &Rate| rate.clients.lock().unwrap().buckets.len();
        assert!(count(&rate) <= MAX_CLIENTS + 1);
        // Those beyond share two requests, so the sixth of them waits.
        assert_eq!(rate.take(client(u32::MAX), start), Err(1));
        let later = start + Duration::from_secs(10);
        assert_eq!(rate.take(client(u32::MAX), later), Ok(()));
        assert!(count(&rate) <= 2);
    }

    #[test]
    fn no_rate_is_no_limit() {
        let rate = Rate::new(0.0, 1);
        let now = Instant::now();
        assert!((0..1000).all(|_| rate.take(client(1), now).is_ok()));
    }
}
