//! Labels that arrive late: what the source says at last of postings that the model had to impute.

use arrow::array::{Array as _, AsArray};
use arrow::datatypes::{Date32Type, TimestampMicrosecondType};
use careerpulse_drift::{Posteriors, Scored};
use careerpulse_lake::query::literal;
use careerpulse_lake::rows::float_lists;
use chrono::{DateTime, NaiveDate, Utc};
use futures::TryStreamExt as _;
use tokio::sync::OnceCell;

use super::windows::Basis;
use crate::stage::Ctx;
use crate::tables::Table;
use crate::tables::ml::ModelVersion;
use crate::taxonomy::{Taxonomy, canonical};

/// Posteriors with the labels that are known; of postings in the order of arrival.
#[derive(Default)]
pub struct Known {
    /// The version's classes.
    pub classes: usize,
    /// Postings × classes.
    pub values: Vec<f32>,
    /// Numbers of classes.
    pub labels: Vec<u32>,
}

impl Known {
    /// As the estimates take it.
    pub fn scored(&self) -> Scored<'_> {
        self.first(self.labels.len())
    }

    /// The first rows alone.
    pub fn first(&self, rows: usize) -> Scored<'_> {
        Scored {
            posteriors: Posteriors {
                classes: self.classes,
                values: &self.values[..rows * self.classes],
            },
            labels: &self.labels[..rows],
        }
    }
}

/// What a version said out of fold of the labelled postings that it was trained on, one per advert; read
/// when it is asked for first, for most runs do not.
pub struct Reference<'a> {
    /// What it is read from.
    pub ctx: &'a Ctx,
    /// The version.
    pub version: &'a ModelVersion,
    known: OnceCell<Known>,
}

impl<'a> Reference<'a> {
    /// That of a version.
    pub fn of(ctx: &'a Ctx, version: &'a ModelVersion) -> Self {
        Self {
            ctx,
            version,
            known: OnceCell::new(),
        }
    }

    /// The posteriors and labels.
    ///
    /// # Errors
    /// When the lake cannot be read.
    pub async fn known(&self) -> anyhow::Result<&Known> {
        let read = || out_of_fold(self.ctx, self.version);
        self.known.get_or_try_init(read).await
    }
}

/// A posting whose label arrived late.
#[derive(Debug, Clone, PartialEq)]
pub struct Arrival {
    /// The crawl that first held it.
    pub ingest_id: String,
    /// The day that it counts on.
    pub day: NaiveDate,
    /// Whether it came after the version was made, and so into a window.
    pub is_new: bool,
    /// When it was first seen.
    pub seen: DateTime<Utc>,
    /// The day on which its label was first seen.
    pub labelled: NaiveDate,
}

/// Late labels of a version's predictions, one per advert, in the order of their arrival.
#[derive(Default)]
pub struct Late {
    /// The postings.
    pub arrivals: Vec<Arrival>,
    /// What the version had said of them, and the labels.
    pub known: Known,
}

impl Late {
    /// The rows of the postings that a predicate picks.
    pub fn picked(&self, is_picked: impl Fn(&Arrival) -> bool) -> Known {
        let classes = self.known.classes;
        let mut picked = Known {
            classes,
            ..Known::default()
        };
        for (row, arrival) in self.arrivals.iter().enumerate() {
            if is_picked(arrival) {
                let values = &self.known.values[row * classes..(row + 1) * classes];
                picked.values.extend_from_slice(values);
                picked.labels.push(self.known.labels[row]);
            }
        }
        picked
    }
}

impl Arrival {
    /// The crawl or day that puts it into a window.
    pub fn key(&self, basis: Basis) -> String {
        match basis {
            Basis::Ingested => self.ingest_id.clone(),
            Basis::Published => self.day.to_string(),
        }
    }
}

