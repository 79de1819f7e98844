//! The kernels without any instruction of a kind: slow, plain, and what the others are tested against.

use pulp::Arch;

use super::{Finish, Words};
use crate::activation::gelu;
use crate::norm::{self, LayerNorm};
use crate::numbers::{Span, from_bf16, rounded, span};
use crate::panels::{Format, LANES, Panels, Step, VECTORS, WIDTH, pairs};

/// See [`super::linear`].
pub fn linear(layer: &Panels, x: &[f32], buffer: &mut Words, finish: Finish, out: &mut [f32]) {
    convert(layer.format, layer.inputs, x, buffer);
    let per_row = layer.inputs / layer.format.numbers();
    for (row, words) in buffer.words.chunks_exact(per_row).enumerate() {
        for (panel, steps) in layer.steps.chunks_exact(per_row).enumerate() {
            let first = panel * WIDTH;
            let span = buffer.spans.get(row).copied().unwrap_or_default();
            let sums = sums(layer, first, span, words, steps);
            let at = row * layer.outputs + first;
            for (column, sum) in sums.into_iter().enumerate() {
                let sum = sum + layer.bias[first + column];
                let out = &mut out[at + column];
                *out = match finish {
                    Finish::Store => sum,
                    Finish::Gelu => gelu(sum),
                    Finish::Add => *out + sum,
                };
            }
        }
    }
}

/// See [`crate::norm::layer_norm`].
pub fn layer_norm(x: &mut [f32], norm: &LayerNorm) {
    Arch::new().dispatch(
        #[inline(always)]
        || norm::layer_norm(x, norm),
    );
}

/// Puts rows of floats into a format's words.
pub fn convert(format: Format, inputs: usize, x: &[f32], buffer: &mut Words) {
    buffer.words.clear();
    buffer.spans.clear();
    for row in x.chunks_exact(inputs) {
        match format {
            Format::F32 => buffer.words.extend(row.iter().map(|v| v.to_bits())),
            Format::Bf16 => buffer.words.extend(pairs(row)),
            Format::Int8 => buffer.spans.push(quantise(row, &mut buffer.words)),
        }
    }
}

/// Appends a row as bytes over the span from its least to its largest number.
fn quantise(row: &[f32], words: &mut Vec<u32>) -> Span {
    let least = row.iter().copied().fold(f32::INFINITY, f32::min);
    let most = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let span = span(least, most);
    let inverse = 1.0 / span.scale;
    let byte = |x: f32| rounded((x - least) * inverse).clamp(0.0, 255.0) as u8;
    let (quads, _) = row.as_chunks::<4>();
    words.extend(quads.iter().map(|q| u32::from_le_bytes(q.map(byte))));
    span
}

/// The sums of one row over one panel, turned back into floats.
fn sums(layer: &Panels, first: usize, span: Span, words: &[u32], steps: &[Step]) -> [f32; WIDTH] {
    if layer.format == Format::Int8 {
        let sums = product_int8(words, steps);
        return std::array::from_fn(|column| {
            let output = first + column;
            sums[column] as f32 * (layer.scales[output] * span.scale)
                + layer.sums[output] * span.least
        });
    }
    product(layer.format, words, steps)
}

/// Sums of products of floats or brain floats, over steps of any width.
pub fn product<const V: usize, const W: usize>(
    format: Format,
    words: &[u32],
    steps: &[[[u32; LANES]; V]],
) -> [f32; W] {
    let mut sums = [0.0; W];
    for (&word, step) in words.iter().zip(steps) {
        for (sum, &weight) in sums.iter_mut().zip(step.as_flattened()) {
            match format {
                Format::Bf16 => {
                    let [low, high] = halves(word);
                    let [low_weight, high_weight] = halves(weight);
                    *sum += high * high_weight;
                    *sum += low * low_weight;
                }
                _ => *sum += f32::from_bits(word) * f32::from_bits(weight),
            }
        }
    }
    sums
}

fn halves(word: u32) -> [f32; 2] {
    [from_bf16(word as u16), from_bf16((word >> 16) as u16)]
}

fn product_int8(words: &[u32], steps: &[Step]) -> [i32; LANES * VECTORS] {
    let mut sums = [0; LANES * VECTORS];
    for (word, step) in words.iter().zip(steps) {
        for (sum, weight) in sums.iter_mut().zip(step.as_flattened()) {
            let pairs = word.to_le_bytes().into_iter().zip(weight.to_le_bytes());
            let products = pairs.map(|(a, w)| i32::from(a) * i32::from(w.cast_signed()));
            *sum += products.sum::<i32>();
        }
    }
    sums
}
