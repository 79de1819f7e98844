//! GELU and the exponential of sixteen numbers.

use std::arch::x86_64::*;

/// `e^x` of each, as [`crate::activation::exp`] computes it.
#[target_feature(enable = "avx512f,avx512dq")]
#[inline]
pub fn exp(x: __m512) -> __m512 {
    let x = _mm512_max_ps(x, _mm512_set1_ps(-87.0));
    let scaled = _mm512_mul_ps(x, _mm512_set1_ps(std::f32::consts::LOG2_E));
    let n = _mm512_roundscale_ps::<{ _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC }>(scaled);
    let r = _mm512_fnmadd_ps(n, _mm512_set1_ps(0.693_359_4), x);
    let r = _mm512_fmadd_ps(n, _mm512_set1_ps(2.121_944_4e-4), r);
    let mut p = _mm512_set1_ps(1.987_569_1e-4);
    for c in [
        1.398_199_9e-3,
        8.333_452e-3,
        4.166_579_6e-2,
        1.666_666_5e-1,
        0.5,
    ] {
        p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(c));
    }
    let p = _mm512_fmadd_ps(p, _mm512_mul_ps(r, r), r);
    _mm512_scalef_ps(_mm512_add_ps(p, _mm512_set1_ps(1.0)), n)
}

/// GELU of each, as [`crate::activation::gelu`] computes it.
#[target_feature(enable = "avx512f,avx512dq")]
#[inline]
pub fn gelu(x: __m512) -> __m512 {
    let one = _mm512_set1_ps(1.0);
    let a = _mm512_mul_ps(
        _mm512_abs_ps(x),
        _mm512_set1_ps(std::f32::consts::FRAC_1_SQRT_2),
    );
    let d = _mm512_fmadd_ps(a, _mm512_set1_ps(0.327_591_1), one);
    // A guess of the inverse and one step of Newton's cost less than a division.
    let guess = _mm512_rcp14_ps(d);
    let t = _mm512_mul_ps(guess, _mm512_fnmadd_ps(d, guess, _mm512_set1_ps(2.0)));
    let mut p = _mm512_set1_ps(1.061_405_4);
    for c in [-1.453_152, 1.421_413_8, -0.284_496_74, 0.254_829_6] {
        p = _mm512_fmadd_ps(p, t, _mm512_set1_ps(c));
    }
    let e = exp(_mm512_sub_ps(_mm512_setzero_ps(), _mm512_mul_ps(a, a)));
    let half = _mm512_mul_ps(x, _mm512_set1_ps(0.5));
    let tail = _mm512_mul_ps(half, _mm512_mul_ps(_mm512_mul_ps(p, t), e));
    let is_positive = _mm512_cmp_ps_mask::<_CMP_GE_OQ>(x, _mm512_setzero_ps());
    _mm512_mask_sub_ps(tail, is_positive, x, tail)
}
