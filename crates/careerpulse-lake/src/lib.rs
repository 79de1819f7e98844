//! The lake: Delta tables under one folder, and the only room that names `deltalake` and `datafusion`.
//!
//! In reading order: [`spec`] says what a table is; [`lake`] opens the folder and finds tables;
//! [`lock`] lets one command write at a time; [`rows`] turns structs into Arrow batches and back;
//! [`expectations`] judges what is about to be written; [`mod@write`] creates tables and inserts what is
//! new; [`mod@update`] changes rows; [`mod@replace`] puts others in their place; [`query`] runs read-only
//! SQL; [`pin`] keeps a moment to read from, and
//! [`by_id`] finds rows in it by a number; [`maintenance`] shows history, compacts and vacuums.
//!
//! Architecture invariant: no Delta or DataFusion type leaves this crate. Callers meet Arrow record
//! batches, table versions and [`LakeError`].

pub mod by_id;
pub mod error;
pub mod expectations;
pub mod lake;
pub mod lock;
pub mod maintenance;
pub mod pin;
pub mod query;
pub mod replace;
pub mod rows;
pub mod spec;
pub mod update;
pub mod write;

pub use error::LakeError;
pub use expectations::{Expectation, Judged, Judgement, Otherwise};
pub use lake::Lake;
pub use lock::{Holder, LakeLock};
pub use pin::{Pinned, Stamp};
pub use spec::{Column, Kind, TableSpec};
pub use write::Written;
