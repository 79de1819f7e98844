//! Whether what arrives has drifted from what the production model was trained on, and how good that
//! model is now, without labels. Pure functions: no disk, clock or network.
//!
//! A fixed limit on a drift statistic alarms on every small window, so no limit here is fixed. One
//! setting, [`Settings::false_alarm_rate`], is the chance that a window without any drift raises any
//! alarm at all; it is dealt out over the tests that ran. In reading order:
//!
//! 1. [`sample`] holds what is compared: the adverts of the reference and of the window, by column.
//! 2. [`stats`] are the tests and distances, each on plain numbers.
//! 3. [`nulls`] keeps what a statistic does where nothing has changed, so that it is drawn once a version.
//! 4. [`checks`] lists what is watched, and [`measure()`] runs it.
//! 5. [`mod@estimate`] says how good predictions are from their probabilities, and scores itself once labels
//!    arrive.
//! 6. [`mod@language`] and [`hashing`] make columns of texts.

pub mod checks;
pub mod error;
pub mod estimate;
pub mod hashing;
pub mod language;
mod measure;
pub mod nulls;
mod pictures;
pub mod report;
pub mod sample;
pub mod settings;
pub mod stats;
mod words;

pub use checks::{CHECKS, Check, Severity};
pub use error::DriftError;
pub use estimate::{
    ASSUMPTIONS, Estimate, EstimateSettings, Figure, Posteriors, Score, Scored, estimate, score,
};
pub use hashing::hashed_vector;
pub use language::language;
pub use measure::measure;
pub use nulls::{Null, Nulls};
pub use report::{Distribution, Measurement, Report, Share, Skipped};
pub use sample::{Imputed, Sample, Vectors};
pub use settings::Settings;
pub use stats::shares::{Shares, shares};
