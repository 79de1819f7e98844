//! Least squares over shares: none negative, all summing to 1.

use super::matrix::{Factor, mirror};

/// Steps of the search at most; two classes that are all but alike need thousands.
const STEPS: usize = 200_000;

/// The shares of the least `|A x - b|²`; `a` has a row for each entry of `b`.
///
/// Where the equations have a solution among the shares it is taken at once; otherwise the projected
/// gradient is followed with momentum (Beck and Teboulle 2009, restarted as O'Donoghue and Candès 2015
/// do), from even shares: of equally good shares it finds some near those.
pub(super) fn least_squares(a: &[f64], b: &[f64], size: usize) -> Vec<f64> {
    let (mut gram, mut aim) = (vec![0.0; size * size], vec![0.0; size]);
    for (row, &value) in a.chunks_exact(size).zip(b) {
        super::matrix::add_outer(&mut gram, row, 1.0);
        aim.iter_mut()
            .zip(row)
            .for_each(|(aim, entry)| *aim += entry * value);
    }
    mirror(&mut gram, size);
    let factor = Factor::of(&gram, size);
    if factor.rank() == size {
        let found = factor.solve(&aim);
        let sum: f64 = found.iter().sum();
        if found.iter().all(|&share| share >= 0.0) && (sum - 1.0).abs() < 1e-9 {
            return found.iter().map(|share| share / sum).collect();
        }
    }
    descend(&gram, &aim, size)
}

fn descend(gram: &[f64], aim: &[f64], size: usize) -> Vec<f64> {
    // The largest eigenvalue is at most the largest sum of a row's magnitudes.
    let sums = gram
        .chunks_exact(size)
        .map(|row| row.iter().map(|value| value.abs()).sum::<f64>());
    let steepest = sums.fold(0.0, f64::max);
    let mut at = vec![1.0 / size as f64; size];
    if steepest == 0.0 {
        return at;
    }
    let (mut ahead, mut momentum) = (at.clone(), 1.0_f64);
    for _ in 0..STEPS {
        let slope = |(row, aim): (&[f64], &f64)| {
            row.iter().zip(&ahead).map(|(g, x)| g * x).sum::<f64>() - aim
        };
        let slopes: Vec<f64> = gram.chunks_exact(size).zip(aim).map(slope).collect();
        let mut next: Vec<f64> = ahead
            .iter()
            .zip(&slopes)
            .map(|(x, slope)| x - slope / steepest)
            .collect();
        project(&mut next);
        let moved: Vec<f64> = next.iter().zip(&at).map(|(new, old)| new - old).collect();
        let uphill: f64 = slopes
            .iter()
            .zip(&moved)
            .map(|(slope, step)| slope * step)
            .sum();
        let restless = ahead
            .iter()
            .zip(&next)
            .map(|(a, b)| (a - b).abs())
            .fold(0.0, f64::max);
        if uphill > 0.0 {
            momentum = 1.0;
            ahead.clone_from(&next);
        } else {
            let larger = (1.0 + (1.0 + 4.0 * momentum * momentum).sqrt()) / 2.0;
            let push = (momentum - 1.0) / larger;
            ahead = next
                .iter()
                .zip(&moved)
                .map(|(x, step)| x + push * step)
                .collect();
            momentum = larger;
        }
        at = next;
        if restless < 1e-13 {
            break;
        }
    }
    at
}

/// The nearest shares (Duchi, Shalev-Shwartz, Singer and Chandra, ICML 2008).
fn project(values: &mut [f64]) {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(|a, b| b.total_cmp(a));
    let (mut sum, mut level) = (0.0, 0.0);
    for (at, value) in sorted.iter().enumerate() {
        sum += value;
        let candidate = (sum - 1.0) / (at + 1) as f64;
        if value - candidate > 0.0 {
            level = candidate;
        }
    }
    values
        .iter_mut()
        .for_each(|value| *value = (*value - level).max(0.0));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_shares_are_those_of_the_closed_form() {
        let mut values = [0.8, 0.8, -1.0];
        project(&mut values);
        assert!(
            values
                .iter()
                .zip([0.5, 0.5, 0.0])
                .all(|(a, b)| (a - b).abs() < 1e-12)
        );
        let mut values = [0.2, 0.3, 0.5];
        project(&mut values);
        assert!(
            values
                .iter()
                .zip([0.2, 0.3, 0.5])
                .all(|(a, b)| (a - b).abs() < 1e-12)
        );
    }

    #[test]
    fn equations_that_say_nothing_leave_even_shares() {
        assert_eq!(least_squares(&[0.0; 4], &[0.0; 2], 2), [0.5; 2]);
        let same = least_squares(&[0.5, 0.5, 0.5, 0.5], &[0.9, 0.1], 2);
        assert!((same[0] - 0.5).abs() < 1e-12);
    }
}
