//! Lists of Python's as postings, a batch at a time.

use careerpulse_model::PostingText;
use pyo3::prelude::*;

use crate::error::Error;
use crate::texts::{BATCH, items, texts};

/// The arguments' names, in the order of a posting's fields.
const NAMES: [&str; 4] = ["titles", "descriptions", "levels", "locations"];

/// Lists of the same length, of which all but the first may be missing.
pub struct Rows<'py> {
    columns: [Option<Vec<Bound<'py, PyAny>>>; 4],
    len: usize,
}

/// Texts of one batch, which need Python's lock no more.
pub struct RowBatch {
    columns: [Option<Vec<Option<String>>>; 4],
    len: usize,
}

impl<'py> Rows<'py> {
    /// Takes titles, descriptions, levels, locations.
    ///
    /// # Errors
    /// [`Error::Input`] for what is no list, or not as long as the titles.
    pub fn new(
        titles: &Bound<'py, PyAny>,
        others: [Option<&Bound<'py, PyAny>>; 3],
    ) -> Result<Rows<'py>, Error> {
        let titles = items(titles, NAMES[0])?;
        let len = titles.len();
        let mut columns = [Some(titles), None, None, None];
        for ((column, name), given) in columns.iter_mut().zip(NAMES).skip(1).zip(others) {
            *column = given.map(|given| items(given, name)).transpose()?;
            if let Some(column) = column
                && column.len() != len
            {
                return Err(Error::Input(format!(
                    "{name} has {} entries and titles has {len}: give one for each, None where there is none",
                    column.len()
                )));
            }
        }
        Ok(Rows { columns, len })
    }

    /// The batches, read when they are asked for.
    ///
    /// # Errors
    /// [`Error::Input`] in a batch, for an entry that is no text.
    pub fn batches(&self) -> impl Iterator<Item = Result<RowBatch, Error>> {
        let starts = (0..self.len).step_by(BATCH);
        starts.map(|first| self.batch(first, BATCH.min(self.len - first)))
    }

    fn batch(&self, first: usize, len: usize) -> Result<RowBatch, Error> {
        let mut columns = [const { None }; 4];
        for ((texts_of, column), name) in columns.iter_mut().zip(&self.columns).zip(NAMES) {
            let items = column.as_ref().map(|items| &items[first..first + len]);
            *texts_of = items.map(|items| texts(items, name, first)).transpose()?;
        }
        Ok(RowBatch { columns, len })
    }
}

impl RowBatch {
    /// The postings, without HTML.
    pub fn postings(&self) -> Vec<PostingText> {
        let text = |column: usize, row: usize| self.columns[column].as_ref()?[row].as_deref();
        let posting = |row| {
            PostingText::cleaned(
                text(0, row).unwrap_or_default(),
                text(1, row).unwrap_or_default(),
                text(2, row),
                text(3, row),
            )
        };
        (0..self.len).map(posting).collect()
    }
}
