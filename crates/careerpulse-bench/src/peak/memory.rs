//! Reading memory in order, more of it than any cache holds.

use std::hint::black_box;

/// 256 MiB.
const BYTES: usize = 256 << 20;

/// Sums side by side, so that none waits for another.
const LANES: usize = 32;

/// What is read; written once, so that each page is its own.
pub fn values() -> Vec<u64> {
    (0..(BYTES / size_of::<u64>()) as u64).collect()
}

/// Sums all values and says how many bytes that were.
pub fn read(values: &[u64]) -> f64 {
    black_box(sum(black_box(values)));
    size_of_val(values) as f64
}

fn sum(values: &[u64]) -> u64 {
    let mut sums = [0_u64; LANES];
    let groups = values.chunks_exact(LANES);
    let rest = groups.remainder().iter();
    for group in groups {
        for (sum, value) in sums.iter_mut().zip(group) {
            *sum = sum.wrapping_add(*value);
        }
    }
    rest.chain(&sums).fold(0, |all, one| all.wrapping_add(*one))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_is_read() {
        let values: Vec<u64> = (0..1_000).collect();
        assert_eq!(sum(&values), 999 * 1_000 / 2);
        assert_eq!(read(&values), 8_000.0);
    }
}
