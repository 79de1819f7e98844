//! Which alarms known shifts raise, on generated adverts in windows of 400.
//!
//! ```text
//! cargo run --release -p careerpulse-drift --example shifts -- [WINDOWS] [SEED]
//! ```

mod shift;
mod world;

use std::collections::BTreeMap;
use std::error::Error;
use std::io::{self, Write};

use careerpulse_drift::{Nulls, Settings, measure};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use shift::{ROWS, SHIFTS};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut number = |default: u64| arguments.next().map_or(Ok(default), |word| word.parse());
    let (windows, seed) = (number(50)?, number(7)?);
    let adverts = world::adverts(16_000, seed)?;
    let (old, new) = adverts.split_at(5_000);
    let mut out = io::stdout().lock();
    for shift in &SHIFTS {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut old = old.to_vec();
        (shift.reference)(&mut old, &mut rng);
        let reference = world::sample(&old, 2_000);
        let mut nulls = Nulls::default();
        let mut alarms: BTreeMap<String, u64> = BTreeMap::new();
        let mut words = String::new();
        for _ in 0..windows {
            let window = world::sample(&(shift.window)(new, ROWS, &mut rng), ROWS);
            let report = measure(&reference, &window, &Settings::default(), &mut nulls)?;
            for found in report.measurements.into_iter().filter(|one| one.alarm) {
                let name = match &found.subject {
                    Some(subject) => format!("{} of {subject}", found.check),
                    None => found.check.to_owned(),
                };
                if found.check == shift.expected {
                    words = found.words;
                }
                *alarms.entry(name).or_default() += 1;
            }
        }
        writeln!(out, "{}: expected {}", shift.name, shift.expected)?;
        writeln!(out, "    as in: {words}")?;
        for (alarm, count) in alarms {
            writeln!(out, "    {count:>4} of {windows}  {alarm}")?;
        }
    }
    Ok(())
}
