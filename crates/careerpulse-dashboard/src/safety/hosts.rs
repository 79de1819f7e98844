//! Requests for other hosts are turned away, so that no other site's name can be made to lead here
//! (DNS rebinding).

use std::net::IpAddr;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::HOST;

use crate::problem::{Kind, Problem};
use crate::settings::AppSettings;
use crate::state::AppState;

/// Lets a request through whose `Host` is loopback's or one of the named. With a token and no names any
/// host will do: another site's page has no cookie for it.
pub async fn right_host(State(state): State<AppState>, request: Request, next: Next) -> Response {
    match check(&request, &state.settings) {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

/// The host that a request is addressed to, in lower case and without its port.
pub fn name(authority: &str) -> String {
    let end = match authority.rfind(']') {
        Some(bracket) => bracket + 1,
        None => authority.rfind(':').unwrap_or(authority.len()),
    };
    authority[..end].to_ascii_lowercase()
}

fn check(request: &Request, settings: &AppSettings) -> Result<(), Problem> {
    let mut hosts = request.headers().get_all(HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else {
        return Err(Problem::new(
            Kind::BadRequest,
            "A request needs exactly one Host header.",
        ));
    };
    if settings.token.is_some() && settings.hosts.is_empty() {
        return Ok(());
    }
    // Where the request line names a host as well, both must do.
    let named = request.uri().authority().map(|named| named.as_str());
    let known = |host: &str| {
        let name = name(host);
        is_loopback(&name)
            || settings
                .hosts
                .iter()
                .any(|host| host.eq_ignore_ascii_case(&name))
    };
    match host.to_str() {
        Ok(host) if known(host) && named.is_none_or(known) => Ok(()),
        _ => Err(Problem::new(
            Kind::OtherHost,
            "This host name is not served here. Ask by localhost or a loopback address, or name the host in the settings ([serve] hosts).",
        )),
    }
}

fn is_loopback(name: &str) -> bool {
    let bare = name
        .strip_prefix('[')
        .and_then(|name| name.strip_suffix(']'))
        .unwrap_or(name);
    let address = bare.parse::<IpAddr>();
    name == "localhost" || address.is_ok_and(|address| address.to_canonical().is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_has_many_names_and_others_none() {
        for host in [
            "localhost",
            "LOCALHOST:8080",
            "127.0.0.1:1",
            "127.1.2.3",
            "[::1]:8080",
            "[::1]",
        ] {
            assert!(is_loopback(&name(host)), "{host}");
        }
        for host in [
            "",
            "evil.example",
            "localhost.evil.example:80",
            "10.0.0.1",
            "127.0.0.1.evil.example",
            "[::2]:80",
            "[",
            "]",
        ] {
            assert!(!is_loopback(&name(host)), "{host}");
        }
    }
}
