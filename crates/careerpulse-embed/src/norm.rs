//! Layer norm and softmax over rows, with sums kept in lanes so that they vectorise.

use pulp::Arch;

use crate::activation::exp;

/// Scale and shift of a layer norm.
pub struct LayerNorm {
    /// Factor per column.
    pub scale: Vec<f32>,
    /// Addend per column.
    pub shift: Vec<f32>,
}

/// `x = norm(x)` for every row, with BERT's epsilon of 1e-12.
///
/// Inlined, so that the instructions are those of the caller.
#[inline(always)]
pub fn layer_norm(x: &mut [f32], norm: &LayerNorm) {
    for row in x.chunks_exact_mut(norm.scale.len()) {
        normalise(row, norm);
    }
}

/// Softmax of every row of `width` values, in place, the largest value taken off first.
pub fn softmax(rows: &mut [f32], width: usize) {
    Arch::new().dispatch(
        #[inline(always)]
        || {
            for row in rows.chunks_exact_mut(width) {
                let top = fold(row, f32::NEG_INFINITY, |a, b| if a > b { a } else { b });
                for value in row.iter_mut() {
                    *value = exp(*value - top);
                }
                let inverse = 1.0 / fold(row, 0.0, |a, b| a + b);
                for value in row.iter_mut() {
                    *value *= inverse;
                }
            }
        },
    );
}

const LANES: usize = 32;

#[inline(always)]
fn normalise(row: &mut [f32], norm: &LayerNorm) {
    let width = row.len() as f32;
    let mean = fold(row, 0.0, |a, b| a + b) / width;
    for value in row.iter_mut() {
        *value -= mean;
    }
    let variance = fold(row, 0.0, |a, b| a + b * b) / width;
    let inverse = 1.0 / (variance + 1e-12).sqrt();
    for ((value, scale), shift) in row.iter_mut().zip(&norm.scale).zip(&norm.shift) {
        *value = *value * inverse * scale + shift;
    }
}

/// Folds a row in independent lanes, then the lanes by halves. `step` must treat the starting
/// value as neutral; lanes are joined by adding, or by `step` itself where it is a maximum.
#[inline(always)]
fn fold(row: &[f32], start: f32, step: impl Fn(f32, f32) -> f32) -> f32 {
    let mut lanes = [start; LANES];
    let mut chunks = row.chunks_exact(LANES);
    for chunk in &mut chunks {
        for (lane, &value) in lanes.iter_mut().zip(chunk) {
            *lane = step(*lane, value);
        }
    }
    for (lane, &value) in lanes.iter_mut().zip(chunks.remainder()) {
        *lane = step(*lane, value);
    }
    let join = |a: f32, b: f32| if start == 0.0 { a + b } else { step(a, b) };
    let mut half = LANES / 2;
    while half > 0 {
        for i in 0..half {
            lanes[i] = join(lanes[i], lanes[i + half]);
        }
        half /= 2;
    }
    lanes[0]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn softmax_sums_to_one_and_survives_large_scores() {
        for width in [1, 2, 31, 32, 33, 100, 256] {
            let mut rows: Vec<f32> = (0..2 * width).map(|i| 900.0 + (i % 7) as f32).collect();
            softmax(&mut rows, width);
            for (r, row) in rows.chunks_exact(width).enumerate() {
                assert!((row.iter().sum::<f32>() - 1.0).abs() < 1e-5);
                let total: f64 = (0..width)
                    .map(|j| (((r * width + j) % 7) as f64).exp())
                    .sum();
                for (j, value) in row.iter().enumerate() {
                    let wanted = (((r * width + j) % 7) as f64).exp() / total;
                    assert!((f64::from(*value) - wanted).abs() < 1e-6);
                }
            }
        }
    }

    #[test]
    fn a_normalised_row_has_mean_shift_and_deviation_scale() {
        let norm = LayerNorm {
            scale: vec![2.0; 384],
            shift: vec![1.0; 384],
        };
        let mut x: Vec<f32> = (0..384).map(|i| (i % 13) as f32).collect();
        layer_norm(&mut x, &norm);
        let mean = x.iter().sum::<f32>() / 384.0;
        let variance = x.iter().map(|v| (v - mean).powi(2)).sum::<f32>() / 384.0;
        assert!((mean - 1.0).abs() < 1e-5 && (variance - 4.0).abs() < 1e-4);
    }
}
