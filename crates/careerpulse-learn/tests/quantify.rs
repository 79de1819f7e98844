//! The named estimators equal their oracle; corrected counts keep what they promise on any posteriors, and
//! are honest on simulated ones.

#![allow(
    clippy::unwrap_used,
    reason = "a helper that cannot go on fails its test"
)]

#[path = "quantify/edges.rs"]
mod edges;
#[path = "quantify/oracle.rs"]
mod oracle;
#[path = "quantify/properties.rs"]
mod properties;
#[path = "quantify/simulation.rs"]
mod simulation;
#[path = "quantify/world.rs"]
mod world;
