//! Bursts of the instructions that matrix products are made of, on registers alone.

use std::arch::asm;
use std::arch::x86_64::{_mm256_fmadd_ps, _mm256_set1_ps, _mm256_setzero_ps};
use std::hint::black_box;

/// Something that does operations and says how many.
type Burst = fn() -> f64;

/// Turns of a burst's loop: some milliseconds.
const TURNS: usize = 1_000_000;

/// Chains of sums side by side: more than an instruction's latency times those begun per cycle, so that
/// none waits.
const CHAINS: usize = 16;

/// The bursts that this processor can run, by kind of number.
pub fn bursts() -> Vec<(&'static str, Burst)> {
    let mut found: Vec<(&'static str, Burst)> = Vec::new();
    if is_x86_feature_detected!("avx512f") {
        found.push(("f32", || wide(f32_products, 16)));
        if is_x86_feature_detected!("avx512bf16") {
            found.push(("bf16", || wide(bf16_products, 32)));
        }
        if is_x86_feature_detected!("avx512vnni") {
            found.push(("int8", || wide(int8_products, 64)));
        }
    } else if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
        found.push(("f32", half_wide));
    }
    found
}

/// A burst of AVX-512 of so many products and sums an instruction. Only `bursts` hands it out.
fn wide(products: unsafe fn(), at_once: usize) -> f64 {
    // SAFETY: `bursts` pairs each function with the check for its instructions, and these functions ask
    // for nothing else.
    #[expect(unsafe_code, reason = "instructions beyond the baseline")]
    unsafe {
        products();
    }
    (2 * at_once * CHAINS * TURNS) as f64
}

/// A loop of one instruction over sixteen chains, from zeros, so that no sum grows or denormalises.
macro_rules! products {
    ($(#[$doc:meta])* $name:ident, $features:literal, $instruction:literal) => {
        $(#[$doc])*
        #[target_feature(enable = $features)]
        fn $name() {
            // SAFETY: the block reads and writes the registers that it names, all of them declared, and
            // no memory or stack; its loop ends after `TURNS`, which is above 0.
            #[expect(unsafe_code, reason = "no compiler may merge or move what is counted")]
            unsafe {
                asm!(
                    "vpxord zmm16, zmm16, zmm16",
                    products!(@each "vmovdqa64 ", "zmm16"),
                    "2:",
                    products!(@each $instruction, "zmm16, zmm16"),
                    "dec {turns}",
                    "jnz 2b",
                    turns = inout(reg) TURNS => _,
                    out("zmm0") _, out("zmm1") _, out("zmm2") _, out("zmm3") _,
                    out("zmm4") _, out("zmm5") _, out("zmm6") _, out("zmm7") _,
                    out("zmm8") _, out("zmm9") _, out("zmm10") _, out("zmm11") _,
                    out("zmm12") _, out("zmm13") _, out("zmm14") _, out("zmm15") _,
                    out("zmm16") _,
                    options(nomem, nostack),
                );
            }
        }
    };
    (@each $instruction:literal, $from:literal) => {
        concat!(
            $instruction, " zmm0, ", $from, "\n", $instruction, " zmm1, ", $from, "\n",
            $instruction, " zmm2, ", $from, "\n", $instruction, " zmm3, ", $from, "\n",
            $instruction, " zmm4, ", $from, "\n", $instruction, " zmm5, ", $from, "\n",
            $instruction, " zmm6, ", $from, "\n", $instruction, " zmm7, ", $from, "\n",
            $instruction, " zmm8, ", $from, "\n", $instruction, " zmm9, ", $from, "\n",
            $instruction, " zmm10, ", $from, "\n", $instruction, " zmm11, ", $from, "\n",
            $instruction, " zmm12, ", $from, "\n", $instruction, " zmm13, ", $from, "\n",
            $instruction, " zmm14, ", $from, "\n", $instruction, " zmm15, ", $from,
        )
    };
}
products!(
    /// 16 products of 32-bit floats, added to 16 sums.
    f32_products, "avx512f", "vfmadd231ps"
);
products!(
    /// 32 products of brain floats, added by twos to 16 sums of 32-bit floats.
    bf16_products, "avx512f,avx512bf16", "vdpbf16ps"
);
products!(
    /// 64 products of bytes, added by fours to 16 sums of 32-bit integers.
    int8_products, "avx512f,avx512vnni", "vpdpbusd"
);

/// The burst of processors without AVX-512. Only `bursts` hands it out.
fn half_wide() -> f64 {
    // SAFETY: `bursts` hands this out where the processor has AVX2 and FMA.
    #[expect(unsafe_code, reason = "instructions beyond the baseline")]
    unsafe {
        half_wide_products();
    }
    (2 * 8 * HALF_CHAINS * TURNS) as f64
}

/// Fewer than with AVX-512, since there are sixteen registers in all.
const HALF_CHAINS: usize = 12;

/// 8 products of 32-bit floats, added to 8 sums, in so many chains.
#[target_feature(enable = "avx2,fma")]
fn half_wide_products() {
    let one = _mm256_set1_ps(black_box(1.0));
    let mut sums = [_mm256_setzero_ps(); HALF_CHAINS];
    for _ in 0..TURNS {
        for sum in &mut sums {
            *sum = _mm256_fmadd_ps(one, one, *sum);
        }
    }
    black_box(sums);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_burst_of_this_processor_ends_and_counts() {
        for (kind, burst) in bursts() {
            assert!(burst() >= (2 * 8 * HALF_CHAINS * TURNS) as f64, "{kind}");
        }
        if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
            assert_eq!(half_wide(), (2 * 8 * 12 * TURNS) as f64);
        }
    }
}
