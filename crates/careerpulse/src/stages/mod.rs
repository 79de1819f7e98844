//! The stages, one file each. A stage meets the others only in tables.

pub mod bronze;
pub mod demand;
pub mod features;
pub mod gold;
pub mod infer;
pub mod monitor;
pub mod promote;
pub mod silver;
pub mod train;
