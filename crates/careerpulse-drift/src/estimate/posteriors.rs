//! Probabilities of each class, row by row.

use crate::error::DriftError;

/// Calibrated posteriors, row-major: rows × classes, each row summing to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Posteriors<'a> {
    /// Classes.
    pub classes: usize,
    /// `rows × classes` values, 0 to 1.
    pub values: &'a [f32],
}

/// Posteriors of models that did not see the rows, and their labels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scored<'a> {
    /// One row for each label.
    pub posteriors: Posteriors<'a>,
    /// Class numbers.
    pub labels: &'a [u32],
}

/// How far from 1 a row may sum; 32-bit sums over many classes are off by far less.
const SLACK: f64 = 0.01;

/// No class is held for less likely than this: one surprise must not count without bound.
const LEAST: f64 = 1e-6;

impl<'a> Posteriors<'a> {
    /// Rows.
    pub fn rows(&self) -> usize {
        self.values.len().checked_div(self.classes).unwrap_or(0)
    }

    pub(super) fn row(&self, row: usize) -> &'a [f32] {
        &self.values[row * self.classes..(row + 1) * self.classes]
    }

    /// The most probable class of each row, the first of equals.
    pub(super) fn guesses(&self) -> Vec<u32> {
        let first_max = |row: usize| {
            let mut best = 0;
            for (class, &value) in self.row(row).iter().enumerate() {
                if value > self.row(row)[best] {
                    best = class;
                }
            }
            best as u32
        };
        (0..self.rows()).map(first_max).collect()
    }

    /// Natural logarithms of all values, none below that of a millionth.
    pub(super) fn logs(&self) -> Vec<f64> {
        let values = self.values.iter();
        values
            .map(|&value| f64::from(value).max(LEAST).ln())
            .collect()
    }

    pub(super) fn check(&self, what: &'static str) -> Result<(), DriftError> {
        let broken = |problem| Err(DriftError::Posteriors { what, problem });
        if self.values.is_empty() {
            return Ok(());
        }
        if self.classes == 0 || !self.values.len().is_multiple_of(self.classes) {
            return broken(format!(
                "{} values do not fill rows of {} classes",
                self.values.len(),
                self.classes
            ));
        }
        for row in 0..self.rows() {
            let mut sum = 0.0;
            for &value in self.row(row) {
                if !(0.0..=1.0).contains(&value) {
                    return Err(DriftError::Probability { what, row, value });
                }
                sum += f64::from(value);
            }
            if (sum - 1.0).abs() > SLACK {
                return broken(format!("row {row} sums to {sum:.3}: it must sum to 1"));
            }
        }
        Ok(())
    }
}

impl Scored<'_> {
    pub(super) fn check(&self, what: &'static str) -> Result<(), DriftError> {
        self.posteriors.check(what)?;
        let (rows, labels) = (self.posteriors.rows(), self.labels.len());
        if rows != labels {
            return Err(DriftError::Posteriors {
                what,
                problem: format!("{rows} rows have {labels} labels: give each row one"),
            });
        }
        let classes = self.posteriors.classes;
        let unknown = |&label: &u32| label as usize >= classes;
        match self.labels.iter().position(unknown) {
            Some(row) => Err(DriftError::Label {
                what,
                row,
                label: self.labels[row],
                classes,
            }),
            None => Ok(()),
        }
    }
}
