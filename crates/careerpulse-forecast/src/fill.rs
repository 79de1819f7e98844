//! Days on which nothing was collected, filled in from the same weekday before and after.

use crate::error::ForecastError;
use crate::series::check_values;

/// Fills unknown days; known ones are kept to the bit.
///
/// An unknown day lies on the straight line between the nearest known days a whole number of seasons
/// before and after it; at either end the nearest such day is repeated. Where no day of its place in
/// the season is known at all, the line runs between the nearest known days of any place. The result
/// is never negative, as the known values are not. An empty series stays empty.
///
/// # Errors
/// A season of 0, values that are no daily figures, and no known day at all.
pub fn interpolate(values: &[Option<f64>], season: usize) -> Result<Vec<f64>, ForecastError> {
    const NAME: &str = "the series to interpolate";
    if season == 0 {
        return Err(ForecastError::TooSmall {
            name: "season",
            value: season,
            least: 1,
        });
    }
    check_values(NAME, values)?;
    fill(values, season).ok_or_else(|| ForecastError::NothingKnown {
        series: NAME.to_owned(),
    })
}

/// As [`interpolate`], of values that were checked; `None` where no day is known.
pub(crate) fn fill(values: &[Option<f64>], season: usize) -> Option<Vec<f64>> {
    (0..values.len())
        .map(|day| {
            values[day]
                .or_else(|| between(values, day, season))
                .or_else(|| between(values, day, 1))
        })
        .collect()
}

/// The value on the line between the nearest known days at multiples of `stride` before and after.
fn between(values: &[Option<f64>], day: usize, stride: usize) -> Option<f64> {
    let before = (1..=day / stride).find_map(|k| Some((k, values[day - k * stride]?)));
    let after =
        (1..=(values.len() - 1 - day) / stride).find_map(|k| Some((k, values[day + k * stride]?)));
    match (before, after) {
        (Some((back, old)), Some((ahead, new))) => {
            let share = back as f64 / (back + ahead) as f64;
            Some(old * (1.0 - share) + new * share)
        }
        (one, other) => one.or(other).map(|(_, value)| value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_day_takes_the_weekdays_around_it() {
        let mut values: Vec<Option<f64>> = (0..28).map(|day| Some(f64::from(day % 7))).collect();
        values[10] = None;
        values[17] = Some(6.0);
        values[27] = None;
        values[0] = None;
        let filled = interpolate(&values, 7).unwrap();
        assert_eq!(filled[10], 4.5, "half way between day 3 and day 17");
        assert_eq!(filled[27], 6.0, "the same weekday of the week before");
        assert_eq!(filled[0], 0.0, "the same weekday of the week after");
    }

    #[test]
    fn a_longer_gap_is_a_line_for_each_weekday() {
        let values = [Some(0.0), None, None, None, None, None, Some(9.0), None];
        assert_eq!(
            interpolate(&values, 2).unwrap(),
            [0.0, 1.5, 3.0, 4.5, 6.0, 7.5, 9.0, 9.0],
            "even days between even ones, odd ones, never known, between any"
        );
    }

    #[test]
    fn nothing_known_is_an_error_and_not_zero() {
        let error = interpolate(&[None, None], 7).unwrap_err();
        assert!(
            error.to_string().contains("no day was collected"),
            "{error}"
        );
        assert!(interpolate(&[Some(f64::NAN)], 7).is_err());
        assert!(interpolate(&[Some(1.0)], 0).is_err());
    }
}
