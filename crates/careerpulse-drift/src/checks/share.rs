//! One share, then and now, by Fisher's exact test.

use super::{Run, predictions};
use crate::nulls::Nulls;
use crate::report::Measurement;
use crate::sample::Sample;
use crate::stats::hypergeometric::Hypergeometric;
use crate::words::percent;

pub(super) fn missing(run: &Run<'_>, _: &mut Nulls) -> Vec<Measurement> {
    let rows = |sample: &Sample| {
        let labels = sample.categories.iter().zip(&sample.fresh).enumerate();
        let fresh = labels.filter(|(_, (_, fresh))| **fresh);
        fresh
            .map(|(row, (label, _))| (row, label.is_none()))
            .collect()
    };
    vec![one(
        run,
        rows,
        "Postings without a category when they were new",
    )]
}

pub(super) fn abstention(run: &Run<'_>, _: &mut Nulls) -> Vec<Measurement> {
    let rows = |sample: &Sample| {
        let scored = predictions(sample).map(|(row, imputed)| (row, imputed.abstained));
        scored.collect()
    };
    vec![one(run, rows, "Predictions too unsure to be used")]
}

fn one(run: &Run<'_>, rows: fn(&Sample) -> Vec<(usize, bool)>, what: &str) -> Measurement {
    let (old, new) = (rows(run.reference), rows(run.window));
    let marked = |rows: &[(usize, bool)]| rows.iter().filter(|(_, is)| *is).count() as u64;
    let (m, n) = (old.len() as u64, new.len() as u64);
    let (then, now) = (marked(&old), marked(&new));
    let law = Hypergeometric::new(m + n, then + now, n);
    let (was, is) = (then as f64 / m as f64, now as f64 / n as f64);
    let critical = law.critical(run.level, is >= was);
    let p_value = law.p_value(now);
    let of_it = new.iter().filter(|(_, marked)| *marked == (is >= was));
    Measurement {
        check: run.check.name,
        subject: None,
        severity: run.check.severity,
        statistic: run.check.statistic,
        value: is,
        critical: critical.map(|count| count as f64 / n as f64),
        p_value,
        level: run.level,
        false_alarm_rate: law.size(run.level),
        alarm: p_value <= run.level,
        reference_rows: old.len(),
        window_rows: new.len(),
        evidence: run.evidence(of_it.map(|(row, _)| *row)),
        words: format!("{what}: {} then, {} now", percent(was), percent(is)),
    }
}
