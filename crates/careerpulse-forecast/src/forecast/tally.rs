//! Sums over pairs of forecast and figure, and the score they come to.

use super::conformal::Radii;
use super::panel::Panel;
use super::{Coverage, Score};

/// Sums over pairs of forecast and figure.
#[derive(Clone)]
pub(super) struct Tally {
    pub origins: usize,
    pub pairs: usize,
    squares: f64,
    pub absolutes: f64,
    /// Squared errors of both where seasonal naive can tell.
    against: (f64, f64),
    compared: usize,
    pub coverage: Vec<Coverage>,
}

impl Tally {
    /// Of nothing yet, at so many levels.
    pub fn new(levels: usize) -> Self {
        Self {
            origins: 0,
            pairs: 0,
            squares: 0.0,
            absolutes: 0.0,
            against: (0.0, 0.0),
            compared: 0,
            coverage: vec![Coverage { held: 0, days: 0 }; levels],
        }
    }

    /// Adds all that is known today of the days after an origin.
    pub fn take(
        &mut self,
        panel: &Panel<'_>,
        series: usize,
        origin: usize,
        means: &[f64],
        naive: Option<&[f64]>,
        radii: &Radii,
    ) {
        let before = self.pairs;
        for (place, actual) in panel.actuals(series, origin, usize::MAX) {
            let error = actual - means[place];
            self.pairs += 1;
            self.squares += error * error;
            self.absolutes += error.abs();
            if let Some(naive) = naive {
                self.against.0 += error * error;
                self.against.1 += (actual - naive[place]).powi(2);
                self.compared += 1;
            }
            for (level, coverage) in self.coverage.iter_mut().enumerate() {
                if let Some(interval) = radii.interval(means[place], place, level) {
                    coverage.days += 1;
                    coverage.held +=
                        usize::from(interval.lower <= actual && actual <= interval.upper);
                }
            }
        }
        self.origins += usize::from(self.pairs > before);
    }

    /// Adds what another has summed.
    pub fn add(&mut self, other: &Tally) {
        self.origins += other.origins;
        self.pairs += other.pairs;
        self.squares += other.squares;
        self.absolutes += other.absolutes;
        self.against.0 += other.against.0;
        self.against.1 += other.against.1;
        self.compared += other.compared;
        for (own, other) in self.coverage.iter_mut().zip(&other.coverage) {
            own.held += other.held;
            own.days += other.days;
        }
    }

    /// The score at RMSSE's scale.
    pub fn score(&self, scale: Option<f64>) -> Score {
        let mean = |sum: f64| (self.pairs > 0).then(|| sum / self.pairs as f64);
        Score {
            rmsse: mean(self.squares).and_then(|mean| Some((mean / scale?).sqrt())),
            mae: mean(self.absolutes),
            beats_seasonal_naive: (self.compared > 0).then_some(self.against.0 < self.against.1),
            origins: self.origins,
            coverage: self.coverage.clone(),
        }
    }
}
