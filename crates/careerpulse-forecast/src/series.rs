//! Daily series, and what is checked before anything is computed from one.

use crate::error::ForecastError;

/// One figure a day, from the first day to the last without a hole.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// What it counts, as errors and results name it.
    pub name: String,
    /// The figures; `None` for a day on which nothing was collected, which is never read as 0.
    pub values: Vec<Option<f64>>,
}

/// Whether every known value is finite and not negative.
///
/// # Errors
/// The first value that is not, with its day.
pub fn check_values(name: &str, values: &[Option<f64>]) -> Result<(), ForecastError> {
    let wrong = |value: &f64| !(value.is_finite() && *value >= 0.0);
    let found =
        (values.iter().enumerate()).find_map(|(day, value)| Some((day, value.filter(wrong)?)));
    match found {
        None => Ok(()),
        Some((day, value)) => Err(ForecastError::Value {
            series: name.to_owned(),
            day,
            value,
        }),
    }
}

/// The sum of all series, day by day; a day is known where it is known in every series.
///
/// Values are added in the series' order, so that whoever adds them again gets the same bits.
#[must_use]
pub fn total(series: &[Series]) -> Vec<Option<f64>> {
    let days = series.iter().map(|one| one.values.len()).min().unwrap_or(0);
    (0..days)
        .map(|day| series.iter().map(|one| one.values[day]).sum())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(name: &str, values: &[Option<f64>]) -> Series {
        Series {
            name: name.to_owned(),
            values: values.to_vec(),
        }
    }

    #[test]
    fn one_bad_value_is_named_with_its_day() {
        for bad in [f64::NAN, f64::INFINITY, -1.0] {
            let error = check_values("Law", &[Some(1.0), None, Some(bad)]).unwrap_err();
            assert!(
                matches!(error, ForecastError::Value { day: 2, .. }),
                "{error}"
            );
            assert!(error.to_string().starts_with("Law, day 2"), "{error}");
        }
        assert_eq!(check_values("Law", &[Some(0.0), None]), Ok(()));
    }

    #[test]
    fn a_day_missing_in_one_series_is_missing_in_the_total() {
        let both = [
            series("a", &[Some(1.0), Some(2.0), None]),
            series("b", &[Some(0.5), None, None]),
        ];
        assert_eq!(total(&both), [Some(1.5), None, None]);
    }
}
