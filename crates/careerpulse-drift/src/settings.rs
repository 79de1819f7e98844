//! How windows are judged.

use serde::{Deserialize, Serialize};

use crate::error::DriftError;

/// Settings of [`measure`](crate::measure()).
///
/// | field | default | purpose | range |
/// |---|---|---|---|
/// | `false_alarm_rate` | 0.01 | chance that a window without drift raises any alarm at all | 0 to 0.5, both excluded |
/// | `draws` | 10000 | draws of a resampled null distribution, at least; more where the rate asks for them | 100 to 1,000,000 |
/// | `vector_draws` | 2000 | the same for statistics of vectors, each of which costs a pass over the vectors | 100 to 1,000,000 |
/// | `min_rows` | 30 | rows of its own that a check needs in the reference and in the window | at least 2 |
/// | `seed` | 42 | seed of all draws | |
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// Chance of any alarm in a window without drift.
    pub false_alarm_rate: f64,
    /// Draws of a resampled null distribution.
    pub draws: usize,
    /// Draws where each is a pass over the vectors.
    pub vector_draws: usize,
    /// Rows that a check needs on either side.
    pub min_rows: usize,
    /// Seed of all draws.
    pub seed: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            false_alarm_rate: 0.01,
            draws: 10_000,
            vector_draws: 2_000,
            min_rows: 30,
            seed: 42,
        }
    }
}

impl Settings {
    /// Errors on the first setting out of its range.
    pub(crate) fn check(&self) -> Result<(), DriftError> {
        let rate = self.false_alarm_rate;
        if !(rate > 0.0 && rate < 0.5) {
            return Err(DriftError::Setting {
                name: "false_alarm_rate",
                value: rate,
                expected: "above 0 and below 0.5",
            });
        }
        for (name, draws) in [("draws", self.draws), ("vector_draws", self.vector_draws)] {
            if !(100..=1_000_000).contains(&draws) {
                return Err(DriftError::Setting {
                    name,
                    value: draws as f64,
                    expected: "from 100 to 1,000,000",
                });
            }
        }
        if self.min_rows < 2 {
            return Err(DriftError::Setting {
                name: "min_rows",
                value: self.min_rows as f64,
                expected: "at least 2",
            });
        }
        Ok(())
    }
}
