//! Which columns each record has: its fields, under their names.

use super::cell::{Cell, ToCell};
use super::{Column, Table, Tabular};
use crate::view::category::{CategoryScore, PostingLine, Segment};
use crate::view::classify::Classified;
use crate::view::demand::{Day, ForecastDay};
use crate::view::imputation::{Neighbour, Scored, Suspect};
use crate::view::models::{CategoryChange, Confused, CoveragePoint, Decision, Version};
use crate::view::monitoring::{Alarm, Checked, Distribution, Estimate, Part};
use crate::view::overview::CategoryLine;
use crate::view::pipeline::{SliceCoverage, StageRun, TableCard};

macro_rules! tabular {
    ($record:ty: $($field:ident),* $(,)?) => {
        impl Tabular for $record {
            const COLUMNS: &'static [Column<$record>] =
                &[$((stringify!($field), |row| row.$field.cell())),*];
        }
    };
}

tabular!(Day: date, observed, imputed, corrected, corrected_lo, corrected_hi, interpolated, active, index,
    adjusted_index, collected, backfilled);
tabular!(ForecastDay: date, mean, lo80, hi80, lo95, hi95);
tabular!(CategoryLine: name, recent, before, change, active, imputed_share);
tabular!(Segment: name, recent, before);
tabular!(CategoryScore: model_version, category, precision, recall, f1, support);
tabular!(PostingLine: posting_id, title, company, location, published, category, is_imputed, probability,
    is_abstained, scored_at);
tabular!(Scored: category, probability);
tabular!(Neighbour: posting_id, similarity, title, company, category, description);
tabular!(Suspect: posting_id, title, category, suggestion, probability, suggested_probability);
tabular!(Version: version, standing, method, classifier, training_postings, macro_f1, accuracy,
    calibration_error, reasons, created_at);
tabular!(Confused: category, predicted, postings);
tabular!(CoveragePoint: threshold, coverage, accuracy);
tabular!(Decision: version, replaces, action, verdict, reasons, decided_by, decided_at);
tabular!(Alarm: alarm_id, check, subject, words, severity, statistic, value, critical, p_value,
    false_alarm_rate, basis, window_start, window_end, window_rows, evidence, look_at, first_seen, still_on,
    cleared_at, cleared_by, acknowledged_by);
tabular!(Estimate: model_version, basis, metric, window_start, window_end, estimate, lo, hi, late_labels,
    late_estimate, late_lo, late_hi, truth);
tabular!(Checked: check, subject, basis, value, critical, p_value, alarm, words);
tabular!(StageRun: run_id, stage, status, started_at, seconds, rows_read, rows_written, rows_rejected, note);
tabular!(SliceCoverage: slice, reachable, pages, share, finished_at, error);
tabular!(TableCard: name, comment, version);

impl Tabular for CategoryChange {
    const COLUMNS: &'static [Column<CategoryChange>] = &[
        ("categories", |row| row.categories.cell()),
        ("postings", |row| row.postings.cell()),
        ("candidate", |row| row.f1.candidate.cell()),
        ("production", |row| row.f1.production.cell()),
        ("change", |row| row.f1.change.cell()),
        ("low", |row| row.f1.low.cell()),
        ("high", |row| row.f1.high.cell()),
    ];
}

impl Tabular for Classified {
    const COLUMNS: &'static [Column<Classified>] = &[
        ("category", |row| row.category.cell()),
        ("probability", |row| row.probability.cell()),
        ("gap", |row| row.gap.cell()),
        ("abstained", |row| row.abstained.cell()),
        ("second", |row| {
            nth(row, 1).map(|scored| scored.category.clone()).cell()
        }),
        ("second_probability", |row| {
            nth(row, 1).map(|scored| scored.probability).cell()
        }),
        ("third", |row| {
            nth(row, 2).map(|scored| scored.category.clone()).cell()
        }),
        ("third_probability", |row| {
            nth(row, 2).map(|scored| scored.probability).cell()
        }),
        ("model_version", |row| row.model_version.cell()),
    ];
}

/// The parts of distributions as a table, each with what tells its distribution from others.
pub fn distributions(distributions: &[Distribution]) -> Table {
    let row = |whole: &Distribution, part: &Part| -> Vec<Cell> {
        vec![
            whole.what.cell(),
            whole.basis.cell(),
            whole.window_start.cell(),
            whole.window_end.cell(),
            part.name.cell(),
            part.reference.cell(),
            part.window.cell(),
        ]
    };
    let parts = |whole: &'_ Distribution| -> Vec<Vec<Cell>> {
        whole.parts.iter().map(|part| row(whole, part)).collect()
    };
    Table {
        header: vec![
            "what",
            "basis",
            "window_start",
            "window_end",
            "name",
            "reference",
            "window",
        ],
        rows: distributions.iter().flat_map(parts).collect(),
    }
}

fn nth(classified: &Classified, place: usize) -> Option<&Scored> {
    classified.top3.get(place)
}
