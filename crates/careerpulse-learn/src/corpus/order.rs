//! The terms of a vocabulary in the order of their texts.

use super::Analyzer;
use super::vocabulary::{NONE, Run, Vocabulary};

/// The terms sorted, and for each run of the vocabulary its term's place or [`NONE`].
///
/// Every character of a word sorts after the space between words, so texts sort as the
/// lists of their words do: a run, then those that continue it by the order of their next
/// word. That is a walk of the tree, and only single words are ever compared as texts.
pub(super) fn ordered(vocabulary: &Vocabulary, analyzer: Analyzer) -> (Vec<Box<str>>, Vec<u32>) {
    let (shortest, _) = analyzer.ngram_range;
    let words = sorted_words(vocabulary);
    let children = Children::new(vocabulary, &words);
    let mut terms = Vec::with_capacity(vocabulary.len());
    let mut places = vec![NONE; vocabulary.len()];
    let mut text = String::new();
    // Runs still to visit, each with the rank of its last word, the length of the text before
    // that word and the number of words before it; the next is on top.
    let mut waiting: Vec<(u32, u32, usize, usize)> = Vec::new();
    for (rank, &(_, _, first)) in (0..).zip(&words) {
        if vocabulary.is_stop(first) {
            continue;
        }
        waiting.push((rank, first, 0, 0));
        while let Some((rank, run, kept, before)) = waiting.pop() {
            text.truncate(kept);
            if before > 0 {
                text.push(' ');
            }
            text.push_str(words[rank as usize].1);
            if before + 1 >= shortest {
                places[run as usize] = terms.len() as u32;
                terms.push(text.as_str().into());
            }
            let next = children.of(run).iter().rev();
            waiting.extend(next.map(|&(rank, child)| (rank, child, text.len(), before + 1)));
        }
    }
    terms.shrink_to_fit();
    (terms, places)
}

/// All words by text: the first bytes, the text, the number.
fn sorted_words(vocabulary: &Vocabulary) -> Vec<(u128, &str, u32)> {
    let word = |(number, run): (u32, &Run)| match *run {
        Run::Word { start, end } => {
            let text = vocabulary.text(start, end);
            // Where the first bytes differ, they are the order, and no text is looked at.
            let mut first = [0; 16];
            let length = text.len().min(first.len());
            first[..length].copy_from_slice(&text.as_bytes()[..length]);
            Some((u128::from_be_bytes(first), text, number))
        }
        Run::Longer { .. } => None,
    };
    let mut words: Vec<_> = (0..).zip(vocabulary.runs()).filter_map(word).collect();
    words.sort_unstable();
    words
}

/// For each run those one word longer, by the order of that word.
struct Children {
    starts: Vec<u32>,
    /// Rank of the last word, and the run.
    all: Vec<(u32, u32)>,
}

impl Children {
    fn new(vocabulary: &Vocabulary, words: &[(u128, &str, u32)]) -> Children {
        let mut ranks = vec![0; vocabulary.len()];
        for (rank, &(_, _, word)) in (0..).zip(words) {
            ranks[word as usize] = rank;
        }
        let mut starts = vec![0; vocabulary.len() + 1];
        for run in vocabulary.runs() {
            if let Run::Longer { before, .. } = run {
                starts[*before as usize + 1] += 1;
            }
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut next = starts.clone();
        let mut all = vec![(0, 0); vocabulary.len() - words.len()];
        for (number, run) in (0..).zip(vocabulary.runs()) {
            if let Run::Longer { before, word } = *run {
                let at = &mut next[before as usize];
                all[*at as usize] = (ranks[word as usize], number);
                *at += 1;
            }
        }
        for window in starts.windows(2) {
            all[window[0] as usize..window[1] as usize].sort_unstable();
        }
        Children { starts, all }
    }

    fn of(&self, run: u32) -> &[(u32, u32)] {
        let run = run as usize;
        &self.all[self.starts[run] as usize..self.starts[run + 1] as usize]
    }
}