/// Reads the late labels of what a version imputed. A label that the version does not know cannot be
/// right or wrong by its probabilities, and is left out.
///
/// # Errors
/// When the lake cannot be read.
pub async fn late_labels(
    ctx: &Ctx,
    version: &ModelVersion,
    taxonomy: &Taxonomy,
) -> anyhow::Result<Late> {
    let classes = version.categories.len();
    let sql = format!(
        "select p.ingest_id, {} as day, p.first_seen_at, s.category, s.labelled, d.duplicate_group, c.probabilities \
         from {} c join {} p on c.posting_id = p.posting_id join {} d on c.posting_id = d.posting_id \
         join (select posting_id, category, seen_date as labelled, \
         row_number() over (partition by posting_id order by seen_date) as nth \
         from {} where category is not null) s on c.posting_id = s.posting_id \
         where s.nth = 1 and p.category is null and c.model_version = {} \
         order by s.labelled, d.duplicate_group, c.posting_id",
        crate::tables::silver::DAY,
        Table::CategoryPredictions.name(),
        Table::JobPostings.name(),
        Table::Duplicates.name(),
        Table::Sightings.name(),
        version.version,
    );
    let mut late = Late::default();
    late.known.classes = classes;
    let mut groups = std::collections::HashSet::new();
    let mut batches = ctx.lake.stream(&sql).await?;
    while let Some(batch) = batches.try_next().await? {
        let values = float_lists(&batch, "probabilities", classes)?;
        let text = |name: &str| batch[name].as_string::<i32>();
        let (ids, names, all) = (text("ingest_id"), text("category"), text("duplicate_group"));
        let day = |name: &str, row: usize| {
            let days = batch[name].as_primitive::<Date32Type>();
            NaiveDate::from_epoch_days(days.value(row)).unwrap_or_default()
        };
        let seen = batch["first_seen_at"].as_primitive::<TimestampMicrosecondType>();
        for row in 0..batch.num_rows() {
            let name = canonical(taxonomy, names.value(row));
            let label = version.categories.iter().position(|class| class == name);
            let Some(label) = label else { continue };
            if !groups.insert(all.value(row).to_owned()) {
                continue;
            }
            late.known.labels.push(label as u32);
            let values = &values[row * classes..(row + 1) * classes];
            late.known.values.extend_from_slice(values);
            late.arrivals.push(Arrival {
                ingest_id: ids.value(row).to_owned(),
                day: day("day", row),
                is_new: seen.value(row) > version.created_at.timestamp_micros(),
                seen: DateTime::from_timestamp_micros(seen.value(row)).unwrap_or_default(),
                labelled: day("labelled", row),
            });
        }
    }
    Ok(late)
}

async fn out_of_fold(ctx: &Ctx, version: &ModelVersion) -> anyhow::Result<Known> {
    let classes = version.categories.len();
    let sql = format!(
        "select o.category, o.probabilities, d.duplicate_group from {} o \
         left join {} d on o.posting_id = d.posting_id where o.sweep_key = {} \
         order by d.duplicate_group, o.posting_id",
        Table::OutOfFold.name(),
        Table::Duplicates.name(),
        literal(&version.sweep_key),
    );
    let mut known = Known {
        classes,
        ..Known::default()
    };
    let mut last = None;
    let mut batches = ctx.lake.stream(&sql).await?;
    while let Some(batch) = batches.try_next().await? {
        let values = float_lists(&batch, "probabilities", classes)?;
        let names = batch["category"].as_string::<i32>();
        let groups = batch["duplicate_group"].as_string::<i32>();
        for row in 0..batch.num_rows() {
            let group = groups.is_valid(row).then(|| groups.value(row).to_owned());
            if group.is_some() && group == last {
                continue;
            }
            last = group;
            let mut all = version.categories.iter();
            if let Some(label) = all.position(|class| class == names.value(row)) {
                known.labels.push(label as u32);
                known
                    .values
                    .extend_from_slice(&values[row * classes..(row + 1) * classes]);
            }
        }
    }
    Ok(known)
}
