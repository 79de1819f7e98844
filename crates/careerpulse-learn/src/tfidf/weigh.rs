//! Counts made weights, many rows at a time.

use rayon::prelude::*;

use super::Tfidf;
use crate::corpus::Analyzer;
use crate::corpus::vocabulary::{NONE, Vocabulary, for_each_run};
use crate::error::LearnError;
use crate::sparse::CsrMatrix;

/// Rows a thread takes at a time.
const BLOCK: usize = 64;

/// Counts whose logarithm is looked up; a term seldom occurs more often in one text.
const LOOKED_UP: u32 = 64;

/// Rows of unit length out of the counts that `count` pushes for each source, columns ascending.
pub(super) fn weigh_all<S: Sync>(
    model: &Tfidf,
    sources: &[S],
    count: impl Fn(&S, &mut Vec<(u32, u32)>) + Sync,
) -> Result<CsrMatrix, LearnError> {
    let frequencies: Vec<f64> = (0..LOOKED_UP)
        .map(|count| frequency(model, count))
        .collect();
    let blocks: Vec<Block> = sources
        .par_chunks(BLOCK)
        .map(|sources| {
            let mut block = Block::default();
            let (mut counts, mut weights) = (Vec::new(), Vec::new());
            for source in sources {
                counts.clear();
                count(source, &mut counts);
                weights.clear();
                weights.extend(counts.iter().map(|&(column, count)| {
                    let known = frequencies.get(count as usize).copied();
                    let frequency = known.unwrap_or_else(|| frequency(model, count));
                    frequency * model.idf[column as usize]
                }));
                let norm = weights.iter().map(|weight| weight * weight).sum::<f64>();
                let norm = norm.sqrt();
                block
                    .columns
                    .extend(counts.iter().map(|&(column, _)| column));
                let values = weights.iter().map(|weight| (weight / norm) as f32);
                block.values.extend(values);
                block.ends.push(block.columns.len());
            }
            block
        })
        .collect();
    let entries = blocks.iter().map(|block| block.columns.len()).sum();
    let mut starts = Vec::with_capacity(sources.len() + 1);
    let (mut columns, mut values) = (Vec::with_capacity(entries), Vec::with_capacity(entries));
    starts.push(0);
    for block in blocks {
        starts.extend(block.ends.iter().map(|end| columns.len() + end));
        columns.extend_from_slice(&block.columns);
        values.extend_from_slice(&block.values);
    }
    CsrMatrix::new(model.terms.len(), starts, columns, values)
}

/// A few finished rows.
#[derive(Default)]
struct Block {
    ends: Vec<usize>,
    columns: Vec<u32>,
    values: Vec<f32>,
}

fn frequency(model: &Tfidf, count: u32) -> f64 {
    let count = f64::from(count);
    if model.params.sublinear_tf {
        1.0 + count.ln()
    } else {
        count
    }
}

/// The column of every term, found by the words of a text.
#[derive(Debug, Clone)]
pub(super) struct Columns {
    analyzer: Analyzer,
    vocabulary: Vocabulary,
    /// The column of each run, or [`NONE`] where it only leads to longer ones.
    of_run: Vec<u32>,
}

impl Columns {
    pub(super) fn new(model: &Tfidf) -> Columns {
        let analyzer = model.params.analyzer();
        let mut vocabulary = Vocabulary::new(analyzer.stop_words);
        let mut of_run = Vec::new();
        for (column, term) in (0..).zip(&model.terms) {
            let mut run = NONE;
            for word in term.split(' ') {
                let word = vocabulary.add_word(word);
                run = if run == NONE {
                    word
                } else {
                    vocabulary.add_run(run, word)
                };
            }
            of_run.resize(vocabulary.len(), NONE);
            of_run[run as usize] = column;
        }
        Columns {
            analyzer,
            vocabulary,
            of_run,
        }
    }

    /// Pushes the columns of the terms of `text`, ascending, each with how often it occurs.
    pub(super) fn count(&self, text: &str, found: &mut Vec<(u32, u32)>) {
        let mut words = Vec::new();
        self.vocabulary.read_known(text, &mut words);
        let mut columns = Vec::new();
        let longer = |before, word| self.vocabulary.find_run(before, word);
        for_each_run(self.analyzer, &words, longer, |run| {
            let column = self.of_run[run as usize];
            if column != NONE {
                columns.push(column);
            }
        });
        columns.sort_unstable();
        let runs = columns.chunk_by(|a, b| a == b);
        found.extend(runs.map(|run| (run[0], run.len() as u32)));
    }
}
