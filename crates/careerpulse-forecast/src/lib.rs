//! Daily series of demand: gaps filled, index, seasonal adjustment and forecasts.
//!
//! Pure functions: no disk, clock or network. It is the one crate that names the vendor of the models.

mod adjust;
mod error;
mod fill;
mod forecast;
mod index;
mod models;
#[cfg(test)]
mod oracle;
mod series;
mod smooth;

pub use adjust::seasonally_adjusted;
pub use error::ForecastError;
pub use fill::interpolate;
pub use forecast::{
    Basis, CandidateScore, Coverage, ForecastParams, Forecasts, Interval, Point, Reconciliation,
    Score, SeriesForecast, forecast,
};
pub use index::{Index, IndexBase, IndexParams, index};
pub use models::Model;
pub use series::{Series, check_values, total};
pub use smooth::trailing_mean;
