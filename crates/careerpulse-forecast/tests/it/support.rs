//! Series to forecast.

use careerpulse_forecast::{ForecastParams, Series};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

/// How much is posted on each day of the week, against the busiest.
const WEEK: [f64; 7] = [0.9, 1.0, 0.97, 0.92, 0.75, 0.2, 0.14];

/// Poisson counts with a weekly rhythm around a level.
pub fn counts(seed: u64, days: usize, level: f64) -> Vec<Option<f64>> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    (0..days)
        .map(|day| Some(poisson(&mut rng, level * WEEK[day % 7])))
        .collect()
}

/// Named series of the given values.
pub fn named(values: Vec<Vec<Option<f64>>>) -> Vec<Series> {
    (values.into_iter().enumerate())
        .map(|(at, values)| Series {
            name: format!("category {at}"),
            values,
        })
        .collect()
}

/// The defaults with fewer origins, three days apart, which is quicker.
pub fn quick() -> ForecastParams {
    ForecastParams {
        step: 3,
        origins: 24,
        ..ForecastParams::default()
    }
}

/// Knuth (1969): how many uniform draws it takes for their product to fall below e^-mean.
fn poisson(rng: &mut ChaCha8Rng, mean: f64) -> f64 {
    let (mut count, mut product) = (0.0, rng.random::<f64>());
    while product > (-mean).exp() {
        count += 1.0;
        product *= rng.random::<f64>();
    }
    count
}
