//! Numbers, then and now, by Kolmogorov and Smirnov's test.

use super::{Run, predictions};
use crate::nulls::Nulls;
use crate::report::Measurement;
use crate::sample::Sample;
use crate::stats::ks::{critical_gap, ks};
use crate::words::percent;

pub(super) fn confidence(run: &Run<'_>, _: &mut Nulls) -> Vec<Measurement> {
    let rows = |sample: &Sample| {
        let scored = predictions(sample);
        scored
            .map(|(row, imputed)| (row, f64::from(imputed.probability)))
            .collect()
    };
    let words = |at: f64| format!("Predictions with a probability of at most {at:.2}");
    vec![one(run, rows, words)]
}

pub(super) fn length(run: &Run<'_>, _: &mut Nulls) -> Vec<Measurement> {
    let rows = |sample: &Sample| {
        let lengths = sample.lengths.iter().map(|&length| f64::from(length));
        lengths.enumerate().collect()
    };
    let words = |at: f64| format!("Descriptions of at most {at:.0} characters");
    vec![one(run, rows, words)]
}

fn one(
    run: &Run<'_>,
    rows: fn(&Sample) -> Vec<(usize, f64)>,
    words: fn(f64) -> String,
) -> Measurement {
    let (old, mut new) = (rows(run.reference), rows(run.window));
    let values = |rows: &[(usize, f64)]| rows.iter().map(|&(_, v)| v).collect::<Vec<f64>>();
    let (then, now) = (values(&old), values(&new));
    let found = ks(&then, &now);
    let critical = critical_gap(then.len() as u64, now.len() as u64, run.level);
    let below = |values: &[f64]| {
        let below = values.iter().filter(|&&value| value <= found.at).count();
        below as f64 / values.len() as f64
    };
    let (was, is) = (below(&then), below(&now));
    // The end of the window's values that has more rows than it had.
    new.sort_by(|a, b| a.1.total_cmp(&b.1));
    if is < was {
        new.reverse();
    }
    Measurement {
        check: run.check.name,
        subject: None,
        severity: run.check.severity,
        statistic: run.check.statistic,
        value: found.gap,
        critical: critical.map(|(gap, _)| gap),
        p_value: found.p_value,
        level: run.level,
        false_alarm_rate: critical.map_or(0.0, |(_, rate)| rate),
        alarm: critical.is_some_and(|(gap, _)| found.gap >= gap),
        reference_rows: old.len(),
        window_rows: new.len(),
        evidence: run.evidence(new.iter().map(|&(row, _)| row)),
        words: format!(
            "{}: {} then, {} now",
            words(found.at),
            percent(was),
            percent(is)
        ),
    }
}
