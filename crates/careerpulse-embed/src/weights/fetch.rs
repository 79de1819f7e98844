//! One file over HTTP, measured while it comes in.

use std::io::Write;
use std::path::Path;
use std::time::Duration;

use super::{PinnedFile, WeightsError};

/// How far a file has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// The file.
    pub file: &'static str,
    /// Bytes that have arrived.
    pub received: u64,
    /// Bytes that will have.
    pub total: u64,
}

/// Downloads `url` to `path`, giving up at the first byte more than the pinned file has.
pub(super) async fn fetch(
    url: &str,
    file: &PinnedFile,
    path: &Path,
    progress: &(dyn Fn(Progress) + Send + Sync),
) -> Result<(), WeightsError> {
    let failed = |reason: String| WeightsError::Http {
        url: url.to_owned(),
        reason,
    };
    let client = reqwest::Client::builder()
        .connect_timeout(Duration::from_secs(5))
        .read_timeout(Duration::from_secs(30))
        .user_agent(concat!("careerpulse/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|error| failed(chain(&error)))?;
    let response = client
        .get(url)
        .send()
        .await
        .map_err(|error| failed(chain(&error)))?;
    let mut response = match response.status() {
        status if status.is_success() => response,
        status => return Err(failed(format!("answered {status}"))),
    };
    let write = |source| WeightsError::io("write", path, source);
    let mut out = std::fs::File::create(path).map_err(write)?;
    let mut received = 0;
    while let Some(chunk) = response
        .chunk()
        .await
        .map_err(|error| failed(chain(&error)))?
    {
        received += chunk.len() as u64;
        if received > file.bytes {
            return Err(failed(format!(
                "sent more than the {} bytes of the file",
                file.bytes
            )));
        }
        out.write_all(&chunk).map_err(write)?;
        progress(Progress {
            file: file.name,
            received,
            total: file.bytes,
        });
    }
    out.sync_all().map_err(write)
}

/// The message of an error and of all that caused it: reqwest's own says little.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;

    const TINY: PinnedFile = PinnedFile {
        name: "tiny",
        bytes: 4,
        sha256: "",
    };

    /// Answers one request with these bytes and fetches it.
    async fn fetch_answer(answer: &'static [u8]) -> Result<Vec<u8>, String> {
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port is free");
        let url = format!(
            "http://{}/tiny",
            listener.local_addr().expect("it is bound")
        );
        let server = async {
            let (mut stream, _) = listener.accept().await.expect("the client connects");
            let mut request = [0; 1024];
            let _read = stream.read(&mut request).await.expect("a request comes");
            stream.write_all(answer).await.expect("the client reads");
        };
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("tiny");
        let (fetched, ()) = tokio::join!(fetch(&url, &TINY, &path, &|_| ()), server);
        fetched.map_err(|error| error.to_string())?;
        Ok(std::fs::read(&path).expect("the file was written"))
    }

    #[tokio::test]
    async fn a_file_comes_in_whole_or_not_at_all() {
        let whole = fetch_answer(b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nbody").await;
        assert_eq!(whole.expect("this answer is good"), b"body");
        for (answer, wanted) in [
            (
                &b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n"[..],
                "404 Not Found",
            ),
            (
                b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nlarge",
                "more than the 4 bytes",
            ),
            (b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nbo", "error"),
        ] {
            let error = fetch_answer(answer).await.expect_err("this answer is bad");
            assert!(
                error.contains("/tiny: ") && error.contains(wanted),
                "{error}"
            );
        }
    }
}
