//! Whether the unlabelled rows' classes are spread otherwise than the labelled ones' of the same days.

use serde::{Deserialize, Serialize};

use super::evidence::Evidence;
use super::labeled::Taught;
use super::local::add_multinomial;
use super::matrix::{Factor, add_outer, mirror, sandwich};
use super::rows::summed;

/// A class with fewer expected or labelled rows is tested together with the others that have too few.
const ROWS: f64 = 5.0;

/// A score test of no shift of the prior.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PriorShift {
    /// Whether a shift was found: `p` is below the chance of a false finding allowed.
    pub found: bool,
    /// Squared distance between the rows that posteriors and days make of each class, in standard errors.
    pub statistic: f64,
    /// Classes or pools of classes that could differ, less 1.
    pub degrees: usize,
    /// Chance of such a statistic without a shift.
    pub p: f64,
}

/// Sums over unlabelled rows that say how their score moves; `c` classes.
#[derive(Debug, Clone)]
pub(super) struct Slopes {
    /// Posterior less prior, summed: the score of the logarithms of the odds, c.
    pub score: Vec<f64>,
    /// Its covariance by groups, c × c.
    pub noise: Vec<f64>,
    /// Its slope by the scale of the likelihood ratios, c.
    pub by_scale: Vec<f64>,
    /// Its slope by their offsets: for each predicted class a symmetric c × c.
    pub by_offsets: Vec<f64>,
    /// Minus its slope by the logarithms of the odds, c × c.
    pub information: Vec<f64>,
}

impl Slopes {
    /// Sums under the days' priors.
    pub(super) fn of(evidence: &Evidence, taught: &Taught, priors: &[f64]) -> Slopes {
        let c = evidence.classes;
        let block = c * c;
        let offsets = taught.offsets();
        let sums = summed(
            evidence.grouped.len(),
            2 * c + block + c * block,
            |sum, group| {
                let (score, sum) = sum.split_at_mut(c);
                let (by_scale, sum) = sum.split_at_mut(c);
                let (noise, within) = sum.split_at_mut(block);
                let mut own = vec![0.0; c];
                let mut posterior = vec![0.0; c];
                let mut logits = vec![0.0; c];
                for &row in evidence.grouped.rows(group) {
                    let row = row as usize;
                    evidence.posterior(row, priors, &mut posterior);
                    let guess = evidence.guesses[row] as usize;
                    let prior = &priors[evidence.days[row] as usize * c..][..c];
                    let ratios = &evidence.ratios[row * c..(row + 1) * c];
                    for class in 0..c {
                        logits[class] =
                            ratios[class].max(f64::MIN_POSITIVE).ln() - offsets[guess * c + class];
                    }
                    let mean: f64 = posterior.iter().zip(&logits).map(|(p, l)| p * l).sum();
                    for class in 0..c {
                        by_scale[class] += posterior[class] * (logits[class] - mean);
                        own[class] += posterior[class] - prior[class];
                    }
                    add_multinomial(
                        &mut within[guess * block..(guess + 1) * block],
                        &posterior,
                        1.0,
                    );
                }
                score
                    .iter_mut()
                    .zip(&own)
                    .for_each(|(score, own)| *score += own);
                add_outer(noise, &own, 1.0);
            },
        );
        let (score, sums) = sums.split_at(c);
        let (by_scale, sums) = sums.split_at(c);
        let (noise, by_offsets) = sums.split_at(block);
        let (mut noise, mut by_offsets) = (noise.to_vec(), by_offsets.to_vec());
        mirror(&mut noise, c);
        let mut information = vec![0.0; block];
        let mut rows = vec![0.0; priors.len() / c];
        evidence
            .days
            .iter()
            .for_each(|&day| rows[day as usize] += 1.0);
        for (prior, rows) in priors.chunks_exact(c).zip(rows) {
            add_multinomial(&mut information, prior, rows);
        }
        mirror(&mut information, c);
        for within in by_offsets.chunks_exact_mut(block) {
            mirror(within, c);
            information
                .iter_mut()
                .zip(within)
                .for_each(|(sum, value)| *sum -= *value);
        }
        let scale = taught.recalibration.scale;
        Slopes {
            score: score.to_vec(),
            noise,
            by_scale: by_scale.iter().map(|slope| slope / scale).collect(),
            by_offsets,
            information,
        }
    }

    /// How the score moves with the likelihood ratios.
    pub(super) fn moved(&self, ratios: &[f64]) -> Vec<f64> {
        let c = self.score.len();
        let mut moved: Vec<f64> = self
            .by_scale
            .iter()
            .map(|slope| slope * ratios[0])
            .collect();
        let blocks = self
            .by_offsets
            .chunks_exact(c * c)
            .zip(ratios[1..].chunks_exact(c));
        for (block, offsets) in blocks {
            for (moved, row) in moved.iter_mut().zip(block.chunks_exact(c)) {
                *moved += row.iter().zip(offsets).map(|(a, b)| a * b).sum::<f64>();
            }
        }
        moved
    }

