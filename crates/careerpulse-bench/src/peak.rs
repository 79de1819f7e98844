//! What one core does at most: products and sums a second by kind of number, and bytes read from memory.
//!
//! The roofs of the roofline model (Williams, Waterman, Patterson, "Roofline", CACM 52(4), 2009).

mod memory;
#[cfg(target_arch = "x86_64")]
mod x86;

use std::time::Instant;

use serde_json::{Map, Value};

/// How often each is measured. The best counts, for all that disturbs only slows.
const TRIES: usize = 20;

/// Operations a second by kind of number (`f32`, `bf16`, `int8`), a product and a sum being two, and
/// bytes a second from `memory`; a kind that the processor lacks, or that is not known for it, is left
/// out.
pub fn peak() -> Value {
    let mut found = Map::new();
    #[cfg(target_arch = "x86_64")]
    for (kind, burst) in x86::bursts() {
        found.insert(kind.to_owned(), best(burst).into());
    }
    let values = memory::values();
    let read = best(|| memory::read(&values));
    found.insert("memory".to_owned(), read.into());
    Value::Object(found)
}

/// The largest rate of many tries of something that says how much it did.
fn best(work: impl Fn() -> f64) -> f64 {
    let rates = (0..TRIES).map(|_| {
        let started = Instant::now();
        let done = work();
        done / started.elapsed().as_secs_f64()
    });
    rates.fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_try_counts() {
        let tries = std::cell::Cell::new(0.0);
        let rate = best(|| {
            tries.set(tries.get() + 1.0);
            // A burst that claims far more than the others, whatever the time it took.
            if tries.get() == 3.0 { 1e30 } else { 1.0 }
        });
        assert_eq!(tries.get(), TRIES as f64);
        assert!(rate > 1e20, "{rate}");
    }
}
