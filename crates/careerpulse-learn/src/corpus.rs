//! Texts tokenised and counted once, so that every fold and setting reads counts only.

mod count;
mod order;
pub(crate) mod vocabulary;

use std::cmp::Reverse;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use self::count::Counter;
use self::order::ordered;
use crate::error::LearnError;
use crate::stopwords::StopWords;

/// Documents a thread takes at a time.
const BLOCK: usize = 16;

/// How a text becomes terms.
///
/// The order of work is scikit-learn's: lower case, tokens, stop words out, then n-grams of
/// what is left, words joined by one space.
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
        let mut counters = count(texts, analyzer);
        merge(&mut counters);
        let Some(first) = counters.first() else {
            return Ok(Corpus {
                analyzer,
                terms: Vec::new(),
                starts: vec![0],
                ids: Vec::new(),
                counts: Vec::new(),
            });
        };
        if u32::try_from(first.vocabulary.len()).is_err() {
            return Err(LearnError::TooManyTerms(first.vocabulary.len()));
        }
        let (terms, places) = ordered(&first.vocabulary, analyzer);
        let mut documents: Vec<&[(u32, u32)]> = vec![&[]; texts.len()];
        for counter in &counters {
            let mut start = 0;
            for &(row, end) in &counter.documents {
                documents[row] = &counter.entries[start..end];
                start = end;
            }
        }
        let (starts, ids, counts) = renumber(&documents, &places);
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

/// The documents of `texts` counted by as many counters as threads took part.
///
/// Which counter a document comes to hangs on the threads; what becomes of it does not.
fn count<T: AsRef<str> + Sync>(texts: &[T], analyzer: Analyzer) -> Vec<Counter> {
    let idle: Mutex<Vec<Counter>> = Mutex::new(Vec::new());
    let blocks = texts.par_chunks(BLOCK).enumerate();
    blocks.for_each(|(block, texts)| {
        let taken = lock(&idle).pop();
        let mut counter = taken.unwrap_or_else(|| Counter::new(analyzer));
        for (offset, text) in texts.iter().enumerate() {
            counter.add(block * BLOCK + offset, text.as_ref());
        }
        lock(&idle).push(counter);
    });
    idle.into_inner().unwrap_or_else(PoisonError::into_inner)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A push or a pop leaves the list whole, whatever becomes of the thread.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Brings the entries of all counters under the numbers of the first.
fn merge(counters: &mut [Counter]) {
    // The fewer are looked up in the more.
    counters.sort_unstable_by_key(|counter| Reverse(counter.vocabulary.len()));
    if let Some((first, others)) = counters.split_first_mut() {
        for other in others {
            first.absorb(other);
        }
    }
}

/// Starts, ids and counts of all documents, their runs exchanged for `places`, ascending.
fn renumber(documents: &[&[(u32, u32)]], places: &[u32]) -> (Vec<usize>, Vec<u32>, Vec<u32>) {
    let mut starts = Vec::with_capacity(documents.len() + 1);
    let mut entries = 0;
    starts.push(0);
    starts.extend(documents.iter().map(|document| {
        entries += document.len();
        entries
    }));
    let (mut ids, mut counts) = (vec![0; entries], vec![0; entries]);
    let (mut ids_left, mut counts_left) = (ids.as_mut_slice(), counts.as_mut_slice());
    let mut tasks = Vec::with_capacity(documents.len());
    for &document in documents {
        let (ids, counts);
        (ids, ids_left) = ids_left.split_at_mut(document.len());
        (counts, counts_left) = counts_left.split_at_mut(document.len());
        tasks.push((document, ids, counts));
    }
    tasks.into_par_iter().with_min_len(BLOCK).for_each_init(
        Vec::new,
        |sorted: &mut Vec<u64>, (document, ids, counts)| {
            sorted.clear();
            // A place and its count in one number sort in one comparison.
            let packed = |&(run, count): &(u32, u32)| {
                u64::from(places[run as usize]) << 32 | u64::from(count)
            };
            sorted.extend(document.iter().map(packed));
            sorted.sort_unstable();
            for ((&packed, id), count) in sorted.iter().zip(ids).zip(counts) {
                (*id, *count) = ((packed >> 32) as u32, packed as u32);
            }
        },
    );
    (starts, ids, counts)
}

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    reason = "a helper that cannot go on fails its test"
)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::tokens::{for_each_token, lower};

    /// Terms and counts by the definition: every run of words written out.
    fn written_out(text: &str, analyzer: Analyzer) -> BTreeMap<String, u32> {
        let lowered = lower(text);
        let mut words = Vec::new();
        for_each_token(&lowered, |word| words.push(word));
        words.retain(|word| !analyzer.stop_words.contains(word));
        let mut counts = BTreeMap::new();
        for length in analyzer.ngram_range.0..=analyzer.ngram_range.1 {
            for run in words.windows(length) {
                *counts.entry(run.join(" ")).or_insert(0) += 1;
            }
        }
        counts
    }

    proptest! {
        #[test]
        fn counts_are_those_of_the_runs_written_out(
            texts in prop::collection::vec(
                "((ab|abc|abcd|the|Été|x_1|sixteen_letters_|seventeen_letters|seventeen_letter2)[ ,]){0,12}",
                0..40,
            ),
            shortest in 1..4_usize,
            more in 0..3_usize,
            english in any::<bool>(),
        ) {
            let stop_words = if english { StopWords::English } else { StopWords::None };
            let analyzer = Analyzer { ngram_range: (shortest, shortest + more), stop_words };
            let corpus = Corpus::new(&texts, analyzer).unwrap();
            let expected: Vec<_> = texts.iter().map(|text| written_out(text, analyzer)).collect();
            let mut terms: Vec<&str> = expected.iter().flatten().map(|(term, _)| &**term).collect();
            terms.sort_unstable();
            terms.dedup();
            let found: Vec<&str> = corpus.terms().iter().map(|term| &**term).collect();
            prop_assert_eq!(found, terms);
            prop_assert_eq!(corpus.documents(), texts.len());
            for (row, expected) in expected.into_iter().enumerate() {
                let (ids, counts) = corpus.document(row);
                let term = |&id: &u32| corpus.terms()[id as usize].to_string();
                let found: Vec<_> = ids.iter().map(term).zip(counts.iter().copied()).collect();
                prop_assert_eq!(found, expected.into_iter().collect::<Vec<_>>());
            }
        }
    }
}
