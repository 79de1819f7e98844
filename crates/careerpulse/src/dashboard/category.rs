//! One category: its series, what is expected, who asks for it, how well it is told, its newest postings.

use std::sync::Arc;

use careerpulse_dashboard::source::SourceError;
use careerpulse_dashboard::view::category::{CategoryPage, CategoryScore, PostingLine, Segment};

use super::columns::{text, texts};
use super::demand::{ALL, demand};
use super::lines::{Lines, labelled};
use super::moment::Moment;
use super::outlook::outlook;
use super::predicted::predicted;
use super::registry::registry;
use super::segments::segments;
use super::words::{name as shown, not_yet};
use crate::tables::ml::ClassReport;

/// Newest postings that are shown.
const LATEST: usize = 20;

/// Reads it.
///
/// # Errors
/// [`SourceError::NotFound`] for an unknown name, [`SourceError::NotYet`] where no figure was published.
pub async fn category(moment: &Arc<Moment>, name: &str) -> Result<CategoryPage, SourceError> {
    let demand = demand(moment).await?;
    if demand.series.is_empty() {
        return Err(not_yet("no figure has been published yet", "demand"));
    }
    let series = demand.series.get(name).filter(|series| series.name != ALL);
    let Some(series) = series else {
        return Err(unknown(
            name,
            demand.lines.iter().map(|line| line.name.as_str()),
        ));
    };
    let outlook = outlook(moment).await?;
    let segments = segments(moment).await?;
    let by = |dimension: &str| -> Vec<Segment> {
        let key = (name.to_owned(), dimension.to_owned());
        segments.get(&key).cloned().unwrap_or_default()
    };
    Ok(CategoryPage {
        series: series.clone(),
        forecast: outlook.get(name).cloned(),
        levels: by("level"),
        locations: by("location"),
        score: score(moment, name).await?,
        latest: latest(moment, name).await?,
    })
}

/// The sentence for a category that does not exist, with those that do.
pub fn unknown<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> SourceError {
    let known: Vec<&str> = known.collect();
    SourceError::NotFound(format!(
        "there is no category {:?}: there are {}",
        shown(name),
        known.join(", ")
    ))
}

/// What a category's figures on held-out postings are worth a page.
pub fn score_of(version: i64, report: &ClassReport) -> CategoryScore {
    CategoryScore {
        model_version: version,
        category: shown(&report.category),
        precision: report.precision,
        recall: report.recall,
        f1: report.f1,
        support: u64::try_from(report.support).unwrap_or_default(),
    }
}

async fn score(moment: &Arc<Moment>, name: &str) -> Result<Option<CategoryScore>, SourceError> {
    let registry = registry(moment).await?;
    let Ok(version) = registry.production() else {
        return Ok(None);
    };
    let own = version
        .test_report
        .iter()
        .find(|report| report.category == name);
    Ok(own.map(|report| score_of(version.version, report)))
}

/// The newest of both kinds, in the order of their days.
async fn latest(moment: &Arc<Moment>, name: &str) -> Result<Vec<PostingLine>, SourceError> {
    let known = labelled(moment).await?;
    let rows = rows_of(&known, name)?;
    let mut lines: Vec<PostingLine> = rows
        .into_iter()
        .map(|row| known.line(row))
        .collect::<Result<_, _>>()?;
    match predicted(moment).await {
        Ok(predicted) => {
            for row in rows_of(&predicted.lines, name)? {
                lines.push(predicted.line(row)?);
            }
        }
        Err(SourceError::NotYet(_)) => {}
        Err(error) => return Err(error),
    }
    lines.sort_by_key(|line| std::cmp::Reverse((line.published, line.posting_id)));
    lines.truncate(LATEST);
    Ok(lines)
}

fn rows_of(lines: &Lines, name: &str) -> Result<Vec<usize>, SourceError> {
    if lines.len() == 0 {
        return Ok(Vec::new());
    }
    let categories = texts(&lines.batch, "category")?;
    let own = (0..lines.len()).filter(|row| text(categories, *row) == Some(name));
    Ok(own.take(LATEST).collect())
}
