//! Drawing: from weighted tables, from lists, and into the slots of a sentence.

use std::ops::Range;

use rand::{Rng, RngExt};

/// Running sums of weights; one draw costs a binary search.
#[derive(Debug, Clone)]
pub(super) struct Weighted {
    sums: Vec<f64>,
}

/// Builds a table from positive weights; their sum need not be 1.
pub(super) fn weighted(weights: impl IntoIterator<Item = f64>) -> Weighted {
    let mut sum = 0.0;
    let sums = weights
        .into_iter()
        .map(|weight| {
            sum += weight;
            sum
        })
        .collect();
    Weighted { sums }
}

/// The index of one draw; 0 for an empty table.
pub(super) fn draw(table: &Weighted, rng: &mut impl Rng) -> usize {
    let total = table.sums.last().copied().unwrap_or(0.0);
    let point = rng.random::<f64>() * total;
    let index = table.sums.partition_point(|sum| *sum <= point);
    index.min(table.sums.len().saturating_sub(1))
}

/// The share of all draws that fall within `range`; 0 for an empty table.
pub(super) fn portion(table: &Weighted, range: Range<usize>) -> f64 {
    let up_to = |end: usize| match end.min(table.sums.len()) {
        0 => 0.0,
        end => table.sums[end - 1],
    };
    match up_to(table.sums.len()) {
        0.0 => 0.0,
        total => (up_to(range.end) - up_to(range.start)) / total,
    }
}

/// One entry of a list, evenly; the empty string for an empty list.
pub(super) fn one_of(list: &[&'static str], rng: &mut impl Rng) -> &'static str {
    match list.len() {
        0 => "",
        length => list[rng.random_range(0..length)],
    }
}

/// Up to `count` different entries of a list, in random order.
pub(super) fn some_of(
    list: &[&'static str],
    count: usize,
    rng: &mut impl Rng,
) -> Vec<&'static str> {
    let mut rest = list.to_vec();
    let count = count.min(rest.len());
    for place in 0..count {
        let other = rng.random_range(place..rest.len());
        rest.swap(place, other);
    }
    rest.truncate(count);
    rest
}

/// Copies a sentence, asking `value` to write what stands for each `{slot}`.
pub(super) fn fill(template: &str, mut value: impl FnMut(&str, &mut String)) -> String {
    let mut out = String::with_capacity(template.len() + 48);
    let mut rest = template;
    while let Some((before, tail)) = rest.split_once('{') {
        out.push_str(before);
        let Some((slot, after)) = tail.split_once('}') else {
            rest = tail;
            continue;
        };
        value(slot, &mut out);
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    #[test]
    fn draws_follow_the_weights() {
        let table = weighted([1.0, 0.0, 3.0]);
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let mut counts = [0_usize; 3];
        for _ in 0..4_000 {
            counts[draw(&table, &mut rng)] += 1;
        }
        assert_eq!(counts[1], 0);
        assert!((900..1_100).contains(&counts[0]), "{counts:?}");
        assert_eq!(portion(&table, 0..1), 0.25);
        assert_eq!(portion(&table, 1..9), 0.75);
        assert_eq!(portion(&weighted([]), 0..1), 0.0);
    }

    #[test]
    fn slots_are_filled_and_entries_differ() {
        let text = fill("a {x} b {y}.", |slot, out| {
            out.push_str(&slot.to_uppercase());
        });
        assert_eq!(text, "a X b Y.");
        let mut rng = ChaCha8Rng::seed_from_u64(2);
        let mut picked = some_of(&["a", "b", "c"], 5, &mut rng);
        picked.sort_unstable();
        assert_eq!(picked, ["a", "b", "c"]);
    }
}
