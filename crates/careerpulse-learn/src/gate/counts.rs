//! Rows counted once, so that a draw only weighs counts.

use std::collections::HashMap;

use super::Paired;
use crate::error::LearnError;

/// One combination of true class and both predictions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Cell {
    /// The true class.
    pub truth: u32,
    /// The candidate's.
    pub candidate: u32,
    /// Production's.
    pub production: u32,
}

/// The combinations that occur, and which of them each group's rows are.
pub struct Table {
    /// The combinations.
    pub cells: Vec<Cell>,
    /// Cells of all groups, group after group, one per row.
    pub members: Vec<u32>,
    /// Where each group begins in `members`, and at the end their number.
    pub starts: Vec<usize>,
}

impl Table {
    /// Counts the rows. Errors on no rows, on lengths that differ and on classes not in the list.
    pub fn new(pairs: &Paired<'_>) -> Result<Self, LearnError> {
        check(pairs)?;
        let mut numbers = HashMap::new();
        let mut cells = Vec::new();
        let mut by_group: Vec<Vec<u32>> = Vec::new();
        let mut group_numbers = HashMap::new();
        for row in 0..pairs.truth.len() {
            let cell = Cell {
                truth: pairs.truth[row],
                candidate: pairs.candidate[row],
                production: pairs.production[row],
            };
            let number = *numbers.entry(cell).or_insert_with(|| {
                cells.push(cell);
                cells.len() as u32 - 1
            });
            let group = *group_numbers.entry(pairs.groups[row]).or_insert_with(|| {
                by_group.push(Vec::new());
                by_group.len() - 1
            });
            by_group[group].push(number);
        }
        let mut starts = vec![0];
        for group in &by_group {
            starts.push(starts[starts.len() - 1] + group.len());
        }
        Ok(Self {
            cells,
            members: by_group.concat(),
            starts,
        })
    }

    /// Groups.
    pub fn groups(&self) -> usize {
        self.starts.len() - 1
    }

    /// The cells of the rows of a group.
    pub fn group(&self, group: usize) -> &[u32] {
        &self.members[self.starts[group]..self.starts[group + 1]]
    }

    /// How many rows each cell has.
    pub fn weights(&self) -> Vec<u32> {
        let mut weights = vec![0; self.cells.len()];
        for &cell in &self.members {
            weights[cell as usize] += 1;
        }
        weights
    }
}

/// What F1 of both models is made of, for one class or several.
#[derive(Debug, Clone, Copy, Default)]
pub struct Counts {
    /// Rows.
    pub support: u32,
    /// Rows found and predictions made, by the candidate.
    pub candidate: (u32, u32),
    /// The same of production.
    pub production: (u32, u32),
}

impl Counts {
    /// Sums.
    pub fn add(&mut self, other: &Self) {
        self.support += other.support;
        self.candidate.0 += other.candidate.0;
        self.candidate.1 += other.candidate.1;
        self.production.0 += other.production.0;
        self.production.1 += other.production.1;
    }

    /// F1 of the candidate and of production; 0 where there is nothing to find and nothing predicted.
    pub fn f1(&self) -> (f64, f64) {
        let f1 = |(right, guesses): (u32, u32)| match guesses + self.support {
            0 => 0.0,
            whole => f64::from(2 * right) / f64::from(whole),
        };
        (f1(self.candidate), f1(self.production))
    }
}

/// The counts of every class under the given weights of the cells.
pub fn class_counts(cells: &[Cell], weights: &[u32], counts: &mut [Counts]) {
    counts.fill(Counts::default());
    for (cell, &weight) in cells.iter().zip(weights) {
        counts[cell.truth as usize].support += weight;
        let guessed = &mut counts[cell.candidate as usize].candidate;
        guessed.1 += weight;
        guessed.0 += weight * u32::from(cell.candidate == cell.truth);
        let guessed = &mut counts[cell.production as usize].production;
        guessed.1 += weight;
        guessed.0 += weight * u32::from(cell.production == cell.truth);
    }
}

fn check(pairs: &Paired<'_>) -> Result<(), LearnError> {
    let rows = pairs.truth.len();
    if rows == 0 {
        return Err(LearnError::Empty("the list of true labels"));
    }
    for (name, length) in [
        ("the candidate's predictions", pairs.candidate.len()),
        ("production's predictions", pairs.production.len()),
        ("the list of groups", pairs.groups.len()),
    ] {
        if length != rows {
            return Err(LearnError::Lengths {
                left_name: "the list of true labels",
                left: rows,
                right_name: name,
                right: length,
            });
        }
    }
    for labels in [pairs.truth, pairs.candidate, pairs.production] {
        let unknown = |&label: &u32| label as usize >= pairs.classes;
        if let Some(row) = labels.iter().position(unknown) {
            return Err(LearnError::LabelOutOfRange {
                row,
                label: labels[row],
                classes: pairs.classes,
            });
        }
    }
    Ok(())
}
