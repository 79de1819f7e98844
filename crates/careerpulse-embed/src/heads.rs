//! One head's queries, keys and values of one text, in the words that the tile kernels read.

use crate::DIM;
use crate::attention::HEAD_DIM;
use crate::panels::{Format, LANES, ROWS, pair};

/// Vectors of one step: 32 keys, or the 32 columns of a value.
pub const HEAD_VECTORS: usize = HEAD_DIM / LANES;

/// One word for each of 32 columns.
pub type HeadStep = [[u32; LANES]; HEAD_VECTORS];

/// Buffers of one head, used again.
#[derive(Default)]
pub struct Head {
    /// A row per token and up to a multiple of [`ROWS`], in words.
    pub queries: Vec<u32>,
    /// Panels of 32 tokens, a step per word of a row.
    pub keys: Vec<HeadStep>,
    /// A step per token, or per two tokens of brain floats.
    pub values: Vec<HeadStep>,
    /// Scores of [`ROWS`] queries with all keys, a row as long as the panels.
    pub scores: Vec<f32>,
    /// The softmax of those, in words; floats stay where the scores were.
    pub weights: Vec<u32>,
}

/// Takes a head of a text out of its rows of queries, keys and values, `[tokens, 3 * DIM]`; what a
/// buffer has beyond the text's tokens is zero.
#[inline(always)]
pub fn gather(buffer: &mut Head, format: Format, tokens: usize, qkv: &[f32], head: usize) {
    let per_row = HEAD_DIM / format.numbers();
    let part = |token: usize, part: usize| -> &[f32; HEAD_DIM] {
        let at = token * 3 * DIM + part * DIM + head * HEAD_DIM;
        qkv[at..].first_chunk().expect("a row holds every head")
    };
    refill(&mut buffer.queries, tokens.next_multiple_of(ROWS) * per_row);
    for (token, words) in buffer
        .queries
        .chunks_exact_mut(per_row)
        .take(tokens)
        .enumerate()
    {
        words_of(format, part(token, 0), words);
    }
    refill(&mut buffer.keys, tokens.div_ceil(HEAD_DIM) * per_row);
    let mut words = [0; HEAD_DIM];
    for token in 0..tokens {
        words_of(format, part(token, 1), &mut words[..per_row]);
        let (panel, column) = (token / HEAD_DIM, token % HEAD_DIM);
        let steps = &mut buffer.keys[panel * per_row..][..per_row];
        for (step, &word) in steps.iter_mut().zip(&words) {
            step.as_flattened_mut()[column] = word;
        }
    }
    let together = format.numbers();
    refill(&mut buffer.values, tokens.div_ceil(together));
    for (step, values) in buffer.values.iter_mut().enumerate() {
        let words = values.as_flattened_mut().iter_mut();
        let first = part(step * together, 2);
        match format {
            Format::Bf16 => {
                let odd = step * 2 + 1;
                let second = if odd < tokens {
                    part(odd, 2)
                } else {
                    &[0.0; HEAD_DIM]
                };
                for ((word, &low), &high) in words.zip(first).zip(second) {
                    *word = pair(low, high);
                }
            }
            _ => words.zip(first).for_each(|(word, x)| *word = x.to_bits()),
        }
    }
}

#[inline(always)]
fn words_of(format: Format, row: &[f32; HEAD_DIM], words: &mut [u32]) {
    match format {
        Format::Bf16 => {
            for (word, &[low, high]) in words.iter_mut().zip(row.as_chunks().0) {
                *word = pair(low, high);
            }
        }
        _ => words
            .iter_mut()
            .zip(row)
            .for_each(|(word, x)| *word = x.to_bits()),
    }
}

#[inline(always)]
fn refill<T: Default + Clone>(buffer: &mut Vec<T>, len: usize) {
    buffer.clear();
    buffer.resize(len, T::default());
}
