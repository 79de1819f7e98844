//! From a stored page to checked postings: rows and findings, never a failure.

pub mod dates;
mod fields;
pub mod page;
pub mod record;
pub mod text;

pub use page::{ParsedPage, parse_page};
