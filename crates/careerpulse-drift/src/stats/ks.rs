//! Whether two samples of numbers are of one distribution: Kolmogorov and Smirnov's test.

use serde::Serialize;

/// The two-sample test, two-sided.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Ks {
    /// The largest gap between the two shares of values at or below a number, 0 to 1.
    pub gap: f64,
    /// The number at which it is; 0 where either sample is empty.
    pub at: f64,
    /// Chance of such a gap or a larger one without a difference.
    pub p_value: f64,
}

/// More cells than this are left to the limit law, which is close by then and errs to the quiet side.
const CELLS: u64 = 20_000_000;

/// Compares two samples; the order of each is of no matter, and NaN is left out.
///
/// The p-value is exact for values without ties (Hodges 1958), and too large with them. As SciPy's
/// `ks_2samp(method="exact")`. 1 where either sample is empty.
pub fn ks(then: &[f64], now: &[f64]) -> Ks {
    let (then, now) = (sorted(then), sorted(now));
    let (m, n) = (then.len() as u64, now.len() as u64);
    if m == 0 || n == 0 {
        return Ks {
            gap: 0.0,
            at: 0.0,
            p_value: 1.0,
        };
    }
    let (gap, at) = largest_gap(&then, &now);
    Ks {
        gap: gap as f64 / (m as f64 * n as f64),
        at,
        p_value: chance(m, n, gap),
    }
}

/// Critical gaps are found to one part in this.
const PRECISION: u64 = 200_000;

/// The least gap, to five digits, that `then` and `now` rows without a difference reach with a chance of at
/// most `level`, and that chance; `None` where no gap is so unlikely.
pub fn critical_gap(then: u64, now: u64, level: f64) -> Option<(f64, f64)> {
    let cells = then.checked_mul(now).filter(|&cells| cells > 0)?;
    if chance(then, now, cells) > level {
        return None;
    }
    let (mut below, mut beyond) = (0, cells);
    // The limit law's own gap is near, and narrow bands are quick to add up.
    let (m, n) = (then as f64, now as f64);
    let near = ((2.0 / level).ln() / 2.0 * (m + n) / (m * n)).sqrt() * cells as f64;
    for factor in [1.05, 0.85] {
        let guess = (near * factor) as u64;
        if (below + 1..beyond).contains(&guess) {
            match chance(then, now, guess) <= level {
                true => beyond = guess,
                false => below = guess,
            }
        }
    }
    while beyond - below > 1.max(cells / PRECISION) {
        let middle = below + (beyond - below) / 2;
        match chance(then, now, middle) <= level {
            true => beyond = middle,
            false => below = middle,
        }
    }
    Some((beyond as f64 / cells as f64, chance(then, now, beyond)))
}

fn sorted(values: &[f64]) -> Vec<f64> {
    let mut values: Vec<f64> = values.iter().copied().filter(|v| !v.is_nan()).collect();
    values.sort_unstable_by(f64::total_cmp);
    values
}

/// The gap times the product of both lengths, and where it is.
fn largest_gap(then: &[f64], now: &[f64]) -> (u64, f64) {
    let (m, n) = (then.len() as i128, now.len() as i128);
    let (mut i, mut j, mut largest, mut place) = (0, 0, 0, then[0]);
    while i < then.len() && j < now.len() {
        let at = then[i].min(now[j]);
        while i < then.len() && then[i] <= at {
            i += 1;
        }
        while j < now.len() && now[j] <= at {
            j += 1;
        }
        let gap = (i as i128 * n - j as i128 * m).unsigned_abs() as u64;
        if gap > largest {
            (largest, place) = (gap, at);
        }
    }
    (largest, place)
}

