//! Labels that the production version doubts.

use std::sync::Arc;

use careerpulse_dashboard::source::SourceError;
use careerpulse_dashboard::view::imputation::Suspect;
use careerpulse_lake::query::literal;

use super::moment::Moment;
use super::registry::{self, registry};
use super::words::name;
use crate::tables::Table;
use crate::tables::assessment::LabelSuspect;

/// The most that are shown.
const MOST: usize = 1_000;

/// Reads them, the most doubtful first.
///
/// # Errors
/// [`SourceError::NotYet`] where no version is in production.
pub async fn suspects(moment: &Arc<Moment>) -> Result<Arc<Vec<Suspect>>, SourceError> {
    let tables: Vec<Table> = registry::TABLES
        .into_iter()
        .chain([Table::LabelSuspects])
        .collect();
    moment
        .part("suspects", String::new(), &tables, |moment| async move {
            read(&moment).await
        })
        .await
}

async fn read(moment: &Arc<Moment>) -> Result<Vec<Suspect>, SourceError> {
    let registry = registry(moment).await?;
    let key = &registry.production()?.sweep_key;
    let clause = format!(
        "where sweep_key = {} order by rank limit {MOST}",
        literal(key)
    );
    let rows: Vec<LabelSuspect> = moment.rows(Table::LabelSuspects, &clause).await?;
    let suspect = |row: LabelSuspect| Suspect {
        posting_id: row.posting_id,
        title: name(&row.title),
        category: row.category,
        suggestion: row.suggested,
        probability: row.category_probability,
        suggested_probability: row.suggested_probability,
    };
    Ok(rows.into_iter().map(suspect).collect())
}
