//! A linear layer, by the tile kernels or, where the processor has none, by the `gemm` crate.

use crate::activation::{add_bias, bias_gelu};
use crate::kernels::{self, Finish, Words};
use crate::matmul::{Plain, apply, plain};
use crate::panels::{Format, Panels, pack};
use crate::processor::Processor;

/// The weights of one layer.
pub enum Linear {
    /// For the `gemm` crate.
    Plain(Plain),
    /// For the tile kernels.
    Panels(Panels),
}

/// Buffers of [`run`], used again.
#[derive(Default)]
pub struct Buffer {
    words: Words,
    sums: Vec<f32>,
}

/// Keeps a weight of shape `[outputs, inputs]`, as stored, in the way that the processor wants it.
pub fn linear(processor: Processor, format: Format, weight: &[f32], bias: Vec<f32>) -> Linear {
    if processor.has_avx512() {
        return Linear::Panels(pack(weight, bias, format));
    }
    Linear::Plain(plain(weight, bias))
}

/// Applies a layer with its bias to `x`, `[rows, inputs]`, rows a multiple of eight, and finishes its sums
/// into `out`, `[rows, outputs]`.
pub fn run(
    processor: Processor,
    layer: &Linear,
    x: &[f32],
    buffer: &mut Buffer,
    finish: Finish,
    out: &mut [f32],
) {
    let layer = match layer {
        Linear::Panels(panels) => {
            kernels::linear(processor, panels, x, &mut buffer.words, finish, out);
            return;
        }
        Linear::Plain(plain) => plain,
    };
    let rows = x.len() / layer.inputs;
    match finish {
        Finish::Store => {
            apply(layer, rows, x, out);
            add_bias(out, &layer.bias);
        }
        Finish::Gelu => {
            apply(layer, rows, x, out);
            bias_gelu(out, &layer.bias);
        }
        Finish::Add => {
            buffer.sums.resize(out.len(), 0.0);
            apply(layer, rows, x, &mut buffer.sums);
            add_bias(&mut buffer.sums, &layer.bias);
            out.iter_mut().zip(&buffer.sums).for_each(|(o, s)| *o += s);
        }
    }
}
