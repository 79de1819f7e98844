//! How good the model is on each window, by its own probabilities and by labels that arrived late.

use std::collections::BTreeMap;

use arrow::array::AsArray;
use careerpulse_drift::{EstimateSettings, Figure, Posteriors, estimate, score};
use careerpulse_lake::rows::float_lists;
use futures::TryStreamExt as _;

use super::late::{Known, Late, Reference};
use super::windows::{Basis, Window};
use crate::stage::Ctx;
use crate::tables::Table;
use crate::tables::drift::EstimateRow;
use crate::tables::ml::ModelVersion;

/// The most postings of a window that an estimate draws labels for.
const MOST: usize = 5_000;

/// The rows of `estimates` that are new: those of windows that are due, and of windows whose late labels
/// have become more.
///
/// # Errors
/// When the lake cannot be read.
pub async fn estimate_rows(
    ctx: &Ctx,
    version: &ModelVersion,
    reference: &Reference<'_>,
    late: &Late,
    due: &[Window],
) -> anyhow::Result<Vec<EstimateRow>> {
    let mut rows = stored(ctx, version).await?;
    let mut due_rows = Vec::new();
    for window in due {
        let values = posteriors(ctx, window, version).await?;
        let known = reference.known().await?;
        due_rows.extend(new_rows(ctx, window, version, known, &values)?);
    }
    let is_due = |row: &EstimateRow| due_rows.contains(row);
    rows.extend(due_rows.clone());
    // Each window ends where the next begins, so a posting is in the first that is not before it.
    let mut ids: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for row in &rows {
        let ids = ids.entry(basis_of(row).word()).or_default();
        if !ids.contains(&row.window_id) {
            ids.push(row.window_id.clone());
            ids.sort();
        }
    }
    let mut latest: BTreeMap<(String, String, String), EstimateRow> = BTreeMap::new();
    for row in &rows {
        let key = (row.basis.clone(), row.window_id.clone(), row.metric.clone());
        let newest = latest.entry(key).or_insert_with(|| row.clone());
        if row.late_labels > newest.late_labels {
            *newest = row.clone();
        }
    }
    let mut new = Vec::new();
    for row in latest.into_values() {
        let basis = basis_of(&row);
        let ids = &ids[basis.word()];
        let picked = late.picked(|arrival| {
            let key = arrival.key(basis);
            let is_of_window = ids.iter().find(|id| **id >= key) == Some(&row.window_id);
            arrival.is_new && arrival.seen <= row.data_until && is_of_window
        });
        if picked.labels.len() as i64 > row.late_labels {
            new.push(with_truth(row, &picked, reference.known().await?, ctx)?);
        } else if is_due(&row) {
            new.push(row);
        }
    }
    Ok(new)
}

fn basis_of(row: &EstimateRow) -> Basis {
    let mut all = Basis::ALL.into_iter();
    all.find(|basis| basis.word() == row.basis)
        .unwrap_or(Basis::Ingested)
}

async fn stored(ctx: &Ctx, version: &ModelVersion) -> anyhow::Result<Vec<EstimateRow>> {
    let sql = format!(
        "select * from {} where model_version = {} order by basis, window_id, metric, late_labels",
        Table::Estimates.name(),
        version.version
    );
    Ok(ctx.lake.rows(&sql).await?)
}

/// The rows of a window of which no late label is known; with no figure where nothing was imputed in it.
fn new_rows(
    ctx: &Ctx,
    window: &Window,
    version: &ModelVersion,
    known: &Known,
    values: &[f32],
) -> anyhow::Result<[EstimateRow; 2]> {
    let posteriors = Posteriors {
        classes: known.classes,
        values,
    };
    let figures = match values.is_empty() {
        true => None,
        false => Some(estimate(
            &posteriors,
            &known.scored(),
            &EstimateSettings::default(),
        )?),
    };
    let row = |metric: &str, figure: Option<Figure>| EstimateRow {
        model_version: version.version,
        basis: window.basis.word().to_owned(),
        window_id: window.id.clone(),
        metric: metric.to_owned(),
        late_labels: 0,
        window_start: window.start,
        window_end: window.end,
        data_until: window.data_until,
        window_rows: posteriors.rows() as i64,
        estimate: figure.map(|figure| figure.value),
        estimate_lo: figure.map(|figure| figure.lo),
        estimate_hi: figure.map(|figure| figure.hi),
        late_estimate: None,
        late_lo: None,
        late_hi: None,
        truth: None,
        estimated_at: ctx.clock.now(),
    };
    Ok([
        row("accuracy", figures.map(|figures| figures.accuracy)),
        row("macro_f1", figures.map(|figures| figures.macro_f1)),
    ])
}

fn with_truth(
    row: EstimateRow,
    picked: &Known,
    known: &Known,
    ctx: &Ctx,
) -> anyhow::Result<EstimateRow> {
    let scored = score(
        &picked.scored(),
        &known.scored(),
        &EstimateSettings::default(),
    )?;
    let (figure, truth) = match row.metric.as_str() {
        "accuracy" => (scored.estimate.accuracy, scored.accuracy),
        _ => (scored.estimate.macro_f1, scored.macro_f1),
    };
    Ok(EstimateRow {
        late_labels: picked.labels.len() as i64,
        late_estimate: Some(figure.value),
        late_lo: Some(figure.lo),
        late_hi: Some(figure.hi),
        truth: Some(truth),
        estimated_at: ctx.clock.now(),
        ..row
    })
}

/// What the version says of a window's postings without a category, one per advert.
async fn posteriors(
    ctx: &Ctx,
    window: &Window,
    version: &ModelVersion,
) -> anyhow::Result<Vec<f32>> {
    let classes = version.categories.len();
    let sql = format!(
        "select d.duplicate_group, c.probabilities from {} p \
         join {} d on p.posting_id = d.posting_id join {} c on p.posting_id = c.posting_id \
         where p.category is null and c.model_version = {} and {} \
         order by d.duplicate_group, p.posting_id",
        Table::JobPostings.name(),
        Table::Duplicates.name(),
        Table::CategoryPredictions.name(),
        version.version,
        window.condition(version),
    );
    let mut values = Vec::new();
    let mut last = String::new();
    let mut batches = ctx.lake.stream(&sql).await?;
    while let Some(batch) = batches.try_next().await? {
        let lists = float_lists(&batch, "probabilities", classes)?;
        let groups = batch["duplicate_group"].as_string::<i32>();
        for row in 0..batch.num_rows() {
            if groups.value(row) != last && values.len() < MOST * classes {
                groups.value(row).clone_into(&mut last);
                values.extend_from_slice(&lists[row * classes..(row + 1) * classes]);
            }
        }
    }
    Ok(values)
}
