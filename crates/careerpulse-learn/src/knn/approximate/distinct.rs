//! Rows that are the same to the bit, taken together.

use std::hash::{Hash, Hasher};

use foldhash::fast::FixedState;

use crate::dense::DenseMatrix;

/// The different rows of a matrix and where each stands.
///
/// An advert that was posted hundreds of times would otherwise fill every edge of its points in a
/// graph with copies of itself and cut them off from all others.
pub struct Distinct {
    starts: Vec<usize>,
    rows: Vec<u32>,
}

impl Distinct {
    /// Different rows in the order of their first occurrence.
    pub fn of(matrix: &DenseMatrix) -> Distinct {
        let mut known = std::collections::HashMap::with_capacity_and_hasher(
            matrix.rows(),
            FixedState::default(),
        );
        let mut groups: Vec<Vec<u32>> = Vec::new();
        for row in 0..matrix.rows() {
            let group = *known.entry(Bits(matrix.row(row))).or_insert(groups.len());
            match groups.get_mut(group) {
                Some(group) => group.push(row as u32),
                None => groups.push(vec![row as u32]),
            }
        }
        let mut starts = vec![0];
        starts.extend(groups.iter().scan(0, |end, group| {
            *end += group.len();
            Some(*end)
        }));
        Distinct {
            starts,
            rows: groups.concat(),
        }
    }

    /// How many different rows there are.
    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// The rows of one group, ascending.
    pub fn rows_of(&self, group: usize) -> &[u32] {
        &self.rows[self.starts[group]..self.starts[group + 1]]
    }
}

/// A row compared bit by bit: the two zeros and every NaN are values of their own.
struct Bits<'m>(&'m [f32]);

impl Hash for Bits<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0
            .iter()
            .for_each(|value| state.write_u32(value.to_bits()));
    }
}

impl PartialEq for Bits<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.0.len() == other.0.len()
            && self
                .0
                .iter()
                .zip(other.0)
                .all(|(a, b)| a.to_bits() == b.to_bits())
    }
}

impl Eq for Bits<'_> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[allow(
        clippy::unwrap_used,
        reason = "a helper that cannot go on fails its test"
    )]
    fn copies_stand_together_in_ascending_order() {
        let matrix = DenseMatrix::new(2, vec![1., 2., 3., 4., 1., 2., 3., 5., 1., 2.]).unwrap();
        let distinct = Distinct::of(&matrix);
        let groups: Vec<&[u32]> = (0..distinct.len())
            .map(|group| distinct.rows_of(group))
            .collect();
        assert_eq!(groups, [&[0, 2, 4][..], &[1], &[3]]);
    }
}
