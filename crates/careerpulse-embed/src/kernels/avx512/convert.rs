//! Rows of floats into brain floats and bytes.

use std::arch::x86_64::*;

use super::{Words, load};
use crate::numbers::span;
use crate::panels::LANES;

/// Sixteen brain floats, two in a word, the first one lowest.
#[target_feature(enable = "avx512f,avx512bf16")]
#[inline]
pub fn brain_floats(x: __m512) -> __m256i {
    // SAFETY: both types are 256 bits for which any value is good.
    unsafe { std::mem::transmute::<__m256bh, __m256i>(_mm512_cvtneps_pbh(x)) }
}

/// Writes eight words.
#[target_feature(enable = "avx512f")]
#[inline]
pub fn store_half(to: &mut [u32; LANES / 2], words: __m256i) {
    // SAFETY: the array is 32 writable bytes, and the store asks for no alignment.
    unsafe { _mm256_storeu_si256(to.as_mut_ptr().cast(), words) }
}

/// Puts rows of floats, each a multiple of 16 long, into pairs of brain floats.
#[target_feature(enable = "avx512f,avx512bf16")]
pub fn to_brain_floats(x: &[f32], words: &mut Vec<u32>) {
    words.resize(x.len() / 2, 0);
    let words = words.as_chunks_mut().0;
    for (from, to) in x.as_chunks::<LANES>().0.iter().zip(words) {
        store_half(to, brain_floats(load(from)));
    }
}

/// Puts rows of floats, each a multiple of 16 long, into bytes over their spans.
#[target_feature(enable = "avx512f")]
pub fn quantise(x: &[f32], inputs: usize, buffer: &mut Words) {
    buffer.words.resize(x.len() / 4, 0);
    buffer.spans.clear();
    let words = buffer.words.chunks_exact_mut(inputs / 4);
    for (row, words) in x.chunks_exact(inputs).zip(words) {
        let row = row.as_chunks::<LANES>().0;
        let (mut least, mut most) = (load(&row[0]), load(&row[0]));
        for vector in row {
            least = _mm512_min_ps(least, load(vector));
            most = _mm512_max_ps(most, load(vector));
        }
        let span = span(_mm512_reduce_min_ps(least), _mm512_reduce_max_ps(most));
        let (least, inverse) = (_mm512_set1_ps(span.least), 1.0 / span.scale);
        for (from, to) in row.iter().zip(words.as_chunks_mut().0) {
            let steps = _mm512_mul_ps(_mm512_sub_ps(load(from), least), _mm512_set1_ps(inverse));
            store_bytes(to, _mm512_cvtusepi32_epi8(_mm512_cvtps_epi32(steps)));
        }
        buffer.spans.push(span);
    }
}

/// Writes sixteen bytes.
#[target_feature(enable = "avx512f")]
fn store_bytes(to: &mut [u32; LANES / 4], bytes: __m128i) {
    // SAFETY: the array is 16 writable bytes, and the store asks for no alignment.
    unsafe { _mm_storeu_si128(to.as_mut_ptr().cast(), bytes) }
}
