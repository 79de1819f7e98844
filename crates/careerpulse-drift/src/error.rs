//! Everything that can be wrong with what this crate is given.

use careerpulse_learn::LearnError;
use thiserror::Error;

/// What was wrong, where, and what to do about it.
#[derive(Debug, Error, Clone, PartialEq)]
pub enum DriftError {
    /// A column that does not have one entry per row.
    #[error(
        "the {side}'s column {column} has {entries} entries for {rows} ids: give one per advert"
    )]
    Column {
        /// Reference or window.
        side: &'static str,
        /// The column.
        column: &'static str,
        /// Its entries.
        entries: usize,
        /// Rows there are.
        rows: usize,
    },
    /// A probability that is none.
    #[error("row {row} of {what} has probability {value}: it must lie from 0 to 1")]
    Probability {
        /// Whose probability.
        what: &'static str,
        /// The row.
        row: usize,
        /// The value.
        value: f32,
    },
    /// Vectors whose parts do not fit together.
    #[error("the {side}'s vectors are broken: {problem}")]
    Vectors {
        /// Reference or window.
        side: &'static str,
        /// What is wrong and what to do.
        problem: String,
    },
    /// Vectors of different encoders.
    #[error(
        "the reference's vectors have {reference} columns but the window's have {window}: encode both with the production model's encoder"
    )]
    Width {
        /// Columns of the reference.
        reference: usize,
        /// Columns of the window.
        window: usize,
    },
    /// A setting out of its range.
    #[error("{name} is {value}: it must be {expected}")]
    Setting {
        /// The setting.
        name: &'static str,
        /// Its value.
        value: f64,
        /// What it may be.
        expected: &'static str,
    },
    /// More rows of a kind than rows.
    #[error("{part} of {whole} rows {side} are no share: the first is a part of the second")]
    Part {
        /// Rows of the kind.
        part: u64,
        /// All rows.
        whole: u64,
        /// Now or then.
        side: &'static str,
    },
    /// Posteriors that are not rows of probabilities over the classes.
    #[error("the posteriors of {what} are broken: {problem}")]
    Posteriors {
        /// Whose posteriors.
        what: &'static str,
        /// What is wrong and what to do.
        problem: String,
    },
    /// A label that names no class.
    #[error("row {row} of {what} has label {label}, but there are only {classes} classes")]
    Label {
        /// Whose label.
        what: &'static str,
        /// The row.
        row: usize,
        /// The label.
        label: u32,
        /// Number of classes.
        classes: usize,
    },
    /// Nothing to estimate from.
    #[error("there is no row to estimate from: wait until a posting without a category was scored")]
    NoRows,
    /// What a metric of `careerpulse-learn` says.
    #[error(transparent)]
    Learn(#[from] LearnError),
}
