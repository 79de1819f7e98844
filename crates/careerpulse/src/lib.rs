//! CareerPulse: job postings from The Muse to a category for each of them, in one binary.
//!
//! The modules stand in reading order, and a module uses only modules above it; a test holds that.

pub mod error;

pub mod clock;
pub mod progress;
pub mod webhook;

pub mod config;
pub mod tables;

pub mod sources;

pub mod posting;
pub mod taxonomy;

pub mod expectations;

pub mod embeddings;
pub mod encoding;

pub mod pictures;
pub mod tracking;

pub mod report;

pub mod stage;
pub mod stages;

pub mod stage_runs;

pub mod pipeline;

pub mod dashboard;

pub mod cli;
