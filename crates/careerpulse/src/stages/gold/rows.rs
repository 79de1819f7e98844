//! Rows for learning and scoring, made of Silver's postings.

use careerpulse_lake::TableSpec;
use careerpulse_lake::rows::{from_batches, to_batch};
use chrono::{DateTime, Utc};
use futures::StreamExt as _;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::compared::{Compared, group_name};
use super::texts::clean;
use crate::progress;
use crate::stage::Ctx;
use crate::tables::Table;
use crate::tables::gold::{LabeledPosting, UnlabeledPosting};
use crate::taxonomy::{Taxonomy, canonical};

/// A posting of Silver that a table of Gold lacks.
#[derive(Deserialize)]
pub struct Due {
    posting_id: i64,
    title: Option<String>,
    description: Option<String>,
    category: Option<String>,
    level: Option<String>,
    location: Option<String>,
    company_name: Option<String>,
    publication_date: Option<DateTime<Utc>>,
}

/// A row that carries its group of near duplicates.
pub trait Grouped {
    /// The posting.
    fn posting_id(&self) -> i64;
    /// Its group; until the posting has been compared, its own text's.
    fn group(&mut self) -> &mut String;
}

impl Grouped for LabeledPosting {
    fn posting_id(&self) -> i64 {
        self.posting_id
    }

    fn group(&mut self) -> &mut String {
        &mut self.duplicate_group
    }
}

impl Grouped for UnlabeledPosting {
    fn posting_id(&self) -> i64 {
        self.posting_id
    }

    fn group(&mut self) -> &mut String {
        &mut self.duplicate_group
    }
}

/// Inserts the rows that Silver has and `table` has not, each with its group; returns rows read and
/// rows inserted.
pub async fn insert_due<T: Grouped + Serialize + Send>(
    ctx: &Ctx,
    table: Table,
    category_condition: &str,
    compared: &mut Compared,
    row: impl Fn(Due) -> Option<T> + Sync,
) -> anyhow::Result<(u64, u64)> {
    let spec: &TableSpec = table.spec();
    let sql = format!(
        "select p.posting_id, p.title, p.description, p.category, p.level, p.locations[1] as location, \
         p.company_name, p.publication_date from {} p left anti join {} g on p.posting_id = g.posting_id \
         where p.category {category_condition}",
        Table::JobPostings.name(),
        spec.full_name(),
    );
    let mut batches = ctx.lake.stream(&sql).await?;
    let bar = progress::spinner(if table == Table::LabeledPostings {
        "labelled"
    } else {
        "unlabelled"
    });
    let (mut read, mut inserted) = (0, 0);
    while let Some(batch) = batches.next().await {
        let due: Vec<Due> = from_batches(&[batch?])?;
        read += due.len() as u64;
        bar.inc(due.len() as u64);
        let mut rows: Vec<T> = due.into_par_iter().filter_map(&row).collect();
        for row in &mut rows {
            if let Some(number) = compared.number(row.posting_id()) {
                *row.group() = group_name(compared.group(number));
            }
        }
        if !rows.is_empty() {
            inserted += ctx
                .lake
                .insert_new(spec, vec![to_batch(spec, &rows)?])
                .await?
                .rows;
        }
    }
    Ok((read, inserted))
}

/// `None` for a posting without any text: there is nothing to learn from.
pub fn labelled_row(due: Due, taxonomy: &Taxonomy) -> Option<LabeledPosting> {
    let category_raw = due.category.clone()?;
    let row = unlabelled_row(due);
    if row.title.is_empty() && row.description_clean.is_empty() {
        return None;
    }
    Some(LabeledPosting {
        posting_id: row.posting_id,
        title: row.title,
        description_clean: row.description_clean,
        category: canonical(taxonomy, &category_raw).to_owned(),
        category_raw,
        taxonomy_version: taxonomy.version.clone(),
        level: row.level,
        location: row.location,
        company_name: row.company_name,
        publication_date: row.publication_date,
        text_hash: row.text_hash,
        duplicate_group: row.duplicate_group,
    })
}

/// A posting to be scored.
pub fn unlabelled_row(due: Due) -> UnlabeledPosting {
    let text = clean(due.title.as_deref(), due.description.as_deref());
    UnlabeledPosting {
        posting_id: due.posting_id,
        title: text.title,
        description_clean: text.description,
        level: due.level,
        location: due.location,
        company_name: due.company_name,
        publication_date: due.publication_date,
        duplicate_group: text.hash[..16].to_owned(),
        text_hash: text.hash,
    }
}
