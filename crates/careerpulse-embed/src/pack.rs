//! Which texts share a forward pass.

use std::cmp::Reverse;
use std::ops::Range;

/// The order in which texts are packed, and the packs as ranges of that order.
pub struct Plan {
    /// Indices of the texts, the longest first, so that no thread ends on a long pack.
    pub order: Vec<usize>,
    /// Consecutive ranges of `order`, none empty, together all of it.
    pub packs: Vec<Range<usize>>,
}

/// Packs texts of the given token counts, about `target` tokens a pack; a longer text stands alone.
pub fn plan(lengths: &[usize], target: usize) -> Plan {
    let mut order: Vec<usize> = (0..lengths.len()).collect();
    order.sort_by_key(|&i| (Reverse(lengths[i]), i));
    let mut packs = Vec::new();
    let (mut start, mut tokens) = (0, 0);
    for (place, &text) in order.iter().enumerate() {
        if place > start && tokens + lengths[text] > target {
            packs.push(start..place);
            (start, tokens) = (place, 0);
        }
        tokens += lengths[text];
    }
    if start < order.len() {
        packs.push(start..order.len());
    }
    Plan { order, packs }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_text_is_in_one_pack_of_bounded_size(lengths in prop::collection::vec(2usize..257, 0..200)) {
            let plan = plan(&lengths, 512);
            let mut seen: Vec<usize> = plan.packs.iter().flat_map(|p| plan.order[p.clone()].to_vec()).collect();
            seen.sort_unstable();
            prop_assert_eq!(seen, (0..lengths.len()).collect::<Vec<_>>());
            for pack in &plan.packs {
                prop_assert!(!pack.is_empty());
                prop_assert!(plan.order[pack.clone()].iter().map(|&i| lengths[i]).sum::<usize>() <= 512);
            }
        }
    }
}
