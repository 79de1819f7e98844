//! Where a file is under an artifact address, and which names reach the server as they are.

use url::Url;

use crate::check::bad;
use crate::error::MlflowError;

/// The part of the API that passes files through.
const FILES: &str = "api/2.0/mlflow-artifacts/artifacts";

/// The address of the file `path` under `artifact_uri`.
pub(crate) fn file_url(base: &Url, artifact_uri: &str, path: &str) -> Result<Url, MlflowError> {
    let root = root_of(artifact_uri)?;
    check_path(path)?;
    let mut url = crate::address::call(base, FILES);
    url.path_segments_mut()
        .expect("an address of http or https has segments")
        .extend(root.split('/'))
        .extend(path.split('/'));
    Ok(url)
}

/// The address that lists the folder `path`, empty for the root, under `artifact_uri`.
pub(crate) fn list_url(base: &Url, artifact_uri: &str, path: &str) -> Result<Url, MlflowError> {
    let root = root_of(artifact_uri)?;
    let mut folder = root.to_owned();
    if !path.is_empty() {
        check_path(path)?;
        folder = format!("{root}/{path}");
    }
    let mut url = crate::address::call(base, FILES);
    url.query_pairs_mut().append_pair("path", &folder);
    Ok(url)
}

/// What stands behind `mlflow-artifacts:/`; other schemes, and those on another host, are not
/// reached through the server.
fn root_of(artifact_uri: &str) -> Result<&str, MlflowError> {
    let root = artifact_uri.strip_prefix("mlflow-artifacts:/");
    let root =
        root.filter(|root| !root.starts_with('/'))
            .ok_or_else(|| MlflowError::NotServed {
                uri: crate::text::quoted(artifact_uri),
            })?;
    let root = root.trim_end_matches('/');
    check_path(root)?;
    Ok(root)
}

/// A path that the server keeps as it is. It decodes a path until nothing changes, takes it apart
/// as an address and refuses `#`; what that could turn into another path is refused here.
fn check_path(path: &str) -> Result<(), MlflowError> {
    let is_altered = |c: char| c.is_control() || "%#?:;\\".contains(c);
    let reason = if path.starts_with('/') {
        "it begins with /, and a path is relative".to_owned()
    } else if path.split('/').any(|part| matches!(part, "" | "." | "..")) {
        "a part of it is empty, . or ..".to_owned()
    } else if let Some(c) = path.chars().find(|&c| is_altered(c)) {
        format!(
            "it has {c:?}, and the server alters or refuses % # ? : ; \\ and control characters"
        )
    } else {
        return Ok(());
    };
    Err(bad("artifact path", path, reason))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What a server makes of a path on the wire: once decoded, as HTTP has it.
    fn decoded(path: &str) -> String {
        let mut bytes = Vec::new();
        let mut rest = path.as_bytes();
        while let [first, behind @ ..] = rest {
            if *first == b'%' {
                let hex = std::str::from_utf8(&behind[..2]).unwrap();
                bytes.push(u8::from_str_radix(hex, 16).unwrap());
                rest = &behind[2..];
            } else {
                bytes.push(*first);
                rest = behind;
            }
        }
        String::from_utf8(bytes).unwrap()
    }

    proptest! {
        #[test]
        fn a_path_that_passes_arrives_as_it_is_and_stays_below_its_root(
            path in "[a-c./ %#?:;é&+'\"\\\\-]{0,12}|.{0,12}"
        ) {
            if let Ok(url) = file_url(&base(), "mlflow-artifacts:/1/r", &path) {
                let root = "/ml/api/2.0/mlflow-artifacts/artifacts/1/r/";
                let sent = url.path().strip_prefix(root);
                prop_assert_eq!(decoded(sent.unwrap()), path.clone());
                prop_assert!(url.query().is_none() && url.fragment().is_none());
                prop_assert!(path.split('/').all(|part| !matches!(part, "" | "." | "..")));
            }
        }
    }

    fn base() -> Url {
        Url::parse("http://a.test/ml").unwrap()
    }

    #[test]
    fn each_segment_is_encoded_and_the_folders_stay() {
        let url = file_url(&base(), "mlflow-artifacts:/1/r/artifacts", "a b/é+&=.txt").unwrap();
        assert_eq!(
            url.as_str(),
            "http://a.test/ml/api/2.0/mlflow-artifacts/artifacts/1/r/artifacts/a%20b/%C3%A9+&=.txt"
        );
        let url = list_url(&base(), "mlflow-artifacts:/1", "a b&c").unwrap();
        assert_eq!(
            url.as_str(),
            "http://a.test/ml/api/2.0/mlflow-artifacts/artifacts?path=1%2Fa+b%26c"
        );
    }

    #[test]
    fn what_would_leave_the_folder_or_arrive_as_another_name_is_refused() {
        for path in [
            "../x", "a/../b", "/etc", "", "a//b", "a/", "./a", "a%20b", "a#b", "a?b", "c:/x",
            "a\\b", "a\nb",
        ] {
            let error = file_url(&base(), "mlflow-artifacts:/1", path).unwrap_err();
            assert!(matches!(error, MlflowError::BadValue { .. }), "{path:?}");
        }
    }

    #[test]
    fn another_scheme_says_what_to_start_the_server_with() {
        for uri in [
            "file:///srv/artifacts",
            "s3://bucket/x",
            "mlflow-artifacts://other/1",
            "./mlruns/0",
        ] {
            let error = file_url(&base(), uri, "a").unwrap_err().to_string();
            assert!(error.contains("--serve-artifacts"), "{error}");
        }
    }
}
