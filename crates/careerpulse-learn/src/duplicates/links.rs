//! Candidates verified: which earlier texts a new one is the same as.

use super::{Groups, jaccard};

/// A pair of texts that are near duplicates.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Link {
    /// The earlier text.
    pub text: u32,
    /// The Jaccard index of the two sets of shingles.
    pub similarity: f64,
}

/// The candidates that a new text is linked to, the most similar first: of each group the first one
/// whose Jaccard index reaches the threshold, since a second one would connect nothing more.
///
/// `shingles_of` gives a candidate's shingles. A candidate with the same set ends the search: it has
/// itself been compared with what came before.
pub fn links<'a>(
    shingles: &[u64],
    candidates: &[u32],
    threshold: f64,
    groups: &mut Groups,
    shingles_of: impl Fn(u32) -> &'a [u64],
) -> Vec<Link> {
    let mut found: Vec<(u32, Link)> = Vec::new();
    for &text in candidates {
        let group = groups.first(text);
        if found.iter().any(|(linked, _)| *linked == group) {
            continue;
        }
        let other = shingles_of(text);
        if !may_reach(threshold, shingles.len(), other.len()) {
            continue;
        }
        let similarity = jaccard(shingles, other);
        if similarity >= threshold {
            found.push((group, Link { text, similarity }));
        }
        if similarity == 1.0 {
            break;
        }
    }
    found.sort_by(|(_, a), (_, b)| b.similarity.total_cmp(&a.similarity));
    found.into_iter().map(|(_, link)| link).collect()
}

/// Sets of very different sizes cannot be alike: the smaller by the larger bounds the Jaccard index.
fn may_reach(threshold: f64, a: usize, b: usize) -> bool {
    a.min(b) as f64 >= threshold * a.max(b) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    const SETS: [&[u64]; 4] = [
        &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
        &[1, 2, 3, 4, 5, 6, 7, 8, 9, 11],
        &[1, 2, 3, 4, 5],
        &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12],
    ];

    fn links_to(candidates: &[u32], groups: &mut Groups) -> Vec<u32> {
        let links = links(SETS[0], candidates, 0.8, groups, |text| SETS[text as usize]);
        links.iter().map(|link| link.text).collect()
    }

    #[test]
    fn one_link_a_group_and_the_most_similar_first() {
        let mut groups = Groups::default();
        for _ in SETS {
            groups.add();
        }
        assert_eq!(links_to(&[1, 2, 3], &mut groups), [3, 1]);
        groups.join(1, 3);
        assert_eq!(links_to(&[1, 2, 3], &mut groups), [1]);
        assert_eq!(
            links_to(&[0, 1], &mut groups),
            [0],
            "the same set ends the search"
        );
    }

    #[test]
    fn sizes_alone_rule_out_only_what_cannot_be() {
        assert!(may_reach(0.8, 8, 10) && may_reach(0.8, 10, 8) && may_reach(1.0, 3, 3));
        assert!(!may_reach(0.8, 7, 10));
    }
}
