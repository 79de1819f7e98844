//! Sums over rows and over groups of rows, the same whatever the number of threads.

use rayon::prelude::*;

/// Rows or groups per task: a constant, so that sums are added up in one order.
const PER_TASK: usize = 4096;

/// The sum over `0..count` of what `add` adds to an accumulator of `size` zeros.
pub(super) fn summed(
    count: usize,
    size: usize,
    add: impl Fn(&mut [f64], usize) + Sync,
) -> Vec<f64> {
    let tasks = count.div_ceil(PER_TASK);
    let parts: Vec<Vec<f64>> = (0..tasks)
        .into_par_iter()
        .map(|task| {
            let mut sum = vec![0.0; size];
            for at in task * PER_TASK..((task + 1) * PER_TASK).min(count) {
                add(&mut sum, at);
            }
            sum
        })
        .collect();
    let mut sum = vec![0.0; size];
    for part in parts {
        for (total, value) in sum.iter_mut().zip(part) {
            *total += value;
        }
    }
    sum
}

/// The rows of each group.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Grouped {
    /// Rows, group after group in the order of the groups' numbers.
    order: Vec<u32>,
    /// Where each group starts in `order`, and the end.
    starts: Vec<u32>,
}

impl Grouped {
    /// Gathers rows by their group.
    pub(super) fn of(groups: &[u64]) -> Grouped {
        let mut order: Vec<u32> = (0..groups.len() as u32).collect();
        order.par_sort_by_key(|&row| groups[row as usize]);
        let mut starts = vec![0];
        for at in 1..order.len() {
            if groups[order[at - 1] as usize] != groups[order[at] as usize] {
                starts.push(at as u32);
            }
        }
        if !order.is_empty() {
            starts.push(order.len() as u32);
        }
        Grouped { order, starts }
    }

    /// Number of groups.
    pub(super) fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Rows of a group.
    pub(super) fn rows(&self, group: usize) -> &[u32] {
        &self.order[self.starts[group] as usize..self.starts[group + 1] as usize]
    }

    /// The mean size of the group that a row is in: how many times the variance of a count is that
    /// of independent rows where a group has one label (Kish 1965, the design effect).
    pub(super) fn design_effect(&self) -> f64 {
        let squares: f64 = (0..self.len())
            .map(|group| (self.rows(group).len() as f64).powi(2))
            .sum();
        match self.order.len() {
            0 => 1.0,
            rows => squares / rows as f64,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_hold_their_rows() {
        let grouped = Grouped::of(&[7, 3, 7, 9]);
        let rows: Vec<&[u32]> = (0..grouped.len()).map(|at| grouped.rows(at)).collect();
        assert_eq!(rows, [&[1][..], &[0, 2], &[3]]);
        assert_eq!(grouped.design_effect(), 1.5);
        let none = Grouped::of(&[]);
        assert_eq!((none.len(), none.design_effect()), (0, 1.0));
    }

    #[test]
    fn every_row_is_summed_once() {
        let sum = summed(10_000, 2, |sum, at| {
            sum[0] += 1.0;
            sum[1] += at as f64;
        });
        assert_eq!(sum, [10_000.0, 49_995_000.0]);
    }
}
