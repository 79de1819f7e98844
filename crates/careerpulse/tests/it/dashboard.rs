//! What the dashboard is given, held against plain SQL over the same lake.

mod asked;
mod figures;
mod hostile;
mod model;
mod moments;
mod records;
mod search;

pub use asked::{Asked, finished};
