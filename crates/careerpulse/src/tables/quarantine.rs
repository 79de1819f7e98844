//! Monitoring: what was seen of the data on their way.

pub use careerpulse_lake::expectations::{QUARANTINE, Quarantined};
