//! One prediction with its grounds: the text, the probabilities, what is near, and why it counts or not.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;

use super::markup::{self, Markup};
use super::postings::{self, Chance, Near};
use super::shell::{self, Shell};
use super::{figures, links, words};
use crate::conditional::Now;
use crate::source::SourceError;
use crate::view::imputation::PredictionDetail;

const HERE: &str = "/imputation";
/// Probabilities shown before the rest is folded away.
const FIRST: usize = 6;

/// `GET /imputation/{posting_id}`.
pub async fn show(Now(now): Now, Path(posting_id): Path<String>) -> Response {
    let Ok(posting_id) = posting_id.parse::<i64>() else {
        let words = "A posting's number is wanted here, as in /imputation/123.";
        return shell::instead(HERE, &SourceError::Invalid(words.to_owned()));
    };
    match now.prediction(posting_id).await {
        Ok(view) => shell::page(&page(&view)),
        Err(error) => shell::instead(HERE, &error),
    }
}

#[derive(Template)]
#[template(path = "prediction.html")]
struct Page {
    shell: Shell,
    title: String,
    whole_title: Option<String>,
    posting_id: i64,
    company: String,
    location: String,
    level: String,
    published: Markup,
    scored: Markup,
    source: Option<String>,
    category: String,
    probability: String,
    gap: String,
    min_probability: String,
    min_gap: String,
    is_abstained: bool,
    why: String,
    first: Vec<Chance>,
    rest: Vec<Chance>,
    text: Markup,
    near: Vec<Near>,
    csv: String,
}

fn page(view: &PredictionDetail) -> Page {
    let posting = &view.posting;
    let or_dash = |text: &Option<String>| {
        text.as_deref()
            .map_or_else(|| figures::UNKNOWN.to_owned(), words::name)
    };
    let title = words::title(&posting.title);
    let whole = words::whole_title(&posting.title);
    let top = view.probabilities.first();
    let category = top.map_or("", |top| top.category.as_str());
    let mut first = postings::chances(&view.probabilities);
    let rest = first.split_off(first.len().min(FIRST));
    Page {
        shell: shell::shell(title.chars().take(80).collect::<String>(), HERE),
        whole_title: (whole != title && title.ends_with('…')).then_some(whole),
        title,
        posting_id: posting.posting_id,
        company: or_dash(&posting.company),
        location: or_dash(&posting.location),
        level: or_dash(&view.level),
        published: markup::day_or_dash(posting.published),
        scored: markup::moment_or_dash(posting.scored_at),
        source: view.landing_page.as_deref().and_then(links::outside),
        category: words::name(category),
        probability: figures::or_dash(top.map(|top| top.probability), figures::percent),
        gap: figures::points(view.gap),
        min_probability: figures::percent(view.min_probability),
        min_gap: figures::points(view.min_gap),
        is_abstained: posting.is_abstained,
        why: view
            .why_abstained
            .as_deref()
            .map(words::passage)
            .unwrap_or_default(),
        first,
        rest,
        text: markup::posting(&view.description_html),
        near: postings::near(&view.neighbours, category),
        csv: links::csv(
            &format!("predictions/{}", posting.posting_id),
            &Default::default(),
        ),
    }
}
