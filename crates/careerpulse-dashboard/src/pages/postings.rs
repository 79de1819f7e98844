//! Postings in lines, and labelled postings that are near: what several pages list.

use super::markup::{self, Markup};
use super::{figures, links, words};
use crate::view::category::PostingLine;
use crate::view::imputation::{Neighbour, Scored};

/// A posting in a list.
pub struct Line {
    /// Its title, cut.
    pub title: String,
    /// Its page, where there is a prediction to show.
    pub address: Option<String>,
    /// Its employer.
    pub company: String,
    /// Its location.
    pub location: String,
    /// When it was published.
    pub published: Markup,
    /// Its category.
    pub category: String,
    /// Who says so.
    pub origin: &'static str,
    /// How sure the model is.
    pub probability: String,
    /// The same as a bar.
    pub bar: Markup,
}

/// A posting as it is listed.
pub fn line(posting: &PostingLine) -> Line {
    let or_dash = |text: &Option<String>| {
        text.as_deref()
            .map_or_else(|| figures::UNKNOWN.to_owned(), words::name)
    };
    let has_prediction = posting.is_imputed || posting.is_abstained;
    Line {
        title: words::title(&posting.title),
        address: has_prediction.then(|| links::prediction(posting.posting_id)),
        company: or_dash(&posting.company),
        location: or_dash(&posting.location),
        published: markup::day_or_dash(posting.published),
        category: or_dash(&posting.category),
        origin: match (posting.is_abstained, posting.is_imputed) {
            (true, _) => "abstained",
            (false, true) => "imputed",
            (false, false) => "by the source",
        },
        probability: figures::or_dash(posting.probability, figures::percent),
        bar: posting.probability.map_or_else(Markup::default, |p| {
            markup::bar(
                p,
                if posting.is_abstained {
                    "abstained"
                } else {
                    "imputed"
                },
            )
        }),
    }
}

/// A category with its probability, as it is shown.
pub struct Chance {
    /// The category.
    pub name: String,
    /// Its page.
    pub address: String,
    /// The probability.
    pub probability: String,
    /// The same as a bar.
    pub bar: Markup,
}

/// Categories with their probabilities.
pub fn chances(scored: &[Scored]) -> Vec<Chance> {
    let chances = scored.iter().enumerate();
    chances
        .map(|(place, one)| Chance {
            name: words::name(&one.category),
            address: links::category(&one.category),
            probability: figures::percent(one.probability),
            bar: markup::bar(one.probability, if place == 0 { "first" } else { "other" }),
        })
        .collect()
}

/// A labelled posting that is near, as it is shown.
pub struct Near {
    /// Its title.
    pub title: String,
    /// Its employer.
    pub company: Option<String>,
    /// The category that the source gave.
    pub category: String,
    /// How near.
    pub similarity: String,
    /// The same as a bar.
    pub bar: Markup,
    /// The beginning of its text.
    pub text: String,
    /// Whether it has the category that is beside it.
    pub agrees: bool,
}

/// Neighbours, each beside the category that the model says.
pub fn near(neighbours: &[Neighbour], category: &str) -> Vec<Near> {
    let near = neighbours.iter();
    near.map(|one| Near {
        title: words::title(&one.title),
        company: one.company.as_deref().map(words::name),
        category: words::name(&one.category),
        similarity: figures::score(one.similarity),
        bar: markup::bar(one.similarity, "other"),
        text: words::passage(&one.description),
        agrees: one.category == category,
    })
    .collect()
}
