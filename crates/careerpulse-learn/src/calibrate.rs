//! Scores made probabilities that mean what they say.

mod fitted;
mod isotonic;
mod select;
mod temperature;

pub use fitted::{Calibration, ScoreKind};
pub use isotonic::Isotonic;
pub use select::{cross_fitted, fit_calibration};
pub use temperature::Temperature;
