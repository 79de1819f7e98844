//! MinHash signatures, cut into bands: similar sets are likely to share a band.

use super::shingles::{fold, mix};

/// Bands of a signature.
pub const BANDS: usize = 32;

/// Minima in a band. Two sets of Jaccard index J share a band with probability
/// 1 − (1 − J^6)^32: 0.99994 at 0.8, 0.98 at 0.7, 0.40 at 0.5, 0.02 at 0.3.
pub const ROWS_PER_BAND: usize = 6;

const HASHES: usize = BANDS * ROWS_PER_BAND;

/// The [`BANDS`] bands of a set of shingles; none of an empty set.
///
/// The i-th of the 192 hash functions is x ↦ aᵢ·x + bᵢ modulo 2⁶⁴ (multiply-shift, Dietzfelbinger
/// et al. 1997, without the shift), aᵢ odd; a₀, b₀, a₁, b₁, … are the outputs of splitmix64 from
/// seed 0. A band is the upper half of a hash like a shingle's, over its number and the minima of six
/// functions in a row: whole hashes would take twice the room in memory, halves cost one needless
/// comparison in a hundred texts of a million.
pub fn bands(shingles: &[u64]) -> Vec<u32> {
    if shingles.is_empty() {
        return Vec::new();
    }
    let mut minima = [u64::MAX; HASHES];
    for (minimum, (factor, offset)) in minima.iter_mut().zip(FAMILY) {
        for shingle in shingles {
            let hash = shingle.wrapping_mul(factor).wrapping_add(offset);
            *minimum = (*minimum).min(hash);
        }
    }
    (0..)
        .zip(minima.chunks_exact(ROWS_PER_BAND))
        .map(|(number, rows)| {
            let mut parts = [number; ROWS_PER_BAND + 1];
            parts[1..].copy_from_slice(rows);
            (fold(&parts) >> 32) as u32
        })
        .collect()
}

static FAMILY: [(u64, u64); HASHES] = family();

const fn family() -> [(u64, u64); HASHES] {
    let mut functions = [(0, 0); HASHES];
    let mut state = 0_u64;
    let mut i = 0;
    while i < HASHES {
        let factor = mix(state);
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let offset = mix(state);
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        functions[i] = (factor | 1, offset);
        i += 1;
    }
    functions
}

#[cfg(test)]
mod tests {
    use rand::{RngExt as _, SeedableRng as _};
    use rand_chacha::ChaCha8Rng;

    use super::*;

    /// Two sets of 300 that share what gives the Jaccard index.
    fn pair(rng: &mut ChaCha8Rng, index: f64) -> (Vec<u64>, Vec<u64>) {
        let shared = (600.0 * index / (1.0 + index)).round() as usize;
        let mut draw = |n: usize| (0..n).map(|_| rng.random()).collect::<Vec<u64>>();
        let common = draw(shared);
        let with = |own: Vec<u64>| [common.clone(), own].concat();
        let (a, b) = (draw(300 - shared), draw(300 - shared));
        (with(a), with(b))
    }

    #[test]
    fn bands_are_shared_as_often_as_the_curve_says() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        for index in [0.5, 0.8, 0.9] {
            let (mut shared, pairs) = (0, 200);
            for _ in 0..pairs {
                let (a, b) = pair(&mut rng, index);
                shared += bands(&a)
                    .iter()
                    .zip(bands(&b))
                    .filter(|(x, y)| *x == y)
                    .count();
            }
            let found = shared as f64 / (pairs * BANDS) as f64;
            let expected = index.powi(ROWS_PER_BAND as i32);
            let deviation = (expected * (1.0 - expected) / (pairs * BANDS) as f64).sqrt();
            assert!(
                (found - expected).abs() < 5.0 * deviation,
                "{index}: {found} for {expected}"
            );
        }
    }

    #[test]
    fn an_empty_set_has_no_band() {
        assert!(bands(&[]).is_empty());
        assert_eq!(bands(&[7]).len(), BANDS);
    }
}
