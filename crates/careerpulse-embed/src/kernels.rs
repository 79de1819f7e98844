//! The inner loops: each portable, and where the processor has them by AVX-512 instructions.
//!
//! Every function here takes the [`Processor`] and falls back on its portable twin, so that what a test
//! compares is what runs. Matrices of activations have a multiple of [`ROWS`] rows.

use crate::heads::Head;
use crate::norm::LayerNorm;
use crate::panels::{Format, Panels, ROWS};
use crate::processor::Processor;

pub mod portable;

#[cfg(target_arch = "x86_64")]
mod avx512;

/// What becomes of a layer's sums, bias added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finish {
    /// They are stored.
    Store,
    /// Their GELU is stored.
    Gelu,
    /// They are added to what is there.
    Add,
}

/// A layer's input in its [`Format`], as words; buffers are used again.
#[derive(Default)]
pub struct Words {
    /// Row after row; floats are not copied here.
    words: Vec<u32>,
    /// A span per row, of bytes alone.
    spans: Vec<crate::numbers::Span>,
}

/// Applies a layer to `x`, `[rows, inputs]`, and finishes its sums into `out`, `[rows, outputs]`.
pub fn linear(
    processor: Processor,
    layer: &Panels,
    x: &[f32],
    buffer: &mut Words,
    finish: Finish,
    out: &mut [f32],
) {
    let rows = x.len() / layer.inputs;
    assert!(rows.is_multiple_of(ROWS) && rows * layer.inputs == x.len());
    assert_eq!(out.len(), rows * layer.outputs);
    #[cfg(target_arch = "x86_64")]
    {
        let has = match layer.format {
            Format::F32 => processor.has_avx512(),
            Format::Bf16 => processor.has_bf16(),
            Format::Int8 => processor.has_vnni(),
        };
        if has {
            // SAFETY: the processor has the instructions of each arm, as `has` just said.
            #[expect(unsafe_code, reason = "instructions beyond the baseline")]
            unsafe {
                match layer.format {
                    Format::F32 => avx512::linear_f32(layer, x, finish, out),
                    Format::Bf16 => avx512::linear_bf16(layer, x, buffer, finish, out),
                    Format::Int8 => avx512::linear_int8(layer, x, buffer, finish, out),
                }
            }
            return;
        }
    }
    portable::linear(layer, x, buffer, finish, out);
}

/// [`crate::norm::layer_norm`] with the processor's instructions.
pub fn layer_norm(processor: Processor, x: &mut [f32], norm: &LayerNorm) {
    #[cfg(target_arch = "x86_64")]
    if processor.has_avx512() {
        // SAFETY: the processor has the instructions, as it just said.
        #[expect(unsafe_code, reason = "instructions beyond the baseline")]
        unsafe {
            avx512::layer_norm(x, norm);
        }
        return;
    }
    portable::layer_norm(x, norm);
}

