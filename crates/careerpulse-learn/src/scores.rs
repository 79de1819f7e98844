//! What a classifier says of each row and class: votes, probabilities or margins.

use serde::{Deserialize, Serialize};

use crate::error::LearnError;

/// One finite score per row and class, row-major (rows × classes).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Parts", into = "Parts")]
pub struct Scores {
    classes: usize,
    values: Vec<f64>,
}

impl Scores {
    /// Scores of `values.len() / classes` rows.
    ///
    /// Errors on no class, an incomplete last row and values that are not finite.
    pub fn new(classes: usize, values: Vec<f64>) -> Result<Scores, LearnError> {
        if classes == 0 || !values.len().is_multiple_of(classes) {
            return Err(LearnError::Shape(format!(
                "{} scores do not fill rows of {classes} classes",
                values.len()
            )));
        }
        match values.iter().position(|value| !value.is_finite()) {
            Some(at) => Err(LearnError::BadScore {
                row: at / classes,
                class: at % classes,
                value: values[at],
                expected: "a finite number",
            }),
            None => Ok(Scores { classes, values }),
        }
    }

    /// Scores of rows as a classifier returns them. Errors as [`Scores::new`], and on rows of other lengths.
    pub fn from_rows(classes: usize, rows: &[Vec<f64>]) -> Result<Scores, LearnError> {
        if let Some(row) = rows.iter().position(|row| row.len() != classes) {
            return Err(LearnError::Shape(format!(
                "row {row} holds {} scores for {classes} classes",
                rows[row].len()
            )));
        }
        Scores::new(classes, rows.concat())
    }

    /// Decision margins, in which a class that training never saw stands at negative infinity.
    ///
    /// Such a class gets the lowest finite margin of its row: the classifier knows nothing for
    /// it, yet it may be the true one. Errors as [`Scores::from_rows`], also on a row without
    /// any finite margin.
    pub fn from_margins(classes: usize, rows: &[Vec<f64>]) -> Result<Scores, LearnError> {
        let known = |row: &Vec<f64>| {
            let finite = row.iter().copied().filter(|value| value.is_finite());
            let lowest = finite.fold(f64::INFINITY, f64::min);
            let fill = |&value: &f64| match value == f64::NEG_INFINITY {
                true => lowest,
                false => value,
            };
            row.iter().map(fill).collect()
        };
        Scores::from_rows(classes, &rows.iter().map(known).collect::<Vec<_>>())
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.values.len() / self.classes
    }

    /// Number of classes.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// Scores of row `row`. Panics where there is no such row, as indexing a slice does.
    pub fn row(&self, row: usize) -> &[f64] {
        &self.values[row * self.classes..(row + 1) * self.classes]
    }

    /// Every row in turn.
    pub fn iter(&self) -> std::slice::ChunksExact<'_, f64> {
        self.values.chunks_exact(self.classes)
    }

    /// All scores, row after row.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// The rows named, in that order. Errors on a row that does not exist.
    pub fn select(&self, rows: &[u32]) -> Result<Scores, LearnError> {
        let mut values = Vec::with_capacity(rows.len() * self.classes);
        for &row in rows {
            if row as usize >= self.rows() {
                return Err(LearnError::RowOutOfRange {
                    row: row as usize,
                    rows: self.rows(),
                });
            }
            values.extend_from_slice(self.row(row as usize));
        }
        Ok(Scores {
            classes: self.classes,
            values,
        })
    }

    /// The class predicted for each row: the first with the highest score.
    pub fn predicted(&self) -> Vec<u32> {
        self.iter().map(first_max).collect()
    }

    /// The highest score of each row.
    pub fn confidences(&self) -> Vec<f64> {
        let top = |row: &[f64]| row[first_max(row) as usize];
        self.iter().map(top).collect()
    }

    /// How far the highest score of each row is above the second; the score itself with one class.
    pub fn gaps(&self) -> Vec<f64> {
        let gap = |row: &[f64]| {
            let (first, second) = row.iter().fold(
                (f64::NEG_INFINITY, f64::NEG_INFINITY),
                |(first, second), &score| match score > first {
                    true => (score, first),
                    false => (first, second.max(score)),
                },
            );
            match row.len() {
                1 => first,
                _ => first - second,
            }
        };
        self.iter().map(gap).collect()
    }

    /// Whether each row's predicted class is its label. Errors as [`Scores::check_labels`].
    pub fn correct(&self, labels: &[u32]) -> Result<Vec<bool>, LearnError> {
        self.check_labels(labels)?;
        let predicted = self.predicted();
        Ok(predicted.iter().zip(labels).map(|(a, b)| a == b).collect())
    }

    /// Errors on no rows, on lengths that differ and on labels that name no class.
    pub fn check_labels(&self, labels: &[u32]) -> Result<(), LearnError> {
        if self.values.is_empty() {
            return Err(LearnError::Empty("the matrix of scores"));
        }
        if labels.len() != self.rows() {
            return Err(LearnError::Lengths {
                left_name: "the matrix of scores",
                left: self.rows(),
                right_name: "the list of labels",
                right: labels.len(),
            });
        }
        let unknown = |&label: &u32| label as usize >= self.classes;
        match labels.iter().position(unknown) {
            Some(row) => Err(LearnError::LabelOutOfRange {
                row,
                label: labels[row],
                classes: self.classes,
            }),
            None => Ok(()),
        }
    }

    /// Errors where a score is no probability; rounding may carry a sum of votes a hair above 1.
    pub fn check_probabilities(&self) -> Result<(), LearnError> {
        let outside = |value: &f64| !(0.0..=1.0 + 1e-6).contains(value);
        match self.values.iter().position(outside) {
            Some(at) => Err(LearnError::BadScore {
                row: at / self.classes,
                class: at % self.classes,
                value: self.values[at],
                expected: "a probability from 0 to 1",
            }),
            None => Ok(()),
        }
    }
}

