//! What a generated source is like: the flags that `sample` and `replay` share.

use careerpulse_replay::Lifetimes;
use careerpulse_replay::sample::{Life, LifeParams, SampleParams, Shift, read_share};

use super::args::WorldArgs;
use crate::error::UserError;

/// So many postings of such a source.
///
/// # Errors
/// Shifts without a day each.
pub fn sample_params(
    postings: usize,
    seed: u64,
    args: &WorldArgs,
) -> Result<SampleParams, UserError> {
    let default = SampleParams::default();
    Ok(SampleParams {
        postings,
        seed,
        days: args.days.unwrap_or(default.days),
        last_day: args.last_day.unwrap_or(default.last_day),
        steady: args.steady,
        unlabelled: args.unlabelled,
        shifts: shifts_of(args)?,
    })
}

/// The life of such postings.
///
/// # Errors
/// Parameters out of their range.
pub fn life_of(sample: SampleParams, lifetimes: Lifetimes) -> Result<Life, UserError> {
    let params = LifeParams {
        sample,
        lifetimes,
        ..LifeParams::default()
    };
    Life::generate(&params).map_err(|e| UserError::new(e.to_string()))
}

/// Whether any flag of a generated source was given.
pub fn is_given(args: &WorldArgs) -> bool {
    args.steady
        || !args.shifts.is_empty()
        || args.days.is_some()
        || args.last_day.is_some()
        || args.unlabelled.is_some()
}

/// Reads `--unlabelled`.
///
/// # Errors
/// Anything but a share.
pub fn share(text: &str) -> Result<f64, String> {
    read_share(text).ok_or_else(|| "give a share from 0 to 1 or from 0% to 100%".into())
}

/// Reads `--lifetime`, as in `5-60`.
///
/// # Errors
/// Anything but two numbers of days, the smaller first.
pub fn lifetimes(text: &str) -> Result<Lifetimes, String> {
    let bounds = text.split_once('-').and_then(|(shortest, longest)| {
        let bounds: (u32, u32) = (shortest.trim().parse().ok()?, longest.trim().parse().ok()?);
        (1..=bounds.1).contains(&bounds.0).then_some(bounds)
    });
    let Some((shortest, longest)) = bounds else {
        return Err("give the fewest and the most days, as in 5-60".into());
    };
    Ok(Lifetimes {
        shortest,
        longest,
        ..Lifetimes::default()
    })
}

fn shifts_of(args: &WorldArgs) -> Result<Vec<Shift>, UserError> {
    let days = match args.shift_from[..] {
        [day] => vec![day; args.shifts.len()],
        ref days => days.to_vec(),
    };
    if days.len() != args.shifts.len() {
        return Err(UserError::new(format!(
            "--shift-from comes once for all shifts or once for each, in their order; there are {} shifts and {} days",
            args.shifts.len(),
            days.len()
        )));
    }
    let shifts = args.shifts.iter().zip(days);
    Ok(shifts
        .map(|(kind, from)| Shift {
            kind: kind.clone(),
            from,
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lifetimes_are_two_numbers_of_days() {
        let read = lifetimes("5-23").expect("two numbers");
        assert_eq!((read.shortest, read.longest), (5, 23));
        for odd in ["", "5", "5-", "-5", "0-5", "6-5", "five-6"] {
            assert!(lifetimes(odd).is_err(), "{odd}");
        }
    }
}
