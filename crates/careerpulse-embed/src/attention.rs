//! Multi-head self-attention of one text over the fused query, key and value rows.

use crate::DIM;
use crate::heads::Head;
use crate::kernels;
use crate::matmul::{View, multiply};
use crate::norm::softmax;
use crate::panels::Format;
use crate::processor::Processor;

/// Heads of every layer.
pub const HEADS: usize = 12;

/// Width of one head.
pub const HEAD_DIM: usize = DIM / HEADS;

/// Buffers of one thread, used again.
#[derive(Default)]
pub struct Buffer {
    head: Head,
    scores: Vec<f32>,
}

/// Attention of one text of `tokens` tokens, its products in floats or, for every other format, in
/// brain floats.
///
/// `qkv` is `[tokens, 3 * DIM]` with queries already scaled by `1/√HEAD_DIM`, `out` is `[tokens, DIM]`.
/// Every product here is of this text alone, so its result cannot depend on the other texts of a pack.
pub fn attend(
    processor: Processor,
    format: Format,
    tokens: usize,
    qkv: &[f32],
    buffer: &mut Buffer,
    out: &mut [f32],
) {
    if !kernels::attend(processor, format, tokens, qkv, &mut buffer.head, out) {
        buffer.scores.resize(tokens * tokens, 0.0);
        by_gemm(tokens, qkv, &mut buffer.scores, out);
    }
}

/// Attention by the `gemm` crate.
fn by_gemm(tokens: usize, qkv: &[f32], scores: &mut [f32], out: &mut [f32]) {
    for head in 0..HEADS {
        let query = head_of(qkv, tokens, head * HEAD_DIM);
        let key = transpose(head_of(qkv, tokens, DIM + head * HEAD_DIM));
        let value = head_of(qkv, tokens, 2 * DIM + head * HEAD_DIM);
        multiply(query, key, scores, tokens);
        softmax(scores, tokens);
        let weights = View {
            data: scores,
            rows: tokens,
            cols: tokens,
            row_stride: tokens,
            col_stride: 1,
        };
        multiply(weights, value, &mut out[head * HEAD_DIM..], DIM);
    }
}

fn head_of(qkv: &[f32], tokens: usize, offset: usize) -> View<'_> {
    View {
        data: &qkv[offset..],
        rows: tokens,
        cols: HEAD_DIM,
        row_stride: 3 * DIM,
        col_stride: 1,
    }
}

fn transpose(view: View) -> View {
    View {
        rows: view.cols,
        cols: view.rows,
        row_stride: view.col_stride,
        col_stride: view.row_stride,
        ..view
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The definition, loop by loop, in double precision.
    fn by_definition(tokens: usize, qkv: &[f32]) -> Vec<f64> {
        let at = |row: usize, column: usize| f64::from(qkv[row * 3 * DIM + column]);
        let mut out = vec![0.0; tokens * DIM];
        for head in 0..HEADS {
            for i in 0..tokens {
                let weights: Vec<f64> = (0..tokens)
                    .map(|j| {
                        let dot: f64 = (head * HEAD_DIM..(head + 1) * HEAD_DIM)
                            .map(|c| at(i, c) * at(j, DIM + c))
                            .sum();
                        dot.exp()
                    })
                    .collect();
                let total: f64 = weights.iter().sum();
                for c in head * HEAD_DIM..(head + 1) * HEAD_DIM {
                    out[i * DIM + c] = (0..tokens)
                        .map(|j| weights[j] / total * at(j, 2 * DIM + c))
                        .sum();
                }
            }
        }
        out
    }

    /// From long to short, so that what a longer text left in the buffers would be seen.
    #[test]
    fn agrees_with_the_definition() {
        for (processor, format, near) in [
            (Processor::PORTABLE, Format::F32, 1e-5),
            (Processor::detect(), Format::F32, 1e-5),
            (Processor::detect(), Format::Bf16, 1e-2),
        ] {
            let mut buffer = Buffer::default();
            for tokens in [256, 65, 33, 32, 17, 3, 2] {
                let qkv: Vec<f32> = (0..tokens * 3 * DIM)
                    .map(|i| ((i * 31 % 101) as f32 - 50.0) / 120.0)
                    .collect();
                let mut out = vec![f32::NAN; tokens * DIM];
                attend(processor, format, tokens, &qkv, &mut buffer, &mut out);
                for (got, wanted) in out.iter().zip(by_definition(tokens, &qkv)) {
                    let far = (f64::from(*got) - wanted).abs();
                    assert!(far < near, "{tokens} {format:?} {got} {wanted}");
                }
            }
        }
    }
}
