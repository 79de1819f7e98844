//! The kernels in AVX-512: a tile of eight rows by 48 outputs in 24 registers.
//!
//! Functions that need instructions beyond AVX-512's base say so in their attributes and are only called
//! by `kernels.rs`, after it has asked the processor.

#![expect(
    unsafe_code,
    reason = "loads and stores of vectors, and casts between their types"
)]

use std::arch::x86_64::*;

use super::{Finish, Words};
use crate::norm::{self, LayerNorm};
use crate::numbers::Span;
use crate::panels::{LANES, Panels, ROWS, VECTORS, WIDTH};

mod attention;
mod convert;
mod curves;

pub use attention::{attend_bf16, attend_f32};
use convert::{quantise, to_brain_floats};
use curves::gelu;

/// Eight rows of a panel's sums.
type Tile = [[__m512; VECTORS]; ROWS];

/// Reads 16 floats.
#[target_feature(enable = "avx512f")]
#[inline]
fn load(from: &[f32; LANES]) -> __m512 {
    // SAFETY: the array is 64 readable bytes, and the load asks for no alignment.
    unsafe { _mm512_loadu_ps(from.as_ptr()) }
}

/// Reads 16 words.
#[target_feature(enable = "avx512f")]
#[inline]
fn load_words(from: &[u32; LANES]) -> __m512i {
    // SAFETY: the array is 64 readable bytes, and the load asks for no alignment.
    unsafe { _mm512_loadu_si512(from.as_ptr().cast()) }
}

/// Writes 16 floats.
#[target_feature(enable = "avx512f")]
#[inline]
fn store(to: &mut [f32; LANES], vector: __m512) {
    // SAFETY: the array is 64 writable bytes, and the store asks for no alignment.
    unsafe { _mm512_storeu_ps(to.as_mut_ptr(), vector) }
}

/// See [`crate::norm::layer_norm`].
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
pub fn layer_norm(x: &mut [f32], norm: &LayerNorm) {
    norm::layer_norm(x, norm);
}

/// Makes the sums of products of a tile: of eight rows, `stride` words apart, with one panel's steps.
macro_rules! product {
    ($name:ident, $features:literal, $step:expr) => {
        #[target_feature(enable = $features)]
        #[inline]
        fn $name<const V: usize>(
            rows: &[u32],
            stride: usize,
            steps: &[[[u32; LANES]; V]],
        ) -> [[__m512i; V]; ROWS] {
            // Slices of the steps' own length, so that no index below is checked. Loops rather than
            // `from_fn`, which has not these instructions and would not be inlined.
            let mut words: [&[u32]; ROWS] = [&[]; ROWS];
            for (r, words) in words.iter_mut().enumerate() {
                *words = &rows[r * stride..][..steps.len()];
            }
            let mut sums = [[_mm512_setzero_si512(); V]; ROWS];
            for (i, step) in steps.iter().enumerate() {
                let mut weights = [_mm512_setzero_si512(); V];
                for v in 0..V {
                    weights[v] = load_words(&step[v]);
                }
                for r in 0..ROWS {
                    let word = _mm512_set1_epi32(words[r][i].cast_signed());
                    for v in 0..V {
                        sums[r][v] = $step(sums[r][v], word, weights[v]);
                    }
                }
            }
            sums
        }
    };
}

product!(product_f32, "avx512f", add_f32);
product!(product_bf16, "avx512f,avx512bf16", add_bf16);
product!(product_int8, "avx512f,avx512vnni", _mm512_dpbusd_epi32);

/// `sum + a · b` in floats.
#[target_feature(enable = "avx512f")]
#[inline]
fn add_f32(sum: __m512i, a: __m512i, b: __m512i) -> __m512i {
    let [sum, a, b] = [
        _mm512_castsi512_ps(sum),
        _mm512_castsi512_ps(a),
        _mm512_castsi512_ps(b),
    ];
    _mm512_castps_si512(_mm512_fmadd_ps(a, b, sum))
}

/// `sum + a · b` over pairs of brain floats.
#[target_feature(enable = "avx512f,avx512bf16")]
#[inline]
fn add_bf16(sum: __m512i, a: __m512i, b: __m512i) -> __m512i {
    // SAFETY: both types are 512 bits for which any value is good.
    let [a, b] = unsafe { std::mem::transmute::<[__m512i; 2], [__m512bh; 2]>([a, b]) };
    _mm512_castps_si512(_mm512_dpbf16_ps(_mm512_castsi512_ps(sum), a, b))
}

