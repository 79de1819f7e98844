//! How often windows without drift raise an alarm, on generated adverts.
//!
//! ```text
//! cargo run --release -p careerpulse-drift --example quiet -- [WINDOWS] [REFERENCES] [SEED]
//! ```

#[expect(dead_code, reason = "shifts use the rest of the world")]
mod world;

use std::collections::BTreeMap;
use std::error::Error;
use std::io::{self, Write};
use std::time::Instant;

use careerpulse_drift::{Nulls, Settings, measure};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

/// Rows of the references, in turn.
const REFERENCES: [usize; 4] = [1_000, 2_000, 5_000, 10_000];

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut number = |default: u64| arguments.next().map_or(Ok(default), |word| word.parse());
    let (windows, references, seed) = (number(200)?, number(20)?, number(7)?);
    let begun = Instant::now();
    let mut adverts = world::adverts(32_000, seed)?;
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "{} distinct adverts in {:.1} s",
        adverts.len(),
        begun.elapsed().as_secs_f64()
    )?;
    // Every reference is drawn anew with its windows from the same adverts, so nothing differs but chance.
    let mut alarms: BTreeMap<usize, BTreeMap<&str, usize>> = BTreeMap::new();
    let mut loud: BTreeMap<usize, usize> = BTreeMap::new();
    let mut skipped: BTreeMap<usize, BTreeMap<&str, usize>> = BTreeMap::new();
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let (mut uncached, mut cached) = (Vec::new(), Vec::new());
    for number in 0..references {
        adverts.shuffle(&mut rng);
        let rows = REFERENCES[number as usize % REFERENCES.len()];
        let (reference, rest) = adverts.split_at(rows);
        let reference = world::sample(reference, 2_000);
        let mut nulls = Nulls::default();
        for size in [100, 200, 400, 1_000] {
            for _ in 0..windows / references {
                let window = world::draw(rest, size, &mut rng);
                let window = world::sample(&window, 1_000);
                let (known, begun) = (nulls.entries.len(), Instant::now());
                let report = measure(&reference, &window, &Settings::default(), &mut nulls)?;
                let seconds = begun.elapsed().as_secs_f64();
                match nulls.entries.len() - known {
                    0 => cached.push(seconds),
                    _ => uncached.push(seconds),
                }
                let mut checks: Vec<&str> = report
                    .measurements
                    .iter()
                    .filter(|one| one.alarm)
                    .map(|one| one.check)
                    .collect();
                checks.dedup();
                *loud.entry(size).or_default() += usize::from(!checks.is_empty());
                for check in checks {
                    *alarms.entry(size).or_default().entry(check).or_default() += 1;
                }
                for check in report.skipped {
                    *skipped
                        .entry(size)
                        .or_default()
                        .entry(check.check)
                        .or_default() += 1;
                }
            }
        }
    }
    let all = windows / references * references;
    for (size, loud) in loud {
        writeln!(
            out,
            "{size:>5} rows: {loud} of {all} windows raised an alarm ({:.4}); by check {:?}; skipped {:?}",
            loud as f64 / all as f64,
            alarms.get(&size).cloned().unwrap_or_default(),
            skipped.get(&size).cloned().unwrap_or_default(),
        )?;
    }
    let longest = |times: &[f64]| times.iter().copied().fold(0.0, f64::max);
    writeln!(
        out,
        "longest measurement {:.2} s where a null distribution was drawn, {:.3} s where none; {:.0} s in all",
        longest(&uncached),
        longest(&cached),
        begun.elapsed().as_secs_f64()
    )?;
    Ok(())
}
