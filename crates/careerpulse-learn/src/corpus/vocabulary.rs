//! Words and runs of words under numbers, so that a text is read once and then only counted.

use foldhash::{HashMap, HashMapExt};

use super::Analyzer;
use crate::stopwords::{ENGLISH, StopWords};
use crate::tokens::{for_each_span, lower_padded};

/// Stands for no number: a word that is not known, or the run before a word's own.
pub(crate) const NONE: u32 = u32::MAX;

/// Bytes of a word that make its key; longer words are looked up by their text.
const KEY: usize = 16;

/// A tree of runs: each is the run without its last word, and that word.
///
/// Words and longer runs share one numbering. The stop words come first, so that being one
/// is a comparison and not a second look-up. A run is found by two numbers, which spares
/// writing it out, hashing its text and comparing it.
#[derive(Debug, Clone)]
pub(crate) struct Vocabulary {
    stops: u32,
    short: HashMap<u128, u32>,
    long: HashMap<Box<str>, u32>,
    longer: HashMap<u64, u32>,
    runs: Vec<Run>,
    /// All words' texts, one after the other.
    texts: String,
}

/// A word, or a run of several.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Run {
    /// Where the word's text lies.
    Word { start: usize, end: usize },
    /// The run without its last word, and that word.
    Longer { before: u32, word: u32 },
}

impl Vocabulary {
    /// Nothing but the stop words.
    pub(crate) fn new(stop_words: StopWords) -> Vocabulary {
        let mut vocabulary = Vocabulary {
            stops: 0,
            short: HashMap::with_capacity(1024),
            long: HashMap::new(),
            longer: HashMap::new(),
            runs: Vec::new(),
            texts: String::new(),
        };
        if stop_words == StopWords::English {
            for word in ENGLISH {
                vocabulary.add_word(word);
            }
            vocabulary.stops = ENGLISH.len() as u32;
        }
        vocabulary
    }

    /// Words and runs known, the stop words included.
    pub(crate) fn len(&self) -> usize {
        self.runs.len()
    }

    /// Whether a word is left out.
    pub(crate) fn is_stop(&self, word: u32) -> bool {
        word < self.stops
    }

    /// What stands under each number; the parts of a run always under lower ones.
    pub(crate) fn runs(&self) -> &[Run] {
        &self.runs
    }

    /// The text of a word found by [`Vocabulary::runs`].
    pub(crate) fn text(&self, start: usize, end: usize) -> &str {
        &self.texts[start..end]
    }

    /// The number of a word, a new one where it is not known.
    pub(crate) fn add_word(&mut self, word: &str) -> u32 {
        if word.len() > KEY {
            return self.add_long(word);
        }
        let mut bytes = [0; KEY];
        bytes[..word.len()].copy_from_slice(word.as_bytes());
        self.add_short(u128::from_le_bytes(bytes), word)
    }

    /// The number of a run one word longer than `before`, a new one where it is not known.
    pub(crate) fn add_run(&mut self, before: u32, word: u32) -> u32 {
        let next = self.runs.len() as u32;
        let number = *self.longer.entry(pair(before, word)).or_insert(next);
        if number == next {
            self.runs.push(Run::Longer { before, word });
        }
        number
    }

    /// The number of a run one word longer than `before`, if it is known.
    pub(crate) fn find_run(&self, before: u32, word: u32) -> Option<u32> {
        self.longer.get(&pair(before, word)).copied()
    }

    /// Fills `words` with the numbers of the words of `text`, new ones added, stop words left out.
    pub(crate) fn read(&mut self, text: &str, words: &mut Vec<u32>) {
        words.clear();
        let lowered = lower_padded::<KEY>(text);
        for_each_span(&lowered, |start, end| {
            let number = match key(&lowered, start, end) {
                Some(key) => self.add_short(key, &lowered[start..end]),
                None => self.add_long(&lowered[start..end]),
            };
            if number >= self.stops {
                words.push(number);
            }
        });
    }

    /// As [`Vocabulary::read`], but an unknown word is [`NONE`] and stays so.
    pub(crate) fn read_known(&self, text: &str, words: &mut Vec<u32>) {
        words.clear();
        let lowered = lower_padded::<KEY>(text);
        for_each_span(&lowered, |start, end| {
            let number = match key(&lowered, start, end) {
                Some(key) => self.short.get(&key),
                None => self.long.get(&lowered[start..end]),
            };
            let number = number.copied().unwrap_or(NONE);
            if number >= self.stops {
                words.push(number);
            }
        });
    }

    fn add_short(&mut self, key: u128, word: &str) -> u32 {
        let next = self.runs.len() as u32;
        let number = *self.short.entry(key).or_insert(next);
        if number == next {
            self.keep(word);
        }
        number
    }

    fn add_long(&mut self, word: &str) -> u32 {
        if let Some(&number) = self.long.get(word) {
            return number;
        }
        let next = self.runs.len() as u32;
        self.long.insert(word.into(), next);
        self.keep(word);
        next
    }

    fn keep(&mut self, word: &str) {
        let start = self.texts.len();
        self.texts.push_str(word);
        self.runs.push(Run::Word {
            start,
            end: self.texts.len(),
        });
    }
}

/// Calls `each` with the run of every term that `words` hold, as `longer` finds them.
///
/// From each word on, the run grows by one word at a time until it is as long as a term may
/// be or `longer` knows no more.
pub(crate) fn for_each_run(
    analyzer: Analyzer,
    words: &[u32],
    mut longer: impl FnMut(u32, u32) -> Option<u32>,
    mut each: impl FnMut(u32),
) {
    let (shortest, longest) = analyzer.ngram_range;
    for (at, &first) in words.iter().enumerate() {
        if first == NONE {
            continue;
        }
        if shortest == 1 {
            each(first);
        }
        let mut run = first;
        for (length, &word) in (2..=longest).zip(&words[at + 1..]) {
            if word == NONE {
                break;
            }
            let Some(found) = longer(run, word) else {
                break;
            };
            run = found;
            if length >= shortest {
                each(run);
            }
        }
    }
}

/// The bytes of a short word, zeros behind: no word holds a zero, so no two share a key.
fn key(padded: &str, start: usize, end: usize) -> Option<u128> {
    let length = end - start;
    if length > KEY {
        return None;
    }
    let bytes = padded.as_bytes()[start..].first_chunk::<KEY>()?;
    let unused = 8 * (KEY - length) as u32;
    Some(u128::from_le_bytes(*bytes) << unused >> unused)
}

fn pair(before: u32, word: u32) -> u64 {
    u64::from(before) << 32 | u64::from(word)
}
