//! Seven-day means, over the days that are known.

/// Days of a week, which the mean takes the weekly rhythm out of.
pub const WEEK: usize = 7;
/// Fewest known days that a week's mean is made of: the majority.
const ENOUGH: usize = 4;

/// The mean of the known among the last seven days up to `end`, where most of them are known.
pub fn week(column: &[Option<f64>], end: usize) -> Option<f64> {
    let days = column.get((end + 1).checked_sub(WEEK)?..=end)?;
    let known: Vec<f64> = days.iter().flatten().copied().collect();
    (known.len() >= ENOUGH).then(|| known.iter().sum::<f64>() / known.len() as f64)
}

/// How many of the last seven days up to `end` are known.
pub fn known_days(column: &[Option<f64>], end: usize) -> usize {
    let start = (end + 1).saturating_sub(WEEK);
    let days = column.get(start..=end).unwrap_or_default();
    days.iter().flatten().count()
}

/// The 7-day mean of each day.
pub fn weekly(column: &[Option<f64>]) -> Vec<Option<f64>> {
    (0..column.len()).map(|end| week(column, end)).collect()
}

/// The places to draw: every `step`th, counted back from the last, so that the newest day is drawn.
pub fn thinned(length: usize, step: usize) -> Vec<usize> {
    let mut places: Vec<usize> = (0..length).rev().step_by(step.max(1)).collect();
    places.reverse();
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_is_left_out_of_the_mean_and_most_of_a_week_makes_a_gap() {
        let mut days = vec![Some(7.0); 14];
        days[10] = None;
        assert_eq!(week(&days, 13), Some(7.0));
        assert_eq!(known_days(&days, 13), 6);
        days[7..11].fill(None);
        assert_eq!(week(&days, 13), None);
        assert_eq!(week(&days, 5), None, "there is no week before the first");
        assert_eq!(weekly(&days)[6], Some(7.0));
    }

    #[test]
    fn the_newest_day_is_always_drawn() {
        assert_eq!(thinned(10, 4), [1, 5, 9]);
        assert_eq!(thinned(0, 7), Vec::<usize>::new());
    }
}
