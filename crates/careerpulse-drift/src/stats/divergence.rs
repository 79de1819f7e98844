//! How far two lists of counts over the same kinds are apart.

/// The population stability index (Siddiqi 2006) of `now` against `then`: `Σ (q − p) ln(q / p)`.
///
/// Half a row is added to each kind that either side has, so that a kind of one side alone has a finite
/// part; kinds of neither are left out. 0 where either side has no row. Both lists must be of one length;
/// the surplus of the longer is ignored.
pub fn psi(then: &[u64], now: &[u64]) -> f64 {
    let kinds = || then.iter().zip(now).filter(|&(&then, &now)| then + now > 0);
    let half = kinds().count() as f64 / 2.0;
    let (old, new) = sums(then, now);
    if old == 0.0 || new == 0.0 {
        return 0.0;
    }
    kinds()
        .map(|(&then, &now)| {
            let p = (then as f64 + 0.5) / (old + half);
            let q = (now as f64 + 0.5) / (new + half);
            (q - p) * (q / p).ln()
        })
        .sum()
}

/// The Jensen-Shannon distance (Endres & Schindelin 2003) to base 2, 0 to 1: the root of the divergence.
///
/// As SciPy's `jensenshannon(p, q, base=2)`. 0 where either side has no row. Lists as in [`psi`].
pub fn jensen_shannon(then: &[u64], now: &[u64]) -> f64 {
    let (old, new) = sums(then, now);
    if old == 0.0 || new == 0.0 {
        return 0.0;
    }
    let part = |share: f64, middle: f64| match share > 0.0 {
        true => share * (share / middle).log2(),
        false => 0.0,
    };
    let divergence: f64 = then
        .iter()
        .zip(now)
        .map(|(&then, &now)| {
            let (p, q) = (then as f64 / old, now as f64 / new);
            let middle = (p + q) / 2.0;
            (part(p, middle) + part(q, middle)) / 2.0
        })
        .sum();
    divergence.clamp(0.0, 1.0).sqrt()
}

fn sums(then: &[u64], now: &[u64]) -> (f64, f64) {
    let sum = |counts: &[u64]| counts.iter().map(|&count| count as f64).sum();
    (sum(then), sum(now))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_have_their_closed_forms() {
        let (p, q): (f64, f64) = (30.5 / 101.0, 60.5 / 101.0);
        let expected = 2.0 * (q - p) * (q / p).ln();
        let complement = ((1.0 - q) - (1.0 - p)) * ((1.0 - q) / (1.0 - p)).ln();
        let expected = expected / 2.0 + complement;
        assert!((psi(&[30, 70], &[60, 40]) - expected).abs() < 1e-12);
        assert!((jensen_shannon(&[5, 0], &[0, 9]) - 1.0).abs() < 1e-12);
        // Half a bit less the entropy of quarters: 1.5 - 0.5 - 0.75 log2(3) + ... written out by shares.
        let (m, n): (f64, f64) = (0.75, 0.25);
        let divergence = 0.5 * (1.0 / m).log2() + 0.25 * ((0.5 / m).log2() + (0.5 / n).log2());
        assert!((jensen_shannon(&[4, 0], &[2, 2]) - divergence.sqrt()).abs() < 1e-12);
    }

    #[test]
    fn the_same_shares_are_no_distance_and_empty_sides_have_none() {
        assert!(psi(&[10, 20], &[10, 20]).abs() < 1e-15);
        assert!(jensen_shannon(&[10, 20], &[100, 200]).abs() < 1e-7);
        for (then, now) in [(&[][..], &[][..]), (&[0, 0], &[1, 2]), (&[1, 2], &[0, 0])] {
            assert_eq!((psi(then, now), jensen_shannon(then, now)), (0.0, 0.0));
        }
    }
}
