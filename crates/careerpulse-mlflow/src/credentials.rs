//! Who the client is to a server that asks, and how that stays unseen.

use std::fmt;

use reqwest::RequestBuilder;

use crate::error::MlflowError;

const TOKEN: &str = "MLFLOW_TRACKING_TOKEN";
const USERNAME: &str = "MLFLOW_TRACKING_USERNAME";
const PASSWORD: &str = "MLFLOW_TRACKING_PASSWORD";

/// What a server is shown. Neither its debug print nor any error repeats a secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials(Kind);

#[derive(Clone, PartialEq, Eq)]
enum Kind {
    None,
    Token(String),
    Basic { username: String, password: String },
}

impl Credentials {
    /// Nothing is shown: for a server without log-in.
    pub fn none() -> Credentials {
        Credentials(Kind::None)
    }

    /// A bearer token.
    ///
    /// # Errors
    /// [`MlflowError::BadCredentials`] where it holds a space or a control character.
    pub fn token(token: &str) -> Result<Credentials, MlflowError> {
        // The builder of headers would refuse it later, and say so less well.
        if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(MlflowError::BadCredentials {
                reason: format!(
                    "the token in {TOKEN} is empty or has a space or a control character: set it anew, without line ends"
                ),
            });
        }
        Ok(Credentials(Kind::Token(token.to_owned())))
    }

    /// A name and a password.
    ///
    /// # Errors
    /// [`MlflowError::BadCredentials`] for a name with a colon, which HTTP cannot carry.
    pub fn basic(username: &str, password: &str) -> Result<Credentials, MlflowError> {
        if username.contains(':') {
            return Err(MlflowError::BadCredentials {
                reason: format!("the name in {USERNAME} has a colon: HTTP allows none there"),
            });
        }
        Ok(Credentials(Kind::Basic {
            username: username.to_owned(),
            password: password.to_owned(),
        }))
    }

    /// What the environment holds, with MLflow's own names and its order: `MLFLOW_TRACKING_USERNAME`
    /// and `MLFLOW_TRACKING_PASSWORD`, else `MLFLOW_TRACKING_TOKEN`, else nothing. Empty is unset.
    ///
    /// # Errors
    /// [`MlflowError::BadCredentials`] for a name without a password or the reverse, and as
    /// [`token`](Credentials::token) and [`basic`](Credentials::basic).
    pub fn from_env() -> Result<Credentials, MlflowError> {
        Credentials::from_lookup(|name| std::env::var(name).ok())
    }

    fn from_lookup(lookup: impl Fn(&str) -> Option<String>) -> Result<Credentials, MlflowError> {
        let set = |name: &str| lookup(name).filter(|value| !value.is_empty());
        match (set(USERNAME), set(PASSWORD), set(TOKEN)) {
            (Some(username), Some(password), _) => Credentials::basic(&username, &password),
            (_, _, Some(token)) => Credentials::token(token.trim()),
            (None, None, None) => Ok(Credentials::none()),
            (Some(_), None, None) => Err(one_without(USERNAME, PASSWORD)),
            (None, Some(_), None) => Err(one_without(PASSWORD, USERNAME)),
        }
    }

    /// Whether there is anything to show.
    pub fn is_none(&self) -> bool {
        self.0 == Kind::None
    }

    /// The one place where a secret leaves this room.
    pub(crate) fn show(&self, request: RequestBuilder) -> RequestBuilder {
        match &self.0 {
            Kind::None => request,
            Kind::Token(token) => request.bearer_auth(token),
            Kind::Basic { username, password } => request.basic_auth(username, Some(password)),
        }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match &self.0 {
            Kind::None => "Credentials(none)",
            Kind::Token(_) => "Credentials(token, redacted)",
            Kind::Basic { .. } => "Credentials(name and password, redacted)",
        })
    }
}

fn one_without(given: &str, missing: &str) -> MlflowError {
    MlflowError::BadCredentials {
        reason: format!("{given} is set and {missing} is not: set both or neither"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(pairs: &[(&str, &str)]) -> Result<Credentials, MlflowError> {
        Credentials::from_lookup(|name| {
            let found = pairs.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn the_environment_is_read_as_mlflow_reads_it() {
        assert!(from(&[(TOKEN, "")]).unwrap().is_none());
        assert_eq!(
            from(&[(TOKEN, "abc\n")]).unwrap(),
            Credentials::token("abc").unwrap()
        );
        let all = [(TOKEN, "abc"), (USERNAME, "anna"), (PASSWORD, "pass word")];
        assert_eq!(
            from(&all).unwrap(),
            Credentials::basic("anna", "pass word").unwrap()
        );
        let error = from(&[(USERNAME, "anna")]).unwrap_err().to_string();
        assert!(error.contains(PASSWORD), "{error}");
    }

    #[test]
    fn no_print_and_no_error_repeats_a_secret() {
        let secrets = [
            Credentials::token("hunter2").unwrap(),
            Credentials::basic("anna", "hunter2").unwrap(),
        ];
        assert!(!format!("{secrets:?}").contains("hunter2"));
        let errors = [
            Credentials::token("hunter2 \u{7}").unwrap_err(),
            Credentials::basic("a:b", "hunter2").unwrap_err(),
            from(&[(PASSWORD, "hunter2")]).unwrap_err(),
        ];
        for error in errors {
            assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
        }
    }
}
