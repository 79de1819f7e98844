//! Attention of one text, eight queries at a time, so that their scores stay in the first-level cache.

use std::arch::x86_64::*;

use super::convert::{brain_floats, store_half};
use super::curves::exp;
use super::{load, product_bf16, product_f32, store};
use crate::attention::{HEAD_DIM, HEADS};
use crate::heads::{HEAD_VECTORS, Head, gather};
use crate::panels::{Format, LANES, ROWS};
use crate::{DIM, MAX_TOKENS};

/// From a row of scores to the next: known to the compiler, so that one register points at all eight,
/// and no power of two, so that they do not meet in the cache.
const STRIDE: usize = MAX_TOKENS + LANES;

/// Makes attention from a product and a softmax of eight rows that leaves its weights in words.
macro_rules! attend {
    ($name:ident, $features:literal, $format:expr, $product:ident, $softmax:ident) => {
        /// See [`crate::attention::attend`].
        #[target_feature(enable = $features)]
        pub fn $name(tokens: usize, qkv: &[f32], buffer: &mut Head, out: &mut [f32]) {
            let per_row = HEAD_DIM / $format.numbers();
            assert!(
                tokens <= MAX_TOKENS,
                "a text has {MAX_TOKENS} tokens at most"
            );
            buffer.scores.resize(ROWS * STRIDE, 0.0);
            buffer.weights.resize(ROWS * STRIDE / $format.numbers(), 0);
            for head in 0..HEADS {
                gather(buffer, $format, tokens, qkv, head);
                let tiles = buffer.queries.chunks_exact(ROWS * per_row);
                for (tile, queries) in tiles.enumerate() {
                    for (panel, keys) in buffer.keys.chunks_exact(per_row).enumerate() {
                        let sums = $product(queries, per_row, keys);
                        for (r, row) in sums.into_iter().enumerate() {
                            let at = r * STRIDE + panel * HEAD_DIM;
                            let to = buffer.scores[at..][..HEAD_DIM].as_chunks_mut::<LANES>().0;
                            for (v, sum) in row.into_iter().enumerate() {
                                store(&mut to[v], _mm512_castsi512_ps(sum));
                            }
                        }
                    }
                    let inverse = $softmax(&mut buffer.scores, tokens, &mut buffer.weights);
                    let stride = const { STRIDE / $format.numbers() };
                    let sums = $product::<HEAD_VECTORS>(&buffer.weights, stride, &buffer.values);
                    let rows = (tile * ROWS..tokens).zip(sums).zip(inverse);
                    for ((token, sums), inverse) in rows {
                        let at = token * DIM + head * HEAD_DIM;
                        let to = out[at..][..HEAD_DIM].as_chunks_mut::<LANES>().0;
                        for (v, sum) in sums.into_iter().enumerate() {
                            let sum = _mm512_castsi512_ps(sum);
                            store(&mut to[v], _mm512_mul_ps(sum, _mm512_set1_ps(inverse)));
                        }
                    }
                }
            }
        }
    };
}

attend!(
    attend_f32,
    "avx512f,avx512bw,avx512dq,avx512vl",
    Format::F32,
    product_f32,
    softmax_f32
);
attend!(
    attend_bf16,
    "avx512f,avx512bw,avx512dq,avx512vl,avx512bf16",
    Format::Bf16,
    product_bf16,
    softmax_bf16
);

/// Makes a softmax over the first `tokens` of each of eight rows of scores: the exponentials go where
/// `$write` puts sixteen of them into `$words` words, what their sums must be divided by comes back.
macro_rules! softmax {
    ($name:ident, $features:literal, $words:expr, $write:expr) => {
        #[target_feature(enable = $features)]
        fn $name(scores: &mut [f32], tokens: usize, weights: &mut [u32]) -> [f32; ROWS] {
            let rows = scores.chunks_exact_mut(STRIDE);
            let weights = weights.chunks_exact_mut(STRIDE * $words / LANES);
            let width = tokens.next_multiple_of(LANES);
            let mut inverse = [0.0; ROWS];
            for ((row, weights), inverse) in rows.zip(weights).zip(&mut inverse) {
                row[tokens..width].fill(f32::NEG_INFINITY);
                let row = row[..width].as_chunks::<LANES>().0;
                let mut top = _mm512_set1_ps(f32::NEG_INFINITY);
                for vector in row {
                    top = _mm512_max_ps(top, load(vector));
                }
                let top = _mm512_set1_ps(_mm512_reduce_max_ps(top));
                let mut sum = _mm512_setzero_ps();
                for (vector, to) in row.iter().zip(weights.as_chunks_mut::<{ $words }>().0) {
                    let e = exp(_mm512_sub_ps(load(vector), top));
                    sum = _mm512_add_ps(sum, e);
                    $write(to, e);
                }
                *inverse = 1.0 / _mm512_reduce_add_ps(sum);
            }
            inverse
        }
    };
}

softmax!(
    softmax_f32,
    "avx512f,avx512dq",
    LANES,
    |to: &mut [u32; LANES], e| {
        store(bytemuck::cast_mut(to), e);
    }
);
softmax!(
    softmax_bf16,
    "avx512f,avx512dq,avx512bf16",
    LANES / 2,
    |to, e| {
        store_half(to, brain_floats(e));
    }
);
