//! The newest moment of the lake, renewed behind those who ask.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use careerpulse_dashboard::source::SourceError;
use tokio::sync::{Mutex, OwnedMutexGuard};

use super::crawls::latest_crawl;
use super::demand::demand;
use super::lines::labelled;
use super::moment::{Moment, Site, failed};
use super::monitoring::monitoring;
use super::outlook::outlook;
use super::overview::warm_counts;
use super::predicted::predicted;
use super::segments::segments;
use super::suspects::suspects;

/// Between two looks at the lake.
const LOOK: Duration = Duration::from_millis(25);
/// How long a moment is shown that is known to be over, while the next is made; then those who ask wait.
const GRACE: Duration = Duration::from_secs(2);

/// The newest moment that is whole.
pub struct Newest {
    site: Arc<Site>,
    shown: RwLock<Option<Shown>>,
    renewing: Arc<Mutex<()>>,
}

#[derive(Clone)]
struct Shown {
    moment: Arc<Moment>,
    /// When it was last seen to be the lake's newest.
    confirmed: Instant,
}

impl Newest {
    /// Nothing is read before somebody asks.
    pub fn new(site: Site) -> Self {
        Self {
            site: Arc::new(site),
            shown: RwLock::default(),
            renewing: Arc::default(),
        }
    }

    /// The lake as it is now, or was at most [`GRACE`] ago: while a run writes and views are computed
    /// anew, the former ones are shown.
    ///
    /// # Errors
    /// When the lake cannot be listed.
    pub async fn moment(self: &Arc<Self>) -> Result<Arc<Moment>, SourceError> {
        let Some(shown) = self.shown() else {
            return self.renewed().await;
        };
        let age = shown.confirmed.elapsed();
        if age < LOOK {
            return Ok(shown.moment);
        }
        // Who renews it holds this, and nobody else needs to look.
        let Ok(turn) = Arc::clone(&self.renewing).try_lock_owned() else {
            return match age < GRACE {
                true => Ok(shown.moment),
                false => self.renewed().await,
            };
        };
        if shown.moment.pinned.is_newest() {
            self.show(Arc::clone(&shown.moment));
            return Ok(shown.moment);
        }
        let newest = Arc::clone(self);
        let renewal = tokio::spawn(async move { newest.renew(turn).await });
        match age < GRACE {
            true => Ok(shown.moment),
            false => renewal
                .await
                .map_err(|e| SourceError::Failed(Box::new(e)))?,
        }
    }

    /// The lake as it is now.
    ///
    /// # Errors
    /// When it cannot be listed.
    pub async fn renewed(&self) -> Result<Arc<Moment>, SourceError> {
        let turn = Arc::clone(&self.renewing).lock_owned().await;
        self.renew(turn).await
    }

    /// Makes the next moment where there is one to make, and shows it.
    async fn renew(&self, _turn: OwnedMutexGuard<()>) -> Result<Arc<Moment>, SourceError> {
        let shown = self.shown();
        let pinned = match &shown {
            Some(shown) if shown.moment.pinned.is_newest() => {
                self.show(Arc::clone(&shown.moment));
                return Ok(Arc::clone(&shown.moment));
            }
            Some(shown) => shown.moment.pinned.renewed().await,
            None => self.site.lake.pin().await,
        };
        let moment = Moment::new(pinned.map_err(failed)?, Arc::clone(&self.site));
        let moment = Arc::new(moment);
        if shown.is_some() {
            warm(&moment).await;
        }
        self.show(Arc::clone(&moment));
        Ok(moment)
    }

    fn shown(&self) -> Option<Shown> {
        let shown = self.shown.read().unwrap_or_else(PoisonError::into_inner);
        shown.clone()
    }

    fn show(&self, moment: Arc<Moment>) {
        let mut shown = self.shown.write().unwrap_or_else(PoisonError::into_inner);
        *shown = Some(Shown {
            moment,
            confirmed: Instant::now(),
        });
    }
}

/// Computes what takes long and whose tables have changed, one after another, so that those who ask
/// meanwhile have the processor too. What fails will fail for whoever asks.
async fn warm(moment: &Arc<Moment>) {
    let _ = demand(moment).await;
    let _ = segments(moment).await;
    let _ = outlook(moment).await;
    let _ = labelled(moment).await;
    let _ = predicted(moment).await;
    let _ = warm_counts(moment).await;
    let _ = latest_crawl(moment).await;
    let _ = suspects(moment).await;
    let _ = monitoring(moment).await;
}
