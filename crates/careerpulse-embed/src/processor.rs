//! What this processor can.

/// The instruction sets that the kernels ask about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Processor {
    avx512: bool,
    bf16: bool,
    vnni: bool,
}

impl Processor {
    /// One that has none of them: its kernels are the portable ones.
    #[cfg(any(test, miri, not(target_arch = "x86_64")))]
    pub const PORTABLE: Processor = Processor {
        avx512: false,
        bf16: false,
        vnni: false,
    };

    /// The one that the program runs on.
    #[cfg(all(target_arch = "x86_64", not(miri)))]
    pub fn detect() -> Processor {
        let avx512 = is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512dq")
            && is_x86_feature_detected!("avx512vl");
        Processor {
            avx512,
            bf16: avx512 && is_x86_feature_detected!("avx512bf16"),
            vnni: avx512 && is_x86_feature_detected!("avx512vnni"),
        }
    }

    /// The one that the program runs on.
    #[cfg(not(all(target_arch = "x86_64", not(miri))))]
    pub fn detect() -> Processor {
        Processor::PORTABLE
    }

    /// AVX-512 F, BW, DQ and VL.
    pub fn has_avx512(self) -> bool {
        self.avx512
    }

    /// Those, and products of brain floats.
    pub fn has_bf16(self) -> bool {
        self.bf16
    }

    /// Those of AVX-512, and products of 8-bit integers.
    pub fn has_vnni(self) -> bool {
        self.vnni
    }
}
