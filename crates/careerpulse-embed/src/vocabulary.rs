//! The WordPiece vocabulary: greedy longest match over pieces that begin or continue a word.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Pieces by their text, those that continue a word without their `##`.
pub struct Vocabulary {
    begins: Pieces,
    continues: Pieces,
    unknown: u32,
}

/// A word of more characters is unknown as a whole.
pub const WORD_CHARS: usize = 100;

/// Sorts the pieces of `pieces`, given with their ids; `unknown` is the id of `[UNK]`.
pub fn vocabulary<'a>(pieces: impl Iterator<Item = (&'a str, u32)>, unknown: u32) -> Vocabulary {
    let mut sorted = Vocabulary {
        begins: Pieces::default(),
        continues: Pieces::default(),
        unknown,
    };
    for (piece, id) in pieces {
        match piece.strip_prefix("##") {
            Some(rest) if !rest.is_empty() => sorted.continues.insert(rest, id),
            _ => sorted.begins.insert(piece, id),
        }
    }
    sorted
}

/// Appends the ids of one non-empty word, or the one of `[UNK]` where it has no split into pieces.
pub fn split_word(vocabulary: &Vocabulary, word: &str, ids: &mut Vec<u32>) {
    let before = ids.len();
    let mut rest = word;
    let mut pieces = &vocabulary.begins;
    if word.len() > WORD_CHARS && word.chars().count() > WORD_CHARS {
        ids.push(vocabulary.unknown);
        return;
    }
    while !rest.is_empty() {
        match pieces.longest(rest) {
            Some((length, id)) => {
                ids.push(id);
                rest = &rest[length..];
                pieces = &vocabulary.continues;
            }
            None => {
                ids.truncate(before);
                ids.push(vocabulary.unknown);
                return;
            }
        }
    }
}

#[derive(Default)]
struct Pieces {
    ids: HashMap<Box<[u8]>, u32, BuildHasherDefault<Fx>>,
    longest: usize,
}

impl Pieces {
    fn insert(&mut self, piece: &str, id: u32) {
        self.longest = self.longest.max(piece.len());
        self.ids.insert(piece.as_bytes().into(), id);
    }

    /// The longest piece that `text` starts with, as its length in bytes and its id. Pieces are
    /// whole characters, so a match always ends between two.
    fn longest(&self, text: &str) -> Option<(usize, u32)> {
        let bytes = text.as_bytes();
        (1..=bytes.len().min(self.longest))
            .rev()
            .find_map(|length| self.ids.get(&bytes[..length]).map(|&id| (length, id)))
    }
}

/// The hash of rustc's tables (FxHash): the keys are a fixed list, so no one can choose them to collide.
#[derive(Default)]
struct Fx(u64);

impl Hasher for Fx {
    fn write(&mut self, bytes: &[u8]) {
        let (words, tail) = bytes.as_chunks::<8>();
        for word in words {
            self.write_u64(u64::from_le_bytes(*word));
        }
        let mut last = [0; 8];
        last[..tail.len()].copy_from_slice(tail);
        self.write_u64(u64::from_le_bytes(last));
    }

    fn write_u64(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95);
    }

    fn write_usize(&mut self, word: usize) {
        self.write_u64(word as u64);
    }

    /// The table takes its buckets from the low bits and its tags from the high ones.
    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(word: &str) -> Vec<u32> {
        let pieces = [
            "[UNK]", "un", "##believ", "##able", "##a", "##ble", "b", "é", "##é", "##",
        ];
        let vocabulary = vocabulary(pieces.into_iter().zip(0..), 0);
        let mut ids = vec![7];
        split_word(&vocabulary, word, &mut ids);
        ids.split_off(1)
    }

    #[test]
    fn the_longest_piece_wins() {
        assert_eq!(ids("unbelievable"), [1, 2, 3]);
        assert_eq!(ids("bable"), [6, 3]);
        assert_eq!(ids("éé"), [7, 8]);
        assert_eq!(ids("##"), [9]);
    }

    #[test]
    fn a_word_that_does_not_split_is_unknown_as_a_whole() {
        assert_eq!(ids("unx"), [0]);
        assert_eq!(ids("x"), [0]);
        assert_eq!(ids(&format!("b{}", "a".repeat(99))).len(), 100);
        assert_eq!(ids(&format!("b{}", "a".repeat(100))), [0]);
        assert_eq!(ids(&"é".repeat(100)).len(), 100);
    }
}
