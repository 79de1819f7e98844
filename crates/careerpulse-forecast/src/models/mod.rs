//! The candidates: each reads the days before an origin and says what the next days will bring.

mod ets;
mod mean;
mod mstl;
mod naive;
mod weekday;

use serde::{Deserialize, Serialize};

use crate::smooth::mean_known;

/// A way to forecast one series.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Model {
    /// The last known day of the same place in the season: what every other model must beat.
    SeasonalNaive,
    /// The mean of the latest four seasons' days, the same for every day ahead.
    Mean28,
    /// The level of the latest four seasons times each weekday's share of half a year.
    WeekdayMean,
    /// Exponential smoothing of whole weeks, chosen by AICc, dealt out to weekdays.
    Ets,
    /// Seasonal-trend decomposition by LOESS with exponential smoothing of what is left.
    Mstl,
    /// The mean of the few known days: no candidate, but what is left under two seasons.
    KnownMean,
}

impl Model {
    /// All candidates, seasonal naive first.
    pub const ALL: [Model; 5] = [
        Model::SeasonalNaive,
        Model::Mean28,
        Model::WeekdayMean,
        Model::Ets,
        Model::Mstl,
    ];

    /// As it is written in tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Model::SeasonalNaive => "seasonal_naive",
            Model::Mean28 => "mean_28",
            Model::WeekdayMean => "weekday_mean",
            Model::Ets => "ets",
            Model::Mstl => "mstl",
            Model::KnownMean => "known_mean",
        }
    }
}

impl std::fmt::Display for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// What a model may look at: the days before the origin.
#[derive(Debug, Clone, Copy)]
pub(crate) struct History<'a> {
    /// From the first known day on, which is known; `None` for days not collected.
    pub known: &'a [Option<f64>],
    /// The same days with the unknown ones filled in from these days alone.
    pub filled: &'a [f64],
    /// Days of a season.
    pub season: usize,
}

/// The next `horizon` days, none below 0; `None` where the history is too short for the model.
pub(crate) fn predict(model: Model, history: History<'_>, horizon: usize) -> Option<Vec<f64>> {
    let mut ahead = match model {
        Model::SeasonalNaive => naive::predict(history, horizon),
        Model::Mean28 => mean::predict(history, horizon),
        Model::WeekdayMean => weekday::predict(history, horizon),
        Model::Ets => ets::predict(history, horizon),
        Model::Mstl => mstl::predict(history, horizon),
        Model::KnownMean => mean_known(history.known, 1).map(|mean| vec![mean; horizon]),
    }?;
    for value in &mut ahead {
        *value = value.max(0.0);
    }
    ahead.iter().all(|value| value.is_finite()).then_some(ahead)
}
