//! Gold: postings made fit for learning and scoring.
//!
//! A row is due when Silver has its posting and Gold does not; a category that has grown past the
//! minimum thereby brings in its earlier postings too. All of Silver's postings are compared for near
//! duplicates, those of thin categories too.

mod compare;
mod compared;
mod kinds;
mod rows;
mod sync;
mod texts;

use std::collections::{BTreeMap, BTreeSet};

use careerpulse_lake::query::literal;
use serde::Deserialize;

use crate::config::Gold;
use crate::stage::{Ctx, Stage, Status, Summary, supports_words};
use crate::tables::Table;
use crate::taxonomy::{Taxonomy, canonical, load_taxonomy};
use compare::compare_due;
use compared::load_compared;
use rows::{insert_due, labelled_row, unlabelled_row};
use sync::{sync_duplicates, sync_groups};

/// The stage.
pub const STAGE: Stage = Stage {
    name: "gold",
    about: "cleans texts, maps categories to their canonical names, sets thin categories aside, groups near duplicates",
    reads: &[Table::JobPostings],
    heeds: &[],
    writes: &[
        Table::LabeledPostings,
        Table::UnlabeledPostings,
        Table::TextBands,
        Table::Duplicates,
    ],
    run: |ctx, config| Box::pin(run(ctx, &config.gold)),
};

async fn run(ctx: &Ctx, settings: &Gold) -> anyhow::Result<Summary> {
    let taxonomy = load_taxonomy(&settings.taxonomy)?;
    let support = category_support(ctx, &taxonomy).await?;
    let (trained, thin): (BTreeMap<_, _>, BTreeMap<_, _>) = support
        .into_iter()
        .partition(|(_, count)| *count >= settings.min_category_postings);
    let trained: BTreeSet<String> = trained.into_keys().collect();

    let mut compared = load_compared(ctx).await?;
    let compared_now = compare_due(ctx, settings, &mut compared).await?;
    let groups = sync_duplicates(ctx, settings.batch, &mut compared).await?;
    let mut moved = 0;
    for table in [Table::LabeledPostings, Table::UnlabeledPostings] {
        moved += sync_groups(ctx, table, &mut compared).await?;
    }

    let (labelled_read, labelled) = insert_due(
        ctx,
        Table::LabeledPostings,
        "is not null",
        &mut compared,
        |due| {
            let row = labelled_row(due, &taxonomy);
            row.filter(|row| trained.contains(&row.category))
        },
    )
    .await?;
    let (unlabelled_read, unlabelled) = insert_due(
        ctx,
        Table::UnlabeledPostings,
        "is null",
        &mut compared,
        |due| Some(unlabelled_row(due)),
    )
    .await?;

    let written = labelled + unlabelled + compared_now + groups.inserted;
    let status = if written + groups.updated + moved == 0 {
        Status::Unchanged
    } else {
        Status::Done
    };
    let mut summary = Summary::new(STAGE.name, status)
        .with("labelled", labelled)
        .with("unlabelled", unlabelled)
        .with("categories", trained.len())
        .with("thin_categories", &thin)
        .with("duplicate_groups", groups.groups)
        .with("near_duplicates", groups.duplicates)
        .with("regrouped", moved)
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
    format!(
        "postings of categories with fewer than {minimum} stay out of training until there are more: {}",
        supports_words(thin)
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
