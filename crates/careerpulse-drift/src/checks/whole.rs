//! Whether the kinds of rows are spread as they were, taken together.

use std::collections::BTreeMap;

use super::{Run, labels, predictions};
use crate::nulls::{Key, Nulls, grid};
use crate::report::Measurement;
use crate::sample::Sample;
use crate::stats::divergence::{jensen_shannon, psi};
use crate::stats::multinomial::LogFactorials;
use crate::words::{moved, percent};

pub(super) fn labels_psi(run: &Run<'_>, nulls: &mut Nulls) -> Vec<Measurement> {
    let what = "categories of labelled postings";
    vec![spread(run, nulls, of_labels, psi, what)]
}

pub(super) fn labels_js(run: &Run<'_>, nulls: &mut Nulls) -> Vec<Measurement> {
    let what = "categories of labelled postings";
    vec![spread(run, nulls, of_labels, jensen_shannon, what)]
}

pub(super) fn predictions_psi(run: &Run<'_>, nulls: &mut Nulls) -> Vec<Measurement> {
    let what = "categories predicted for postings without one";
    vec![spread(run, nulls, of_predictions, psi, what)]
}

pub(super) fn predictions_js(run: &Run<'_>, nulls: &mut Nulls) -> Vec<Measurement> {
    let what = "categories predicted for postings without one";
    vec![spread(run, nulls, of_predictions, jensen_shannon, what)]
}

/// Counts of each kind, then and now, by name.
pub(crate) fn tally<'a>(
    then: impl Iterator<Item = &'a str>,
    now: impl Iterator<Item = &'a str>,
) -> BTreeMap<&'a str, (u64, u64)> {
    let mut counts: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for name in then {
        counts.entry(name).or_default().0 += 1;
    }
    for name in now {
        counts.entry(name).or_default().1 += 1;
    }
    counts
}

fn of_labels(sample: &Sample) -> Vec<(usize, &str)> {
    labels(sample).collect()
}

/// The predicted categories, with the rows that they are of.
pub(super) fn of_predictions(sample: &Sample) -> Vec<(usize, &str)> {
    let named = predictions(sample).map(|(row, imputed)| (row, imputed.category.as_str()));
    named.collect()
}

/// The distance of the window's kinds from the reference's, against the distances of samples that were
/// both drawn from the reference.
fn spread(
    run: &Run<'_>,
    nulls: &mut Nulls,
    rows: fn(&Sample) -> Vec<(usize, &str)>,
    distance: fn(&[u64], &[u64]) -> f64,
    what: &str,
) -> Measurement {
    let (old, new) = (rows(run.reference), rows(run.window));
    let (m, n) = (old.len(), new.len());
    let counts = tally(
        old.iter().map(|&(_, name)| name),
        new.iter().map(|&(_, name)| name),
    );
    let (then, now): (Vec<u64>, Vec<u64>) = counts.values().copied().unzip();
    let value = distance(&then, &now);

    let drawn_rows = grid(n);
    let log = LogFactorials::up_to(m.max(drawn_rows));
    let key = Key {
        check: run.check.name,
        reference_rows: m,
        window_rows: drawn_rows,
        seed: run.settings.seed,
    };
    let null = nulls.obtain(key, run.draws(run.settings.draws), |rng| {
        let drawn_then = log.multinomial(&then, m, rng);
        let drawn_now = log.multinomial(&then, drawn_rows, rng);
        distance(&drawn_then, &drawn_now)
    });
    let critical = null.critical(run.level);
    let alarm = critical.is_some_and(|(critical, _)| value >= critical);

    // The kind that moved most.
    let share = |count: u64, rows: usize| count as f64 / rows as f64;
    let change = |&(then, now): &(u64, u64)| share(now, n) - share(then, m);
    let most = counts
        .iter()
        .max_by(|a, b| change(a.1).abs().total_cmp(&change(b.1).abs()));
    let (name, (was, is)) = most.map_or(("", (0, 0)), |(name, counts)| (*name, *counts));
    let of_it = new.iter().filter(|&&(_, other)| other == name);
    Measurement {
        check: run.check.name,
        subject: None,
        severity: run.check.severity,
        statistic: run.check.statistic,
        value,
        critical: critical.map(|(critical, _)| critical),
        p_value: null.p_value(value),
        level: run.level,
        false_alarm_rate: critical.map_or(0.0, |(_, rate)| rate),
        alarm,
        reference_rows: m,
        window_rows: n,
        evidence: run.evidence(of_it.map(|&(row, _)| row)),
        words: format!(
            "The {what} {}; most in {name}: {} then, {} now",
            moved(alarm),
            percent(share(was, m)),
            percent(share(is, n)),
        ),
    }
}
