//! Gold: postings made fit for learning and scoring.
//!
//! A row is due when Silver has its posting and Gold does not; a category that has grown past the
//! minimum thereby brings in its earlier postings too.

use std::collections::{BTreeMap, BTreeSet};

use careerpulse_lake::TableSpec;
use careerpulse_lake::query::literal;
use careerpulse_lake::rows::{from_batches, to_batch};
use careerpulse_learn::clean_html;
use chrono::{DateTime, Utc};
use futures::StreamExt as _;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::config::Gold;
use crate::digest::sha256_hex;
use crate::progress;
use crate::stage::{Ctx, Stage, Status, Summary};
use crate::tables::Table;
use crate::tables::gold::{LabeledPosting, UnlabeledPosting};
use crate::taxonomy::{Taxonomy, canonical, load_taxonomy};

/// The stage.
pub const STAGE: Stage = Stage {
    name: "gold",
    about: "cleans texts, maps categories to their canonical names, sets thin categories aside, marks duplicates",
    reads: &[Table::JobPostings],
    writes: &[Table::LabeledPostings, Table::UnlabeledPostings],
    run: |ctx, config| Box::pin(run(ctx, &config.gold)),
};

/// Descriptions shorter than this say too little to make two adverts the same one.
const MIN_GROUP_CHARS: usize = 200;

#[derive(Deserialize)]
struct Due {
    posting_id: i64,
    title: Option<String>,
    description: Option<String>,
    category: Option<String>,
    level: Option<String>,
    location: Option<String>,
    company_name: Option<String>,
    publication_date: Option<DateTime<Utc>>,
}

async fn run(ctx: &Ctx, settings: &Gold) -> anyhow::Result<Summary> {
    let taxonomy = load_taxonomy(&settings.taxonomy)?;
    let support = category_support(ctx, &taxonomy).await?;
    let (trained, thin): (BTreeMap<_, _>, BTreeMap<_, _>) = support
        .into_iter()
        .partition(|(_, count)| *count >= settings.min_category_postings);
    let trained: BTreeSet<String> = trained.into_keys().collect();

    let (labelled_read, labelled) = insert_due(ctx, Table::LabeledPostings, "is not null", |due| {
        let row = labelled_row(due, &taxonomy);
        row.filter(|row| trained.contains(&row.category))
    })
    .await?;
    let (unlabelled_read, unlabelled) =
        insert_due(ctx, Table::UnlabeledPostings, "is null", |due| {
            Some(unlabelled_row(due))
        })
        .await?;

    let written = labelled + unlabelled;
    let status = if written == 0 {
        Status::Unchanged
    } else {
        Status::Done
    };
    let mut summary = Summary::new(STAGE.name, status)
        .with("labelled", labelled)
        .with("unlabelled", unlabelled)
        .with("categories", trained.len())
        .with("thin_categories", &thin)
        .with("taxonomy_version", &taxonomy.version);
    let mut remarks = Vec::new();
    if !thin.is_empty() {
        remarks.push(thin_words(&thin, settings.min_category_postings));
    }
    let outdated = rows_of_other_taxonomies(ctx, &taxonomy).await?;
    if outdated > 0 {
        remarks.push(format!(
            "{outdated} rows carry categories of another taxonomy than {}: remove the folder {} and run gold again to map them anew",
            taxonomy.version,
            Table::LabeledPostings.name().replace('.', "/"),
        ));
    }
    summary.note = (!remarks.is_empty()).then(|| remarks.join("; "));
    summary.rows_read = labelled_read + unlabelled_read;
    summary.rows_written = written;
    Ok(summary)
}

async fn rows_of_other_taxonomies(ctx: &Ctx, taxonomy: &Taxonomy) -> anyhow::Result<u64> {
    let others = format!(
        "{} where taxonomy_version <> {}",
        Table::LabeledPostings.name(),
        literal(&taxonomy.version),
    );
    Ok(ctx.lake.count(&others).await?)
}

fn thin_words(thin: &BTreeMap<String, u64>, minimum: u64) -> String {
    let mut names: Vec<String> = thin
        .iter()
        .map(|(category, count)| format!("{category} {count}"))
        .collect();
    let more = names.len().saturating_sub(5);
    names.truncate(5);
    if more > 0 {
        names.push(format!("{more} more"));
    }
    format!(
        "postings of categories with fewer than {minimum} stay out of training until there are more: {}",
        names.join(", ")
    )
}

/// Postings per canonical category, over all of Silver.
async fn category_support(ctx: &Ctx, taxonomy: &Taxonomy) -> anyhow::Result<BTreeMap<String, u64>> {
    #[derive(Deserialize)]
    struct Count {
        category: String,
        postings: u64,
    }
    let sql = format!(
        "select category, count(*) as postings from {} where category is not null group by category",
        Table::JobPostings.name()
    );
    let mut support = BTreeMap::new();
    for count in ctx.lake.rows::<Count>(&sql).await? {
        *support
            .entry(canonical(taxonomy, &count.category).to_owned())
            .or_default() += count.postings;
    }
    Ok(support)
}

/// Inserts the rows that Silver has and `table` has not; returns rows read and rows inserted.
async fn insert_due<T: Serialize + Send>(
    ctx: &Ctx,
    table: Table,
    category_condition: &str,
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
        let rows: Vec<T> = due.into_par_iter().filter_map(&row).collect();
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
fn labelled_row(due: Due, taxonomy: &Taxonomy) -> Option<LabeledPosting> {
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

fn unlabelled_row(due: Due) -> UnlabeledPosting {
    let title = clean_html(due.title.as_deref().unwrap_or_default());
    let description_clean = clean_html(due.description.as_deref().unwrap_or_default());
    let text_hash = sha256_hex(format!("{title}\n{description_clean}").as_bytes());
    UnlabeledPosting {
        posting_id: due.posting_id,
        duplicate_group: duplicate_group(&description_clean, &text_hash),
        title,
        description_clean,
        level: due.level,
        location: due.location,
        company_name: due.company_name,
        publication_date: due.publication_date,
        text_hash,
    }
}

/// Postings with the same description are one advert, whatever their titles' decoration.
fn duplicate_group(description_clean: &str, text_hash: &str) -> String {
    let letters = description_clean
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase);
    let letters: String = letters.collect();
    let digest = if letters.chars().count() < MIN_GROUP_CHARS {
        text_hash.to_owned()
    } else {
        sha256_hex(letters.as_bytes())
    };
    digest[..16].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_advert_is_one_group_under_any_title_and_spacing() {
        let advert = "We are looking for a nurse who cares. ".repeat(10);
        let reformatted = advert.replace(". ", ".  \u{2022} ");
        assert_eq!(
            duplicate_group(&advert, "aaaaaaaaaaaaaaaaaaaa"),
            duplicate_group(&reformatted, "bbbbbbbbbbbbbbbbbbbb")
        );
        assert_ne!(
            duplicate_group("Apply now", "aaaaaaaaaaaaaaaaaaaa"),
            duplicate_group("Apply now", "bbbbbbbbbbbbbbbbbbbb")
        );
    }
}
