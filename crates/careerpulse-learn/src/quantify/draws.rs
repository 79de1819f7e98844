//! What a correction cannot know: draws of everything that it estimated.

use rand::{Rng, RngExt as _};

use super::evidence::Evidence;
use super::labeled::Taught;
use super::local::{LocalMix, around};
use super::matrix::Factor;
use super::odds::{DRIFT_WIDTH, Odds};
use super::test::Slopes;

/// The distribution of what was estimated around its estimate.
#[derive(Debug, Clone)]
pub(super) struct Doubt {
    classes: usize,
    scale: f64,
    /// Biases less the logarithms of the prior, predicted class × class.
    offsets: Vec<f64>,
    influences: Vec<Vec<f64>>,
    mix: LocalMix,
    /// Labelled counts over the design effect, days × classes.
    effective: Vec<f64>,
    design_effect: f64,
    shift: Option<Shifted>,
    /// Standard deviation of the logarithm of each day's odds about the overall ones, where they drift.
    drift: Option<Vec<f64>>,
    /// The prior of each day, and its unlabelled rows.
    priors: Vec<f64>,
    rows: Vec<f64>,
}

/// How the overall odds follow from the rest.
#[derive(Debug, Clone)]
struct Shifted {
    information: Factor,
    noise: Factor,
    slopes: Slopes,
}

/// One draw: a posterior `q` becomes proportional to `q · q^power` times the factors of its class, by its
/// day and by the class predicted.
pub(super) struct Draw {
    pub power: f64,
    /// Days × classes.
    pub by_day: Vec<f64>,
    /// Predicted classes × classes.
    pub by_prediction: Vec<f64>,
}

impl Doubt {
    #[allow(clippy::too_many_arguments, reason = "it gathers what every step left")]
    pub(super) fn of(
        taught: &Taught,
        mix: LocalMix,
        mut observed: Vec<f64>,
        slopes: Slopes,
        is_shifted: bool,
        odds: &Odds,
        priors: &[f64],
        evidence: &Evidence,
    ) -> Doubt {
        let classes = taught.prior.len();
        let mut rows = vec![0.0; priors.len() / classes];
        evidence
            .days
            .iter()
            .for_each(|&day| rows[day as usize] += 1.0);
        observed
            .iter_mut()
            .for_each(|count| *count /= taught.design_effect);
        let shift = is_shifted.then(|| Shifted {
            information: information(&slopes.information, classes),
            noise: Factor::of(&slopes.noise, classes),
            slopes,
        });
        let drift = odds.firmness.is_finite().then(|| {
            let expected: Vec<f64> = priors
                .iter()
                .enumerate()
                .map(|(at, share)| share * rows[at / classes])
                .collect();
            let seen = around(&expected, classes, DRIFT_WIDTH, false);
            seen.iter()
                .map(|rows| (odds.firmness + rows).sqrt().recip())
                .collect()
        });
        Doubt {
            classes,
            scale: taught.recalibration.scale,
            offsets: taught.offsets(),
            influences: taught.influences.clone(),
            mix,
            effective: observed,
            design_effect: taught.design_effect,
            shift,
            drift,
            priors: priors.to_vec(),
            rows,
        }
    }

    /// Draws the likelihood ratios, each day's labelled mix, and the odds that follow from them.
    pub(super) fn draw(&self, rng: &mut impl Rng) -> Draw {
        let classes = self.classes;
        let mut ratios = vec![0.0; 1 + classes * classes];
        let weights = normals(self.influences.len(), rng);
        for (influence, weight) in self.influences.iter().zip(weights) {
            ratios
                .iter_mut()
                .zip(influence)
                .for_each(|(sum, value)| *sum += weight * value);
        }
        let power = (ratios[0] / self.scale).max(-0.9);
        let mut logs = self.mix_change(rng);
        if let Some(shift) = &self.shift {
            let overall = shift.overall(&ratios, rng);
            let taken = self.mean_change(&logs);
            for day in logs.chunks_exact_mut(classes) {
                for class in 0..classes {
                    day[class] += overall[class] - taken[class];
                }
            }
        }
        if let Some(spread) = &self.drift {
            let white = normals(logs.len(), rng);
            let smooth = around(&white, classes, DRIFT_WIDTH, false);
            // The sum of squares of a Gaussian kernel of height 1.
            let size = (DRIFT_WIDTH * std::f64::consts::PI.sqrt()).sqrt();
            for ((log, noise), spread) in logs.iter_mut().zip(smooth).zip(spread) {
                *log += noise / size * spread;
            }
        }
        for (log, prior) in logs.iter_mut().zip(&self.priors) {
            *log = (*log - power * prior.max(f64::MIN_POSITIVE).ln()).exp();
        }
        let by_prediction = ratios[1..].iter().zip(&self.offsets);
        let by_prediction = by_prediction.map(|(change, offset)| (change - power * offset).exp());
        Draw {
            power,
            by_prediction: by_prediction.collect(),
            by_day: logs,
        }
    }

