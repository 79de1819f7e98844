//! Seven-day means, over the days that are known and with an eye on which weekdays those are.

/// Days of a week, which the mean takes the weekly rhythm out of.
pub const WEEK: usize = 7;
/// Fewest known days that a week's mean is made of: the majority.
const ENOUGH: usize = 4;

/// A column whose weeks are asked for.
#[derive(Debug)]
pub struct Weeks<'a> {
    column: &'a [Option<f64>],
    /// How much each weekday counts, 1 on average; the first is that of the column's first day.
    weights: [f64; WEEK],
}

impl<'a> Weeks<'a> {
    /// The column with its weekly rhythm, which is each weekday's mean beside that of them all.
    pub fn of(column: &'a [Option<f64>]) -> Self {
        let mean = |weekday: usize| {
            let days = column.iter().skip(weekday).step_by(WEEK).flatten();
            let (sum, days) = days.fold((0.0, 0.0), |(sum, days), day| (sum + day, days + 1.0));
            (days > 0.0).then(|| sum / days)
        };
        let means: Option<Vec<f64>> = (0..WEEK).map(mean).collect();
        let mut weights = [1.0; WEEK];
        if let Some(means) = means {
            let all = means.iter().sum::<f64>() / WEEK as f64;
            for (weight, mean) in weights.iter_mut().zip(means) {
                *weight = if all > 0.0 { mean / all } else { 1.0 };
            }
        }
        Self { column, weights }
    }

    /// The mean of the last seven days up to `end`, where most of them are known.
    ///
    /// Known days are summed and divided by their weekdays' weights, so that a week without its Sunday
    /// is not taken for a busy one. Where all seven are known, that is the plain mean.
    pub fn mean(&self, end: usize) -> Option<f64> {
        let start = (end + 1).checked_sub(WEEK)?;
        let days = self.column.get(start..=end)?;
        if days.iter().flatten().count() == WEEK {
            return Some(days.iter().flatten().sum::<f64>() / WEEK as f64);
        }
        let known = || (start..=end).filter_map(|place| Some((place, self.column[place]?)));
        let weight: f64 = known().map(|(place, _)| self.weights[place % WEEK]).sum();
        let sum: f64 = known().map(|(_, figure)| figure).sum();
        (known().count() >= ENOUGH && weight > 0.0).then(|| sum / weight)
    }

    /// The mean of each day's week.
    pub fn means(&self) -> Vec<Option<f64>> {
        (0..self.column.len()).map(|end| self.mean(end)).collect()
    }
}

/// How many of the last seven days up to `end` are known.
pub fn known_days(column: &[Option<f64>], end: usize) -> usize {
    let start = (end + 1).saturating_sub(WEEK);
    let days = column.get(start..=end).unwrap_or_default();
    days.iter().flatten().count()
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
        assert_eq!(Weeks::of(&days).mean(13), Some(7.0));
        assert_eq!(known_days(&days, 13), 6);
        days[7..11].fill(None);
        assert_eq!(Weeks::of(&days).mean(13), None);
        assert_eq!(
            Weeks::of(&days).mean(5),
            None,
            "there is no week before the first"
        );
        assert_eq!(Weeks::of(&days).means()[6], Some(7.0));
    }

    #[test]
    fn a_week_without_its_sunday_is_not_taken_for_a_busy_one() {
        let rhythm = [12.0, 14.0, 13.0, 12.0, 11.0, 5.0, 3.0];
        let mut days: Vec<Option<f64>> = (0..70).map(|day| Some(rhythm[day % 7])).collect();
        days[69] = None;
        let mean = Weeks::of(&days).mean(69).unwrap();
        assert!((mean - 10.0).abs() < 1e-9, "{mean}");
        assert_eq!(Weeks::of(&[Some(0.0); 7]).mean(6), Some(0.0));
    }

    #[test]
    fn the_newest_day_is_always_drawn() {
        assert_eq!(thinned(10, 4), [1, 5, 9]);
        assert_eq!(thinned(0, 7), Vec::<usize>::new());
    }
}
