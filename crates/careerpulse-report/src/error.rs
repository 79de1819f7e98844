//! Everything that can be wrong with what a report is made of.

use chrono::NaiveDate;
use thiserror::Error;

/// What was wrong, where, and what to do about it.
#[derive(Debug, Error)]
pub enum ReportError {
    /// A table has two rows for one day and category, so that one of two figures would be shown.
    #[error(
        "{table} has two rows for {category:?} on {date}: give the rows of the latest vintage alone"
    )]
    Repeated {
        /// The table.
        table: &'static str,
        /// The day.
        date: NaiveDate,
        /// The category, or `*` for the total.
        category: String,
    },
    /// The page outgrew what a mail or a phone takes.
    #[error(
        "the report has {bytes} bytes and may have {limit}: it shows {categories} categories; \
         give fewer, or merge thin ones"
    )]
    TooLarge {
        /// Bytes of the page.
        bytes: usize,
        /// Bytes it may have.
        limit: usize,
        /// Categories it shows.
        categories: usize,
    },
    /// A template could not be filled, which no data can cause.
    #[error("the report's template cannot be filled: {0}")]
    Template(#[from] askama::Error),
}
