//! The index: a series against its own level on a base day, which is 100.

use crate::adjust::seasonally_adjusted;
use crate::error::ForecastError;
use crate::fill::fill;
use crate::series::check_values;
use crate::smooth::trailing_mean;

/// How the index is made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct IndexParams {
    /// The day that is 100, from 0; `None` takes the first whose mean can be told.
    pub base: Option<usize>,
    /// Days of the trailing mean, and of the season that is adjusted for.
    pub window: usize,
    /// Collected days without which a window's mean is not told.
    pub min_known: usize,
    /// A mean on the base day below this is as good as 0: expected counts are hardly ever 0 itself.
    pub min_base: f64,
}

impl Default for IndexParams {
    /// A week, of which more than half was collected, and a base of a posting a week at least.
    fn default() -> Self {
        Self {
            base: None,
            window: 7,
            min_known: 4,
            min_base: 1.0 / 7.0,
        }
    }
}

/// What the index is relative to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum IndexBase {
    /// This day is 100.
    Day(usize),
    /// The mean on this day is 0 or next to it, so no day can be told relative to it.
    Zero(usize),
    /// No mean can be told on the base day, or on any day.
    Unknown,
}

/// One series as an index; `None` on days on which it cannot be told.
#[derive(Debug, Clone, PartialEq)]
pub struct Index {
    /// What 100 is.
    pub base: IndexBase,
    /// The trailing mean itself.
    pub means: Vec<Option<f64>>,
    /// The trailing mean, base 100.
    pub plain: Vec<Option<f64>>,
    /// The trailing mean of the seasonally adjusted series, base 100 on the same day; `None` throughout
    /// where there are not two seasons.
    pub adjusted: Vec<Option<f64>>,
}

/// The series' trailing mean in per cent of its value on the base day, as it is and seasonally adjusted.
///
/// A window with enough collected days counts its uncollected ones as
/// [`interpolate`](crate::interpolate) fills them, so that a missing Sunday does not raise the mean; one
/// with too few is `None`. Adjustment is [`seasonally_adjusted`](crate::seasonally_adjusted).
///
/// # Errors
/// Values that are no daily figures, a window of 0 and a base day outside the series. That the base
/// day's mean is 0 or not known is no error but said in [`Index::base`].
pub fn index(values: &[Option<f64>], params: &IndexParams) -> Result<Index, ForecastError> {
    check_values("the series to index", values)?;
    if params.window == 0 {
        return Err(ForecastError::TooSmall {
            name: "window",
            value: 0,
            least: 1,
        });
    }
    if let Some(day) = params.base.filter(|&day| day >= values.len()) {
        return Err(ForecastError::BaseDay {
            day,
            days: values.len(),
        });
    }
    let nothing = vec![None; values.len()];
    let filled = known_range(values)
        .and_then(|range| Some((range.start, fill(&values[range], params.window)?)));
    let Some((start, filled)) = filled else {
        return Ok(Index {
            base: IndexBase::Unknown,
            means: nothing.clone(),
            plain: nothing.clone(),
            adjusted: nothing,
        });
    };
    let plain = means(values, start, &filled, params);
    let adjusted = match seasonally_adjusted(&filled, params.window) {
        Ok(adjusted) => means(values, start, &adjusted, params),
        Err(_) => nothing.clone(),
    };
    let day = params
        .base
        .or_else(|| plain.iter().position(Option::is_some));
    let base = match day.and_then(|day| Some((day, plain[day]?))) {
        None => IndexBase::Unknown,
        // A hair of tolerance: seven sevenths of a posting a week are one.
        Some((day, mean)) if mean <= 0.0 || mean < params.min_base - 1e-9 => IndexBase::Zero(day),
        Some((day, _)) => IndexBase::Day(day),
    };
    Ok(match base {
        IndexBase::Day(day) => Index {
            base,
            plain: rebase(&plain, day),
            adjusted: rebase(&adjusted, day),
            means: plain,
        },
        IndexBase::Zero(_) | IndexBase::Unknown => Index {
            base,
            means: plain,
            plain: nothing.clone(),
            adjusted: nothing,
        },
    })
}