/// Attention of one text where the processor has kernels for it; false where it has none.
///
/// As [`crate::attention::attend`], its products in floats or, for every other format, brain floats.
pub fn attend(
    processor: Processor,
    format: Format,
    tokens: usize,
    qkv: &[f32],
    buffer: &mut Head,
    out: &mut [f32],
) -> bool {
    #[cfg(target_arch = "x86_64")]
    {
        let is_float = format == Format::F32;
        if is_float && processor.has_avx512() {
            // SAFETY: the processor has the instructions, as it just said.
            #[expect(unsafe_code, reason = "instructions beyond the baseline")]
            unsafe {
                avx512::attend_f32(tokens, qkv, buffer, out);
            }
            return true;
        }
        if !is_float && processor.has_bf16() {
            // SAFETY: the processor has the instructions, as it just said.
            #[expect(unsafe_code, reason = "instructions beyond the baseline")]
            unsafe {
                avx512::attend_bf16(tokens, qkv, buffer, out);
            }
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::panels::{WIDTH, pack};

    /// What this machine has beside the portable kernels; each format falls back where it has none.
    fn both(layer: &Panels, x: &[f32], finish: Finish, before: f32) -> (Vec<f32>, Vec<f32>) {
        let apply = |processor| {
            let mut out = vec![before; x.len() / layer.inputs * layer.outputs];
            let mut buffer = Words::default();
            linear(processor, layer, x, &mut buffer, finish, &mut out);
            out
        };
        (apply(Processor::PORTABLE), apply(Processor::detect()))
    }

    /// Groups of inputs at most: Miri takes minutes for what takes the processor a moment.
    const GROUPS: usize = if cfg!(miri) { 2 } else { 7 };

    fn format() -> impl Strategy<Value = Format> {
        prop::sample::select(vec![Format::F32, Format::Bf16, Format::Int8])
    }

    fn finish() -> impl Strategy<Value = Finish> {
        prop::sample::select(vec![Finish::Store, Finish::Gelu, Finish::Add])
    }

    proptest! {
        /// Whole numbers so small that no product or sum is rounded: not one bit may differ.
        #[test]
        fn whole_numbers_come_out_the_same(
            format in format(),
            (tiles, groups, panels) in (1usize..4, 1..=GROUPS, 1usize..4),
            seed in 0u32..1000,
        ) {
            let (inputs, outputs) = (groups * 16, panels * WIDTH);
            let number = |i: usize| f32::from(((i as u32 * 7919 + seed) % 15) as i16 - 7);
            let weight: Vec<f32> = (0..inputs * outputs).map(number).collect();
            let bias: Vec<f32> = (0..outputs).map(number).collect();
            let x: Vec<f32> = (0..tiles * ROWS * inputs).map(|i| number(i * 31 + 5)).collect();
            let layer = pack(&weight, bias.clone(), format);
            let (portable, fast) = both(&layer, &x, Finish::Store, 0.0);
            if format != Format::Int8 {
                prop_assert_eq!(&portable, &fast);
                for (row, out) in x.chunks(inputs).zip(fast.chunks(outputs)) {
                    for (output, sum) in out.iter().enumerate() {
                        let weights = &weight[output * inputs..][..inputs];
                        let wanted: f32 = row.iter().zip(weights).map(|(a, b)| a * b).sum();
                        prop_assert_eq!(*sum, wanted + bias[output]);
                    }
                }
            }
        }

        /// Any numbers, every shape and finish: within the rounding of one sum in another order.
        #[test]
        fn kernels_agree_with_their_portable_twins(
            format in format(),
            finish in finish(),
            (tiles, groups, panels) in (1usize..4, 1..=GROUPS, 1usize..3),
            numbers in prop::collection::vec(-4.0_f32..4.0, 97),
        ) {
            let (inputs, outputs) = (groups * 16, panels * WIDTH);
            let number = |i: usize| numbers[i % numbers.len()];
            let weight: Vec<f32> = (0..inputs * outputs).map(number).collect();
            let bias: Vec<f32> = (0..outputs).map(number).collect();
            let x: Vec<f32> = (0..tiles * ROWS * inputs).map(|i| number(i * 13 + 1)).collect();
            let layer = pack(&weight, bias, format);
            let (portable, fast) = both(&layer, &x, finish, 0.5);
            let size = 16.0 * inputs as f32;
            for (a, b) in portable.iter().zip(&fast) {
                prop_assert!((a - b).abs() <= 3e-7 * size + 1e-6, "{} {}", a, b);
            }
        }

        #[test]
        fn rows_are_normed_alike(x in prop::collection::vec(-9.0_f32..9.0, 4 * 384)) {
            let norm = LayerNorm {
                scale: (0..384).map(|i| 1.0 + (i % 5) as f32).collect(),
                shift: (0..384).map(|i| (i % 3) as f32).collect(),
            };
            let (mut portable, mut fast) = (x.clone(), x);
            layer_norm(Processor::PORTABLE, &mut portable, &norm);
            layer_norm(Processor::detect(), &mut fast, &norm);
            prop_assert_eq!(portable, fast);
        }
    }

    #[test]
    fn bytes_are_near_what_they_stand_for() {
        let (inputs, outputs) = (384, WIDTH);
        let wave = |i: usize| ((i * i + 7 * i) as f32 * 0.37).sin();
        let weight: Vec<f32> = (0..inputs * outputs).map(|i| 0.05 * wave(i)).collect();
        let x: Vec<f32> = (0..ROWS * inputs).map(|i| wave(i + 3) + 0.3).collect();
        let layer = pack(&weight, vec![0.0; outputs], Format::Int8);
        let (portable, fast) = both(&layer, &x, Finish::Store, 0.0);
        for (i, (a, b)) in portable.iter().zip(&fast).enumerate() {
            let (row, output) = (i / outputs, i % outputs);
            let row = &x[row * inputs..][..inputs];
            let weights = &weight[output * inputs..][..inputs];
            let wanted: f32 = row.iter().zip(weights).map(|(a, b)| a * b).sum();
            assert!(
                (a - wanted).abs() < 0.02 && (b - wanted).abs() < 0.02,
                "{a} {b} {wanted}"
            );
        }
    }

    #[test]
    #[should_panic(expected = "is_multiple_of(ROWS)")]
    fn rows_that_fill_no_tile_are_refused() {
        let layer = pack(&[0.0; 4 * WIDTH], vec![0.0; WIDTH], Format::F32);
        let mut out = [0.0; WIDTH];
        linear(
            Processor::detect(),
            &layer,
            &[0.0; 4],
            &mut Words::default(),
            Finish::Store,
            &mut out,
        );
    }
}
