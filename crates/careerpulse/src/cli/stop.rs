//! Being asked to end: SIGTERM and Ctrl-C.

use std::io;

use tokio::sync::watch;

use super::exit::Outcome;

/// Whether the program was asked to end; work that goes in steps looks between two of them.
#[derive(Debug, Clone)]
pub struct Asked(watch::Receiver<bool>);

impl Asked {
    /// For work that a signal simply ends.
    pub fn never() -> Self {
        Self(watch::channel(false).1)
    }

    /// Whether it was asked by now.
    pub fn already(&self) -> bool {
        *self.0.borrow()
    }

    /// Ends once it is asked.
    pub async fn yet(&mut self) {
        if self.0.wait_for(|is_asked| *is_asked).await.is_err() {
            // Nobody is left who could ask.
            std::future::pending::<()>().await;
        }
    }
}

/// Does work that heeds the first signal between two steps; the second ends it where it is.
///
/// The work is a task of its own, so that signals are heard while it computes.
///
/// # Errors
/// The work's own failure, or that signals cannot be listened to.
pub async fn heeding<F>(work: impl FnOnce(Asked) -> F) -> anyhow::Result<Outcome>
where
    F: Future<Output = anyhow::Result<Outcome>> + Send + 'static,
{
    let mut signals = Signals::listen()?;
    let (ask, asked) = watch::channel(false);
    let mut work = tokio::spawn(work(Asked(asked)));
    tokio::select! {
        done = &mut work => return outcome(done),
        _ = signals.next() => {}
    }
    tracing::warn!(
        "asked to end: a stage that is under way is finished first, a second signal ends it at once"
    );
    ask.send_replace(true);
    tokio::select! {
        done = &mut work => outcome(done),
        status = signals.next() => Ok(Outcome::Signalled(status)),
    }
}

/// Ends at the first signal; never where signals cannot be listened to.
pub async fn ended() {
    match Signals::listen() {
        Ok(mut signals) => _ = signals.next().await,
        Err(_) => std::future::pending().await,
    }
}

fn outcome(
    done: Result<anyhow::Result<Outcome>, tokio::task::JoinError>,
) -> anyhow::Result<Outcome> {
    match done.map_err(tokio::task::JoinError::try_into_panic) {
        Ok(outcome) => outcome,
        // A panic goes on where the work was waited for, as if it had not been a task.
        Err(Ok(panic)) => std::panic::resume_unwind(panic),
        Err(Err(cancelled)) => Err(cancelled.into()),
    }
}

/// Both signals, listened to from the moment this is made.
struct Signals {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    /// Waits for one, and gives the exit status that shells give for it.
    async fn next(&mut self) -> u8 {
        tokio::select! {
            _ = self.terminate.recv() => 128 + 15,
            _ = self.interrupt.recv() => 128 + 2,
        }
    }
}

#[cfg(not(unix))]
impl Signals {
    fn listen() -> io::Result<Self> {
        Ok(Self {})
    }

    /// Waits for Ctrl-C, and gives the exit status that shells give for it.
    async fn next(&mut self) -> u8 {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        128 + 2
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_is_asked_knows_it_and_who_is_not_waits() {
        let (ask, asked) = watch::channel(false);
        let mut asked = Asked(asked);
        assert!(!asked.already());
        ask.send_replace(true);
        asked.yet().await;
        assert!(asked.already());

        let mut never = Asked::never();
        tokio::select! {
            biased;
            () = never.yet() => panic!("nobody asked"),
            () = tokio::task::yield_now() => {}
        }
        assert!(!never.already());
    }

    #[tokio::test]
    async fn works_own_outcome_comes_through() {
        let done = heeding(|_| async { Ok(Outcome::Refused) }).await.unwrap();
        assert_eq!(done, Outcome::Refused);
        let failed = heeding(|_| async { anyhow::bail!("no") }).await;
        assert_eq!(failed.unwrap_err().to_string(), "no");
    }
}
