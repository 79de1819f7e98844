//! The forecast and its backtest, found by category.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::data::{BacktestRow, ForecastRow};
use crate::error::ReportError;
use crate::series::{known, repeated};

/// Days ahead that are shown at most.
const LONGEST: usize = 92;
/// What the yardstick of the backtest is called.
const YARDSTICK: &str = "seasonal_naive";

/// The forecast of every category, a row per day after the last known one.
pub struct Ahead<'a> {
    /// How many days are forecast.
    pub days: usize,
    by_key: BTreeMap<&'a str, Vec<Option<&'a ForecastRow>>>,
}

/// How the chosen model of a category did.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Score {
    pub model: String,
    pub rmsse: Option<f64>,
    /// Error of the seasonal naive forecast.
    pub yardstick: Option<f64>,
    pub coverage80: Option<f64>,
    pub coverage95: Option<f64>,
    pub beats: bool,
}

impl<'a> Ahead<'a> {
    /// The rows of days after `last`.
    ///
    /// # Errors
    /// [`ReportError::Repeated`] where a day and category has two rows.
    pub fn new(rows: &'a [ForecastRow], last: NaiveDate) -> Result<Self, ReportError> {
        let place = |row: &ForecastRow| {
            let place = usize::try_from((row.date - last).num_days() - 1).ok()?;
            (place < LONGEST).then_some(place)
        };
        let days = rows
            .iter()
            .filter_map(place)
            .max()
            .map_or(0, |most| most + 1);
        let mut by_key: BTreeMap<&str, Vec<Option<&ForecastRow>>> = BTreeMap::new();
        for row in rows {
            let Some(place) = place(row) else { continue };
            let rows = by_key
                .entry(&row.category)
                .or_insert_with(|| vec![None; days]);
            if rows[place].replace(row).is_some() {
                return Err(repeated("demand_forecast", row.date, &row.category));
            }
        }
        Ok(Self { days, by_key })
    }

    /// A category's forecast: a row per day ahead, `None` where there is none.
    pub fn of(&self, key: &str) -> Vec<Option<&'a ForecastRow>> {
        let rows = self.by_key.get(key).cloned();
        rows.unwrap_or_else(|| vec![None; self.days])
    }
}

/// The sum of a figure over the days ahead, where all of them are known.
pub fn sum(rows: &[Option<&ForecastRow>], of: fn(&ForecastRow) -> Option<f64>) -> Option<f64> {
    let sum: Option<f64> = rows.iter().map(|row| known(row.and_then(of))).sum();
    sum.filter(|_| !rows.is_empty())
}

/// How the chosen model of a category did, if it was backtested.
pub fn score(rows: &[BacktestRow], key: &str) -> Option<Score> {
    let of_category = || rows.iter().filter(|row| row.category == key);
    let chosen = of_category().find(|row| row.chosen)?;
    let yardstick = of_category().find(|row| row.model == YARDSTICK);
    Some(Score {
        model: chosen.model.clone(),
        rmsse: known(chosen.rmsse),
        yardstick: yardstick.and_then(|row| known(row.rmsse)),
        coverage80: known(chosen.coverage80),
        coverage95: known(chosen.coverage95),
        beats: chosen.beats_seasonal_naive,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(day: u32, mean: f64) -> ForecastRow {
        ForecastRow {
            date: NaiveDate::from_ymd_opt(2026, 3, day).unwrap(),
            category: "Sales".to_owned(),
            mean: Some(mean),
            ..ForecastRow::default()
        }
    }

    #[test]
    fn days_that_are_over_are_no_forecast_and_a_gap_leaves_the_sum_unknown() {
        let last = NaiveDate::from_ymd_opt(2026, 3, 10).unwrap();
        let rows = [row(10, 99.0), row(12, 3.0), row(11, 2.0)];
        let ahead = Ahead::new(&rows, last).unwrap();
        assert_eq!(sum(&ahead.of("Sales"), |row| row.mean), Some(5.0));
        assert_eq!(sum(&ahead.of("Law"), |row| row.mean), None);
        let rows = [row(11, 2.0), row(13, 3.0)];
        let ahead = Ahead::new(&rows, last).unwrap();
        assert_eq!(sum(&ahead.of("Sales"), |row| row.mean), None);
        let twice = [row(11, 2.0), row(11, 3.0)];
        assert!(Ahead::new(&twice, last).is_err());
    }

    #[test]
    fn the_chosen_model_stands_beside_the_yardstick() {
        let backtest = |model: &str, rmsse: f64, chosen: bool| BacktestRow {
            category: "Sales".to_owned(),
            model: model.to_owned(),
            rmsse: Some(rmsse),
            chosen,
            ..BacktestRow::default()
        };
        let rows = [backtest("ets", 0.8, true), backtest(YARDSTICK, 1.1, false)];
        let score = score(&rows, "Sales").unwrap();
        assert_eq!((score.rmsse, score.yardstick), (Some(0.8), Some(1.1)));
        assert_eq!(super::score(&rows, "Law"), None);
    }
}
