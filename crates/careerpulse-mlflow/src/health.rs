//! Whether an MLflow is there, and which.

use reqwest::Method;
use serde::Deserialize;

use crate::address;
use crate::client::Client;
use crate::error::MlflowError;
use crate::exchange::{Answer, Ask, Repeat};
use crate::text::quoted;

/// The first version that has logged models.
const OLDEST: u64 = 3;

/// What an MLflow server says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerInfo {
    /// Its version, such as `3.17.2`.
    pub version: String,
    /// What it stores runs in, such as `SqlStore`; `None` where it does not say.
    pub store: Option<String>,
}

impl Client {
    /// Whether an MLflow of a version that will do is there, and which: the first call to make.
    ///
    /// # Errors
    /// [`MlflowError::NotMlflow`] for another program; [`MlflowError::TooOld`];
    /// [`MlflowError::HostCheck`], [`MlflowError::Unauthorized`], [`MlflowError::Unreachable`].
    pub async fn server_info(&self) -> Result<ServerInfo, MlflowError> {
        let ask = self.plain_ask("version");
        let version = self.exchange(&ask).await?;
        let version = self.version_in(&version, &ask)?;
        let major = version
            .split('.')
            .next()
            .and_then(|major| major.parse().ok());
        if major.unwrap_or(0) < OLDEST {
            return Err(MlflowError::TooOld {
                server: self.server().to_owned(),
                version,
            });
        }
        let told: Result<Told, _> = self
            .json(self.plain_ask("api/3.0/mlflow/server-info"))
            .await;
        let store = match told {
            Ok(told) => told.store_type,
            // Earlier servers of version 3 do not have the call.
            Err(MlflowError::NotMlflow { .. } | MlflowError::NotFound { .. }) => None,
            Err(error) => return Err(error),
        };
        Ok(ServerInfo { version, store })
    }

    /// Whether the server says that it is well, asked once.
    pub(crate) async fn is_well(&self) -> bool {
        let ask = self.plain_ask("health");
        let answer = self.exchange(&ask).await;
        answer.is_ok_and(|answer| answer.body.trim_ascii() == b"OK")
    }

    /// A question outside of the API.
    fn plain_ask(&self, path: &str) -> Ask {
        let mut ask = self.ask(Method::GET, path, Repeat::Safe);
        ask.url = address::call(&self.base, path);
        ask
    }

    fn version_in(&self, answer: &Answer, ask: &Ask) -> Result<String, MlflowError> {
        let text = String::from_utf8_lossy(&answer.body);
        let text = text.trim();
        let is_version = text.len() <= 40
            && text.contains('.')
            && text.starts_with(|c: char| c.is_ascii_digit())
            && text
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || ".+-".contains(c));
        if is_version {
            return Ok(text.to_owned());
        }
        let shown: String = text.chars().take(40).collect();
        Err(MlflowError::NotMlflow {
            server: self.server().to_owned(),
            call: ask.call.clone(),
            found: format!("{:?} instead of a version", quoted(&shown)),
        })
    }
}

#[derive(Deserialize)]
struct Told {
    #[serde(default)]
    store_type: Option<String>,
}
