//! Trailing means that say where they cannot be told.

/// The mean of each day and the `window - 1` days before it, over the known ones among them.
///
/// `None` where the window reaches before the first day or holds fewer than `min_known` known days.
/// Each mean is summed anew, so that no rounding is carried along and known windows of equal values
/// give those values.
#[must_use]
pub fn trailing_mean(values: &[Option<f64>], window: usize, min_known: usize) -> Vec<Option<f64>> {
    (1..=values.len())
        .map(|end| {
            let start = end.checked_sub(window)?;
            mean_known(&values[start..end], min_known)
        })
        .collect()
}

/// The mean of the known values, where there are at least `min_known` and one of them.
pub(crate) fn mean_known(values: &[Option<f64>], min_known: usize) -> Option<f64> {
    let known = values.iter().flatten().count();
    (known >= min_known.max(1)).then(|| values.iter().flatten().sum::<f64>() / known as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_whole_or_there_is_no_mean() {
        let values = [Some(1.0), Some(3.0), None, Some(5.0), None, None];
        let means = trailing_mean(&values, 2, 1);
        assert_eq!(
            means,
            [None, Some(2.0), Some(3.0), Some(5.0), Some(5.0), None],
            "an unknown day is left out, not counted as 0"
        );
        assert_eq!(
            trailing_mean(&values, 2, 2),
            [None, Some(2.0), None, None, None, None]
        );
        assert_eq!(trailing_mean(&[], 2, 2), []);
    }
}
