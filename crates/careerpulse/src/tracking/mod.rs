//! Runs, versions and decisions, kept in the lake's own tables: no server is needed.

pub mod registry;

pub use registry::{
    Standing, decisions, load_assessed, load_version, production, reigns, standings, versions,
};
