//! What the tests share: a home with a lake, the binary, a source, and tables as comparable rows.

mod home;
mod process;
mod proxy;
mod source;
mod tables;

pub use home::{Ended, Home, ended};
pub use process::{files, signal, until};
pub use proxy::Proxy;
pub use source::{Source, generated, invented_crawl, recorded, sample, workspace};
pub use tables::{Row, canonical, count, row_counts, rows};
