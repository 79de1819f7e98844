//! Short numbers: brain floats, and rows of bytes with a scale.

/// A float cut to its upper 16 bits, to the nearest, ties to even; what is smaller than the smallest
/// normal number becomes zero, as the processor's own conversion has it.
#[inline(always)]
pub fn to_bf16(x: f32) -> u16 {
    let bits = x.to_bits();
    if bits & 0x7f80_0000 == 0 {
        return (bits >> 16) as u16 & 0x8000;
    }
    (bits.wrapping_add(0x7fff + ((bits >> 16) & 1)) >> 16) as u16
}

/// The float that a brain float is.
#[inline(always)]
pub fn from_bf16(x: u16) -> f32 {
    f32::from_bits(u32::from(x) << 16)
}

/// How the bytes of a row turn back into numbers: `least + scale · byte`.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Span {
    /// The number of byte 0.
    pub least: f32,
    /// The step from a byte to the next, above 0.
    pub scale: f32,
}

/// The span of numbers from `least` to `most`, over the 256 values of a byte.
#[inline(always)]
pub fn span(least: f32, most: f32) -> Span {
    Span {
        least,
        scale: ((most - least) / 255.0).max(1e-12),
    }
}

/// The signed bytes of a row of weights and their scale: symmetric, -127 to 127.
pub fn quantise_weights(row: &[f32]) -> (Vec<i8>, f32) {
    let most = row.iter().fold(0.0_f32, |most, w| most.max(w.abs()));
    let scale = (most / 127.0).max(1e-12);
    let inverse = 1.0 / scale;
    let byte = |w: &f32| rounded(w * inverse) as i8;
    (row.iter().map(byte).collect(), scale)
}

/// A number of at most some millions to the nearest whole one, ties to even, by an addition that leaves
/// no room for a fraction: the rounding instruction is not in the baseline.
#[inline(always)]
pub fn rounded(x: f32) -> f32 {
    const ROOM: f32 = 12_582_912.0;
    x + ROOM - ROOM
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_brain_float_is_the_nearest(x in prop::num::f32::NORMAL) {
            let back = from_bf16(to_bf16(x));
            prop_assume!(back.is_finite());
            prop_assert!(((f64::from(back) - f64::from(x)) / f64::from(x)).abs() <= 1.0 / 256.0);
            let bits = to_bf16(x);
            for other in [bits.wrapping_sub(1), bits.wrapping_add(1)] {
                let other = from_bf16(other);
                if other.is_finite() {
                    let far = |y: f32| (f64::from(y) - f64::from(x)).abs();
                    prop_assert!(far(back) <= far(other));
                }
            }
        }

        #[test]
        fn weights_come_back_within_half_a_step(row in prop::collection::vec(-3.0_f32..3.0, 1..50)) {
            let (bytes, scale) = quantise_weights(&row);
            for (byte, w) in bytes.iter().zip(&row) {
                prop_assert!((f32::from(*byte) * scale - w).abs() <= scale * 0.5001);
            }
        }
    }
}
