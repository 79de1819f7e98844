//! The postings to be counted: their days, categories, segments, and what the production version says.

use arrow::array::{Array as _, AsArray, RecordBatch};
use arrow::datatypes::{Date32Type, Int64Type};
use careerpulse_lake::rows::float_lists;
use chrono::NaiveDate;
use futures::TryStreamExt as _;
use serde::Deserialize;

use super::names::Names;
use crate::stage::Ctx;
use crate::tables::Table;
use crate::tables::demand::OTHER;
use crate::tables::duplicates::group_number;
use crate::tables::ml::ModelVersion;
use crate::tables::silver::DAY;

/// The name of postings without a level or location.
pub const NONE: &str = "(none)";

/// Postings by ascending id; all vectors hold one entry per posting.
#[derive(Debug, Default)]
pub struct Postings {
    /// The Muse's ids.
    pub ids: Vec<i64>,
    /// Days since 1970-01-01 of their publication.
    pub days: Vec<i32>,
    /// Numbers of the categories that the source or the model gave; none where neither did.
    pub categories: Vec<Option<u32>>,
    /// Numbers of the first levels.
    pub levels: Vec<u32>,
    /// Numbers of the first locations.
    pub locations: Vec<u32>,
    /// Whether each is no copy or repost of an earlier one.
    pub originals: Vec<bool>,
}

/// Postings without a category of their own.
#[derive(Debug, Default)]
pub struct Unlabelled {
    /// The postings, with the categories that the model gives them.
    pub postings: Postings,
    /// The same for near duplicates.
    pub groups: Vec<u64>,
    /// Whether each prediction is too uncertain to count on its own.
    pub abstained: Vec<bool>,
    /// Postings × the version's categories, row after row; all 0 where there is no prediction.
    pub probabilities: Vec<f32>,
}

/// The numbers of names that postings carry.
#[derive(Debug, Default)]
pub struct AllNames {
    /// Categories; those of the production version come first, in its order.
    pub categories: Names,
    /// Levels.
    pub levels: Names,
    /// Locations.
    pub locations: Names,
}

/// The first and the last day on which a posting counts.
pub async fn days_of_publication(ctx: &Ctx) -> anyhow::Result<Option<(NaiveDate, NaiveDate)>> {
    #[derive(Deserialize)]
    struct Span {
        first: Option<NaiveDate>,
        last: Option<NaiveDate>,
    }
    let sql = format!(
        "select min({DAY}) as first, max({DAY}) as last from {} p",
        Table::JobPostings.name()
    );
    let spans: Vec<Span> = ctx.lake.rows(&sql).await?;
    Ok(spans.first().and_then(|span| span.first.zip(span.last)))
}

/// Reads the postings that the source labelled.
pub async fn read_labelled(ctx: &Ctx, names: &mut AllNames) -> anyhow::Result<Postings> {
    let sql = format!(
        "select p.posting_id, {DAY} as day, p.level, p.locations[1] as location, \
         coalesce(l.category, '{OTHER}') as category, coalesce(d.kind = 'original', true) as is_original \
         from {} p left join {} l on p.posting_id = l.posting_id \
         left join {} d on p.posting_id = d.posting_id \
         where p.category is not null order by p.posting_id",
        Table::JobPostings.name(),
        Table::LabeledPostings.name(),
        Table::Duplicates.name(),
    );
    let mut postings = Postings::default();
    let mut batches = ctx.lake.stream(&sql).await?;
    while let Some(batch) = batches.try_next().await? {
        add(&mut postings, &batch, names);
    }
    Ok(postings)
}

/// Reads the postings without a category, with what `version` says of them.
pub async fn read_unlabelled(
    ctx: &Ctx,
    version: Option<&ModelVersion>,
    names: &mut AllNames,
) -> anyhow::Result<Unlabelled> {
    let number = version.map_or(-1, |version| version.version);
    let classes = version.map_or(0, |version| version.categories.len());
    let sql = format!(
        "select p.posting_id, {DAY} as day, p.level, p.locations[1] as location, \
         coalesce(d.kind = 'original', true) as is_original, u.duplicate_group, \
         c.category, coalesce(c.abstained, true) as abstained, c.probabilities \
         from {} u join {} p on u.posting_id = p.posting_id \
         left join {} d on u.posting_id = d.posting_id \
         left join (select posting_id, category, abstained, probabilities from {} where model_version = {number}) c \
         on u.posting_id = c.posting_id order by p.posting_id",
        Table::UnlabeledPostings.name(),
        Table::JobPostings.name(),
        Table::Duplicates.name(),
        Table::CategoryPredictions.name(),
    );
    let mut found = Unlabelled::default();
    let mut batches = ctx.lake.stream(&sql).await?;
    while let Some(batch) = batches.try_next().await? {
        add(&mut found.postings, &batch, names);
        let groups = batch["duplicate_group"].as_string::<i32>();
        found
            .groups
            .extend(groups.iter().map(|group| group_number(group.unwrap_or(""))));
        let abstained = batch["abstained"].as_boolean();
        found
            .abstained
            .extend(abstained.iter().map(|is| is == Some(true)));
        add_probabilities(&mut found.probabilities, &batch, classes)?;
    }
    Ok(found)
}

/// A row per posting; of zeros where it has no prediction.
fn add_probabilities(
    all: &mut Vec<f32>,
    batch: &RecordBatch,
    classes: usize,
) -> anyhow::Result<()> {
    let lists = batch["probabilities"].as_list::<i32>();
    // Runs of postings with a prediction are read at once.
    let mut row = 0;
    while row < batch.num_rows() {
        let is_missing = lists.is_null(row);
        let end = (row..batch.num_rows())
            .find(|&next| lists.is_null(next) != is_missing)
            .unwrap_or(batch.num_rows());
        if is_missing {
            all.resize(all.len() + (end - row) * classes, 0.0);
        } else {
            all.extend(float_lists(
                &batch.slice(row, end - row),
                "probabilities",
                classes,
            )?);
        }
        row = end;
    }
    Ok(())
}

fn add(postings: &mut Postings, batch: &RecordBatch, names: &mut AllNames) {
    let ids = batch["posting_id"].as_primitive::<Int64Type>();
    let days = batch["day"].as_primitive::<Date32Type>();
    let (categories, originals) = (
        batch["category"].as_string::<i32>(),
        batch["is_original"].as_boolean(),
    );
    let (levels, locations) = (
        batch["level"].as_string::<i32>(),
        batch["location"].as_string::<i32>(),
    );
    postings.ids.extend(ids.values());
    postings.days.extend(days.values());
    for row in 0..batch.num_rows() {
        let category = categories.is_valid(row).then(|| categories.value(row));
        postings
            .categories
            .push(category.map(|name| names.categories.number(name)));
        let level = if levels.is_valid(row) {
            levels.value(row)
        } else {
            NONE
        };
        postings.levels.push(names.levels.number(level));
        let location = if locations.is_valid(row) {
            locations.value(row)
        } else {
            NONE
        };
        postings.locations.push(names.locations.number(location));
        postings.originals.push(originals.value(row));
    }
}