/// From the first collected day to the last; days outside are not made up.
fn known_range(values: &[Option<f64>]) -> Option<std::ops::Range<usize>> {
    let first = values.iter().position(Option::is_some)?;
    let last = values.iter().rposition(Option::is_some)?;
    Some(first..last + 1)
}

/// Trailing means of `filled`, which begins on day `start`, where enough days of the window were collected.
fn means(
    values: &[Option<f64>],
    start: usize,
    filled: &[f64],
    params: &IndexParams,
) -> Vec<Option<f64>> {
    let mut padded = vec![None; start];
    padded.extend(filled.iter().copied().map(Some));
    padded.resize(values.len(), None);
    let collected = trailing_mean(values, params.window, params.min_known);
    let means = trailing_mean(&padded, params.window, params.window);
    (collected.iter().zip(means))
        .map(|(collected, mean)| collected.and(mean))
        .collect()
}

/// In per cent of the base day's value; `None` throughout where that is 0 or not known.
fn rebase(means: &[Option<f64>], day: usize) -> Vec<Option<f64>> {
    match means[day] {
        Some(base) if base > 0.0 => (means.iter())
            .map(|mean| mean.map(|mean| 100.0 * (mean / base)))
            .collect(),
        _ => vec![None; means.len()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weeks(levels: &[f64]) -> Vec<Option<f64>> {
        let rhythm = [10.0, 10.0, 10.0, 10.0, 8.0, 2.0, 1.0];
        (levels.iter())
            .flat_map(|level| rhythm.map(|share| Some(level * share)))
            .collect()
    }

    #[test]
    fn the_base_day_is_100_and_doubling_is_200() {
        let values = weeks(&[1.0, 1.0, 1.0, 2.0, 2.0]);
        let made = index(&values, &IndexParams::default()).unwrap();
        assert_eq!(made.base, IndexBase::Day(6));
        assert!(made.plain[..6].iter().all(Option::is_none));
        assert_eq!(made.plain[6], Some(100.0));
        assert_eq!(made.plain[34], Some(200.0));
        assert_eq!(made.adjusted[6], Some(100.0));
        assert!(
            (made.adjusted[34].unwrap() - 200.0).abs() < 5.0,
            "{:?}",
            made.adjusted
        );

        let later = IndexParams {
            base: Some(34),
            ..IndexParams::default()
        };
        assert_eq!(index(&values, &later).unwrap().plain[6], Some(50.0));
    }

    #[test]
    fn a_sunday_not_collected_does_not_raise_the_index() {
        let mut values = weeks(&[1.0; 6]);
        values[20] = None;
        let made = index(&values, &IndexParams::default()).unwrap();
        assert!((made.plain[22].unwrap() - 100.0).abs() < 1e-9);
        values[14..21].fill(None);
        let made = index(&values, &IndexParams::default()).unwrap();
        assert_eq!(made.plain[20], None, "nothing of that week was collected");
        assert!(made.plain[16].is_some() && made.plain[17].is_none());
    }

    #[test]
    fn a_base_of_zero_or_unknown_is_said() {
        let mut values = vec![Some(0.0); 7];
        values.extend(weeks(&[1.0, 1.0]));
        let made = index(&values, &IndexParams::default()).unwrap();
        assert_eq!(made.base, IndexBase::Zero(6));
        assert!(made.plain.iter().chain(&made.adjusted).all(Option::is_none));
        let made = index(&[None; 30], &IndexParams::default()).unwrap();
        assert_eq!(made.base, IndexBase::Unknown);
        let outside = IndexParams {
            base: Some(21),
            ..IndexParams::default()
        };
        let error = index(&values, &outside).unwrap_err();
        assert_eq!(error, ForecastError::BaseDay { day: 21, days: 21 });
    }

    #[test]
    fn days_before_and_after_collection_are_not_made_up() {
        let mut values = vec![None; 10];
        values.extend(weeks(&[1.0, 1.0, 1.0]));
        values.extend([None; 10]);
        let made = index(&values, &IndexParams::default()).unwrap();
        assert_eq!(made.base, IndexBase::Day(16));
        assert!(
            made.plain[31..].iter().all(Option::is_none),
            "{:?}",
            made.plain
        );
    }
}
