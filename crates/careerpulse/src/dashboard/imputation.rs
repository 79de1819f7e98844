//! Predictions of the production version, filtered and page by page.

use std::sync::Arc;

use careerpulse_dashboard::source::SourceError;
use careerpulse_dashboard::view::imputation::{PredictionFilter, Predictions};

use super::moment::Moment;
use super::predicted::{Predicted, predicted};
use super::registry::registry;

/// Rows a page where nobody says.
const PER_PAGE: u32 = 50;
/// The most rows a page.
const MOST_PER_PAGE: u32 = 200;
/// The most bytes of what is searched for.
const MOST_WORDS: usize = 500;

/// The page that a filter asks for.
///
/// # Errors
/// [`SourceError::Invalid`] for a filter that cannot be, [`SourceError::NotYet`] where nothing was
/// predicted.
pub async fn predictions(
    moment: &Arc<Moment>,
    filter: &PredictionFilter,
) -> Result<Predictions, SourceError> {
    let (page, per_page) = check(filter)?;
    let predicted = predicted(moment).await?;
    let known = &registry(moment).await?;
    let rows = matching(&predicted, filter);
    let first = (u64::from(page) - 1) * u64::from(per_page);
    let first = usize::try_from(first).unwrap_or(usize::MAX);
    let shown = rows.iter().skip(first).take(per_page as usize);
    Ok(Predictions {
        rows: shown
            .map(|row| predicted.line(*row))
            .collect::<Result<_, _>>()?,
        total: rows.len() as u64,
        page,
        per_page,
        model_version: Some(predicted.version),
        categories: known.production()?.categories.clone(),
    })
}

fn check(filter: &PredictionFilter) -> Result<(u32, u32), SourceError> {
    let invalid = |words: String| Err(SourceError::Invalid(words));
    let (page, per_page) = (
        filter.page.unwrap_or(1),
        filter.per_page.unwrap_or(PER_PAGE),
    );
    if page == 0 {
        return invalid("page is 0: pages begin at 1".into());
    }
    if !(1..=MOST_PER_PAGE).contains(&per_page) {
        return invalid(format!(
            "per_page is {per_page}: it lies between 1 and {MOST_PER_PAGE}"
        ));
    }
    let bounds = [
        ("min_probability", filter.min_probability),
        ("max_probability", filter.max_probability),
    ];
    for (name, bound) in bounds {
        if let Some(bound) = bound.filter(|bound| !(0.0..=1.0).contains(bound)) {
            return invalid(format!("{name} is {bound}: it lies between 0 and 1"));
        }
    }
    let longest = [&filter.q, &filter.category];
    if longest
        .into_iter()
        .flatten()
        .any(|text| text.len() > MOST_WORDS)
    {
        return invalid(format!(
            "q and category hold at most {MOST_WORDS} bytes each"
        ));
    }
    Ok((page, per_page))
}

/// The rows that a filter lets through, in order.
fn matching(predicted: &Predicted, filter: &PredictionFilter) -> Vec<usize> {
    let wanted = filter.category.as_deref().filter(|name| !name.is_empty());
    let place = wanted.map(|name| {
        let place = predicted.names.iter().position(|known| known == name);
        place.and_then(|place| u16::try_from(place).ok())
    });
    let (least, most) = (
        filter.min_probability.unwrap_or(0.0),
        filter.max_probability.unwrap_or(1.0),
    );
    let lets_through = |row: &usize| {
        let row = *row;
        place.is_none_or(|place| place == Some(predicted.category[row]))
            && filter
                .abstained
                .is_none_or(|abstained| abstained == predicted.abstained[row])
            && (least..=most).contains(&predicted.probability[row])
    };
    let named = filter.q.as_deref().and_then(|q| predicted.rows_with(q));
    match named {
        Some(rows) => rows.into_iter().filter(lets_through).collect(),
        None => (0..predicted.lines.len()).filter(lets_through).collect(),
    }
}
