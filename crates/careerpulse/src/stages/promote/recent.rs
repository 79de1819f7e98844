//! Whether a candidate is sane on the newest postings without a category.

use careerpulse_learn::LearnError;
use careerpulse_learn::gate::shift;

use super::evidence::Recent;
use super::rows::Said;
use crate::config::Promote;

/// Postings on either side under which nothing is said.
pub const FEWEST: usize = 50;

/// Samples behind the distance that chance explains.
const SAMPLES: usize = 1_000;

/// The chance of a distance above it.
const FALSE_ALARM: f64 = 0.01;

/// Of the samples.
const SEED: u64 = 42;

/// Compares what the candidate says of the newest postings and of the held-out ones; `None` where
/// either are too few.
///
/// Both spreads over categories are compared by [`shift`].
///
/// # Errors
/// For a category not below `classes`.
pub fn recent(
    newest: &[Said],
    held_out: &[Said],
    classes: usize,
) -> Result<Option<Recent>, LearnError> {
    if newest.len() < FEWEST || held_out.len() < FEWEST {
        return Ok(None);
    }
    let abstained = |said: &[Said]| {
        let abstained = said.iter().filter(|said| said.is_abstained).count();
        abstained as f64 / said.len() as f64
    };
    let classes_of = |said: &[Said]| said.iter().map(|said| said.class).collect::<Vec<u32>>();
    let (rows, reference) = (classes_of(newest), classes_of(held_out));
    let found = shift(&rows, &reference, classes, FALSE_ALARM, SAMPLES, SEED)?;
    Ok(Some(Recent {
        postings: newest.len(),
        abstained: abstained(newest),
        abstained_held_out: abstained(held_out),
        shift: found.distance,
        shift_by_chance: found.critical,
    }))
}

/// What speaks against the candidate, and what for it.
pub fn judge(recent: Option<&Recent>, settings: &Promote) -> (Vec<String>, Vec<String>) {
    let Some(recent) = recent else {
        let words = format!(
            "under {FEWEST} postings without a category, or held out, to try it on: nothing is said of recent ones"
        );
        return (Vec::new(), vec![words]);
    };
    let Recent {
        postings,
        abstained,
        abstained_held_out,
        shift,
        shift_by_chance,
    } = *recent;
    let (mut failures, mut seen) = (Vec::new(), Vec::new());
    let words = format!(
        "of the {postings} newest postings without a category it abstains on {:.0} %, of held-out ones on {:.0} %",
        abstained * 100.0,
        abstained_held_out * 100.0
    );
    match abstained > abstained_held_out + settings.max_more_abstained {
        true => failures.push(format!("{words} ([promote] max_more_abstained)")),
        false => seen.push(words),
    }
    let words = format!(
        "it puts {:.0} % of them into other categories than held-out ones, chance explains {:.0} %",
        shift * 100.0,
        shift_by_chance * 100.0
    );
    match shift > settings.max_shift && shift > shift_by_chance {
        true => failures.push(format!("{words} ([promote] max_shift)")),
        false => seen.push(words),
    }
    (failures, seen)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(classes: &[u32], is_abstained: bool) -> Vec<Said> {
        let one = |&class: &u32| Said {
            class,
            is_abstained,
        };
        classes.iter().map(one).collect()
    }

    #[test]
    fn an_ordinary_spread_is_sane_and_a_landslide_or_silence_is_not() {
        let even: Vec<u32> = (0..400).map(|row| row % 4).collect();
        let settings = Promote::default();
        let failures = |newest: &[Said]| {
            let found = recent(newest, &said(&even, false), 4).unwrap();
            judge(found.as_ref(), &settings).0
        };
        assert!(failures(&said(&even[..100], false)).is_empty());
        assert!(failures(&said(&[2; 100], false))[0].contains("max_shift"));
        assert!(failures(&said(&even, true))[0].contains("max_more_abstained"));
        assert!(
            failures(&said(&[2; 40], true)).is_empty(),
            "too few to say anything"
        );
    }
}
