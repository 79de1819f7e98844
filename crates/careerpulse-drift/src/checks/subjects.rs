//! The share of each category or language, one exact test each, corrected for their number.

use std::collections::BTreeMap;

use super::whole::{of_predictions, tally};
use super::{Run, labels, languages, predictions};
use crate::nulls::Nulls;
use crate::report::Measurement;
use crate::sample::Sample;
use crate::stats::bh::discrete_benjamini_hochberg;
use crate::stats::hypergeometric::Hypergeometric;
use crate::words::percent;

pub(super) fn category_share(run: &Run<'_>, _: &mut Nulls) -> Vec<Measurement> {
    of_labels(run, Kind::Moved)
}

pub(super) fn new_category(run: &Run<'_>, _: &mut Nulls) -> Vec<Measurement> {
    of_labels(run, Kind::New)
}

pub(super) fn vanished_category(run: &Run<'_>, _: &mut Nulls) -> Vec<Measurement> {
    of_labels(run, Kind::Vanished)
}

pub(super) fn prediction_share(run: &Run<'_>, _: &mut Nulls) -> Vec<Measurement> {
    let subjects = test(run, of_predictions);
    let told = subjects.iter().filter(|subject| subject.is_told());
    told.map(|subject| {
        let rows = of_predictions(run.window)
            .into_iter()
            .filter(|&(_, name)| name == subject.name);
        let evidence = run.evidence(rows.map(|(row, _)| row));
        subject.measurement(run, "postings without a category predicted", evidence)
    })
    .collect()
}

pub(super) fn language_share(run: &Run<'_>, _: &mut Nulls) -> Vec<Measurement> {
    let subjects = test(run, |sample| languages(sample).collect());
    let told = subjects.iter().filter(|subject| subject.is_told());
    told.map(|subject| {
        let rows = languages(run.window).filter(|&(_, name)| name == subject.name);
        let evidence = run.evidence(rows.map(|(row, _)| row));
        subject.measurement(run, "descriptions", evidence)
    })
    .collect()
}

/// What became of a subject.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    New,
    Vanished,
    Moved,
}

/// One subject and its test.
struct Subject<'a> {
    name: &'a str,
    /// Rows of the subject and all rows, then and now.
    then: (u64, u64),
    now: (u64, u64),
    p_value: f64,
    alarm: bool,
    /// Whether no other subject is less likely by chance.
    is_first: bool,
    /// The share in the window from which on there is an alarm, on the side that it is on.
    critical: Option<f64>,
    size: f64,
}

impl Subject<'_> {
    fn kind(&self) -> Kind {
        match (self.then.0, self.now.0) {
            (0, _) => Kind::New,
            (_, 0) => Kind::Vanished,
            _ => Kind::Moved,
        }
    }

    fn is_told(&self) -> bool {
        self.alarm || self.is_first || self.kind() != Kind::Moved
    }

    fn measurement(&self, run: &Run<'_>, what: &str, evidence: Vec<i64>) -> Measurement {
        let share = |(count, rows): (u64, u64)| count as f64 / rows as f64;
        let (then, now) = (share(self.then), share(self.now));
        Measurement {
            check: run.check.name,
            subject: Some(self.name.to_owned()),
            severity: run.check.severity,
            statistic: run.check.statistic,
            value: now,
            critical: self.critical,
            p_value: self.p_value,
            level: run.level,
            false_alarm_rate: self.size,
            alarm: self.alarm,
            reference_rows: self.then.1 as usize,
            window_rows: self.now.1 as usize,
            evidence,
            words: format!(
                "{}: {} of {what} then, {} now ({} of {})",
                self.name,
                percent(then),
                percent(now),
                self.now.0,
                self.now.1
            ),
        }
    }
}

/// The tests of all categories, of which those of one kind are told.
fn of_labels(run: &Run<'_>, kind: Kind) -> Vec<Measurement> {
    let subjects = test(run, |sample| labels(sample).collect());
    let told = subjects
        .iter()
        .filter(|subject| subject.kind() == kind && subject.is_told());
    told.map(|subject| {
        let with_label = labels(run.window).filter(|&(_, name)| name == subject.name);
        // What the model still finds of a category that is no longer given.
        let without_label = predictions(run.window)
            .filter(|(_, imputed)| imputed.category == subject.name)
            .map(|(row, _)| row);
        let evidence = run.evidence(with_label.map(|(row, _)| row).chain(without_label));
        subject.measurement(run, "labelled postings", evidence)
    })
    .collect()
}

/// Tests every subject that either side has.
///
/// Where nothing has changed, the chance that Benjamini and Hochberg's procedure finds anything is the
/// level it is run at, so the family takes no more of the false-alarm rate than one test.
fn test<'a>(run: &Run<'a>, rows: fn(&Sample) -> Vec<(usize, &str)>) -> Vec<Subject<'a>> {
    let (old, new) = (rows(run.reference), rows(run.window));
    let (m, n) = (old.len() as u64, new.len() as u64);
    let counts = tally(
        old.into_iter().map(|(_, name)| name),
        new.into_iter().map(|(_, name)| name),
    );
    // Subjects with as many rows on both sides together share a law.
    let mut laws: BTreeMap<u64, (Hypergeometric, f64)> = BTreeMap::new();
    for (then, now) in counts.values() {
        let law = || (Hypergeometric::new(m + n, then + now, n), 0.0);
        laws.entry(then + now).or_insert_with(law).1 += 1.0;
    }
    let law = |&(then, now): &(u64, u64)| &laws[&(then + now)].0;
    let p_values: Vec<f64> = counts
        .values()
        .map(|counts| law(counts).p_value(counts.1))
        .collect();
    let reached = |p: f64| {
        let chances = laws.values().map(|(law, subjects)| law.size(p) * subjects);
        chances.sum::<f64>()
    };
    let adjusted = discrete_benjamini_hochberg(&p_values, reached);
    let found = adjusted.iter().filter(|&&p| p <= run.level).count();
    let level = cut(reached, run.level * found.max(1) as f64);
    let least = p_values.iter().copied().fold(f64::INFINITY, f64::min);
    let first = p_values.iter().position(|&p| p == least);
    let tests = p_values.into_iter().zip(adjusted);
    counts
        .into_iter()
        .zip(tests)
        .enumerate()
        .map(|(at, ((name, (then, now)), (p_value, adjusted)))| {
            let law = law(&(then, now));
            let is_above = now as f64 / n as f64 >= then as f64 / m as f64;
            let critical = law.critical(level, is_above);
            Subject {
                name,
                then: (then, m),
                now: (now, n),
                p_value,
                alarm: adjusted <= run.level,
                is_first: first == Some(at),
                critical: critical.map(|count| count as f64 / n as f64),
                size: law.size(level),
            }
        })
        .collect()
}

/// The p-value up to which a subject is found, where the chances of so small ones may sum to `level`.
fn cut(reached: impl Fn(f64) -> f64, level: f64) -> f64 {
    let (mut within, mut beyond) = (0.0, 1.0);
    if reached(beyond) <= level {
        return beyond;
    }
    for _ in 0..60 {
        let middle = (within + beyond) / 2.0;
        match reached(middle) <= level {
            true => within = middle,
            false => beyond = middle,
        }
    }
    within
}
