//! Searches that answer page by page.

use std::future::Future;

use crate::error::MlflowError;

/// One page: its results, and the token of the next one.
pub(crate) type Page<T> = (Vec<T>, Option<String>);

/// All results of a search, in order; `fetch` is given the token of the page it is to fetch.
///
/// # Errors
/// Those of `fetch`, and [`MlflowError::Malformed`] where a page leads to itself.
pub(crate) async fn all<T, F>(
    server: &str,
    call: &str,
    mut fetch: impl FnMut(Option<String>) -> F,
) -> Result<Vec<T>, MlflowError>
where
    F: Future<Output = Result<Page<T>, MlflowError>>,
{
    let mut results = Vec::new();
    let mut token: Option<String> = None;
    loop {
        let (page, next) = fetch(token.clone()).await?;
        results.extend(page);
        let next = next.filter(|next| !next.is_empty());
        if next.is_none() {
            return Ok(results);
        }
        if next == token {
            return Err(MlflowError::Malformed {
                server: server.to_owned(),
                call: call.to_owned(),
                reason: "a page of results leads to itself".to_owned(),
            });
        }
        token = next;
    }
}