    /// Covariance of the score: its own noise, and the likelihood ratios'.
    fn covariance(&self, taught: &Taught) -> Vec<f64> {
        let c = self.score.len();
        let mut covariance = summed(taught.influences.len(), c * c, |sum, lot| {
            add_outer(sum, &self.moved(&taught.influences[lot]), 1.0);
        });
        mirror(&mut covariance, c);
        covariance
            .iter_mut()
            .zip(&self.noise)
            .for_each(|(value, noise)| *value += noise);
        covariance
    }
}

/// Tests for a shift with `slopes` under the labelled mix of each day.
///
/// The score's variance holds the noise of the unlabelled rows, of the recalibration and of the labelled
/// mix, each by groups of near duplicates. `expected` are the rows that the mix makes of each class,
/// `labeled` how many labelled rows say so.
pub(super) fn prior_shift(
    slopes: &Slopes,
    taught: &Taught,
    expected: &[f64],
    labeled: &[f64],
    error: f64,
) -> PriorShift {
    let c = expected.len();
    let mut covariance = slopes.covariance(taught);
    let mut mix = vec![0.0; c * c];
    for class in 0..c {
        if labeled[class] > 0.0 {
            mix[class * c + class] = taught.design_effect / labeled[class];
        }
    }
    let mixed = sandwich(&slopes.information, &mix, c, c);
    covariance
        .iter_mut()
        .zip(mixed)
        .for_each(|(value, mix)| *value += mix);

    let (pools, count) = pools(expected, labeled);
    let (mut score, mut pooled) = (vec![0.0; count], vec![0.0; count * count]);
    for class in 0..c {
        score[pools[class]] += slopes.score[class];
        for other in 0..c {
            pooled[pools[class] * count + pools[other]] += covariance[class * c + other];
        }
    }
    let factor = Factor::of(&pooled, count);
    let statistic: f64 = factor
        .forward(&score)
        .iter()
        .map(|value| value * value)
        .sum();
    let degrees = factor.rank();
    let p = match degrees {
        0 => 1.0,
        degrees => chi_squared_above(statistic, degrees as f64),
    };
    PriorShift {
        found: p < error,
        statistic,
        degrees,
        p,
    }
}

/// The pool of each class, and the number of pools less one: the last is what the others leave.
fn pools(expected: &[f64], labeled: &[f64]) -> (Vec<usize>, usize) {
    let is_large = |class: &usize| expected[*class] >= ROWS && labeled[*class] >= ROWS;
    let large: Vec<usize> = (0..expected.len()).filter(is_large).collect();
    let mut pools = vec![0; expected.len()];
    for (at, &class) in large.iter().enumerate() {
        pools[class] = at + 1;
    }
    (pools, large.len() + 1)
}

/// The chance that a chi-squared variable exceeds `x`: the incomplete gamma function by its series or
/// its continued fraction (Numerical Recipes, section 6.2).
fn chi_squared_above(x: f64, degrees: f64) -> f64 {
    let (a, x) = (degrees / 2.0, x / 2.0);
    if x <= 0.0 {
        return 1.0;
    }
    let front = (a * x.ln() - x - ln_gamma(a)).exp();
    if x < a + 1.0 {
        let (mut term, mut sum, mut n) = (1.0 / a, 1.0 / a, a);
        while term > 1e-16 * sum {
            n += 1.0;
            term *= x / n;
            sum += term;
        }
        return (1.0 - front * sum).clamp(0.0, 1.0);
    }
    let mut b = x + 1.0 - a;
    let (mut c, mut d) = (1e300, 1.0 / b);
    let mut fraction = d;
    for step in 1..10_000 {
        let step = f64::from(step);
        let an = -step * (step - a);
        b += 2.0;
        d = 1.0 / (an * d + b);
        c = b + an / c;
        fraction *= c * d;
        if (c * d - 1.0).abs() < 1e-15 {
            break;
        }
    }
    (front * fraction).clamp(0.0, 1.0)
}

/// The logarithm of the gamma function above 0 (Lanczos, g = 7).
fn ln_gamma(x: f64) -> f64 {
    const TERMS: [f64; 8] = [
        676.520_368_121_885_1,
        -1_259.139_216_722_402_8,
        771.323_428_777_653_1,
        -176.615_029_162_140_6,
        12.507_343_278_686_905,
        -0.138_571_095_265_720_12,
        9.984_369_578_019_572e-6,
        1.505_632_735_149_311_6e-7,
    ];
    let x = x - 1.0;
    let series = TERMS
        .iter()
        .zip(1..)
        .fold(0.999_999_999_999_809_9, |sum, (term, at)| {
            sum + term / (x + f64::from(at))
        });
    let t = x + 7.5;
    0.5 * (2.0 * std::f64::consts::PI).ln() + (x + 0.5) * t.ln() - t + series.ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tail_is_that_of_the_tables() {
        for (x, degrees, p) in [
            (3.841_458_820_694_124, 1.0, 0.05),
            (40.113_272_069_413_62, 27.0, 0.05),
            (0.0, 3.0, 1.0),
        ] {
            assert!((chi_squared_above(x, degrees) - p).abs() < 1e-12, "{x}");
        }
        // With two degrees the tail is exp(-x / 2).
        for x in [0.1, 1.0, 10.0, 100.0] {
            assert!((chi_squared_above(x, 2.0) / (-x / 2.0_f64).exp() - 1.0).abs() < 1e-12);
        }
    }
}
