//! Texts tokenised and counted once, so that every fold and setting reads counts only.

use std::fmt;

use foldhash::{HashMap, HashMapExt};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::LearnError;
use crate::stopwords::StopWords;
use crate::tokens::{for_each_token, lower};

/// How a text becomes terms.
///
/// | field | default | purpose | range |
/// |---|---|---|---|
/// | `ngram_range` | (1, 1) | shortest and longest run of words that is a term | 1 ≤ first ≤ second |
/// | `stop_words` | English | words left out before n-grams are made | |
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Analyzer {
    /// Shortest and longest n-gram, both included.
    pub ngram_range: (usize, usize),
    /// Words left out.
    pub stop_words: StopWords,
}

impl Default for Analyzer {
    fn default() -> Analyzer {
        Analyzer {
            ngram_range: (1, 1),
            stop_words: StopWords::English,
        }
    }
}

impl fmt::Display for Analyzer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (low, high) = self.ngram_range;
        write!(
            f,
            "ngram_range ({low}, {high}) and stop_words {:?}",
            self.stop_words
        )
    }
}

impl Analyzer {
    /// Itself, or an error where the n-gram range is empty.
    pub fn check(self) -> Result<Analyzer, LearnError> {
        match self.ngram_range {
            (low, high) if low == 0 || low > high => Err(LearnError::NgramRange { low, high }),
            _ => Ok(self),
        }
    }

    /// Calls `each` with every term of `text`, repeated as often as it occurs.
    ///
    /// The order of work is scikit-learn's: lower case, tokens, stop words out,
    /// then n-grams of what is left, words joined by one space.
    pub fn for_each_term(self, text: &str, mut each: impl FnMut(&str)) {
        let lowered = lower(text);
        let mut words: Vec<&str> = Vec::new();
        for_each_token(&lowered, |token| {
            if !self.stop_words.contains(token) {
                words.push(token);
            }
        });
        let mut term = String::new();
        for length in self.ngram_range.0..=self.ngram_range.1 {
            for window in words.windows(length) {
                match window {
                    [word] => each(word),
                    _ => {
                        term.clear();
                        for word in window {
                            if !term.is_empty() {
                                term.push(' ');
                            }
                            term.push_str(word);
                        }
                        each(&term);
                    }
                }
            }
        }
    }
}

/// Term counts of a list of texts. Term ids number the distinct terms in sorted order.
#[derive(Debug, Clone, PartialEq)]
pub struct Corpus {
    analyzer: Analyzer,
    terms: Vec<Box<str>>,
    starts: Vec<usize>,
    ids: Vec<u32>,
    counts: Vec<u32>,
}

impl Corpus {
    /// Tokenises and counts `texts`, on all threads; the result does not depend on their number.
    pub fn new<T: AsRef<str> + Sync>(
        texts: &[T],
        analyzer: Analyzer,
    ) -> Result<Corpus, LearnError> {
        let analyzer = analyzer.check()?;
        let chunk = texts
            .len()
            .div_ceil(4 * rayon::current_num_threads())
            .max(1);
        let parts: Vec<Part> = texts
            .par_chunks(chunk)
            .map(|texts| count(texts, analyzer))
            .collect();

        let mut terms: Vec<&str> = parts
            .iter()
            .flat_map(|part| part.terms.iter().map(|term| &**term))
            .collect();
        terms.par_sort_unstable();
        terms.dedup();
        if u32::try_from(terms.len()).is_err() {
            return Err(LearnError::TooManyTerms(terms.len()));
        }

        let renumbered: Vec<Vec<(u32, u32)>> = parts
            .par_iter()
            .map(|part| renumber(part, &terms))
            .collect();
        let entries = renumbered.iter().map(Vec::len).sum();
        let (mut ids, mut counts) = (Vec::with_capacity(entries), Vec::with_capacity(entries));
        let mut starts = Vec::with_capacity(texts.len() + 1);
        starts.push(0);
        for (part, entries) in parts.iter().zip(&renumbered) {
            let base = ids.len();
            starts.extend(part.ends.iter().map(|end| base + end));
            ids.extend(entries.iter().map(|entry| entry.0));
            counts.extend(entries.iter().map(|entry| entry.1));
        }
        let terms = terms.into_iter().map(Box::from).collect();
        Ok(Corpus {
            analyzer,
            terms,
            starts,
            ids,
            counts,
        })
    }

    /// Settings the texts were tokenised with.
    pub fn analyzer(&self) -> Analyzer {
        self.analyzer
    }

    /// Number of documents.
    pub fn documents(&self) -> usize {
        self.starts.len() - 1
    }

    /// All distinct terms, sorted; a term's place is its id.
    pub fn terms(&self) -> &[Box<str>] {
        &self.terms
    }

    /// Ids (ascending) and counts of the terms of document `row`. Panics where there is no such document.
    pub fn document(&self, row: usize) -> (&[u32], &[u32]) {
        let range = self.starts[row]..self.starts[row + 1];
        (&self.ids[range.clone()], &self.counts[range])
    }
}

/// Counts of a few documents under their own term numbers.
struct Part {
    terms: Vec<Box<str>>,
    ends: Vec<usize>,
    entries: Vec<(u32, u32)>,
}

fn count<T: AsRef<str>>(texts: &[T], analyzer: Analyzer) -> Part {
    let mut numbers: HashMap<Box<str>, u32> = HashMap::new();
    let mut part = Part {
        terms: Vec::new(),
        ends: Vec::with_capacity(texts.len()),
        entries: Vec::new(),
    };
    let mut found: Vec<u32> = Vec::new();
    for text in texts {
        found.clear();
        analyzer.for_each_term(text.as_ref(), |term| {
            // A chunk of texts in memory cannot hold 2^32 distinct terms of two
            // bytes and more without the total being refused above.
            let next = numbers.len() as u32;
            let number = match numbers.get(term) {
                Some(&number) => number,
                None => {
                    numbers.insert(term.into(), next);
                    next
                }
            };
            found.push(number);
        });
        found.sort_unstable();
        part.entries.extend(
            found
                .chunk_by(|a, b| a == b)
                .map(|run| (run[0], run.len() as u32)),
        );
        part.ends.push(part.entries.len());
    }
    let mut terms: Vec<(Box<str>, u32)> = numbers.into_iter().collect();
    terms.sort_unstable_by_key(|entry| entry.1);
    part.terms = terms.into_iter().map(|entry| entry.0).collect();
    part
}

/// The entries of `part` under the ids of `terms`, ascending within each document.
fn renumber(part: &Part, terms: &[&str]) -> Vec<(u32, u32)> {
    let ids: Vec<u32> = part
        .terms
        .iter()
        // Every term of a part is in the list, which was made of them all.
        .map(|term| terms.binary_search(&&**term).unwrap_or_else(|place| place) as u32)
        .collect();
    let mut entries: Vec<(u32, u32)> = part
        .entries
        .iter()
        .map(|&(number, count)| (ids[number as usize], count))
        .collect();
    let mut start = 0;
    for &end in &part.ends {
        entries[start..end].sort_unstable();
        start = end;
    }
    entries
}
