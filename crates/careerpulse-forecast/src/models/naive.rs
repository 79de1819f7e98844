//! Seasonal naive (Hyndman & Athanasopoulos 2021, section 5.2): next Monday is like last Monday.

use super::History;

/// The latest known day of the same place in the season, however long ago; `None` where one place was
/// never known.
pub(super) fn predict(history: History<'_>, horizon: usize) -> Option<Vec<f64>> {
    let (known, season) = (history.known, history.season);
    let last_season: Vec<f64> = (0..season)
        .map(|place| {
            let newest = known.len().checked_sub(season)? + place;
            (0..=newest / season).find_map(|k| known[newest - k * season])
        })
        .collect::<Option<_>>()?;
    Some(last_season.into_iter().cycle().take(horizon).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_at_the_end_is_bridged_by_the_week_before() {
        let mut known: Vec<Option<f64>> = (0..14).map(|day| Some(f64::from(day))).collect();
        known[13] = None;
        let history = |known| History {
            known,
            filled: &[],
            season: 7,
        };
        let ahead = predict(history(&known), 8).unwrap();
        assert_eq!(ahead, [7.0, 8.0, 9.0, 10.0, 11.0, 12.0, 6.0, 7.0]);
        assert_eq!(predict(history(&known[..6]), 8), None);
    }
}
