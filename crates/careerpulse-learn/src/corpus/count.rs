//! Documents counted under a vocabulary that grows as they are read.

use super::Analyzer;
use super::vocabulary::{Run, Vocabulary, for_each_run};

/// One thread's vocabulary and the counts of the documents it was given.
pub(super) struct Counter {
    analyzer: Analyzer,
    pub(super) vocabulary: Vocabulary,
    /// The documents counted, each with where its entries end.
    pub(super) documents: Vec<(usize, usize)>,
    /// Run and count, document after document.
    pub(super) entries: Vec<(u32, u32)>,
    words: Vec<u32>,
    counts: Vec<u32>,
    touched: Vec<u32>,
}

impl Counter {
    pub(super) fn new(analyzer: Analyzer) -> Counter {
        Counter {
            analyzer,
            vocabulary: Vocabulary::new(analyzer.stop_words),
            documents: Vec::new(),
            entries: Vec::new(),
            words: Vec::new(),
            counts: Vec::new(),
            touched: Vec::new(),
        }
    }

    /// Counts the terms of `text`, which is document `row`.
    pub(super) fn add(&mut self, row: usize, text: &str) {
        let (vocabulary, counts) = (&mut self.vocabulary, &mut self.counts);
        vocabulary.read(text, &mut self.words);
        let touched = &mut self.touched;
        let longer = |before, word| Some(vocabulary.add_run(before, word));
        for_each_run(self.analyzer, &self.words, longer, |run| {
            let run_at = run as usize;
            if run_at >= counts.len() {
                counts.resize((run_at + 1).next_power_of_two(), 0);
            }
            if counts[run_at] == 0 {
                touched.push(run);
            }
            counts[run_at] += 1;
        });
        let taken = touched.drain(..).map(|run| {
            let count = std::mem::take(&mut counts[run as usize]);
            (run, count)
        });
        self.entries.extend(taken);
        self.documents.push((row, self.entries.len()));
    }

    /// Takes the runs of `other` in and renumbers its entries as they are numbered here.
    pub(super) fn absorb(&mut self, other: &mut Counter) {
        let mut numbers: Vec<u32> = Vec::with_capacity(other.vocabulary.len());
        for &run in other.vocabulary.runs() {
            numbers.push(match run {
                Run::Word { start, end } => {
                    let text = other.vocabulary.text(start, end);
                    self.vocabulary.add_word(text)
                }
                Run::Longer { before, word } => {
                    let [before, word] = [before, word].map(|part| numbers[part as usize]);
                    self.vocabulary.add_run(before, word)
                }
            });
        }
        for (run, _) in &mut other.entries {
            *run = numbers[*run as usize];
        }
    }
}
