//! The processor time of this process, which tells work from waiting on a machine that others share.

/// Seconds that all threads of the process have spent so far, in it and in the kernel for it (POSIX
/// `CLOCK_PROCESS_CPUTIME_ID`); none on systems without that clock.
pub fn spent() -> Option<f64> {
    #[cfg(unix)]
    {
        let mut now = libc::timespec {
            tv_sec: 0,
            tv_nsec: 0,
        };
        // SAFETY: the clock writes one timespec to a place that holds one. Through `libc`, for `rustix`
        // would need a feature for which all that stands above it would be built once more.
        #[expect(unsafe_code, reason = "no safe door to this clock is in the tree")]
        let status = unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &raw mut now) };
        (status == 0).then(|| now.tv_sec as f64 + now.tv_nsec as f64 / 1e9)
    }
    #[cfg(not(unix))]
    None
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn work_is_counted() {
        let before = spent().unwrap();
        let mut sum = 0_u64;
        for term in 0..20_000_000_u64 {
            sum = sum.wrapping_add(std::hint::black_box(term));
        }
        assert!(sum > 0 && spent().unwrap() > before);
    }
}
