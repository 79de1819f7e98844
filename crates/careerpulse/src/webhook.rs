//! Telling another system: one JSON body, posted, signed where there is a secret, and tried again.

use std::time::Duration;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::error::UserError;

/// The variable that holds the secret; it is no setting, so that it cannot be committed with one.
pub const SECRET_VARIABLE: &str = "CAREERPULSE_WEBHOOK_SECRET";

/// The header of the body's signature, in the form of GitHub's webhooks: `sha256=` and hexadecimal digits.
pub const SIGNATURE_HEADER: &str = "X-CareerPulse-Signature-256";

/// Attempts, the first included.
const ATTEMPTS: u32 = 3;

/// Where to post, and how.
pub struct Webhook {
    url: reqwest::Url,
    secret: Option<String>,
    timeout: Duration,
    pause: Duration,
}

impl Webhook {
    /// The webhook at an address; `None` where it is empty.
    ///
    /// # Errors
    /// [`UserError`] where the address is none, or the secret is not text.
    pub fn new(url: &str, timeout: Duration) -> Result<Option<Self>, UserError> {
        if url.is_empty() {
            return Ok(None);
        }
        let url = reqwest::Url::parse(url).map_err(|e| {
            UserError::new(format!(
                "[monitor] webhook is no address ({e}): give an http or https one"
            ))
        })?;
        let secret = match std::env::var(SECRET_VARIABLE) {
            Ok(secret) => Some(secret),
            Err(std::env::VarError::NotPresent) => None,
            Err(std::env::VarError::NotUnicode(_)) => {
                return Err(UserError::new(format!(
                    "{SECRET_VARIABLE} is not UTF-8: set it to text, or unset it, for requests would go out unsigned"
                )));
            }
        };
        Ok(Some(Self {
            url,
            secret: secret.filter(|secret| !secret.is_empty()),
            timeout,
            pause: Duration::from_millis(500),
        }))
    }

    /// Posts a body until it is taken (2xx), at most three times; a refusal (4xx but 408 and 429) ends it
    /// at once. The error is a sentence that holds neither the secret nor what the address may carry.
    ///
    /// # Errors
    /// Why the last attempt failed.
    pub async fn post(&self, body: &serde_json::Value) -> Result<(), String> {
        let bytes = serde_json::to_vec(body).map_err(|e| e.to_string())?;
        let client = reqwest::Client::builder()
            .timeout(self.timeout)
            // A redirect could hand the alarms to somebody else.
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|e| e.without_url().to_string())?;
        let mut why = String::new();
        for attempt in 1..=ATTEMPTS {
            if attempt > 1 {
                tokio::time::sleep(self.pause * attempt).await;
            }
            let mut request = client
                .post(self.url.clone())
                .header("content-type", "application/json")
                .body(bytes.clone());
            if let Some(secret) = &self.secret {
                request = request.header(SIGNATURE_HEADER, signature(secret, &bytes));
            }
            match request.send().await {
                Ok(answer) if answer.status().is_success() => return Ok(()),
                Ok(answer) => {
                    let status = answer.status();
                    why = format!("it answered {status}");
                    let is_passing =
                        status.is_server_error() || [408, 429].contains(&status.as_u16());
                    if !is_passing {
                        break;
                    }
                }
                Err(e) => why = e.without_url().to_string(),
            }
        }
        Err(format!(
            "the webhook at {} took no alarm: {why}",
            self.url.host_str().unwrap_or_default()
        ))
    }
}

/// The HMAC-SHA256 of a body (RFC 2104), as the header's value.
fn signature(secret: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes())
        .expect("a key of any length is one for HMAC");
    mac.update(body);
    let digits: String = mac
        .finalize()
        .into_bytes()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("sha256={digits}")
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::TcpListener;

    use super::*;

    /// A server that gives these answers in turn, and the requests that it got.
    fn server(answers: &'static [&'static str]) -> (String, std::thread::JoinHandle<Vec<String>>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!(
            "http://{}/hook?token=hidden",
            listener.local_addr().unwrap()
        );
        let thread = std::thread::spawn(move || {
            let mut requests = Vec::new();
            for answer in answers {
                let (mut caller, _) = listener.accept().unwrap();
                let mut request = Vec::new();
                let mut buffer = [0; 4_096];
                while !request.ends_with(b"}") {
                    let read = caller.read(&mut buffer).unwrap();
                    assert!(read > 0, "the body never ended");
                    request.extend_from_slice(&buffer[..read]);
                }
                let head =
                    format!("HTTP/1.1 {answer}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
                caller.write_all(head.as_bytes()).unwrap();
                requests.push(String::from_utf8(request).unwrap());
            }
            requests
        });
        (address, thread)
    }

    fn webhook(url: &str, secret: Option<&str>) -> Webhook {
        Webhook {
            url: url.parse().unwrap(),
            secret: secret.map(str::to_owned),
            timeout: Duration::from_secs(20),
            pause: Duration::ZERO,
        }
    }

    #[tokio::test]
    async fn what_fails_in_passing_is_tried_again_and_the_body_is_signed() {
        let (url, server) = server(&["503 Busy", "200 OK"]);
        let body = serde_json::json!({"a": 1});
        webhook(&url, Some("key")).post(&body).await.unwrap();
        let requests = server.join().unwrap();
        assert_eq!(requests.len(), 2);
        // By `printf '{"a":1}' | openssl dgst -sha256 -hmac key`.
        let signed = "x-careerpulse-signature-256: sha256=88a67f24bbcdaed0e6c997404bb79a743baf44c6bab2f4c27328e3009d22e342";
        assert!(
            requests[1].to_lowercase().contains(signed),
            "{}",
            requests[1]
        );
        assert!(requests[1].ends_with("{\"a\":1}"));
    }

    #[tokio::test]
    async fn a_refusal_is_final_and_its_words_hold_no_secret() {
        let (url, server) = server(&["403 Forbidden"]);
        let why = webhook(&url, Some("key"))
            .post(&serde_json::json!({}))
            .await
            .unwrap_err();
        assert_eq!(server.join().unwrap().len(), 1);
        assert!(why.contains("403") && why.contains("127.0.0.1"), "{why}");
        assert!(!why.contains("hidden") && !why.contains("key"), "{why}");
    }

    #[tokio::test]
    async fn a_webhook_that_is_not_there_is_a_sentence() {
        let free = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap();
        let url = format!("http://{free}/x?token=hidden");
        let why = webhook(&url, None)
            .post(&serde_json::json!({}))
            .await
            .unwrap_err();
        assert!(
            why.contains("127.0.0.1") && !why.contains("hidden"),
            "{why}"
        );
    }
}
