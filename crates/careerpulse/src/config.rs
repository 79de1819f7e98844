//! Settings, a struct per stage: what can be set, and the defaults.

mod bronze;
mod check;
mod demand;
mod expectations;
mod features;
mod infer;
mod load;
mod monitor;
mod postings;
mod promote;
mod serve;
mod tracking;
mod train;
pub mod word;

use serde::{Deserialize, Serialize};

pub use bronze::Bronze;
pub use demand::Demand;
pub use expectations::{Expectations, OwnExpectation, SHIPPED, Shipped};
pub use features::{EncoderMode, Features};
pub use infer::Infer;
pub use load::{DEFAULT_FILE, known_variables, load};
pub use monitor::{Monitor, Retrain};
pub use postings::{Gold, Silver};
pub use promote::Promote;
pub use serve::{Serve, TOKEN_VARIABLE};
pub use tracking::Tracking;
pub use train::Train;

use crate::clock::Clock;

/// Everything that can be set. Each key has an environment name: `CAREERPULSE_` and its path in
/// capitals, so `[bronze] max_requests` is `CAREERPULSE_BRONZE_MAX_REQUESTS`. Environment beats file.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The lake's folder (`CAREERPULSE_LAKE`).
    pub lake: String,
    /// Settings of the `bronze` stage.
    pub bronze: Bronze,
    /// Settings of the `silver` stage.
    pub silver: Silver,
    /// Settings of the `gold` stage.
    pub gold: Gold,
    /// Settings of the `features` stage.
    pub features: Features,
    /// Settings of the `train` stage.
    pub train: Train,
    /// When `run` trains a new version.
    pub retrain: Retrain,
    /// Settings of the `promote` stage.
    pub promote: Promote,
    /// Settings of the `infer` stage.
    pub infer: Infer,
    /// Settings of the `demand` stage.
    pub demand: Demand,
    /// Settings of the `monitor` stage.
    pub monitor: Monitor,
    /// Where the dashboard listens.
    pub serve: Serve,
    /// Where runs and versions are shown beside the lake.
    pub tracking: Tracking,
    /// What rows of the tables are expected to be.
    pub expectations: Expectations,
    /// The clock that everything goes by: `--now` and `CAREERPULSE_NOW` start it at another moment.
    /// It belongs to one start of the program, so a file cannot set it.
    #[serde(skip)]
    pub clock: Clock,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            lake: "./lake".into(),
            bronze: Bronze::default(),
            silver: Silver::default(),
            gold: Gold::default(),
            features: Features::default(),
            train: Train::default(),
            retrain: Retrain::default(),
            promote: Promote::default(),
            infer: Infer::default(),
            demand: Demand::default(),
            monitor: Monitor::default(),
            serve: Serve::default(),
            tracking: Tracking::default(),
            expectations: Expectations::default(),
            clock: Clock::default(),
        }
    }
}
