//! Seasonal adjustment: what is left of a series without its week, and without its year where two are there.

use augurs_mstl::stlrs;

use crate::error::ForecastError;

/// Days of a year, as a season.
const YEAR: usize = 365;

/// The series without its seasonal part, which is estimated by STL (Cleveland et al. 1990) with the
/// week as season; from two whole years on by MSTL (Bandara, Hyndman & Bergmeir 2021) with week and
/// year.
///
/// Seasonal smoothers are 7 seasons long for STL, 11 and 15 for MSTL, as statsmodels and forecast have
/// them by default; degrees and skips are R's. Known and finite values are expected, as
/// [`interpolate`](crate::interpolate) makes them. A figure that would fall below 0 is 0, for nothing
/// is posted less than never.
///
/// # Errors
/// A season under 2, a series shorter than two seasons, and values that are not finite.
pub fn seasonally_adjusted(values: &[f64], season: usize) -> Result<Vec<f64>, ForecastError> {
    if season < 2 {
        return Err(ForecastError::TooSmall {
            name: "season",
            value: season,
            least: 2,
        });
    }
    if values.len() < 2 * season {
        return Err(ForecastError::ShortSeason {
            days: values.len(),
            season,
            needed: 2 * season,
        });
    }
    if let Some(day) = values.iter().position(|value| !value.is_finite()) {
        return Err(ForecastError::Value {
            series: "the series to adjust".to_owned(),
            day,
            value: values[day],
        });
    }
    let adjusted = without_seasons(values, season).map_err(|problem| ForecastError::Fit {
        model: "the seasonal decomposition",
        problem: problem.to_string(),
    })?;
    Ok(adjusted.into_iter().map(|value| value.max(0.0)).collect())
}

/// What the seasonal parts leave.
fn without_seasons(values: &[f64], season: usize) -> Result<Vec<f64>, stlrs::Error> {
    // Each season with the length of its smoother; the longer is taken from what the shorter leaves.
    let (rounds, seasons) = match season < YEAR && values.len() >= 2 * YEAR {
        true => (2, vec![(season, 11), (YEAR, 15)]),
        false => (1, vec![(season, 7)]),
    };
    let mut rest = values.to_vec();
    let mut parts = vec![vec![0.0; values.len()]; seasons.len()];
    for _ in 0..rounds {
        for (part, &(season, smoother)) in parts.iter_mut().zip(&seasons) {
            add(&mut rest, part, 1.0);
            let fitted = stlrs::params()
                .seasonal_length(smoother)
                .low_pass_length(season + 1 + season % 2)
                .fit(&rest, season)?;
            part.copy_from_slice(fitted.seasonal());
            add(&mut rest, part, -1.0);
        }
    }
    Ok(rest)
}

fn add(values: &mut [f64], part: &[f64], factor: f64) {
    for (value, part) in values.iter_mut().zip(part) {
        *value += factor * part;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pure_rhythm_leaves_its_trend() {
        let rhythm = [3.0, 2.0, 1.0, 0.0, -1.0, -2.0, -3.0];
        let values: Vec<f64> = (0..84)
            .map(|day| 20.0 + 0.1 * day as f64 + rhythm[day % 7])
            .collect();
        let adjusted = seasonally_adjusted(&values, 7).unwrap();
        for (day, value) in adjusted.iter().enumerate() {
            assert!(
                (value - 20.0 - 0.1 * day as f64).abs() < 0.05,
                "day {day}: {value}"
            );
        }
    }

    #[test]
    fn two_years_lose_their_year_too() {
        let year = |day: usize| 10.0 * (day as f64 / 365.0 * std::f64::consts::TAU).sin();
        let values: Vec<f64> = (0..800)
            .map(|day| 50.0 + year(day) + (day % 7) as f64)
            .collect();
        let spread = |values: &[f64]| {
            let mean = values.iter().sum::<f64>() / values.len() as f64;
            values
                .iter()
                .map(|value| (value - mean).abs())
                .fold(0.0, f64::max)
        };
        assert!(spread(&seasonally_adjusted(&values, 7).unwrap()) < 2.0);
        assert!(spread(&seasonally_adjusted(&values[..720], 7).unwrap()) > 8.0);
    }

    #[test]
    fn what_cannot_be_adjusted_is_said() {
        assert!(matches!(
            seasonally_adjusted(&[1.0; 13], 7),
            Err(ForecastError::ShortSeason { needed: 14, .. })
        ));
        assert!(seasonally_adjusted(&[1.0; 13], 1).is_err());
        let mut values = [1.0; 20];
        values[3] = f64::NAN;
        assert!(matches!(
            seasonally_adjusted(&values, 7),
            Err(ForecastError::Value { day: 3, .. })
        ));
    }
}
