//! What pages and API show: plain records, read from the lake elsewhere.

pub mod category;
pub mod classify;
pub mod demand;
pub mod imputation;
pub mod models;
pub mod monitoring;
pub mod overview;
pub mod pipeline;
