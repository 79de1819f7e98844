//! The client against a loopback server that answers what a real MLflow answered, and against
//! one that misbehaves.

#![allow(
    clippy::unwrap_used,
    reason = "a helper that cannot go on fails its test"
)]

mod artifacts;
mod experiments;
mod failures;
mod fake;
mod health;
mod models;
mod registry;
mod runs;
#[cfg(unix)]
mod server;
