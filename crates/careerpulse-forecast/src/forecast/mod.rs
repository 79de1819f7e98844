//! Forecasts of all series and their total: what is asked for, what comes out, and the way between.

mod choose;
mod conformal;
mod decide;
mod panel;
pub(crate) mod reconcile;
mod report;
mod tally;

use serde::{Deserialize, Serialize};

use crate::error::ForecastError;
use crate::models::Model;
use crate::series::{Series, check_values};
use decide::decide;
use panel::build_panel;
use report::report;

/// What is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct ForecastParams {
    /// Days ahead.
    pub horizon: usize,
    /// Days of a season.
    pub season: usize,
    /// Shares of days that the intervals are to hold.
    pub levels: Vec<f64>,
    /// Days between backtest origins; never a multiple of the season, so that origins fall on all weekdays.
    pub step: usize,
    /// Backtest origins at most, the last one a step before the end. The later half is reported on.
    pub origins: usize,
}

impl Default for ForecastParams {
    /// Four weeks ahead at 80 % and 95 %, tried from each of the latest 168 days.
    fn default() -> Self {
        Self {
            horizon: 28,
            season: 7,
            levels: vec![0.80, 0.95],
            step: 1,
            origins: 168,
        }
    }
}

/// Forecasts that add up: on every day the total is the sum of the categories' means, to the bit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Forecasts {
    /// One for each series, in their order.
    pub categories: Vec<SeriesForecast>,
    /// The total, with intervals of its own.
    pub total: SeriesForecast,
    /// How categories and total were made to agree.
    pub reconciliation: Reconciliation,
    /// Levels of the intervals, in the order of [`Point::intervals`].
    pub levels: Vec<f64>,
    /// Backtest origins that scores and coverage are reported on; earlier ones only chose and calibrated.
    pub reported_origins: usize,
}

/// How categories and total are made to agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reconciliation {
    /// The total is the sum of the categories' own forecasts.
    BottomUp,
    /// The total's own forecast moves the categories, each by its share of the errors' variance.
    MinT,
}

/// The forecast of one series.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SeriesForecast {
    /// The series' name, `total` for the total.
    pub name: String,
    /// The model that its own forecast comes from. The total's is heard only in
    /// [`Reconciliation::MinT`]; otherwise its points are the categories' sum.
    pub model: Model,
    /// Why that one.
    pub basis: Basis,
    /// One for each day ahead, the first is the day after the last.
    pub points: Vec<Point>,
    /// How what was published, had this been run on each reported origin, would have done: model,
    /// reconciliation and intervals taken from what was known on that day.
    pub backtest: Score,
    /// How each candidate would have done on its own, seasonal naive first.
    pub candidates: Vec<CandidateScore>,
}

/// Why a model is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// It has the smallest error of all candidates in the backtest.
    Best,
    /// No candidate has a smaller error than seasonal naive, which is used.
    NoneBeatsSeasonalNaive,
    /// There are too few days to compare models: seasonal naive is used.
    NoBacktest,
    /// There are less than two seasons: the mean of what is known is used, without intervals.
    TooShort,
}

/// One day ahead.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// What is expected, never below 0.
    pub mean: f64,
    /// One for each level; `None` where too few errors are known to tell.
    pub intervals: Vec<Option<Interval>>,
}

/// A range that holds the day's figure with the level's share.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// Never below 0 nor above the mean.
    pub lower: f64,
    /// Never below the mean.
    pub upper: f64,
}

/// Errors and coverage over the reported origins and all days ahead that are known by now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// Root mean squared scaled error (Hyndman & Koehler 2006; M5): against the one-season-ahead seasonal
    /// naive error before the first reported origin. `None` where that is 0 or nothing can be scored.
    pub rmsse: Option<f64>,
    /// Mean absolute error; `None` where nothing can be scored.
    pub mae: Option<f64>,
    /// Whether the squared error is below seasonal naive's on the same days; `None` where nothing can be scored.
    pub beats_seasonal_naive: Option<bool>,
    /// Origins that were scored.
    pub origins: usize,
    /// One for each level.
    pub coverage: Vec<Coverage>,
}

/// How often intervals held the day's figure; errors after an origin took no part in its intervals.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Coverage {
    /// Days ahead whose figure lay within.
    pub held: usize,
    /// Days ahead that had an interval and a figure.
    pub days: usize,
}

impl Coverage {
    /// The share of days held; `None` without any.
    #[must_use]
    pub fn share(self) -> Option<f64> {
        (self.days > 0).then(|| self.held as f64 / self.days as f64)
    }
}

/// One candidate's score, before reconciliation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CandidateScore {
    /// The candidate.
    pub model: Model,
    /// Its score.
    pub score: Score,
}

/// Forecasts every series and their total.
///
/// Each candidate forecasts from each of the latest `origins` days, from earlier days alone. On an
/// origin, the model of each series is the one whose squared error relative to seasonal naive's is
/// smallest over all figures known on that day; RMSSE ranks alike, for its scale is the same for
/// all. MinT with diagonal weights (Wickramasuriya, Athanasopoulos & Hyndman 2019) replaces bottom-up
/// where the mean RMSSE, half from the total, was smaller. Intervals are split conformal with scores
/// scaled by a count's spread (Vovk et al. 2005; Lei et al. 2018, section 5.2) over a sliding window of
/// past errors (EnbPI, Xu & Xie 2021), for each day ahead on its own. The later half of origins goes
/// through all of that as if each were today, which is what [`SeriesForecast::backtest`] tells: neither
/// the choice nor the calibration saw the days it is scored on.
///
/// Results do not depend on the number of threads.
///
/// # Errors
/// No series, different lengths, a value that is no daily figure, a series of which nothing is known,
/// and parameters out of range.
pub fn forecast(series: &[Series], params: &ForecastParams) -> Result<Forecasts, ForecastError> {
    check(series, params)?;
    let panel = build_panel(series, params);
    let now = panel.origins.len() - 1;
    let decision = decide(&panel, now);
    Ok(report(&panel, &decision))
}

fn check(series: &[Series], params: &ForecastParams) -> Result<(), ForecastError> {
    for (name, value, least) in [
        ("horizon", params.horizon, 1),
        ("season", params.season, 2),
        ("step", params.step, 1),
    ] {
        if value < least {
            return Err(ForecastError::TooSmall { name, value, least });
        }
    }
    if params.step.is_multiple_of(params.season) {
        return Err(ForecastError::Step {
            step: params.step,
            season: params.season,
        });
    }
    if let Some(&level) = (params.levels.iter()).find(|&&level| !(level > 0.0 && level < 1.0)) {
        return Err(ForecastError::Level(level));
    }
    let expected = series.first().ok_or(ForecastError::NoSeries)?.values.len();
    for one in series {
        if one.values.len() != expected {
            return Err(ForecastError::Lengths {
                series: one.name.clone(),
                days: one.values.len(),
                expected,
            });
        }
        check_values(&one.name, &one.values)?;
        if one.values.iter().all(Option::is_none) {
            return Err(ForecastError::NothingKnown {
                series: one.name.clone(),
            });
        }
    }
    Ok(())
}
