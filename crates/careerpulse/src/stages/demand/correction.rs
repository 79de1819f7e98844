//! The expected number of postings behind those without a category, by what the production version says
//! of them and by how wrong it was where the truth is known.

use arrow::array::AsArray;
use careerpulse_lake::query::literal;
use careerpulse_lake::rows::float_lists;
use careerpulse_learn::Scores;
use careerpulse_learn::quantify::{
    Correction, CorrectionParams, LabeledRows, PriorShift, UnlabeledRows, correct, intervals,
};
use futures::TryStreamExt as _;

use super::postings::{Postings, Unlabelled};
use super::range::Range;
use crate::config::Demand;
use crate::stage::Ctx;
use crate::tables::Table;
use crate::tables::duplicates::group_number;
use crate::tables::ml::ModelVersion;

/// The seed of the draws behind intervals.
const SEED: u64 = 42;

/// What a version said of labelled postings that it had not seen.
pub struct OutOfFold {
    probabilities: Scores,
    labels: Vec<u32>,
    groups: Vec<u64>,
}

/// What is expected of each posting without a category.
pub struct Corrected {
    correction: Correction,
    settings: Demand,
}

/// Intervals of the expected numbers, by cell and category.
pub struct Bounds {
    classes: usize,
    low: Vec<u32>,
    high: Vec<u32>,
}

impl Corrected {
    /// The probability of each of the version's categories, by the row of the posting.
    pub fn row(&self, row: usize) -> &[f64] {
        self.correction.adjusted.row(row)
    }

    /// Whether postings without a category are of other categories than labelled ones.
    pub fn shift(&self) -> PriorShift {
        self.correction.shift
    }

    /// Intervals for cells: `cells` has that of each posting, none for one that counts nowhere.
    ///
    /// # Errors
    /// When the draws fail.
    pub fn bounds(&self, cells: &[Option<usize>], count: usize) -> anyhow::Result<Bounds> {
        // What counts nowhere is a cell of its own, behind the others.
        let numbers: Vec<u32> = cells
            .iter()
            .map(|cell| cell.unwrap_or(count) as u32)
            .collect();
        let Demand {
            interval, draws, ..
        } = self.settings;
        let found = intervals(&self.correction, &numbers, count + 1, interval, draws, SEED)?;
        Ok(Bounds {
            classes: found.classes,
            low: found.low,
            high: found.high,
        })
    }
}

impl Bounds {
    /// Lower and upper end for a cell's category; a category that the version does not know has no
    /// posting beside the observed ones.
    pub fn of(&self, cell: usize, category: usize) -> (f64, f64) {
        if category >= self.classes {
            return (0.0, 0.0);
        }
        let at = cell * self.classes + category;
        (f64::from(self.low[at]), f64::from(self.high[at]))
    }
}

/// Reads what a version said out of fold.
///
/// # Errors
/// When the table cannot be read.
pub async fn read_out_of_fold(ctx: &Ctx, version: &ModelVersion) -> anyhow::Result<OutOfFold> {
    let classes = &version.categories;
    let sql = format!(
        "select o.posting_id, o.category, o.probabilities, \
         coalesce(l.duplicate_group, cast(o.posting_id as varchar)) as duplicate_group \
         from {} o left join {} l on o.posting_id = l.posting_id \
         where o.sweep_key = {} order by o.posting_id",
        Table::OutOfFold.name(),
        Table::LabeledPostings.name(),
        literal(&version.sweep_key),
    );
    let (mut values, mut labels, mut groups) = (Vec::new(), Vec::new(), Vec::new());
    let mut batches = ctx.lake.stream(&sql).await?;
    while let Some(batch) = batches.try_next().await? {
        let names = batch["category"].as_string::<i32>();
        let all = batch["duplicate_group"].as_string::<i32>();
        let lists = float_lists(&batch, "probabilities", classes.len())?;
        for (row, (name, group)) in names.iter().zip(all).enumerate() {
            let label = classes
                .iter()
                .position(|class| Some(class.as_str()) == name);
            if let Some(label) = label {
                labels.push(label as u32);
                groups.push(group_number(group.unwrap_or_default()));
                values.extend_from_slice(&lists[row * classes.len()..(row + 1) * classes.len()]);
            }
        }
    }
    Ok(OutOfFold {
        probabilities: scores(&values, classes.len(), &[])?,
        labels,
        groups,
    })
}

/// Corrects what the version said of postings without a category.
///
/// # Errors
/// When the figures are no probabilities.
pub fn corrected(
    range: &Range,
    labelled: &Postings,
    unlabelled: &Unlabelled,
    known: &OutOfFold,
    settings: &Demand,
) -> anyhow::Result<Corrected> {
    let classes = known.probabilities.classes();
    // A posting outside the range is part of the stock all the same, under the mix of its nearest day.
    let nearest = |day: i32| {
        let offset = i64::from(day) - i64::from(range.first_since_1970());
        offset.clamp(0, range.days() as i64 - 1) as u32
    };
    let mut observed = vec![vec![0.0; classes]; range.days()];
    for (&day, &category) in labelled.days.iter().zip(&labelled.categories) {
        // A category that the version does not know has no place in its mix.
        let place = range.place(day).zip(category);
        if let Some(count) = place.and_then(|(day, c)| observed[day].get_mut(c as usize)) {
            *count += 1.0;
        }
    }
    let mut shares = vec![0.0; classes];
    for &label in &known.labels {
        shares[label as usize] += 1.0;
    }
    let days: Vec<u32> = unlabelled
        .postings
        .days
        .iter()
        .map(|&day| nearest(day))
        .collect();
    let labeled = LabeledRows {
        probabilities: &known.probabilities,
        labels: &known.labels,
        groups: &known.groups,
    };
    let probabilities = scores(&unlabelled.probabilities, classes, &shares)?;
    let unlabeled = UnlabeledRows {
        probabilities: &probabilities,
        groups: &unlabelled.groups,
        days: &days,
    };
    Ok(Corrected {
        correction: correct(
            &labeled,
            &unlabeled,
            &observed,
            &CorrectionParams::default(),
        )?,
        settings: settings.clone(),
    })
}

/// Rows of the tables' half precision, made to add up to 1. A row of zeros is a posting of which nothing
/// is said: it is of the categories as others are, `otherwise`, or of each alike.
fn scores(values: &[f32], classes: usize, otherwise: &[f64]) -> anyhow::Result<Scores> {
    let total: f64 = otherwise.iter().sum();
    let mut all: Vec<f64> = values.iter().map(|&value| f64::from(value)).collect();
    for row in all.chunks_exact_mut(classes.max(1)) {
        let sum: f64 = row.iter().sum();
        for (class, value) in row.iter_mut().enumerate() {
            *value = if sum > 0.0 {
                *value / sum
            } else if total > 0.0 {
                otherwise[class] / total
            } else {
                1.0 / classes as f64
            };
        }
    }
    Ok(Scores::new(classes, all)?)
}