/// Chance that a random order of `m` and `n` rows has a gap of `gap / (m n)` or more.
fn chance(m: u64, n: u64, gap: u64) -> f64 {
    if gap == 0 {
        return 1.0;
    }
    if m.saturating_mul(n) > CELLS {
        return limit(m as f64, n as f64, gap as f64 / (m as f64 * n as f64));
    }
    let (m, n) = (m.max(n), m.min(n));
    let (m, n, gap) = (m as i64, n as i64, gap as i64);
    // Row `i` holds, for each `j` within the band, the chance that a random order of `i` and `j` rows has
    // left the band by then; all cells outside it have left it for sure.
    let width = n as usize + 1;
    let mut row = vec![1.0_f64; width];
    for i in 0..=m {
        // The cells of this row with |i n - j m| < gap.
        let low = ((i * n - gap).div_euclid(m) + 1).max(0);
        let high = ((i * n + gap - 1).div_euclid(m)).min(n);
        if low > 0 {
            row[low as usize - 1] = 1.0;
        }
        for j in low..=high {
            let at = j as usize;
            row[at] = match (i, j) {
                (0, 0) => 0.0,
                (0, _) => row[at - 1],
                (_, 0) => row[at],
                _ => (row[at] * i as f64 + row[at - 1] * j as f64) / (i + j) as f64,
            };
        }
        if high < n {
            row[high as usize + 1] = 1.0;
        }
    }
    row[n as usize].clamp(0.0, 1.0)
}

/// Smirnov's limit law.
fn limit(m: f64, n: f64, gap: f64) -> f64 {
    let square = gap * gap * m * n / (m + n);
    let term = |k: i32| {
        let sign = if k % 2 == 1 { 2.0 } else { -2.0 };
        sign * (-2.0 * f64::from(k * k) * square).exp()
    };
    (1..=100).map(term).sum::<f64>().clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Every order of both samples, one bit a row.
    fn chance_by_counting(m: u32, n: u32, gap: u64) -> f64 {
        let orders = (0_u32..1 << (m + n)).filter(|order| order.count_ones() == m);
        let (mut all, mut beyond) = (0.0, 0.0);
        for order in orders {
            let (mut i, mut j, mut largest) = (0_i64, 0_i64, 0);
            for bit in 0..m + n {
                match order >> bit & 1 {
                    1 => i += 1,
                    _ => j += 1,
                }
                largest = largest.max((i * i64::from(n) - j * i64::from(m)).unsigned_abs());
            }
            all += 1.0;
            beyond += f64::from(u8::from(largest >= gap));
        }
        beyond / all
    }

    #[test]
    fn the_chance_is_that_of_all_orders() {
        for (m, n) in [(1, 1), (3, 5), (6, 6), (8, 4), (2, 9)] {
            for gap in 0..=u64::from(m * n) {
                let expected = chance_by_counting(m, n, gap);
                let found = chance(u64::from(m), u64::from(n), gap);
                assert!((found - expected).abs() < 1e-12, "{m} {n} {gap}");
            }
        }
    }

    #[test]
    fn the_limit_is_near_where_it_takes_over() {
        let exact = chance(5_000, 4_000, 800_000);
        let limit = limit(5_000.0, 4_000.0, 0.04);
        assert!((exact / limit - 1.0).abs() < 0.1, "{exact} {limit}");
    }

    #[test]
    fn the_critical_gap_is_the_least_at_the_level() {
        let (gap, size) = critical_gap(1_000, 100, 0.001).unwrap();
        let cells = (gap * 100_000.0).round() as u64;
        assert!(size <= 0.001 && chance(1_000, 100, cells - 1) > 0.001);
        assert_eq!(critical_gap(2, 2, 0.001), None);
        assert_eq!(critical_gap(0, 2, 0.001), None);
    }

    #[test]
    fn empty_and_constant_samples_differ_in_nothing() {
        for (then, now) in [
            (&[][..], &[1.0][..]),
            (&[f64::NAN], &[1.0]),
            (&[2.0; 9], &[2.0; 4]),
        ] {
            let found = ks(then, now);
            assert_eq!((found.gap, found.p_value), (0.0, 1.0));
        }
    }

    proptest! {
        #[test]
        fn values_of_any_kind_give_a_chance(
            then in proptest::collection::vec(proptest::num::f64::ANY, 0..30),
            now in proptest::collection::vec(proptest::num::f64::ANY, 0..30),
        ) {
            let found = ks(&then, &now);
            prop_assert!((0.0..=1.0).contains(&found.gap) && (0.0..=1.0).contains(&found.p_value));
        }
    }
}
