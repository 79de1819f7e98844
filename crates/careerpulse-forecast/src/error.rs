//! Everything that can be wrong with what this crate is given.

use thiserror::Error;

/// What was wrong, where, and what to do about it.
#[derive(Debug, Error, Clone, PartialEq)]
pub enum ForecastError {
    /// A value that is no count: not a number, infinite or negative.
    #[error(
        "{series}, day {day}: {value} is no daily figure; figures are finite and not negative, and a day \
         on which nothing was collected is None"
    )]
    Value {
        /// The series' name.
        series: String,
        /// The day, from 0.
        day: usize,
        /// The value.
        value: f64,
    },
    /// Nothing is known of a series.
    #[error(
        "{series}: no day was collected, so nothing can be said about it; leave the series out"
    )]
    NothingKnown {
        /// The series' name.
        series: String,
    },
    /// No series at all.
    #[error("there is no series to forecast: hand in at least one")]
    NoSeries,
    /// Series of different lengths.
    #[error(
        "{series} has {days} days where the first series has {expected}: hand in all series over the same \
         days, with None for those not collected"
    )]
    Lengths {
        /// The series' name.
        series: String,
        /// Its days.
        days: usize,
        /// Days of the first series.
        expected: usize,
    },
    /// A parameter that must be at least so much.
    #[error("{name} is {value}: set it to at least {least}")]
    TooSmall {
        /// The parameter.
        name: &'static str,
        /// Its value.
        value: usize,
        /// The least value allowed.
        least: usize,
    },
    /// Origins that would all fall on the same weekday.
    #[error(
        "step {step} is a multiple of the season {season}, so that every origin would fall on the same \
         day of the week: choose another, 1 if time allows"
    )]
    Step {
        /// Days between origins.
        step: usize,
        /// Days of a season.
        season: usize,
    },
    /// A level that is no share.
    #[error(
        "interval level {0} is not between 0 and 1: 0.8 asks for intervals that hold 80 % of days"
    )]
    Level(f64),
    /// Not enough days to separate a season from the trend.
    #[error("{days} days are too few for a season of {season}: adjusting needs at least {needed}")]
    ShortSeason {
        /// Days given.
        days: usize,
        /// Days of a season.
        season: usize,
        /// Days needed.
        needed: usize,
    },
    /// The base day lies outside the series.
    #[error("base day {day} does not exist: the series has {days} days, the first is day 0")]
    BaseDay {
        /// The day asked for.
        day: usize,
        /// Days there are.
        days: usize,
    },
    /// The vendor's code failed on figures that were checked.
    #[error("{model} cannot be fitted: {problem}")]
    Fit {
        /// The model.
        model: &'static str,
        /// What it says.
        problem: String,
    },
}
