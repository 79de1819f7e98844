//! The client: one server, and how its calls are put.

use bytes::Bytes;
use reqwest::Method;
use serde::Serialize;
use serde::de::DeserializeOwned;
use url::Url;

use crate::address;
use crate::answer::decode;
use crate::credentials::Credentials;
use crate::error::MlflowError;
use crate::exchange::{Ask, Payload, Repeat, http_client, uncertain};
use crate::settings::Settings;

/// The prefix of MLflow's REST API.
const API: &str = "api/2.0/mlflow";

/// A client of one MLflow server. A clone shares its connections.
#[derive(Debug, Clone)]
pub struct Client {
    pub(crate) http: reqwest::Client,
    pub(crate) base: Url,
    pub(crate) host: String,
    pub(crate) credentials: Credentials,
    pub(crate) settings: Settings,
}

impl Client {
    /// A client of the server at `uri`: http or https, a host, at most a path prefix. Nothing is
    /// sent; [`server_info`](Client::server_info) says whether an MLflow is there.
    ///
    /// # Errors
    /// [`MlflowError::BadAddress`] for an address of another scheme, with credentials, a query or
    /// a fragment; [`MlflowError::Setup`].
    pub fn new(
        uri: &str,
        credentials: Credentials,
        settings: Settings,
    ) -> Result<Client, MlflowError> {
        let base = address::parse(uri)?;
        if !credentials.is_none() && base.scheme() == "http" && !address::is_loopback(&base) {
            tracing::warn!(server = %base, "credentials go over http, which anyone on the way can read: use https");
        }
        let host = base.host_str().unwrap_or_default();
        let host = match base.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        };
        Ok(Client {
            http: http_client(&base, &settings)?,
            base,
            host,
            credentials,
            settings,
        })
    }

    /// The server's address, which holds no credentials.
    pub fn server(&self) -> &str {
        self.base.as_str().trim_end_matches('/')
    }

    /// GET of `path` under the API, with a query.
    pub(crate) async fn get<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &[(&str, &str)],
    ) -> Result<T, MlflowError> {
        let mut ask = self.ask(Method::GET, path, Repeat::Safe);
        if !query.is_empty() {
            ask.url.query_pairs_mut().extend_pairs(query);
        }
        self.json(ask).await
    }

    /// A call with a body in JSON that is the same twice as once.
    pub(crate) async fn send<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, MlflowError> {
        let mut ask = self.ask(method, path, Repeat::Safe);
        ask.body = Some(self.payload(body, &ask)?);
        self.json(ask).await
    }

    /// POST with a body in JSON that creates something new each time.
    pub(crate) async fn create<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, MlflowError> {
        let mut ask = self.ask(Method::POST, path, Repeat::Never);
        ask.body = Some(self.payload(body, &ask)?);
        self.json(ask).await
    }

    /// A question of `path` under the API.
    pub(crate) fn ask(&self, method: Method, path: &str, repeat: Repeat) -> Ask {
        Ask {
            method,
            url: address::call(&self.base, &format!("{API}/{path}")),
            call: path.to_owned(),
            body: None,
            repeat,
            timeout: self.settings.timeout,
            limit: self.settings.max_answer_bytes,
        }
    }

    /// Makes the call and reads the answer's JSON.
    pub(crate) async fn json<T: DeserializeOwned>(&self, ask: Ask) -> Result<T, MlflowError> {
        let answer = self.exchange(&ask).await?;
        decode(&answer.headers, &answer.body, self.asked(&ask)).map_err(|error| match ask.repeat {
            Repeat::Safe => error,
            // It was carried out, and what it made cannot be named.
            Repeat::Never => uncertain(&ask, error),
        })
    }

    fn payload(&self, body: &impl Serialize, ask: &Ask) -> Result<Payload, MlflowError> {
        let bytes = serde_json::to_vec(body).map_err(|error| MlflowError::BadValue {
            what: format!("the body of {}", ask.call),
            reason: error.to_string(),
        })?;
        Ok(Payload::Json(Bytes::from(bytes)))
    }
}
