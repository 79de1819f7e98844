//! Where postings come from: one module per outside source.

pub mod muse;
