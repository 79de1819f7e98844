//! Blocks of columns side by side: words, vectors and categories of the same rows as one matrix.

use serde::{Deserialize, Serialize};

use crate::error::LearnError;
use crate::knn::Features;
use crate::sparse::CsrMatrix;

/// The blocks side by side, each multiplied by its weight: rows × the sum of all columns.
///
/// Zeros of a dense block are not held. A linear model's penalty is one for all columns, so the
/// weights say how cheaply each block may be used (scikit-learn's `FeatureUnion` with
/// `transformer_weights`).
///
/// Errors where there is no block, or two blocks differ in rows.
pub fn side_by_side(blocks: &[(&Features, f32)]) -> Result<CsrMatrix, LearnError> {
    let (first, _) = blocks
        .first()
        .ok_or(LearnError::Empty("the list of blocks"))?;
    let rows = first.rows();
    if let Some((other, _)) = blocks.iter().find(|(block, _)| block.rows() != rows) {
        return Err(LearnError::Lengths {
            left_name: "one block's rows",
            left: rows,
            right_name: "another block's",
            right: other.rows(),
        });
    }
    let cols: usize = blocks.iter().map(|(block, _)| block.cols()).sum();
    if u32::try_from(cols).is_err() {
        return Err(LearnError::Shape(format!(
            "{cols} columns are more than 2^32"
        )));
    }
    let mut starts = vec![0];
    let (mut columns, mut values) = (Vec::new(), Vec::new());
    for row in 0..rows {
        let mut first_column = 0;
        for (block, weight) in blocks {
            let mut hold = |column: u32, value: f32| {
                columns.push(first_column + column);
                values.push(value * weight);
            };
            match block {
                Features::Sparse(matrix) => {
                    let (at, held) = matrix.row(row);
                    at.iter()
                        .zip(held)
                        .for_each(|(&at, &value)| hold(at, value));
                }
                Features::Dense(matrix) => (0..)
                    .zip(matrix.row(row))
                    .filter(|(_, value)| **value != 0.0)
                    .for_each(|(at, &value)| hold(at, value)),
            }
            // All columns together fit 32 bits, as checked above.
            first_column += block.cols() as u32;
        }
        starts.push(columns.len());
    }
    CsrMatrix::new(cols, starts, columns, values)
}

/// A column per value seen in fitting: scikit-learn's `OneHotEncoder(handle_unknown="ignore")`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<String>", into = "Vec<String>")]
pub struct OneHot {
    values: Vec<String>,
}

impl OneHot {
    /// Learns the distinct values; a missing one has no column.
    pub fn fit<'a>(values: impl IntoIterator<Item = Option<&'a str>>) -> OneHot {
        let mut values: Vec<String> = values.into_iter().flatten().map(str::to_owned).collect();
        values.sort_unstable();
        values.dedup();
        OneHot { values }
    }

    /// The values with a column, sorted; a value's place is its column.
    pub fn values(&self) -> &[String] {
        &self.values
    }

    /// A row per value: 1 in its column, or nothing where it is missing or was not seen in fitting.
    ///
    /// Errors only where a million values and more do not fit the matrix.
    pub fn transform<'a>(
        &self,
        values: impl IntoIterator<Item = Option<&'a str>>,
    ) -> Result<CsrMatrix, LearnError> {
        let column = |value: Option<&str>| -> Vec<(u32, f32)> {
            let found = value.and_then(|value| {
                let place = self
                    .values
                    .binary_search_by(|seen| seen.as_str().cmp(value));
                place.ok()
            });
            found.map(|place| (place as u32, 1.0)).into_iter().collect()
        };
        let rows: Vec<Vec<(u32, f32)>> = values.into_iter().map(column).collect();
        CsrMatrix::from_rows(self.values.len(), &rows)
    }
}

impl TryFrom<Vec<String>> for OneHot {
    type Error = LearnError;

    fn try_from(values: Vec<String>) -> Result<OneHot, LearnError> {
        match values.is_sorted_by(|a, b| a < b) {
            true => Ok(OneHot { values }),
            false => Err(LearnError::Shape(
                "the values of a one-hot block are not sorted".to_owned(),
            )),
        }
    }
}

impl From<OneHot> for Vec<String> {
    fn from(fitted: OneHot) -> Vec<String> {
        fitted.values
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dense::DenseMatrix;

    #[test]
    fn blocks_stand_beside_each_other_with_their_weights() {
        let words =
            Features::Sparse(CsrMatrix::from_rows(3, &[vec![(0, 1.0), (2, 2.0)], vec![]]).unwrap());
        let vectors = Features::Dense(DenseMatrix::new(2, vec![0.0, 3.0, 4.0, 5.0]).unwrap());
        let both = side_by_side(&[(&words, 1.0), (&vectors, 0.5)]).unwrap();
        assert_eq!((both.rows(), both.cols()), (2, 5));
        assert_eq!(both.row(0), (&[0, 2, 4][..], &[1.0, 2.0, 1.5][..]));
        assert_eq!(both.row(1), (&[3, 4][..], &[2.0, 2.5][..]));
        let short = Features::Dense(DenseMatrix::new(2, vec![1.0, 1.0]).unwrap());
        assert!(side_by_side(&[(&words, 1.0), (&short, 1.0)]).is_err());
        assert!(side_by_side(&[]).is_err());
    }

    #[test]
    fn a_value_has_its_column_and_strangers_have_none() {
        let fitted = OneHot::fit([Some("Senior"), None, Some("Entry"), Some("Senior")]);
        assert_eq!(fitted.values(), ["Entry", "Senior"]);
        let rows = fitted
            .transform([Some("Senior"), Some("Chief"), None, Some("Entry")])
            .unwrap();
        let columns: Vec<&[u32]> = (0..4).map(|row| rows.row(row).0).collect();
        assert_eq!(columns, [&[1][..], &[], &[], &[0]]);
        let none = OneHot::fit([None]);
        assert_eq!(none.transform([Some("x"), None]).unwrap().rows(), 2);
    }

    #[test]
    fn a_fitted_block_reads_back_only_sorted() {
        let fitted = OneHot::fit([Some("b"), Some("a")]);
        let text = serde_json::to_string(&fitted).unwrap();
        assert_eq!(serde_json::from_str::<OneHot>(&text).unwrap(), fitted);
        assert!(serde_json::from_str::<OneHot>(r#"["b","a"]"#).is_err());
    }
}