/// See [`super::linear`].
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
pub fn linear_f32(layer: &Panels, x: &[f32], finish: Finish, out: &mut [f32]) {
    let (stride, x) = (layer.inputs, bytemuck::cast_slice(x));
    for (panel, steps) in layer.steps.chunks_exact(stride).enumerate() {
        for (tile, rows) in x.chunks_exact(ROWS * stride).enumerate() {
            let sums = product_f32(rows, stride, steps);
            finish_tile(layer, tile, panel, floats(sums), finish, out);
        }
    }
}

/// See [`super::linear`].
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512bf16")]
pub fn linear_bf16(layer: &Panels, x: &[f32], buffer: &mut Words, finish: Finish, out: &mut [f32]) {
    to_brain_floats(x, &mut buffer.words);
    let stride = layer.inputs / 2;
    for (panel, steps) in layer.steps.chunks_exact(stride).enumerate() {
        for (tile, rows) in buffer.words.chunks_exact(ROWS * stride).enumerate() {
            let sums = product_bf16(rows, stride, steps);
            finish_tile(layer, tile, panel, floats(sums), finish, out);
        }
    }
}

/// See [`super::linear`].
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")]
pub fn linear_int8(layer: &Panels, x: &[f32], buffer: &mut Words, finish: Finish, out: &mut [f32]) {
    quantise(x, layer.inputs, buffer);
    let stride = layer.inputs / 4;
    for (panel, steps) in layer.steps.chunks_exact(stride).enumerate() {
        let tiles = buffer.words.chunks_exact(ROWS * stride);
        let spans = buffer.spans.as_chunks::<ROWS>().0;
        for (tile, (rows, spans)) in tiles.zip(spans).enumerate() {
            let sums = product_int8(rows, stride, steps);
            let sums = dequantise(layer, panel, spans, sums);
            finish_tile(layer, tile, panel, sums, finish, out);
        }
    }
}

#[target_feature(enable = "avx512f")]
#[inline]
fn floats(sums: [[__m512i; VECTORS]; ROWS]) -> Tile {
    let mut tile = [[_mm512_setzero_ps(); VECTORS]; ROWS];
    for r in 0..ROWS {
        for v in 0..VECTORS {
            tile[r][v] = _mm512_castsi512_ps(sums[r][v]);
        }
    }
    tile
}

/// `sum · weight scale · row scale + weight sum · row least`.
#[target_feature(enable = "avx512f")]
#[inline]
fn dequantise(
    layer: &Panels,
    panel: usize,
    spans: &[Span; ROWS],
    sums: [[__m512i; VECTORS]; ROWS],
) -> Tile {
    let scales = panel_of(&layer.scales, panel);
    let weights = panel_of(&layer.sums, panel);
    let mut tile = [[_mm512_setzero_ps(); VECTORS]; ROWS];
    for v in 0..VECTORS {
        let (scale, weight) = (load(&scales[v]), load(&weights[v]));
        for r in 0..ROWS {
            let factor = _mm512_mul_ps(scale, _mm512_set1_ps(spans[r].scale));
            let offset = _mm512_mul_ps(weight, _mm512_set1_ps(spans[r].least));
            tile[r][v] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(sums[r][v]), factor, offset);
        }
    }
    tile
}

/// One panel's part of a list of outputs.
fn panel_of(list: &[f32], panel: usize) -> &[[f32; LANES]] {
    list[panel * WIDTH..][..WIDTH].as_chunks().0
}

#[target_feature(enable = "avx512f,avx512dq")]
#[inline]
fn finish_tile(
    layer: &Panels,
    tile: usize,
    panel: usize,
    sums: Tile,
    finish: Finish,
    out: &mut [f32],
) {
    let bias = panel_of(&layer.bias, panel);
    for (r, row) in sums.into_iter().enumerate() {
        let at = (tile * ROWS + r) * layer.outputs + panel * WIDTH;
        let out = out[at..][..WIDTH].as_chunks_mut::<LANES>().0;
        for (v, sum) in row.into_iter().enumerate() {
            let sum = _mm512_add_ps(sum, load(&bias[v]));
            let value = match finish {
                Finish::Store => sum,
                Finish::Gelu => gelu(sum),
                Finish::Add => _mm512_add_ps(load(&out[v]), sum),
            };
            store(&mut out[v], value);
        }
    }
}
