//! One prediction with its grounds: its text, all probabilities, its neighbours, and why it abstained.

use std::collections::HashMap;
use std::sync::Arc;

use careerpulse_dashboard::source::SourceError;
use careerpulse_dashboard::view::imputation::{Neighbour, PredictionDetail, Scored};
use careerpulse_model::{NeighbourRow, Thresholds};
use serde::Deserialize;

use super::lines::labelled;
use super::moment::Moment;
use super::predicted::{self, predicted};
use super::registry::registry;
use super::words::{cut, name};
use crate::tables::Table;

/// Characters of a neighbour's description.
const EXCERPT: usize = 600;

/// Reads it; what was asked for last is kept.
///
/// # Errors
/// [`SourceError::NotFound`] where the production version has not scored the posting.
pub async fn detail(
    moment: &Arc<Moment>,
    posting_id: i64,
) -> Result<Arc<PredictionDetail>, SourceError> {
    let tables: Vec<Table> = predicted::TABLES
        .into_iter()
        .chain([Table::LabeledPostings, Table::JobPostings])
        .collect();
    let argument = posting_id.to_string();
    moment
        .part("detail", argument, &tables, move |moment| async move {
            read(&moment, posting_id).await
        })
        .await
}

/// The postings near to one, with title, employer and category; the beginning of their descriptions
/// where `with_texts`, which costs a look into the table.
///
/// # Errors
/// When a table cannot be read.
pub async fn neighbours(
    moment: &Arc<Moment>,
    near: &[NeighbourRow],
    with_texts: bool,
) -> Result<Vec<Neighbour>, SourceError> {
    #[derive(Deserialize)]
    struct Row {
        posting_id: i64,
        description_clean: String,
    }
    let known = labelled(moment).await?;
    let mut texts: HashMap<i64, String> = HashMap::new();
    if with_texts {
        let ids: Vec<i64> = near.iter().map(|near| near.posting_id).collect();
        let columns = ["posting_id", "description_clean"];
        let rows = moment.postings::<Row>(Table::LabeledPostings, &ids, &columns);
        let rows = rows.await?.into_iter();
        texts.extend(rows.map(|row| (row.posting_id, row.description_clean)));
    }
    let neighbour = |near: &NeighbourRow| {
        let line = known.row_of(near.posting_id).map(|row| known.line(row));
        let line = line.transpose()?;
        let (title, company, category) = line.map_or_else(Default::default, |line| {
            (line.title, line.company, line.category)
        });
        let description = texts.get(&near.posting_id);
        Ok(Neighbour {
            posting_id: near.posting_id,
            similarity: near.similarity,
            title,
            company,
            category: category.unwrap_or_default(),
            description: description
                .map(|text| cut(text, EXCERPT))
                .unwrap_or_default(),
        })
    };
    near.iter().map(neighbour).collect()
}

#[derive(Default, Deserialize)]
struct Grounds {
    model_version: i64,
    gap: f64,
    runner_up: Option<String>,
    probabilities: Vec<f64>,
    neighbours: Vec<NeighbourRow>,
}

#[derive(Default, Deserialize)]
struct Cleaned {
    description_clean: String,
    level: Option<String>,
}

#[derive(Default, Deserialize)]
struct Original {
    description: Option<String>,
    landing_page: Option<String>,
}

