//! What both classifiers check before they fit, and how much each class counts.

use crate::error::LearnError;
use crate::knn::Features;

/// The classes that occur among the labels.
pub(super) struct Seen {
    /// Their numbers, ascending.
    pub(super) classes: Vec<u32>,
    /// Rows of each.
    pub(super) counts: Vec<usize>,
    /// For each row, the position of its class in `classes`.
    pub(super) of_row: Vec<usize>,
}

/// Checks everything a fit relies on and finds the classes that occur.
///
/// Errors on no rows, lengths that differ, unsorted classes, labels that name no class,
/// fewer than two classes among the labels, and values that are not finite.
pub(super) fn check_training(
    features: &Features,
    labels: &[u32],
    classes: &[String],
) -> Result<Seen, LearnError> {
    if features.rows() == 0 {
        return Err(LearnError::Empty("the training set"));
    }
    if labels.len() != features.rows() {
        return Err(LearnError::Lengths {
            left_name: "labels",
            left: labels.len(),
            right_name: "the features",
            right: features.rows(),
        });
    }
    check_classes(classes)?;
    let mut counts = vec![0; classes.len()];
    for (row, &label) in labels.iter().enumerate() {
        *counts
            .get_mut(label as usize)
            .ok_or(LearnError::LabelOutOfRange {
                row,
                label,
                classes: classes.len(),
            })? += 1;
    }
    let seen: Vec<u32> = (0..classes.len() as u32)
        .filter(|&class| counts[class as usize] > 0)
        .collect();
    if let &[class] = seen.as_slice() {
        return Err(LearnError::OneClass(classes[class as usize].clone()));
    }
    features.check_finite()?;
    let mut position = vec![0; classes.len()];
    for (at, &class) in seen.iter().enumerate() {
        position[class as usize] = at;
    }
    Ok(Seen {
        counts: seen.iter().map(|&class| counts[class as usize]).collect(),
        of_row: labels
            .iter()
            .map(|&label| position[label as usize])
            .collect(),
        classes: seen,
    })
}

/// Errors where the class names are not strictly ascending.
pub(super) fn check_classes(classes: &[String]) -> Result<(), LearnError> {
    match classes.windows(2).find(|pair| pair[0] >= pair[1]) {
        Some(pair) => Err(LearnError::UnsortedClasses(pair[1].clone())),
        None => Ok(()),
    }
}

/// Errors unless `value` is finite and above 0.
pub(super) fn check_positive(name: &'static str, value: f64) -> Result<(), LearnError> {
    if value.is_finite() && value > 0.0 {
        return Ok(());
    }
    Err(LearnError::NotPositive { name, value })
}

/// Weight of each seen class: `rows / (classes · rows of the class)`, or 1 where not balanced.
pub(super) fn class_weights(seen: &Seen, balanced: bool) -> Vec<f64> {
    let rows = seen.of_row.len() as f64;
    let share = rows / seen.classes.len() as f64;
    seen.counts
        .iter()
        .map(|&count| if balanced { share / count as f64 } else { 1.0 })
        .collect()
}
