//! The mean of the latest days, whatever the weekday.

use super::History;
use super::weekday::LEVEL_SEASONS;

/// The mean of the latest 28 known days; `None` where there are not so many.
pub(super) fn predict(history: History<'_>, horizon: usize) -> Option<Vec<f64>> {
    let days = LEVEL_SEASONS * history.season;
    let latest: Vec<f64> = (history.known.iter().rev().flatten())
        .take(days)
        .copied()
        .collect();
    (latest.len() == days).then(|| vec![latest.iter().sum::<f64>() / days as f64; horizon])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_days_are_passed_over() {
        let mut known = vec![Some(100.0); 10];
        known.extend([Some(2.0); 27]);
        known.extend([None, Some(3.0)]);
        let history = |known| History {
            known,
            filled: &[],
            season: 7,
        };
        let mean = (27.0 * 2.0 + 3.0) / 28.0;
        assert_eq!(predict(history(&known), 2), Some(vec![mean; 2]));
        assert_eq!(predict(history(&known[..20]), 2), None);
    }
}
