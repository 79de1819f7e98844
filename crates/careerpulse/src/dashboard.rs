//! The lake as the dashboard sees it: views of pinned tables, computed once for each state of them.
//!
//! `moment` is the lake at one moment, `newest` the one that is shown, `cache` what was computed of it; then come what several
//! views share (`registry`, `lines`, `demand`, `outlook`) and the views, a file each.

mod cache;
mod category;
mod classify;
mod columns;
mod crawls;
mod demand;
mod detail;
mod imputation;
mod lines;
mod models;
mod moment;
mod monitoring;
mod newest;
mod outlook;
mod overview;
mod pipeline;
mod predicted;
mod registry;
mod segments;
mod source;
mod suspects;
mod version;
mod words;

pub use source::LakeSource;
