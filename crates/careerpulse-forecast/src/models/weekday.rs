//! A stable weekly rhythm times the present level, which serves small and intermittent counts.

use super::History;

/// Seasons that the present level is taken from.
pub(super) const LEVEL_SEASONS: usize = 4;

/// Seasons that the rhythm is taken from: half a year, for it changes slowly and small counts are noisy.
const RHYTHM_SEASONS: usize = 26;

/// The level of the latest four seasons times each place's share; `None` where a place of the season
/// or the level is not known.
///
/// Level and rhythm are ratios of sums over known days, the maximum-likelihood estimates of Poisson
/// counts whose mean is level times share; so a missing Sunday lowers nothing.
pub(super) fn predict(history: History<'_>, horizon: usize) -> Option<Vec<f64>> {
    let (known, season) = (history.known, history.season);
    let shares = shares(known, season)?;
    let recent = known.len().saturating_sub(LEVEL_SEASONS * season)..known.len();
    let (mut sum, mut weight) = (0.0, 0.0);
    for day in recent {
        if let Some(value) = known[day] {
            sum += value;
            weight += shares[day % season];
        }
    }
    // Known days of shares 0 alone tell nothing of the level, unless nothing was ever posted.
    let level = match (weight > 0.0, shares.iter().all(|&share| share == 0.0)) {
        (true, _) => sum / weight,
        (false, true) => 0.0,
        (false, false) => return None,
    };
    let ahead = known.len()..known.len() + horizon;
    Some(ahead.map(|day| level * shares[day % season]).collect())
}

/// Each place's mean over the mean of all places, by the day's number modulo the season; `None` where
/// one is not known. All zeros where nothing was ever posted.
pub(super) fn shares(known: &[Option<f64>], season: usize) -> Option<Vec<f64>> {
    let from = known.len().saturating_sub(RHYTHM_SEASONS * season);
    let mut sums = vec![(0.0, 0usize); season];
    for (day, value) in known.iter().enumerate().skip(from) {
        if let Some(value) = value {
            sums[day % season].0 += value;
            sums[day % season].1 += 1;
        }
    }
    let means: Vec<f64> = (sums.into_iter())
        .map(|(sum, days)| (days > 0).then(|| sum / days as f64))
        .collect::<Option<_>>()?;
    let mean = means.iter().sum::<f64>() / season as f64;
    Some(match mean > 0.0 {
        true => means.into_iter().map(|one| one / mean).collect(),
        false => means,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn predicted(known: &[Option<f64>], horizon: usize) -> Option<Vec<f64>> {
        let history = History {
            known,
            filled: &[],
            season: 7,
        };
        predict(history, horizon)
    }

    #[test]
    fn rhythm_and_level_are_told_apart() {
        let rhythm = [2.0, 2.0, 2.0, 2.0, 2.0, 1.0, 0.5];
        let expected: Vec<f64> = rhythm.iter().map(|share| share * 9.0).collect();
        let check = |known: &[Option<f64>]| {
            let ahead = predicted(known, 7).expect("every weekday is known");
            for (one, other) in ahead.iter().zip(&expected) {
                assert!((one - other).abs() < 1e-9, "{ahead:?}");
            }
        };
        let level = |day| if day < 42 { 3.0 } else { 9.0 };
        let risen = (0..70).map(|day| Some(rhythm[day % 7] * level(day)));
        check(&risen.collect::<Vec<_>>());
        // Mondays and Sundays not collected of late leave rhythm and level what they are.
        let mut holes: Vec<_> = (0..70).map(|day| Some(rhythm[day % 7] * 9.0)).collect();
        for day in [49, 56, 62, 63, 69] {
            holes[day] = None;
        }
        check(&holes);
    }

    #[test]
    fn a_weekday_never_known_is_no_forecast_and_nothing_posted_is_zero() {
        let no_sundays: Vec<Option<f64>> =
            (0..28).map(|day| (day % 7 != 6).then_some(1.0)).collect();
        assert_eq!(predicted(&no_sundays, 7), None);
        assert_eq!(predicted(&[Some(0.0); 28], 2), Some(vec![0.0; 2]));
    }
}
