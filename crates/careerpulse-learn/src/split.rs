//! Rows dealt into folds and into training and test sets, classes in proportion, groups whole.

mod folds;
mod holdout;
mod nested;
mod stable;

pub use folds::{stratified_group_kfold, stratified_kfold};
pub use holdout::{Split, train_test_split};
pub use nested::nested_subsets;
pub use stable::stable_holdout;

use crate::error::LearnError;

/// Number of classes `labels` may name: one more than the largest label.
fn class_count(labels: &[u32]) -> usize {
    labels.iter().max().map_or(0, |&label| label as usize + 1)
}

/// The rows of each class, ascending.
fn rows_by_class(labels: &[u32]) -> Vec<Vec<u32>> {
    let mut rows = vec![Vec::new(); class_count(labels)];
    for (row, &label) in (0..).zip(labels) {
        rows[label as usize].push(row);
    }
    rows
}

/// Rows of one group and how many of them each class has, as (class, count).
struct Group {
    rows: Vec<u32>,
    counts: Vec<(u32, f64)>,
}

/// Errors where there are not as many groups as labels.
fn check_lengths(labels: &[u32], groups: &[u64]) -> Result<(), LearnError> {
    if labels.len() == groups.len() {
        return Ok(());
    }
    Err(LearnError::Lengths {
        left_name: "labels",
        left: labels.len(),
        right_name: "groups",
        right: groups.len(),
    })
}

/// The groups in order of first appearance. Errors where lengths differ.
fn gather_groups(labels: &[u32], groups: &[u64]) -> Result<Vec<Group>, LearnError> {
    check_lengths(labels, groups)?;
    let mut numbers = std::collections::HashMap::new();
    let mut members: Vec<Vec<u32>> = Vec::new();
    for (row, group) in (0..).zip(groups) {
        let number = *numbers.entry(group).or_insert(members.len());
        if number == members.len() {
            members.push(Vec::new());
        }
        members[number].push(row);
    }
    let gather = |rows: Vec<u32>| {
        let mut classes: Vec<u32> = rows.iter().map(|&row| labels[row as usize]).collect();
        classes.sort_unstable();
        let counts = classes
            .chunk_by(|a, b| a == b)
            .map(|run| (run[0], run.len() as f64))
            .collect();
        Group { rows, counts }
    };
    Ok(members.into_iter().map(gather).collect())
}

/// Groups whose classes are least evenly spread first: they are the hardest to place.
///
/// By the deviation of a group's counts over all classes, as scikit-learn does; the sort
/// is stable, so groups alike stay in the shuffled order.
fn hardest_first(groups: &mut [Group], classes: usize) {
    let classes = classes as f64;
    groups.sort_by_cached_key(|group| {
        let sum: f64 = group.counts.iter().map(|(_, count)| count).sum();
        let squares: f64 = group.counts.iter().map(|(_, count)| count * count).sum();
        // `n² · variance` is a whole number, so its order is free of rounding.
        std::cmp::Reverse((classes * squares - sum * sum) as u64)
    });
}

#[cfg(test)]
mod tests;
