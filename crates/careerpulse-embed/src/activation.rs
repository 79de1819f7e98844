//! The two curves of the network, GELU and the exponential, written so that loops over them vectorise.

use pulp::Arch;

/// Adds `bias` to every row of `x` and puts the exact (erf) GELU over it, in place.
pub fn bias_gelu(x: &mut [f32], bias: &[f32]) {
    Arch::new().dispatch(
        #[inline(always)]
        || {
            for row in x.chunks_exact_mut(bias.len()) {
                for (value, b) in row.iter_mut().zip(bias) {
                    *value = gelu(*value + b);
                }
            }
        },
    );
}

/// Adds `bias` to every row of `x`, in place.
pub fn add_bias(x: &mut [f32], bias: &[f32]) {
    Arch::new().dispatch(
        #[inline(always)]
        || {
            for row in x.chunks_exact_mut(bias.len()) {
                for (value, b) in row.iter_mut().zip(bias) {
                    *value += b;
                }
            }
        },
    );
}

/// `e^x` within about 2 units in the last place; arguments below -87 give the value at -87.
///
/// Cody and Waite's range reduction with the polynomial of Cephes' `expf`. Adding 1.5 · 2^23
/// rounds to an integer and leaves that integer in the low bits, from where it goes into the
/// exponent; neither step needs a conversion that the baseline instruction set lacks.
#[inline(always)]
pub fn exp(x: f32) -> f32 {
    const ROUND: f32 = 12_582_912.0;
    let x = if x < -87.0 { -87.0 } else { x };
    let rounded = x * std::f32::consts::LOG2_E + ROUND;
    let n = rounded - ROUND;
    let r = x - n * 0.693_359_4 + n * 2.121_944_4e-4;
    let mut p = 1.987_569_1e-4;
    p = p * r + 1.398_199_9e-3;
    p = p * r + 8.333_452e-3;
    p = p * r + 4.166_579_6e-2;
    p = p * r + 1.666_666_5e-1;
    p = p * r + 0.5;
    let mantissa = p * r * r + r + 1.0;
    mantissa * f32::from_bits((rounded.to_bits() << 23).wrapping_add(0x3f80_0000))
}

/// `0.5 x (1 + erf(x / √2))`, erf by Abramowitz and Stegun 7.1.26 (absolute error 1.5e-7).
#[inline(always)]
pub fn gelu(x: f32) -> f32 {
    let a = x.abs() * std::f32::consts::FRAC_1_SQRT_2;
    let t = 1.0 / (0.327_591_1 * a + 1.0);
    let mut p = 1.061_405_4;
    p = p * t - 1.453_152;
    p = p * t + 1.421_413_8;
    p = p * t - 0.284_496_74;
    p = p * t + 0.254_829_6;
    let tail = 0.5 * x * (p * t * exp(-a * a));
    if x >= 0.0 { x - tail } else { tail }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exp_is_close_to_the_library() {
        for i in -8600..=800 {
            let x = i as f32 * 0.01;
            let wanted = f64::from(x).exp();
            assert!((f64::from(exp(x)) / wanted - 1.0).abs() < 3e-7, "exp({x})");
        }
        assert!(exp(-1e30) > 0.0 && exp(-1e30) < 1e-37);
    }

    #[test]
    fn gelu_has_the_known_values() {
        // From scipy: x * norm.cdf(x).
        let known = [
            (-3.0, -0.004_049_694),
            (-1.0, -0.158_655_25),
            (-0.1, -0.046_017_22),
            (0.0, 0.0),
            (0.5, 0.345_731_23),
            (1.0, 0.841_344_8),
            (4.0, 3.999_873_3),
            (30.0, 30.0),
            (-30.0, 0.0),
        ];
        for (x, wanted) in known {
            assert!((gelu(x) - wanted).abs() < 4e-7, "gelu({x}) = {}", gelu(x));
        }
    }

    #[test]
    fn the_bias_is_added_to_every_row() {
        let mut x = [1.0, 2.0, 3.0, 4.0];
        add_bias(&mut x, &[10.0, 20.0]);
        assert_eq!(x, [11.0, 22.0, 13.0, 24.0]);
        let mut y = [0.0, 0.0, 1.0, 1.0];
        bias_gelu(&mut y, &[30.0, -30.0]);
        assert_eq!([y[0], y[2]], [30.0, 31.0]);
        assert!(y[1].abs() < 1e-30 && y[3].abs() < 1e-30);
    }
}
