//! A text as the set of its runs of words, and how alike two such sets are.

use crate::tokens::lower;

/// Words in a shingle.
pub const SHINGLE_WORDS: usize = 3;

/// Only so many words of a text are looked at, which bounds time and memory; adverts have 200 to 2,500.
pub const MAX_WORDS: usize = 8_192;

/// The shingles of a text as 64-bit hashes, ascending, each once.
///
/// A word is a run of letters and digits of any script, in lower case; a shingle is
/// [`SHINGLE_WORDS`] words in a row, hashed by adding their FNV-1a hashes one by one to a state that
/// splitmix64 mixes. A text with fewer words is one shingle, and one without words has none.
pub fn shingles(text: &str) -> Vec<u64> {
    let lowered = lower(text);
    let words: Vec<u64> = lowered
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .take(MAX_WORDS)
        .map(fnv1a)
        .collect();
    if words.is_empty() {
        return Vec::new();
    }
    let width = SHINGLE_WORDS.min(words.len());
    let mut hashes: Vec<u64> = words.windows(width).map(fold).collect();
    hashes.sort_unstable();
    hashes.dedup();
    hashes
}

/// The Jaccard index of two ascending sets: shared members by members of either. Two empty sets are
/// the same one.
pub fn jaccard(a: &[u64], b: &[u64]) -> f64 {
    let (mut i, mut j, mut shared) = (0, 0, 0);
    while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
        shared += usize::from(x == y);
        i += usize::from(x <= y);
        j += usize::from(y <= x);
    }
    match a.len() + b.len() - shared {
        0 => 1.0,
        either => shared as f64 / either as f64,
    }
}

/// A hash of numbers in their order: each is added to the state, which is then mixed as in
/// splitmix64 (Steele, Lea and Flood, 2014).
pub(super) fn fold(numbers: &[u64]) -> u64 {
    numbers
        .iter()
        .fold(0, |state: u64, number| mix(state.wrapping_add(*number)))
}

/// The step of splitmix64: the golden-ratio increment and the finaliser.
pub(super) const fn mix(state: u64) -> u64 {
    let z = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// FNV-1a in 64 bits (Fowler, Noll and Vo) over the UTF-8 bytes.
fn fnv1a(word: &str) -> u64 {
    word.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_punctuation_and_spacing_change_nothing_but_the_order_of_words_does() {
        let shingled = shingles("We sell, and repair shoes");
        assert_eq!(shingled.len(), 3);
        assert_eq!(
            shingled,
            shingles("  WE SELL\u{2022} and\nrepair -- shoes. ")
        );
        assert_ne!(shingled, shingles("shoes repair and sell we"));
    }

    #[test]
    fn a_text_shorter_than_a_shingle_is_one() {
        assert_eq!(shingles("").len(), 0);
        assert_eq!(shingles(" . ").len(), 0);
        assert_eq!(shingles("nurse").len(), 1);
        assert_eq!(shingles("night nurse").len(), 1);
        assert_ne!(shingles("night nurse"), shingles("nurse night"));
        assert_eq!(shingles("看護師 を 募集 します").len(), 2);
    }

    #[test]
    fn the_index_is_shared_by_either() {
        assert_eq!(jaccard(&[1, 2, 3], &[2, 3, 4]), 0.5);
        assert_eq!(jaccard(&[], &[]), 1.0);
        assert_eq!(jaccard(&[1], &[]), 0.0);
        assert_eq!(jaccard(&[1, 9], &[1, 9]), 1.0);
    }

    #[test]
    fn words_beyond_the_bound_are_not_looked_at() {
        let text = |last: &str| {
            let mut words: Vec<String> = (0..MAX_WORDS).map(|n| n.to_string()).collect();
            words.push(last.to_owned());
            shingles(&words.join(" "))
        };
        assert_eq!(text("a"), text("b"));
        assert_eq!(text("a").len(), MAX_WORDS - SHINGLE_WORDS + 1);
    }
}
