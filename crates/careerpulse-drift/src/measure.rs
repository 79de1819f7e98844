//! All checks of a window.

use std::collections::BTreeSet;

use crate::checks::{CHECKS, Check, Run};
use crate::error::DriftError;
use crate::nulls::Nulls;
use crate::pictures::distributions;
use crate::report::{Report, Skipped};
use crate::sample::Sample;
use crate::settings::Settings;

/// Measures how far `window` has drifted from `reference`.
///
/// Each family of checks that has [`Settings::min_rows`] rows of its own on both sides runs at an even
/// part of [`Settings::false_alarm_rate`] (Bonferroni), so that a window without drift raises any alarm
/// with at most that chance; the others are skipped with a reason. Null distributions that `nulls` lacks
/// are drawn and added; see [`Nulls`]. The result does not depend on the number of threads. Errors on
/// settings out of range, columns that do not fit, and vectors of different widths.
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
    let families: BTreeSet<&str> = runs.iter().map(|check| check.family).collect();
    let level = match families.len() {
        0 => 0.0,
        tests => settings.false_alarm_rate / tests as f64,
    };
    let mut measurements = Vec::new();
    for check in runs {
        let run = Run {
            check,
            reference,
            window,
            settings,
            level,
        };
        measurements.append(&mut (check.run)(&run, nulls));
    }
    Ok(Report {
        measurements,
        distributions: distributions(reference, window),
        skipped: skips
            .into_iter()
            .map(|check| Skipped {
                check: check.name,
                reason: lacks(check).unwrap_or_default(),
            })
            .collect(),
        level,
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
