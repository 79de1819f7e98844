//! Requests that may change something come from our own pages or from no page at all.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{HOST, HeaderName, ORIGIN};
use http::{HeaderMap, Method, Uri};

use crate::problem::{Kind, Problem};

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Lets a POST through whose `Origin` is the host that it is addressed to. Programs send none; browsers
/// always do, or say `Sec-Fetch-Site`.
pub async fn own_origin(request: Request, next: Next) -> Response {
    if is_safe(request.method()) || is_own(request.headers()) {
        return next.run(request).await;
    }
    let detail = "This may be asked by the dashboard's own pages and by programs, not by a page of another site.";
    Problem::new(Kind::OtherOrigin, detail).into_response()
}

fn is_safe(method: &Method) -> bool {
    [Method::GET, Method::HEAD, Method::OPTIONS].contains(method)
}

fn is_own(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).map(|value| value.to_str().ok());
    match text(ORIGIN) {
        Some(origin) => {
            let host = text(HOST).flatten();
            let scheme = origin.and_then(|origin| origin.split_once("://"));
            let host = host.map(|host| plain(host, scheme.map(|(scheme, _)| scheme)));
            host.is_some() && origin.and_then(authority) == host
        }
        None => match text(FETCH_SITE) {
            None => true,
            Some(site) => matches!(site, Some("same-origin" | "none")),
        },
    }
}

/// The authority of an absolute address such as an `Origin`, without a port that goes without saying.
fn authority(address: &str) -> Option<String> {
    let uri = address.parse::<Uri>().ok()?;
    // A bare word would be read as a host.
    uri.scheme()?;
    let authority = uri.authority()?.as_str().to_ascii_lowercase();
    Some(plain(&authority, uri.scheme_str()))
}

/// An authority without its scheme's port; without a scheme, without either's.
fn plain(authority: &str, scheme: Option<&str>) -> String {
    let port = match scheme {
        Some("https") => [":443", ":443"],
        Some("http") => [":80", ":80"],
        _ => [":80", ":443"],
    };
    let bare = port.iter().find_map(|port| authority.strip_suffix(port));
    bare.unwrap_or(authority).to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(headers: &[(HeaderName, &str)]) -> bool {
        let pairs = headers.iter().cloned();
        is_own(
            &pairs
                .map(|(name, value)| (name, value.parse().unwrap()))
                .collect(),
        )
    }

    #[test]
    fn a_browser_must_come_from_the_host_itself() {
        let host = |host| (HOST, host);
        assert!(own(&[
            host("localhost:8080"),
            (ORIGIN, "http://localhost:8080")
        ]));
        assert!(own(&[
            host("pulse.example"),
            (ORIGIN, "https://pulse.example")
        ]));
        for origin in [
            "http://evil.example",
            "http://localhost:9090",
            "http://localhost",
            "null",
            "",
            "localhost:8080",
        ] {
            assert!(
                !own(&[host("localhost:8080"), (ORIGIN, origin)]),
                "{origin}"
            );
        }
        assert!(!own(&[(ORIGIN, "null")]));
    }

    #[test]
    fn without_an_origin_the_site_decides() {
        assert!(own(&[]));
        assert!(own(&[(FETCH_SITE, "same-origin")]));
        assert!(!own(&[(FETCH_SITE, "cross-site")]));
        assert!(!own(&[(FETCH_SITE, "same-site")]));
    }

    #[test]
    fn usual_ports_go_without_saying() {
        assert_eq!(
            authority("https://A.example:443").as_deref(),
            Some("a.example")
        );
        assert_eq!(
            authority("http://a.example:443").as_deref(),
            Some("a.example:443")
        );
        assert_eq!(authority("null"), None);
        assert_eq!(plain("a.example:443", None), "a.example");
    }
}
