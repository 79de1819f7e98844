//! Whether corrected counts are nearer the truth than counted predictions, on categories hidden from
//! generated postings.

mod hide;
mod learnt;
mod score;
mod world;

use std::io::Write;

use anyhow::Result;

use hide::Hiding;
use score::{Coverage, Scored, score};

/// Prints a table of errors and the intervals' coverage for each way of hiding.
///
/// # Errors
/// A size that cannot be generated, or that leaves nothing to train on.
pub fn corrected(postings: usize, days: u32, seed: u64, out: &mut impl Write) -> Result<()> {
    let world = world::build(postings, days, seed)?;
    for hiding in Hiding::ALL {
        let is_hidden = hiding.hide(&world, seed);
        let learnt = learnt::learn(&world, &is_hidden, seed)?;
        let scored = score(&world, &learnt, seed)?;
        print(
            out,
            &format!(
                "{} of {postings} postings over {days} days, seed {seed}",
                hiding.name()
            ),
            &scored,
        )?;
    }
    Ok(())
}

fn print(out: &mut impl Write, title: &str, scored: &Scored) -> Result<()> {
    let Scored {
        labeled,
        hidden,
        accuracy,
        correction,
        ..
    } = scored;
    writeln!(
        out,
        "\n{title}\n  {labeled} labelled, {hidden} hidden; {:.1} % of the hidden predicted right",
        100.0 * accuracy
    )?;
    let shift = &correction.shift;
    writeln!(
        out,
        "  prior shift: {} (score {:.1} on {} degrees, p = {:.2e}), drift: {}; EM took {} steps",
        if shift.found { "found" } else { "none found" },
        shift.statistic,
        shift.degrees,
        shift.p,
        if correction.drifts {
            "found"
        } else {
            "none found"
        },
        correction.iterations,
    )?;
    writeln!(
        out,
        "  {:<30} {:>16} {:>16}",
        "absolute error", "category-weeks", "category totals"
    )?;
    for line in &scored.lines {
        writeln!(
            out,
            "  {:<30} {:>16.0} {:>16.0}",
            line.name, line.weeks, line.totals
        )?;
    }
    writeln!(
        out,
        "  {:<30} {:>8} {:>10} {:>12}",
        "90 % interval", "cells", "coverage", "mean width"
    )?;
    for (name, found) in [
        ("all category-weeks", &scored.all),
        ("those with 5 or more expected", &scored.filled),
        ("category totals", &scored.totals),
    ] {
        let Coverage {
            cells,
            covered,
            width,
        } = found;
        writeln!(
            out,
            "  {name:<30} {cells:>8} {:>8.1} % {width:>12.1}",
            100.0 * covered
        )?;
    }
    let (corrected, drawn) = scored.seconds;
    writeln!(
        out,
        "  corrected in {corrected:.2} s, intervals in {drawn:.2} s"
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shift_is_found_and_corrected_counts_are_nearer_than_the_probabilities() {
        let world = world::build(6_000, 28, 8).unwrap();
        let is_hidden = Hiding::Shift.hide(&world, 8);
        let learnt = learnt::learn(&world, &is_hidden, 8).unwrap();
        let scored = score(&world, &learnt, 8).unwrap();
        assert!(scored.correction.shift.found);
        let weeks = |name: &str| {
            scored
                .lines
                .iter()
                .find(|line| line.name == name)
                .unwrap()
                .weeks
        };
        // So few labelled postings that predictions are counted about as well; the command shows more.
        for other in [
            "probabilistic count",
            "EM prior shift",
            "calibration estimator",
        ] {
            assert!(weeks("corrected") < weeks(other), "{other}");
        }
        assert!(
            (0.85..=0.95).contains(&scored.all.covered),
            "{}",
            scored.all.covered
        );
    }
}
