//! The second home during a stage: what goes wrong there is said, and the stage goes on.

use crate::error::UserError;

use super::Tracker;

/// Calls to the second home; after one that failed there are no more, so that a server that is gone
/// costs one time limit and not one per call.
pub struct Mirror<'a> {
    tracker: &'a dyn Tracker,
    failure: Option<String>,
    remarks: Vec<String>,
}

impl<'a> Mirror<'a> {
    /// No call has failed yet.
    pub fn new(tracker: &'a dyn Tracker) -> Mirror<'a> {
        Mirror {
            tracker,
            failure: None,
            remarks: Vec::new(),
        }
    }

    /// Shows a sweep's runs there.
    pub async fn sweep(&mut self, sweep_key: &str) {
        if self.failure.is_none() {
            let done = self.tracker.sweep(sweep_key).await;
            self.note(done.err());
        }
    }

    /// Shows versions and aliases there.
    pub async fn registry(&mut self) {
        if self.failure.is_none() {
            let done = self.tracker.registry().await;
            self.note(done.err());
        }
    }

    /// Takes a production version that was chosen there into the ledger; where the server cannot be
    /// asked, the ledger stands as it is.
    ///
    /// # Errors
    /// [`UserError`] where the choice is one that only a person can put right.
    pub async fn heed(&mut self) -> anyhow::Result<()> {
        if self.failure.is_some() {
            return Ok(());
        }
        match self.tracker.heed().await {
            Ok(said) => self.remarks.extend(said),
            Err(e) if e.downcast_ref::<UserError>().is_some() => return Err(e),
            Err(e) => self.note(Some(e)),
        }
        Ok(())
    }

    /// What there is to say of it.
    pub fn into_remarks(self) -> Vec<String> {
        let failure = self.failure.map(|why| {
            format!("MLflow is not up to date ({why}); the lake is, and `careerpulse mlflow sync` completes it")
        });
        self.remarks.into_iter().chain(failure).collect()
    }

    fn note(&mut self, error: Option<anyhow::Error>) {
        if let Some(error) = error {
            let words = format!("{error:#}");
            tracing::warn!(error = words, "MLflow does not follow");
            self.failure = Some(words);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures::future::BoxFuture;

    use super::*;

    /// Fails whatever it is asked for, and counts how often that was.
    struct Gone(AtomicUsize);

    impl Gone {
        fn asked<T: Send + 'static>(&self) -> BoxFuture<'_, anyhow::Result<T>> {
            self.0.fetch_add(1, Ordering::Relaxed);
            Box::pin(std::future::ready(Err(anyhow::anyhow!("no answer"))))
        }
    }

    impl Tracker for Gone {
        fn sweep<'a>(&'a self, _: &'a str) -> BoxFuture<'a, anyhow::Result<()>> {
            self.asked()
        }

        fn registry(&self) -> BoxFuture<'_, anyhow::Result<()>> {
            self.asked()
        }

        fn heed(&self) -> BoxFuture<'_, anyhow::Result<Option<String>>> {
            self.asked()
        }
    }

    #[tokio::test]
    async fn a_server_that_is_gone_is_asked_once_and_named_once() {
        let gone = Gone(AtomicUsize::new(0));
        let mut mirror = Mirror::new(&gone);
        mirror.heed().await.unwrap();
        mirror.sweep("s").await;
        mirror.registry().await;
        assert_eq!(gone.0.load(Ordering::Relaxed), 1);
        let remarks = mirror.into_remarks();
        assert_eq!(remarks.len(), 1);
        assert!(remarks[0].contains("no answer") && remarks[0].contains("mlflow sync"));
    }
}
