//! Whether a share is another than it was.

use serde::Serialize;

use super::hypergeometric::Hypergeometric;
use crate::error::DriftError;

/// A share now and then, and whether chance explains the difference.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Shares {
    /// 0 to 1; 0 where there are no rows.
    pub now: f64,
    /// 0 to 1; 0 where there are no rows.
    pub then: f64,
    /// Chance of shares as far apart or farther where nothing has changed; 1 where either has no rows.
    pub p_value: f64,
}

/// Compares `k` of `n` rows now with `k` of `n` rows then by Fisher's exact test, two-sided.
///
/// Both sides' errors count, and no sample is too small for it to hold. As SciPy's `fisher_exact`. Rows
/// must be independent. Errors where a part is larger than its whole.
pub fn shares(now: (u64, u64), then: (u64, u64)) -> Result<Shares, DriftError> {
    for (side, (part, whole)) in [("now", now), ("then", then)] {
        // Sums of both sides must stay countable.
        if part > whole || whole > u64::MAX / 4 {
            return Err(DriftError::Part { part, whole, side });
        }
    }
    let law = Hypergeometric::new(now.1 + then.1, now.0 + then.0, now.1);
    let share = |(part, whole): (u64, u64)| match whole {
        0 => 0.0,
        whole => part as f64 / whole as f64,
    };
    Ok(Shares {
        now: share(now),
        then: share(then),
        p_value: law.p_value(now.0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_rows_show_nothing_and_more_than_all_is_refused() {
        for (now, then) in [((0, 0), (3, 9)), ((3, 9), (0, 0)), ((0, 0), (0, 0))] {
            assert_eq!(shares(now, then).unwrap().p_value, 1.0);
        }
        let error = shares((4, 3), (0, 9)).unwrap_err().to_string();
        assert!(error.contains("4 of 3 rows now"), "{error}");
        assert!(shares((0, u64::MAX), (0, 9)).is_err());
    }

    #[test]
    fn huge_counts_are_compared_too() {
        let same = shares((5_000_000, 50_000_000), (500_000, 5_000_000)).unwrap();
        let other = shares((5_100_000, 50_000_000), (500_000, 5_000_000)).unwrap();
        assert!(same.p_value > 0.9 && other.p_value < 1e-9);
    }
}
