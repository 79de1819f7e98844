//! Figures of labels drawn from posteriors.

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

use super::firmness::Firmness;
use super::posteriors::Posteriors;
use super::{EstimateSettings, Figure};
use crate::error::DriftError;

/// One figure in all draws, ascending.
pub(super) struct Drawn(Vec<f64>);

/// Both figures.
pub(super) struct Draws {
    pub accuracy: Drawn,
    pub macro_f1: Drawn,
}

impl Draws {
    pub fn new(
        posteriors: &Posteriors<'_>,
        firmness: &Firmness,
        settings: &EstimateSettings,
    ) -> Result<Self, DriftError> {
        let guesses = posteriors.guesses();
        let logs = posteriors.logs();
        let figures: Vec<(f64, f64)> = (0..settings.draws as u64)
            .into_par_iter()
            .map(|draw| {
                let mut rng = ChaCha8Rng::seed_from_u64(settings.seed);
                rng.set_stream(draw);
                let power = firmness.draw(&mut rng);
                let mut weights = vec![0.0; posteriors.classes];
                let rows = logs.chunks_exact(posteriors.classes);
                let labels: Vec<u32> = rows
                    .map(|row| draw_label(row, power, &mut weights, &mut rng))
                    .collect();
                let accuracy = careerpulse_learn::accuracy(&labels, &guesses)?;
                Ok((accuracy, careerpulse_learn::macro_f1(&labels, &guesses)?))
            })
            .collect::<Result<_, DriftError>>()?;
        let (accuracy, macro_f1) = figures.into_iter().unzip();
        Ok(Self {
            accuracy: Drawn::new(accuracy),
            macro_f1: Drawn::new(macro_f1),
        })
    }
}

fn draw_label(logs: &[f64], power: f64, weights: &mut [f64], rng: &mut ChaCha8Rng) -> u32 {
    let mut sum = 0.0;
    for (weight, log) in weights.iter_mut().zip(logs) {
        *weight = (power * log).exp();
        sum += *weight;
    }
    let mut left = rng.random::<f64>() * sum;
    for (class, weight) in weights.iter().enumerate() {
        left -= weight;
        if left < 0.0 {
            return class as u32;
        }
    }
    logs.len() as u32 - 1
}

impl Drawn {
    fn new(mut values: Vec<f64>) -> Self {
        values.sort_unstable_by(f64::total_cmp);
        Self(values)
    }

    /// The mean, and the interval that leaves out as many draws on either side.
    pub fn figure(&self, level: f64) -> Figure {
        let draws = self.0.len();
        let outside = ((1.0 - level) / 2.0 * draws as f64) as usize;
        let outside = outside.min((draws - 1) / 2);
        Figure {
            value: self.0.iter().sum::<f64>() / draws as f64,
            lo: self.0[outside],
            hi: self.0[draws - 1 - outside],
        }
    }

    /// Chance of a figure as far out as `value` on either side.
    pub fn two_sided(&self, value: f64) -> f64 {
        let draws = self.0.len();
        let below = self.0.partition_point(|&draw| draw <= value);
        let above = draws - self.0.partition_point(|&draw| draw < value);
        let least = below.min(above);
        (2.0 * (least + 1) as f64 / (draws + 1) as f64).min(1.0)
    }
}
