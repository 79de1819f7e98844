//! A candidate beside production on the same postings, category by category.

use super::bars;
use super::markup::Markup;
use super::{figures, links, words};
use crate::view::models::{Change, Comparison};

/// The comparison as it is shown.
pub struct Compared {
    /// The version that was production.
    pub production: i64,
    /// Its page.
    pub address: String,
    /// Held-out postings.
    pub postings: String,
    /// Macro F1, then each category.
    pub rows: Vec<Row>,
    /// How many are clearly better, clearly worse, and neither.
    pub clear: (usize, usize, usize),
    /// The address of the CSV.
    pub csv: String,
}

/// A figure of both.
pub struct Row {
    /// The categories.
    pub name: String,
    /// Held-out postings.
    pub postings: String,
    /// The candidate's figure.
    pub candidate: String,
    /// Production's.
    pub production: String,
    /// The change with its interval.
    pub change: String,
    /// The same drawn.
    pub drawn: Markup,
    /// It in a word.
    pub word: &'static str,
    /// Whether it is of all categories.
    pub is_whole: bool,
}

/// A comparison's rows: the whole first, then the categories in the order given (the worst first).
pub fn compared(comparison: &Comparison, csv: String) -> Compared {
    let changes = comparison.categories.iter().map(|one| one.f1);
    let changes = changes.chain([comparison.macro_f1]);
    let reach = changes.fold(0.0_f64, |reach, one| {
        reach.max(one.low.abs()).max(one.high.abs())
    });
    let whole = row(
        "All (macro F1)".to_owned(),
        comparison.postings,
        &comparison.macro_f1,
        reach,
        true,
    );
    let rows: Vec<Row> = comparison
        .categories
        .iter()
        .map(|one| {
            let names: Vec<String> = one
                .categories
                .iter()
                .map(|name| words::name(name))
                .collect();
            row(names.join(", "), one.postings, &one.f1, reach, false)
        })
        .collect();
    let those = |word: &str| rows.iter().filter(|row| row.word == word).count();
    Compared {
        production: comparison.production,
        address: links::version(comparison.production),
        postings: figures::whole(comparison.postings),
        clear: (those("better"), those("worse"), those("no clear change")),
        rows: std::iter::once(whole).chain(rows).collect(),
        csv,
    }
}

fn row(name: String, postings: u64, change: &Change, reach: f64, is_whole: bool) -> Row {
    Row {
        name,
        postings: figures::whole(postings),
        candidate: figures::score(change.candidate),
        production: figures::score(change.production),
        change: format!(
            "{} ({} to {})",
            figures::difference(change.change),
            figures::difference(change.low),
            figures::difference(change.high)
        ),
        drawn: bars::change(change.change, change.low, change.high, reach),
        word: match (change.low > 0.0, change.high < 0.0) {
            (true, _) => "better",
            (_, true) => "worse",
            _ => "no clear change",
        },
        is_whole,
    }
}
