//! When a fault happens: the same for the same seed, query and attempt, whatever else
//! is asked meanwhile.

use std::collections::HashMap;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::{FaultKind, Faults};

/// Faults that one query meets in a row at most; the next attempt is answered, so that a
/// client which tries six times always gets through.
pub const MAX_IN_A_ROW: u32 = 4;

/// Queries remembered at once; past it all are forgotten and begin again at their first
/// attempt, so that a caller who makes up queries does not fill the memory.
const MAX_QUERIES: usize = 65_536;

/// A fault to inject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) kind: FaultKind,
    /// Chooses among the kind's variants, and where a body is cut.
    pub(crate) detail: u64,
}

/// Where each query stands in its own sequence of attempts.
#[derive(Debug)]
pub(crate) struct Schedule {
    faults: Faults,
    seed: u64,
    queries: HashMap<String, Progress>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Progress {
    attempts: u64,
    in_a_row: u32,
    burst: Option<(FaultKind, u32)>,
}

pub(crate) fn schedule(faults: Faults, seed: u64) -> Schedule {
    Schedule {
        faults,
        seed,
        queries: HashMap::new(),
    }
}

impl Schedule {
    /// The fault, if any, for the next attempt at the query of this canonical spelling.
    pub(crate) fn next(&mut self, canonical: &str) -> Option<Fault> {
        if self.faults == Faults::default() {
            return None;
        }
        if self.queries.len() >= MAX_QUERIES && !self.queries.contains_key(canonical) {
            self.queries.clear();
        }
        let progress = self.queries.entry(canonical.to_owned()).or_default();
        let seed = seed_of(self.seed, canonical, progress.attempts);
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        progress.attempts += 1;
        let fault = next_kind(&self.faults, progress, &mut rng).map(|kind| Fault {
            kind,
            detail: rng.random(),
        });
        progress.in_a_row = if fault.is_some() {
            progress.in_a_row + 1
        } else {
            0
        };
        fault
    }
}

fn next_kind(faults: &Faults, progress: &mut Progress, rng: &mut ChaCha8Rng) -> Option<FaultKind> {
    if progress.in_a_row >= MAX_IN_A_ROW {
        progress.burst = None;
        return None;
    }
    if let Some((kind, left)) = progress.burst {
        progress.burst = (left > 1).then_some((kind, left - 1));
        return Some(kind);
    }
    let kind = faults.at(rng.random())?;
    if matches!(kind, FaultKind::TooManyRequests | FaultKind::Forbidden) {
        progress.burst = Some((kind, rng.random_range(1..=3)));
    }
    Some(kind)
}

/// FNV-1a (64 bits) over all three, so that neighbouring attempts and pages are unlike.
fn seed_of(seed: u64, canonical: &str, attempt: u64) -> u64 {
    let seed = seed.to_le_bytes();
    let attempt = attempt.to_le_bytes();
    let bytes = seed.iter().chain(canonical.as_bytes()).chain(&attempt);
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn sequence(schedule: &mut Schedule, query: &str, attempts: usize) -> Vec<Option<Fault>> {
        (0..attempts).map(|_| schedule.next(query)).collect()
    }

    #[test]
    fn what_a_query_meets_does_not_depend_on_the_others() {
        let faults: Faults = "0.5".parse().unwrap();
        let alone = sequence(&mut schedule(faults, 7), "page=1", 200);
        let mut among = schedule(faults, 7);
        let mixed: Vec<_> = (0..200)
            .map(|attempt| {
                sequence(&mut among, "page=2", attempt % 3);
                among.next("page=1")
            })
            .collect();
        assert_eq!(alone, mixed);
        assert_ne!(alone, sequence(&mut schedule(faults, 8), "page=1", 200));
        assert_ne!(alone, sequence(&mut schedule(faults, 7), "page=2", 200));
    }

    #[test]
    fn never_more_than_four_in_a_row() {
        for spec in ["1", "429=1", "403=0.9"] {
            let mut schedule = schedule(spec.parse().unwrap(), 1);
            let met = sequence(&mut schedule, "page=0", 1_000);
            let longest = met.split(Option::is_none).map(<[_]>::len).max();
            assert_eq!(longest, Some(MAX_IN_A_ROW as usize), "{spec}");
        }
    }

    #[test]
    fn bursts_repeat_the_same_answer() {
        let mut schedule = schedule("429=0.1".parse().unwrap(), 3);
        let met = sequence(&mut schedule, "page=0", 2_000);
        let bursts = met.split(Option::is_none).map(<[_]>::len);
        let lengths: BTreeSet<usize> = bursts.filter(|length| *length > 0).collect();
        assert_eq!(lengths, BTreeSet::from([2, 3, 4]));
    }

    #[test]
    fn faults_begin_as_often_as_asked() {
        let mut schedule = schedule("5xx=0.1,slow=0.1".parse().unwrap(), 5);
        let met = (0..5_000).filter_map(|page| schedule.next(&format!("page={page}")));
        let count = met.count();
        assert!((900..1_100).contains(&count), "{count}");
    }
}
