//! All checks of a window.

use std::collections::BTreeMap;

use crate::checks::{CHECKS, Check, Run};
use crate::error::DriftError;
use crate::nulls::Nulls;
use crate::pictures::distributions;
use crate::report::{Measurement, Report, Skipped};
use crate::sample::Sample;
use crate::settings::Settings;

/// Measures how far `window` has drifted from `reference`.
///
/// Each family of checks that has [`Settings::min_rows`] rows of its own on both sides runs at its portion
/// of [`Settings::false_alarm_rate`] (weighted Bonferroni), so that a window without drift raises any alarm
/// with at most that chance; the others are skipped with a reason. In a window that has alarmed, that chance
/// is spent, so each family of many subjects is read again at the whole rate, to name all that moved.
///
/// Null distributions that `nulls` lacks are drawn and added; see [`Nulls`]. The result does not depend on
/// the number of threads. Errors on settings out of range, columns that do not fit, and vectors of
/// different widths.
pub fn measure(
    reference: &Sample,
    window: &Sample,
    settings: &Settings,
    nulls: &mut Nulls,
) -> Result<Report, DriftError> {
    settings.check()?;
    reference.check("reference")?;
    window.check("window")?;
    if let (Some(old), Some(new)) = (&reference.vectors, &window.vectors)
        && old.dim != new.dim
    {
        return Err(DriftError::Width {
            reference: old.dim,
            window: new.dim,
        });
    }
    let lacks = |check: &Check| lacking(check, reference, window, settings.min_rows);
    let (runs, skips): (Vec<&'static Check>, Vec<&Check>) =
        CHECKS.iter().partition(|check| lacks(check).is_none());
    let families: BTreeMap<&str, f64> = runs
        .iter()
        .map(|check| (check.family, check.weight))
        .collect();
    let weights: f64 = families.values().sum();
    let mut run = |check: &'static Check, level| {
        let run = Run {
            check,
            reference,
            window,
            settings,
            level,
        };
        (check.run)(&run, nulls)
    };
    let rate = settings.false_alarm_rate;
    let mut measured: Vec<(&'static Check, Vec<Measurement>)> = runs
        .into_iter()
        .map(|check| (check, run(check, rate * check.weight / weights)))
        .collect();
    let is_loud = |(_, found): &(_, Vec<Measurement>)| found.iter().any(|one| one.alarm);
    if measured.iter().any(is_loud) {
        for (check, found) in &mut measured {
            if check.names_subjects {
                *found = run(check, rate);
            }
        }
    }
    Ok(Report {
        measurements: measured.into_iter().flat_map(|(_, found)| found).collect(),
        distributions: distributions(reference, window),
        skipped: skips
            .into_iter()
            .map(|check| Skipped {
                check: check.name,
                reason: lacks(check).unwrap_or_default(),
            })
            .collect(),
    })
}

/// Why a check cannot run.
fn lacking(check: &Check, reference: &Sample, window: &Sample, least: usize) -> Option<String> {
    [("reference", reference), ("window", window)]
        .into_iter()
        .find_map(|(side, sample)| {
            let rows = (check.rows)(sample);
            let too_few = rows < least;
            too_few.then(|| {
                format!("{rows} rows of the {side} have what it watches; it needs {least}")
            })
        })
}