async fn read(moment: &Arc<Moment>, posting_id: i64) -> Result<PredictionDetail, SourceError> {
    let predicted = predicted(moment).await?;
    let registry = registry(moment).await?;
    let version = registry.production()?;
    let row = predicted.lines.row_of(posting_id).ok_or_else(|| {
        SourceError::NotFound(format!(
            "version {} has no prediction for a posting {posting_id}: the list of predictions names those it has",
            predicted.version
        ))
    })?;
    let posting = predicted.line(row)?;
    let own = [posting_id];
    let columns = [
        "model_version",
        "gap",
        "runner_up",
        "probabilities",
        "neighbours",
    ];
    let grounds = moment.postings::<Grounds>(Table::CategoryPredictions, &own, &columns);
    let columns = ["description_clean", "level"];
    let cleaned = moment.postings::<Cleaned>(Table::UnlabeledPostings, &own, &columns);
    let columns = ["description", "landing_page"];
    let original = moment.postings::<Original>(Table::JobPostings, &own, &columns);
    let (grounds, cleaned, original) = futures::try_join!(grounds, cleaned, original)?;
    let mut grounds = grounds.into_iter();
    let grounds = grounds.find(|grounds| grounds.model_version == predicted.version);
    let grounds = grounds.unwrap_or_default();
    let cleaned = cleaned.into_iter().next().unwrap_or_default();
    let original = original.into_iter().next().unwrap_or_default();
    let thresholds = Thresholds {
        min_probability: version
            .min_probability
            .max(moment.site.floors.min_probability),
        min_gap: version.min_gap.max(moment.site.floors.min_gap),
    };
    let neighbours = neighbours(moment, &grounds.neighbours, true).await?;
    let why_abstained = posting.is_abstained.then(|| {
        let runner_up = grounds.runner_up.as_deref();
        why(
            &thresholds,
            posting.probability.unwrap_or(0.0),
            grounds.gap,
            runner_up,
        )
    });
    Ok(PredictionDetail {
        level: cleaned.level.as_deref().map(name),
        landing_page: original.landing_page,
        description_html: original.description.unwrap_or_default(),
        description: cleaned.description_clean,
        probabilities: ranked(&version.categories, &grounds.probabilities),
        gap: grounds.gap,
        min_probability: thresholds.min_probability,
        min_gap: thresholds.min_gap,
        why_abstained,
        neighbours,
        posting,
    })
}

/// Categories with their probabilities, the most probable first.
fn ranked(categories: &[String], probabilities: &[f64]) -> Vec<Scored> {
    let scored = categories.iter().zip(probabilities);
    let mut scored: Vec<Scored> = scored
        .map(|(category, probability)| Scored {
            category: category.clone(),
            probability: *probability,
        })
        .collect();
    scored.sort_by(|a, b| b.probability.total_cmp(&a.probability));
    scored
}

/// Why a prediction does not count, in a sentence.
fn why(thresholds: &Thresholds, probability: f64, gap: f64, runner_up: Option<&str>) -> String {
    let percent = |share: f64| format!("{:.1} %", share * 100.0);
    let Thresholds {
        min_probability,
        min_gap,
    } = *thresholds;
    if min_probability > 1.0 {
        return "No prediction of this version counts: in training none was precise enough."
            .to_owned();
    }
    if probability < min_probability {
        return format!(
            "Its probability of {} is below {}, from which on a prediction of this version counts.",
            percent(probability),
            percent(min_probability)
        );
    }
    if gap < min_gap {
        let over = runner_up.map_or_else(
            || "the second category".to_owned(),
            |category| format!("{category}, the second category,"),
        );
        return format!(
            "Its lead over {over} is {:.1} points, below {:.1}, from which on a prediction of this version counts.",
            gap * 100.0,
            min_gap * 100.0
        );
    }
    "Either the text holds no word that this version knows, or a threshold was higher when it was scored."
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reason_names_the_threshold_that_was_missed() {
        let thresholds = |min_probability, min_gap| Thresholds {
            min_probability,
            min_gap,
        };
        let unsure = why(&thresholds(0.6, 0.0), 0.412, 0.1, None);
        assert!(
            unsure.contains("41.2 %") && unsure.contains("60.0 %"),
            "{unsure}"
        );
        let close = why(&thresholds(0.0, 0.2), 0.5, 0.05, Some("Sales"));
        assert!(
            close.contains("Sales") && close.contains("5.0 points"),
            "{close}"
        );
        assert!(why(&thresholds(1.5, 0.0), 1.0, 1.0, None).contains("No prediction"));
        assert!(why(&thresholds(0.0, 0.0), 0.5, 0.1, None).contains("no word"));
    }

    #[test]
    fn categories_are_ranked_by_their_probability() {
        let names = ["A", "B", "C"].map(ToOwned::to_owned);
        let ranked = ranked(&names, &[0.2, 0.5, 0.3]);
        let order: Vec<&str> = ranked.iter().map(|one| one.category.as_str()).collect();
        assert_eq!(order, ["B", "C", "A"]);
    }
}