    /// Change of the logarithm of each day's labelled mix when the labelled counts are drawn again.
    fn mix_change(&self, rng: &mut impl Rng) -> Vec<f64> {
        let drawn: Vec<f64> = self
            .effective
            .iter()
            .map(|&count| self.design_effect * gamma(count, rng))
            .collect();
        let drawn = self.mix.smoothed(&drawn);
        drawn
            .iter()
            .zip(&self.mix.shares)
            .map(|(new, old)| (new / old).ln())
            .collect()
    }

    /// Mean change of each class over the unlabelled rows.
    fn mean_change(&self, logs: &[f64]) -> Vec<f64> {
        let (mut sums, mut weights) = (vec![0.0; self.classes], vec![0.0; self.classes]);
        for (at, log) in logs.iter().enumerate() {
            let (day, class) = (at / self.classes, at % self.classes);
            let weight = self.rows[day] * self.priors[at];
            sums[class] += weight * log;
            weights[class] += weight;
        }
        let mean = |(sum, weight): (f64, f64)| if weight > 0.0 { sum / weight } else { 0.0 };
        sums.into_iter().zip(weights).map(mean).collect()
    }
}

impl Shifted {
    /// Change of the logarithms of the odds, to first order.
    fn overall(&self, ratios: &[f64], rng: &mut impl Rng) -> Vec<f64> {
        let mut score = self.slopes.moved(ratios);
        let noise = self.noise.times(&normals(score.len(), rng));
        score
            .iter_mut()
            .zip(noise)
            .for_each(|(score, noise)| *score += noise);
        self.information.solve(&score)
    }
}

/// The information on the odds, held by one row each as the odds are.
fn information(slopes: &[f64], classes: usize) -> Factor {
    let mut held = slopes.to_vec();
    for class in 0..classes {
        held[class * classes + class] += 1.0;
    }
    Factor::of(&held, classes)
}

/// Standard normal draws (the polar method of Marsaglia).
fn normals(count: usize, rng: &mut impl Rng) -> Vec<f64> {
    let mut drawn = Vec::with_capacity(count + 1);
    while drawn.len() < count {
        let (x, y) = (
            2.0 * rng.random::<f64>() - 1.0,
            2.0 * rng.random::<f64>() - 1.0,
        );
        let s = x * x + y * y;
        if s > 0.0 && s < 1.0 {
            let length = (-2.0 * s.ln() / s).sqrt();
            drawn.extend([x * length, y * length]);
        }
    }
    drawn.truncate(count);
    drawn
}

/// A gamma draw of mean `shape` and scale 1 (Marsaglia and Tsang 2000); 0 for a shape of 0.
fn gamma(shape: f64, rng: &mut impl Rng) -> f64 {
    if shape <= 0.0 {
        return 0.0;
    }
    if shape < 1.0 {
        return gamma(shape + 1.0, rng) * rng.random::<f64>().powf(1.0 / shape);
    }
    let d = shape - 1.0 / 3.0;
    let c = 1.0 / (9.0 * d).sqrt();
    loop {
        let x = normals(1, rng)[0];
        let v = (1.0 + c * x).powi(3);
        if v > 0.0 {
            let u = 1.0 - rng.random::<f64>();
            if u.ln() < 0.5 * x * x + d - d * v + d * v.ln() {
                return d * v;
            }
        }
    }
}
