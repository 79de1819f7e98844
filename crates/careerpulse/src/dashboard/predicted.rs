//! What the production version predicted, as columns that can be searched in a millisecond.

use std::sync::Arc;

use arrow::array::{Array as _, StringArray};
use careerpulse_dashboard::source::SourceError;
use careerpulse_dashboard::view::category::PostingLine;
use memchr::memmem;

use super::columns::{bools, floats, moment as moment_at, moments, text, texts};
use super::lines::{Lines, NEWEST_FIRST, SELECTED};
use super::moment::Moment;
use super::registry::registry;
use super::words::not_yet;
use crate::tables::Table;

/// The tables that it is read from.
pub const TABLES: [Table; 5] = [
    Table::CategoryPredictions,
    Table::UnlabeledPostings,
    Table::ModelVersions,
    Table::Promotions,
    Table::Sweeps,
];

/// The predictions of one version, of postings published last first.
pub struct Predicted {
    /// The version.
    pub version: i64,
    /// A line each.
    pub lines: Lines,
    /// The calibrated probability of each row's category.
    pub probability: Vec<f64>,
    /// Whether it was too unsure to count.
    pub abstained: Vec<bool>,
    /// The categories that occur; a row's is a place in this list.
    pub names: Vec<String>,
    /// Each row's category.
    pub category: Vec<u16>,
    words: Words,
}

/// Titles and employers in lower case, row after row in one text.
struct Words {
    text: String,
    ends: Vec<usize>,
}

/// Reads the production version's.
///
/// # Errors
/// [`SourceError::NotYet`] where no version is in production or nothing was predicted.
pub async fn predicted(moment: &Arc<Moment>) -> Result<Arc<Predicted>, SourceError> {
    moment
        .part("predicted", String::new(), &TABLES, |moment| async move {
            read(&moment).await
        })
        .await
}

impl Predicted {
    /// A row as a line.
    ///
    /// # Errors
    /// Where a column is missing.
    pub fn line(&self, row: usize) -> Result<PostingLine, SourceError> {
        let scored = moments(&self.lines.batch, "scored_at")?;
        Ok(PostingLine {
            is_imputed: true,
            probability: Some(self.probability[row]),
            is_abstained: self.abstained[row],
            scored_at: moment_at(scored, row),
            ..self.lines.line(row)?
        })
    }

    /// The rows whose title or employer holds every one of the words, in any case, in order.
    pub fn rows_with(&self, words: &str) -> Option<Vec<usize>> {
        let words = words.to_lowercase();
        // The longest word is the rarest, as a rule.
        let first = words.split_whitespace().max_by_key(|word| word.len())?;
        let others: Vec<memmem::Finder<'_>> = words
            .split_whitespace()
            .filter(|word| *word != first)
            .map(memmem::Finder::new)
            .collect();
        let mut rows = self.words.rows_with(first);
        rows.retain(|row| {
            let own = self.words.of(*row).as_bytes();
            others.iter().all(|word| word.find(own).is_some())
        });
        Some(rows)
    }
}

async fn read(moment: &Arc<Moment>) -> Result<Predicted, SourceError> {
    let version = registry(moment).await?.production()?.version;
    if !moment.has(Table::CategoryPredictions)? || !moment.has(Table::UnlabeledPostings)? {
        return Err(not_yet("no category has been imputed yet", "infer"));
    }
    let sql = format!(
        "select p.posting_id, {SELECTED}, p.category, p.probability, p.abstained, p.scored_at \
         from {} p left join {} u on u.posting_id = p.posting_id \
         where p.model_version = {version} order by {NEWEST_FIRST}",
        Table::CategoryPredictions.name(),
        Table::UnlabeledPostings.name(),
    );
    let batch = moment.columns(&sql).await?;
    let (names, category) = numbered(texts(&batch, "category")?);
    let abstained = bools(&batch, "abstained")?;
    Ok(Predicted {
        version,
        probability: floats(&batch, "probability")?.values().to_vec(),
        abstained: (0..batch.num_rows())
            .map(|row| abstained.value(row))
            .collect(),
        names,
        category,
        words: Words::new(texts(&batch, "title")?, texts(&batch, "company_name")?),
        lines: Lines::new(Some(batch))?,
    })
}

/// Names that occur, sorted, and for each row its place among them.
fn numbered(column: &StringArray) -> (Vec<String>, Vec<u16>) {
    let mut names: Vec<String> = column.iter().flatten().map(ToOwned::to_owned).collect();
    names.sort_unstable();
    names.dedup();
    let place = |row: usize| {
        let own = text(column, row).unwrap_or_default();
        let found = names.binary_search_by(|name| name.as_str().cmp(own));
        // A model has far fewer categories than numbers of this kind.
        u16::try_from(found.unwrap_or_default()).unwrap_or(u16::MAX)
    };
    let category = (0..column.len()).map(place).collect();
    (names, category)
}

impl Words {
    fn new(titles: &StringArray, companies: &StringArray) -> Self {
        let mut words = Self {
            text: String::new(),
            ends: Vec::with_capacity(titles.len()),
        };
        for row in 0..titles.len() {
            for cell in [titles, companies] {
                let own = text(cell, row).unwrap_or_default();
                words.text.push_str(&own.to_lowercase());
                // No word that is searched for holds a line's end.
                words.text.push('\n');
            }
            words.ends.push(words.text.len());
        }
        words
    }

    fn start(&self, row: usize) -> usize {
        match row {
            0 => 0,
            _ => self.ends[row - 1],
        }
    }

    fn of(&self, row: usize) -> &str {
        &self.text[self.start(row)..self.ends[row]]
    }

    fn rows_with(&self, word: &str) -> Vec<usize> {
        let finder = memmem::Finder::new(word);
        let (mut rows, mut from) = (Vec::new(), 0);
        while let Some(found) = finder.find(&self.text.as_bytes()[from..]) {
            let at = from + found;
            let row = self.ends.partition_point(|end| *end <= at);
            rows.push(row);
            from = self.ends[row];
        }
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_found_by_words_in_any_case_and_no_word_runs_over_a_row() {
        let titles = StringArray::from(vec![Some("Staff NURSE"), Some("Driver"), None]);
        let companies = StringArray::from(vec![None, Some("Nurse & Söhne"), Some("Ward")]);
        let words = Words::new(&titles, &companies);
        assert_eq!(words.rows_with("nurse"), [0, 1]);
        assert_eq!(words.rows_with("söhne"), [1]);
        assert_eq!(words.rows_with("ward"), [2]);
        assert_eq!(words.rows_with("driver\nnurse"), [1]);
        assert!(words.rows_with("nursedriver").is_empty());
        assert!(words.rows_with("pilot").is_empty());
    }
}
