//! How sure a share of few is.

/// 1.645: nine of ten intervals hold the truth.
const Z: f64 = 1.644_853_6;

/// Wilson's 90 % interval of a share that `successes` of `tries` gave; all of 0 to 1 where nothing was tried.
pub fn interval(successes: f64, tries: f64) -> (f64, f64) {
    if tries < 1.0 {
        return (0.0, 1.0);
    }
    let share = (successes / tries).clamp(0.0, 1.0);
    let square = Z * Z / tries;
    let middle = (share + square / 2.0) / (1.0 + square);
    let half = Z / (1.0 + square) * (share * (1.0 - share) / tries + square / (4.0 * tries)).sqrt();
    ((middle - half).max(0.0), (middle + half).min(1.0))
}

/// Whether counts differ by more than nine of ten pairs of equal days would by chance alone (Poisson).
pub fn differs(now: f64, before: f64) -> bool {
    (now - before).abs() > Z * (now + before).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_tries_tell_little_and_many_tell_much() {
        let (low, high) = interval(8.0, 10.0);
        assert!(
            (low - 0.541).abs() < 0.01 && (high - 0.931).abs() < 0.01,
            "{low} {high}"
        );
        let (low, high) = interval(8_000.0, 10_000.0);
        assert!(high - low < 0.02);
        assert_eq!(interval(0.0, 0.0), (0.0, 1.0));
        assert!(!differs(12.0, 10.0) && differs(120.0, 80.0));
    }
}