/// The first class with the highest score: what a classifier predicts. 0 for no classes.
pub fn first_max(scores: &[f64]) -> u32 {
    let mut best = 0;
    for (class, &score) in scores.iter().enumerate() {
        if score > scores[best] {
            best = class;
        }
    }
    best as u32
}

/// What is written to disk; reading it back checks shape and values again.
#[derive(Serialize, Deserialize)]
struct Parts {
    classes: usize,
    values: Vec<f64>,
}

impl TryFrom<Parts> for Scores {
    type Error = LearnError;

    fn try_from(parts: Parts) -> Result<Scores, LearnError> {
        Scores::new(parts.classes, parts.values)
    }
}

impl From<Scores> for Parts {
    fn from(scores: Scores) -> Parts {
        Parts {
            classes: scores.classes,
            values: scores.values,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_in_order() {
        let scores = Scores::new(3, vec![0.2, 0.5, 0.3, 0.4, 0.4, 0.2]).unwrap();
        assert_eq!((scores.rows(), scores.classes()), (2, 3));
        assert_eq!(scores.predicted(), [1, 0]);
        assert_eq!(scores.confidences(), [0.5, 0.4]);
        assert_eq!(scores.gaps(), [0.5 - 0.3, 0.0]);
        assert_eq!(scores.correct(&[1, 1]).unwrap(), [true, false]);
        let picked = scores.select(&[1, 1, 0]).unwrap();
        assert_eq!(picked.row(2), scores.row(0));
        assert_eq!(picked.predicted(), [0, 0, 1]);
    }

    #[test]
    fn a_class_never_seen_gets_the_lowest_margin() {
        let rows = [vec![1.5, f64::NEG_INFINITY, -2.0]];
        let scores = Scores::from_margins(3, &rows).unwrap();
        assert_eq!(scores.row(0), [1.5, -2.0, -2.0]);
        let nothing = [vec![f64::NEG_INFINITY; 2]];
        assert!(Scores::from_margins(2, &nothing).is_err());
        assert!(Scores::from_rows(3, &rows).is_err());
    }

    #[test]
    fn what_is_no_matrix_of_scores_is_refused() {
        assert!(matches!(Scores::new(0, vec![]), Err(LearnError::Shape(_))));
        assert!(matches!(
            Scores::new(2, vec![0.1; 3]),
            Err(LearnError::Shape(_))
        ));
        assert!(Scores::from_rows(2, &[vec![0.0; 2], vec![0.0; 3]]).is_err());
        let nan = Scores::new(2, vec![0.1, 0.2, f64::NAN, 0.4]).unwrap_err();
        assert!(nan.to_string().contains("row 1, class 0"), "{nan}");
        let scores = Scores::new(2, vec![0.5, 1.5]).unwrap();
        assert!(scores.check_probabilities().is_err());
        assert!(matches!(
            scores.select(&[1]),
            Err(LearnError::RowOutOfRange { row: 1, rows: 1 })
        ));
        assert!(matches!(
            scores.check_labels(&[2]),
            Err(LearnError::LabelOutOfRange { .. })
        ));
        assert!(matches!(
            scores.check_labels(&[0, 1]),
            Err(LearnError::Lengths { .. })
        ));
        assert!(serde_json::from_str::<Scores>(r#"{"classes":2,"values":[0.5]}"#).is_err());
    }
}
