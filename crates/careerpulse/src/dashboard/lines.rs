//! Postings as lines, kept as columns: titles, employers and days, but no descriptions.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::RecordBatch;
use careerpulse_dashboard::source::SourceError;
use careerpulse_dashboard::view::category::PostingLine;

use super::columns::{ints, moment as moment_at, moments, text, texts};
use super::moment::{Moment, empty};
use super::words::name;
use crate::tables::Table;

/// Postings, those published last first, and found by id.
pub struct Lines {
    /// A row each, with at least the columns of [`SELECTED`] and `category`.
    pub batch: RecordBatch,
    by_id: HashMap<i64, u32>,
}

/// The columns of a line, of a table `u` of Gold.
pub const SELECTED: &str = "u.title, u.company_name, u.location, u.publication_date";
/// The order of lines.
pub const NEWEST_FIRST: &str = "publication_date desc nulls last, posting_id desc";

/// The postings whose category the source gave.
///
/// # Errors
/// When the table cannot be read.
pub async fn labelled(moment: &Arc<Moment>) -> Result<Arc<Lines>, SourceError> {
    let tables = [Table::LabeledPostings];
    moment
        .part("labelled", String::new(), &tables, |moment| async move {
            if !moment.has(Table::LabeledPostings)? {
                return Lines::new(None);
            }
            let sql = format!(
                "select u.posting_id, {SELECTED}, u.category from {} u order by {NEWEST_FIRST}",
                Table::LabeledPostings.name()
            );
            Lines::new(Some(moment.columns(&sql).await?))
        })
        .await
}

impl Lines {
    /// The rows of a query in its order; none without.
    ///
    /// # Errors
    /// Where it has no ids.
    pub fn new(batch: Option<RecordBatch>) -> Result<Self, SourceError> {
        let Some(batch) = batch else {
            return Ok(Self {
                batch: empty(),
                by_id: HashMap::new(),
            });
        };
        let ids = ints(&batch, "posting_id")?.values();
        let numbered = ids.iter().zip(0u32..);
        let by_id = numbered.map(|(id, row)| (*id, row)).collect();
        Ok(Self { batch, by_id })
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.batch.num_rows()
    }

    /// The row of a posting.
    pub fn row_of(&self, posting_id: i64) -> Option<usize> {
        self.by_id.get(&posting_id).map(|row| *row as usize)
    }

    /// A posting in a line, its category as if the source had given it.
    ///
    /// # Errors
    /// Where a column is missing.
    pub fn line(&self, row: usize) -> Result<PostingLine, SourceError> {
        let batch = &self.batch;
        let owned = |column: &str| Ok(text(texts(batch, column)?, row).map(name));
        let published = moment_at(moments(batch, "publication_date")?, row);
        Ok(PostingLine {
            posting_id: ints(batch, "posting_id")?.value(row),
            title: owned("title")?.unwrap_or_default(),
            company: owned("company_name")?,
            location: owned("location")?,
            published: published.map(|at| at.date_naive()),
            category: owned("category")?,
            is_imputed: false,
            probability: None,
            is_abstained: false,
            scored_at: None,
        })
    }
}
