//! The dashboard and the API: views of the lake over HTTP.
//!
//! It knows nothing of tables: [`source::Source`] gives it views, which the program reads from the lake.

pub mod api;
pub mod app;
pub mod batching;
pub mod conditional;
pub mod csv;
#[cfg(feature = "invented")]
pub mod invented;
pub mod keys;
pub mod metrics;
pub mod pages;
pub mod problem;
pub mod safety;
mod sanitise;
pub mod serve;
pub mod settings;
pub mod source;
pub mod state;
pub mod view;
pub mod watch;
