//! What a version takes for what: the matrix, and the pairs it mixes up most.

use std::collections::{BTreeMap, BTreeSet};

use super::{figures, words};
use crate::view::models::Confused;

/// The confusion matrix.
pub struct Matrix {
    /// The categories, in order.
    pub names: Vec<String>,
    /// A row for each, of what it is taken for.
    pub rows: Vec<MatrixRow>,
    /// The pairs mixed up most.
    pub pairs: Vec<Pair>,
}

/// What a category's postings are taken for.
pub struct MatrixRow {
    /// The category.
    pub name: String,
    /// Its postings.
    pub total: String,
    /// A cell for each predicted category.
    pub cells: Vec<Cell>,
}

/// A cell: how many, and how dark.
pub struct Cell {
    /// Postings; empty for none.
    pub postings: String,
    /// 0 to 5 by share of the row.
    pub shade: u8,
    /// Whether given and predicted category are one.
    pub is_right: bool,
}

/// A pair that is mixed up.
pub struct Pair {
    /// What the source gave.
    pub given: String,
    /// What was predicted.
    pub predicted: String,
    /// Postings.
    pub postings: String,
    /// Of the given category's.
    pub share: String,
}

/// Pairs listed.
const PAIRS: usize = 8;

/// The matrix; none where nothing was compared.
pub fn matrix(confused: &[Confused]) -> Option<Matrix> {
    let mut cells: BTreeMap<(&str, &str), u64> = BTreeMap::new();
    let mut totals: BTreeMap<&str, u64> = BTreeMap::new();
    for one in confused {
        *cells.entry((&one.category, &one.predicted)).or_default() += one.postings;
        *totals.entry(&one.category).or_default() += one.postings;
    }
    let predicted = confused.iter().map(|one| one.predicted.as_str());
    let names: BTreeSet<&str> = totals.keys().copied().chain(predicted).collect();
    let total = |name: &str| totals.get(name).copied().unwrap_or(0);
    let share = |given: &str, postings: u64| postings as f64 / total(given).max(1) as f64;
    let row = |given: &str| MatrixRow {
        name: words::name(given),
        total: figures::whole(total(given)),
        cells: names
            .iter()
            .map(|predicted| {
                let postings = cells.get(&(given, *predicted)).copied().unwrap_or(0);
                Cell {
                    postings: if postings > 0 {
                        figures::whole(postings)
                    } else {
                        String::new()
                    },
                    shade: shade(share(given, postings)),
                    is_right: given == *predicted,
                }
            })
            .collect(),
    };
    let mut mixed: Vec<_> = cells
        .iter()
        .filter(|((given, predicted), _)| given != predicted)
        .collect();
    mixed.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
    let pairs = mixed
        .into_iter()
        .take(PAIRS)
        .map(|((given, predicted), postings)| Pair {
            given: words::name(given),
            predicted: words::name(predicted),
            postings: figures::whole(*postings),
            share: figures::percent(share(given, *postings)),
        });
    let pairs = pairs.collect();
    (!names.is_empty()).then(|| Matrix {
        rows: names.iter().map(|name| row(name)).collect(),
        names: names.iter().map(|name| words::name(name)).collect(),
        pairs,
    })
}

fn shade(share: f64) -> u8 {
    match share {
        s if s <= 0.0 => 0,
        s if s < 0.02 => 1,
        s if s < 0.08 => 2,
        s if s < 0.25 => 3,
        s if s < 0.6 => 4,
        _ => 5,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_matrix_is_square_and_the_worst_pair_comes_first() {
        let cell = |category: &str, predicted: &str, postings| Confused {
            category: category.to_owned(),
            predicted: predicted.to_owned(),
            postings,
        };
        let matrix = matrix(&[cell("A", "A", 90), cell("A", "C", 10), cell("B", "A", 4)]).unwrap();
        assert_eq!(matrix.names, ["A", "B", "C"]);
        assert!(matrix.rows.iter().all(|row| row.cells.len() == 3));
        assert_eq!(matrix.rows[0].cells[0].shade, 5);
        assert_eq!(
            (
                matrix.pairs[0].predicted.as_str(),
                matrix.pairs[0].share.as_str()
            ),
            ("C", "10.0\u{a0}%")
        );
    }
}
