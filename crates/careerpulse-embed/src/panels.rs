//! Weights in the order in which the tile kernels read them.
//!
//! The outputs of a layer go in panels of 48. A panel is a list of steps, and a step holds for each of
//! the panel's outputs one word of 32 bits: one input's float, two inputs' brain floats or four inputs'
//! bytes, the first input lowest. So one loop over steps serves all three (the packing of Goto and van de
//! Geijn, "Anatomy of high-performance matrix multiplication").

use crate::numbers::{quantise_weights, to_bf16};

/// Outputs of one vector.
pub const LANES: usize = 16;

/// Vectors of one step.
pub const VECTORS: usize = 3;

/// Outputs of one panel.
pub const WIDTH: usize = LANES * VECTORS;

/// Rows of activations that a kernel takes at once; matrices of activations have a multiple of them.
pub const ROWS: usize = 8;

/// One word for each of a panel's outputs.
pub type Step = [[u32; LANES]; VECTORS];

/// What a word holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// One float.
    F32,
    /// Two brain floats.
    Bf16,
    /// Four bytes: weights signed, activations unsigned.
    Int8,
}

impl Format {
    /// How many numbers a word holds.
    pub const fn numbers(self) -> usize {
        match self {
            Format::F32 => 1,
            Format::Bf16 => 2,
            Format::Int8 => 4,
        }
    }
}

/// A linear layer's weights in panels.
pub struct Panels {
    /// What the words hold.
    pub format: Format,
    /// Columns of the input, a multiple of the numbers in a word.
    pub inputs: usize,
    /// Columns of the output, a multiple of [`WIDTH`].
    pub outputs: usize,
    /// Panel after panel.
    pub steps: Vec<Step>,
    /// One per output, added to its sum.
    pub bias: Vec<f32>,
    /// One per output: what a weight's byte is multiplied with; 1 where weights are no bytes.
    pub scales: Vec<f32>,
    /// One per output: its weights' sum, as their bytes have it; empty where weights are no bytes.
    pub sums: Vec<f32>,
}

/// Packs a weight of shape `[outputs, inputs]`, as stored.
pub fn pack(weight: &[f32], bias: Vec<f32>, format: Format) -> Panels {
    let outputs = bias.len();
    let inputs = weight.len() / outputs;
    assert!(outputs.is_multiple_of(WIDTH) && inputs.is_multiple_of(format.numbers()));
    let per_panel = inputs / format.numbers();
    let mut steps = vec![Step::default(); outputs / WIDTH * per_panel];
    let (mut scales, mut sums) = (vec![1.0; outputs], Vec::new());
    for (output, row) in weight.chunks_exact(inputs).enumerate() {
        let (panel, column) = (output / WIDTH, output % WIDTH);
        let words: Vec<u32> = match format {
            Format::F32 => row.iter().map(|w| w.to_bits()).collect(),
            Format::Bf16 => pairs(row).collect(),
            Format::Int8 => {
                let (bytes, scale) = quantise_weights(row);
                let sum: i32 = bytes.iter().map(|&byte| i32::from(byte)).sum();
                scales[output] = scale;
                sums.push(scale * sum as f32);
                let (quads, _) = bytes.as_chunks::<4>();
                let quads = quads.iter();
                quads
                    .map(|q| u32::from_le_bytes(q.map(i8::cast_unsigned)))
                    .collect()
            }
        };
        for (step, word) in steps[panel * per_panel..][..per_panel]
            .iter_mut()
            .zip(words)
        {
            step[column / LANES][column % LANES] = word;
        }
    }
    Panels {
        format,
        inputs,
        outputs,
        steps,
        bias,
        scales,
        sums,
    }
}

/// A row as words of two brain floats.
pub fn pairs(row: &[f32]) -> impl Iterator<Item = u32> {
    let (pairs, _) = row.as_chunks::<2>();
    pairs.iter().map(|&[a, b]| pair(a, b))
}

/// Two brain floats in a word, the first one lowest.
#[inline(always)]
pub fn pair(low: f32, high: f32) -> u32 {
    u32::from(to_bf16(low)) | u32::from(to_bf16(high)) << 16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weight_stands_where_its_output_and_input_say() {
        let (inputs, outputs) = (8, 2 * WIDTH);
        // Small whole numbers, exact in every format.
        let at = |output: usize, input: usize| ((output * 5 + input * 3) % 7) as f32 - 3.0;
        let weight: Vec<f32> = (0..outputs * inputs)
            .map(|i| at(i / inputs, i % inputs))
            .collect();
        for format in [Format::F32, Format::Bf16, Format::Int8] {
            let packed = pack(&weight, vec![0.0; outputs], format);
            let per_panel = inputs / format.numbers();
            for output in 0..outputs {
                for input in 0..inputs {
                    let step = packed.steps[output / WIDTH * per_panel + input / format.numbers()]
                        .as_flattened();
                    let bytes = step[output % WIDTH].to_le_bytes();
                    let place = input % format.numbers();
                    let found = match format {
                        Format::F32 => f32::from_le_bytes(bytes),
                        Format::Bf16 => crate::numbers::from_bf16(u16::from_le_bytes([
                            bytes[2 * place],
                            bytes[2 * place + 1],
                        ])),
                        Format::Int8 => {
                            f32::from(bytes[place].cast_signed()) * packed.scales[output]
                        }
                    };
                    let step = if format == Format::Int8 {
                        packed.scales[output]
                    } else {
                        0.0
                    };
                    assert!(
                        (found - at(output, input)).abs() <= 0.51 * step,
                        "{format:?}"
                    );
                }
            }
        }
    }
}
