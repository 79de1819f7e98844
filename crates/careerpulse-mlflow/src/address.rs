//! Where the server is: the address a person gave, checked, and the addresses of its calls.

use url::{Host, Url};

use crate::error::MlflowError;

/// Reads the address of a server: http or https, a host, at most a path prefix.
pub(crate) fn parse(uri: &str) -> Result<Url, MlflowError> {
    let uri = uri.trim();
    let refuse = |reason: &str| MlflowError::BadAddress {
        uri: without_credentials(uri),
        reason: reason.to_owned(),
    };
    let mut url = Url::parse(uri)
        .map_err(|_| refuse("this is no address: give one such as http://127.0.0.1:5000"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(refuse(
            "only http and https are spoken: start a server on that store (`mlflow server --backend-store-uri …`) and give the server's address",
        ));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(refuse(
            "credentials do not belong into an address, where logs show them: set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD",
        ));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(refuse(
            "leave out what begins with ? or #: the server's address ends before it",
        ));
    }
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    Ok(url)
}

/// The address of a call: `path`, whose segments need no encoding, under the server's address.
pub(crate) fn call(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    let mut segments = url
        .path_segments_mut()
        .expect("an address of http or https has segments");
    segments.pop_if_empty().extend(path.split('/'));
    drop(segments);
    url
}

/// Whether the server is this machine, which no proxy reaches better.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.to_canonical().is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// What of an address an error may repeat.
fn without_credentials(uri: &str) -> String {
    let shown = match uri.rfind('@') {
        Some(at) => format!("…{}", &uri[at..]),
        None => uri.to_owned(),
    };
    crate::text::quoted(&shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_may_have_a_path_prefix_and_a_slash_at_its_end() {
        for (uri, expected) in [
            ("http://127.0.0.1:5000", "http://127.0.0.1:5000/api/x"),
            (" https://a.test/ml/flow/ ", "https://a.test/ml/flow/api/x"),
        ] {
            assert_eq!(call(&parse(uri).unwrap(), "api/x").as_str(), expected);
        }
    }

    #[test]
    fn what_is_no_server_address_is_refused_with_the_remedy_and_without_its_credentials() {
        for (uri, remedy) in [
            ("sqlite:///mlflow.db", "mlflow server"),
            ("mlruns", "http://127.0.0.1:5000"),
            ("databricks", "http://127.0.0.1:5000"),
            ("http://anna:hunter2@a.test", "MLFLOW_TRACKING_USERNAME"),
            ("http://a.test/#/experiments/1", "leave out"),
            ("http://anna:hunter2@a b", "http://127.0.0.1:5000"),
        ] {
            let error = parse(uri).unwrap_err().to_string();
            assert!(error.contains(remedy), "{error}");
            assert!(!error.contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn only_this_machine_is_loopback() {
        let is_here = |uri: &str| is_loopback(&parse(uri).unwrap());
        assert!(is_here("http://127.0.0.1:8/") && is_here("http://[::1]/"));
        assert!(is_here("http://[::ffff:127.0.0.1]/"));
        assert!(is_here("http://localhost/") && !is_here("http://localhost.test/"));
    }
}
