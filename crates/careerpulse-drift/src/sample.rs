//! What is compared: distinct adverts, by column.

use serde::{Deserialize, Serialize};

use crate::error::DriftError;

/// Distinct adverts, one entry per advert in every column, in any order.
///
/// Copies of an advert must be left out: the tests take rows as independent, and a burst of copies is
/// no drift.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sample {
    /// The postings' ids, for the evidence.
    pub ids: Vec<i64>,
    /// The label by the source; `None` where it is missing.
    pub categories: Vec<Option<String>>,
    /// Whether the advert was first seen when it was new. Some labels arrive late, so an advert that was met
    /// weeks after its publication is less often without one: only fresh ones tell the share of missing labels.
    pub fresh: Vec<bool>,
    /// What the production model says of adverts without a label; `None` where it was not asked.
    pub imputed: Vec<Option<Imputed>>,
    /// Characters of the description.
    pub lengths: Vec<u32>,
    /// ISO 639-1 codes, as [`language`](crate::language()) gives them; `None` where the text is too short.
    pub languages: Vec<Option<String>>,
    /// Embeddings of some of the adverts; `None` where there are none.
    pub vectors: Option<Vectors>,
}

/// What the production model says of an advert without a label.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Imputed {
    /// The most probable category, also where the model abstained.
    pub category: String,
    /// Its calibrated probability.
    pub probability: f32,
    /// Whether that was too low for the category to be used.
    pub abstained: bool,
}

/// Embeddings of a random subsample of the adverts.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Vectors {
    /// Columns.
    pub dim: usize,
    /// The row of the sample that each vector is of, each at most once.
    pub rows: Vec<u32>,
    /// `rows.len() × dim` values, row-major, finite.
    pub values: Vec<f32>,
}

impl Vectors {
    /// The `at`th vector.
    pub(crate) fn row(&self, at: usize) -> &[f32] {
        &self.values[at * self.dim..(at + 1) * self.dim]
    }
}

impl Sample {
    /// Adverts.
    pub fn rows(&self) -> usize {
        self.ids.len()
    }

    /// Errors on columns of other lengths, on probabilities outside 0 to 1 and on broken vectors; `side`
    /// names the sample.
    pub(crate) fn check(&self, side: &'static str) -> Result<(), DriftError> {
        let rows = self.rows();
        for (column, entries) in [
            ("categories", self.categories.len()),
            ("fresh", self.fresh.len()),
            ("imputed", self.imputed.len()),
            ("lengths", self.lengths.len()),
            ("languages", self.languages.len()),
        ] {
            if entries != rows {
                return Err(DriftError::Column {
                    side,
                    column,
                    entries,
                    rows,
                });
            }
        }
        for (row, imputed) in self.imputed.iter().enumerate() {
            let Some(imputed) = imputed else { continue };
            if !(0.0..=1.0).contains(&imputed.probability) {
                return Err(DriftError::Probability {
                    what: "imputed",
                    row,
                    value: imputed.probability,
                });
            }
        }
        match &self.vectors {
            Some(vectors) => check_vectors(vectors, rows, side),
            None => Ok(()),
        }
    }
}

/// Above this a sum of squares leaves the range of a 32-bit number.
const LARGEST: f32 = 1e15;

fn check_vectors(vectors: &Vectors, rows: usize, side: &'static str) -> Result<(), DriftError> {
    let broken = |problem| Err(DriftError::Vectors { side, problem });
    if vectors.dim == 0 {
        return broken("dim is 0: at least one column is needed".to_owned());
    }
    if vectors.rows.len().checked_mul(vectors.dim) != Some(vectors.values.len()) {
        return broken(format!(
            "{} values do not fill {} rows of {} columns",
            vectors.values.len(),
            vectors.rows.len(),
            vectors.dim
        ));
    }
    let mut seen = vec![false; rows];
    for &row in &vectors.rows {
        match seen.get_mut(row as usize) {
            None => return broken(format!("row {row} does not exist: there are {rows} rows")),
            Some(true) => return broken(format!("row {row} has two vectors: give each one")),
            Some(seen) => *seen = true,
        }
    }
    let bad = |value: &f32| !value.is_finite() || value.abs() > LARGEST;
    if let Some(at) = vectors.values.iter().position(bad) {
        return broken(format!(
            "vector {}, column {} is {}: values must be finite and of magnitude at most 1e15",
            at / vectors.dim,
            at % vectors.dim,
            vectors.values[at]
        ));
    }
    Ok(())
}
