//! Texts of Silver's postings, cleaned and hashed.

use careerpulse_lake::rows::from_batches;
use careerpulse_learn::clean_html;
use futures::TryStreamExt as _;
use rayon::prelude::*;
use serde::Deserialize;

use crate::stage::Ctx;
use crate::tables::Table;
use careerpulse_model::sha256_hex;

/// Title and description without HTML, and their hash.
pub struct CleanText {
    /// The title.
    pub title: String,
    /// The description.
    pub description: String,
    /// SHA-256 of both, hexadecimal.
    pub hash: String,
}

/// Cleans a posting's text; what is null becomes empty.
pub fn clean(title: Option<&str>, description: Option<&str>) -> CleanText {
    let title = clean_html(title.unwrap_or_default());
    let description = clean_html(description.unwrap_or_default());
    let hash = sha256_hex(format!("{title}\n{description}").as_bytes());
    CleanText {
        title,
        description,
        hash,
    }
}

/// Reads the postings of ascending ids, and makes something of each text; in the order of the ids,
/// without those that Silver does not have.
pub async fn read_texts<T: Send>(
    ctx: &Ctx,
    ids: &[i64],
    make: impl Fn(i64, CleanText) -> T + Sync,
) -> anyhow::Result<Vec<T>> {
    #[derive(Deserialize)]
    struct Raw {
        posting_id: i64,
        title: Option<String>,
        description: Option<String>,
    }
    let (Some(lowest), Some(highest)) = (ids.first(), ids.last()) else {
        return Ok(Vec::new());
    };
    let sql = format!(
        "select posting_id, title, description from {} where posting_id between {lowest} and {highest}",
        Table::JobPostings.name(),
    );
    let mut batches = ctx.lake.stream(&sql).await?;
    let mut made: Vec<(i64, T)> = Vec::with_capacity(ids.len());
    while let Some(batch) = batches.try_next().await? {
        let mut rows: Vec<Raw> = from_batches(&[batch])?;
        rows.retain(|row| ids.binary_search(&row.posting_id).is_ok());
        made.par_extend(rows.into_par_iter().map(|row| {
            let text = clean(row.title.as_deref(), row.description.as_deref());
            (row.posting_id, make(row.posting_id, text))
        }));
    }
    made.sort_by_key(|(id, _)| *id);
    Ok(made.into_iter().map(|(_, made)| made).collect())
}
