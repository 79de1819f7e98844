//! The tests and distances that checks are made of, each on plain numbers.

pub mod bh;
pub mod divergence;
pub(crate) mod hypergeometric;
pub mod ks;
pub(crate) mod multinomial;
pub mod shares;
pub(crate) mod two_samples;
