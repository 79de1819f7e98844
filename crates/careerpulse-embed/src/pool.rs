//! From token rows to one vector a text: the mean, then unit length.

use pulp::Arch;

/// Writes the mean of `tokens` (`[n, width]`, n ≥ 1), scaled to length one, into `out` (`[width]`).
pub fn mean_pool(tokens: &[f32], out: &mut [f32]) {
    Arch::new().dispatch(
        #[inline(always)]
        || {
            out.fill(0.0);
            for row in tokens.chunks_exact(out.len()) {
                for (sum, value) in out.iter_mut().zip(row) {
                    *sum += value;
                }
            }
        },
    );
    let count = (tokens.len() / out.len()) as f32;
    for sum in out.iter_mut() {
        *sum /= count;
    }
    scale_to_one(out);
}

/// Scales a vector to length one; a length of zero counts as 1e-12, as in PyTorch's `normalize`.
pub fn scale_to_one(vector: &mut [f32]) {
    let squares = vector.iter().map(|v| f64::from(*v).powi(2)).sum::<f64>();
    let length = squares.sqrt().max(1e-12);
    for value in vector {
        *value = (f64::from(*value) / length) as f32;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_has_unit_length() {
        let mut out = [0.0; 2];
        mean_pool(&[2.0, 4.0, 4.0, 4.0], &mut out);
        assert!((out[0] - 0.6).abs() < 1e-6 && (out[1] - 0.8).abs() < 1e-6);
        mean_pool(&[0.0, 0.0], &mut out);
        assert_eq!(out, [0.0, 0.0]);
    }
}
