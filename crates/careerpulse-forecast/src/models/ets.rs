//! Exponential smoothing of whole weeks, dealt out to weekdays.
//!
//! The vendor's smoothing knows no seasons, and daily counts of small categories are mostly noise, so
//! days are added up to weeks, smoothed, and split again by each weekday's share: aggregate and
//! disaggregate (ADIDA, Nikolopoulos et al. 2011), which serves intermittent series too. The vendor draws
//! random numbers for simulated intervals alone, which are never asked for.

use augurs_core::{Fit as _, Predict as _};
use augurs_ets::AutoETS;

use super::History;
use super::weekday::shares;
use crate::fill::fill;

/// Weeks that smoothing with a damped trend needs to be told apart from one without.
const MIN_WEEKS: usize = 10;

/// Weeks it looks back: two years, older ones being all but forgotten by any smoothing worth its time.
const MAX_WEEKS: usize = 104;

/// ETS of Hyndman et al. (2002, 2008) with additive errors and without season; no trend, a trend or a
/// damped one, by AICc. `None` under ten whole weeks.
pub(super) fn predict(history: History<'_>, horizon: usize) -> Option<Vec<f64>> {
    let (known, season) = (history.known, history.season);
    let shares = shares(known, season)?;
    let weeks = weekly_totals(known, season, &shares)?;
    if weeks.len() < MIN_WEEKS {
        return None;
    }
    let ahead = horizon.div_ceil(season);
    let recent = weeks.len().saturating_sub(MAX_WEEKS);
    let totals = smooth(&weeks[recent..], ahead)?;
    // The origin ends a whole week, so that the weeks ahead start with the next day.
    Some(
        (0..horizon)
            .map(|day| totals[day / season] * shares[(known.len() + day) % season] / season as f64)
            .collect(),
    )
}

/// The next weeks' totals.
fn smooth(weeks: &[f64], ahead: usize) -> Option<Vec<f64>> {
    // A likelihood needs an error to be of some size.
    if weeks.iter().all(|week| week == &weeks[0]) {
        return Some(vec![weeks[0]; ahead]);
    }
    let fitted = AutoETS::new(1, "AZN").ok()?.fit(weeks).ok()?;
    Some(fitted.predict(ahead, None).ok()?.point)
}

/// Totals of the whole weeks that end with the last day, oldest first; what a week's unknown days would
/// have brought is scaled up from its known ones, and a week without any from the weeks around it.
fn weekly_totals(known: &[Option<f64>], season: usize, shares: &[f64]) -> Option<Vec<f64>> {
    let first = known.len() % season;
    let totals: Vec<Option<f64>> = known[first..]
        .chunks_exact(season)
        .enumerate()
        .map(|(week, days)| {
            let (mut sum, mut weight) = (0.0, 0.0);
            for (place, value) in days.iter().enumerate() {
                if let Some(value) = value {
                    sum += value;
                    weight += shares[(first + week * season + place) % season];
                }
            }
            match weight > 0.0 {
                true => Some(sum * season as f64 / weight),
                false => days.iter().all(Option::is_some).then_some(sum),
            }
        })
        .collect();
    fill(&totals, 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_with_unknown_days_is_scaled_up() {
        let shares = [1.5, 1.5, 1.5, 1.0, 1.0, 0.5, 0.0];
        let mut known: Vec<Option<f64>> = (0..30).map(|day| Some(shares[day % 7] * 2.0)).collect();
        let near = |totals: &[f64]| totals.iter().all(|total| (total - 14.0).abs() < 1e-9);
        for gap in [29, 5, 12, 13, 14, 15, 16, 17, 18, 19] {
            known[gap] = None;
            let totals = weekly_totals(&known, 7, &shares).unwrap();
            assert!(totals.len() == 4 && near(&totals), "{totals:?}");
        }
    }

    #[test]
    fn weekdays_ahead_fall_in_their_place() {
        let rhythm = [5.0, 6.0, 6.0, 5.0, 4.0, 1.0, 0.0];
        let known: Vec<Option<f64>> = (0..100).map(|day| Some(rhythm[day % 7])).collect();
        let history = History {
            known: &known,
            filled: &[],
            season: 7,
        };
        let ahead = predict(history, 10).unwrap();
        for (day, value) in ahead.iter().enumerate() {
            assert!((value - rhythm[(100 + day) % 7]).abs() < 1e-9, "{ahead:?}");
        }
    }
}
