//! A text as a vector without an encoder.

use careerpulse_learn::tokens::{for_each_token, lower};

/// The words of a text, hashed into `dim` signed counts (Weinberger et al. 2009) and scaled to length 1.
///
/// A stand-in for an embedding where there is no encoder: it sees which words are used, not what they
/// mean. A text without words is all zeros; a `dim` of 0 gives an empty vector. Words are those of
/// [`careerpulse_learn::tokens`], and each counts by the root of its count, so that boilerplate said
/// often does not drown the rest.
pub fn hashed_vector(text: &str, dim: usize) -> Vec<f32> {
    let mut vector = vec![0.0_f32; dim];
    if dim == 0 {
        return vector;
    }
    let lowered = lower(text);
    for_each_token(&lowered, |word| {
        let hash = fnv(word);
        let sign = if hash >> 63 == 1 { 1.0 } else { -1.0 };
        vector[(hash & u64::MAX >> 1) as usize % dim] += sign;
    });
    for value in &mut vector {
        *value = value.signum() * value.abs().sqrt();
    }
    let squares: f64 = vector.iter().map(|&value| f64::from(value).powi(2)).sum();
    if squares > 0.0 {
        let factor = squares.sqrt().recip();
        for value in &mut vector {
            *value = (f64::from(*value) * factor) as f32;
        }
    }
    vector
}

/// FNV-1a with a last mix, the same on every machine and in every version.
fn fnv(word: &str) -> u64 {
    let hash = word.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let mixed = (hash ^ hash >> 33).wrapping_mul(0xff51_afd7_ed55_8ccd);
    mixed ^ mixed >> 33
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors_have_length_one_and_like_texts_are_near() {
        let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
        let nurse = hashed_vector("Nurse on a surgical ward, night shifts", 384);
        let other = hashed_vector("nurse on a surgical ward; day shifts", 384);
        let rust = hashed_vector("Compiler engineer, Rust and LLVM", 384);
        assert!((dot(&nurse, &nurse) - 1.0).abs() < 1e-5);
        assert!(dot(&nurse, &other) > 0.6 && dot(&nurse, &rust) < 0.4);
        assert_eq!(hashed_vector("... !?", 3), [0.0; 3]);
        assert!(hashed_vector("words", 0).is_empty());
    }
}
