//! Alarms, distributions then and now, estimates beside the truth, and the latest checks.

use std::sync::Arc;

use careerpulse_dashboard::source::SourceError;
use careerpulse_dashboard::view::monitoring::{
    Alarm, Checked, Distribution, Estimate, Monitoring, Part,
};

use super::moment::Moment;
use super::words::{name, not_yet};
use crate::tables::Table;
use crate::tables::alarms::Alarm as AlarmRow;
use crate::tables::drift::{DistributionRow, EstimateRow, MeasurementRow};

const TABLES: [Table; 4] = [
    Table::Alarms,
    Table::Measurements,
    Table::Distributions,
    Table::Estimates,
];

/// The most alarms and windows that are shown.
const MOST: usize = 500;

/// The rows of each basis's latest window.
const LATEST: &str = "nth = 1";

/// Reads them.
///
/// # Errors
/// [`SourceError::NotYet`] where nothing was ever watched.
pub async fn monitoring(moment: &Arc<Moment>) -> Result<Arc<Monitoring>, SourceError> {
    // The table of alarms is there before: training goes by it.
    if !moment.has(Table::Measurements)? {
        return Err(not_yet("nothing has been watched yet", "monitor"));
    }
    moment
        .part("monitoring", String::new(), &TABLES, |moment| async move {
            Ok(Monitoring {
                alarms: alarms(&moment).await?,
                distributions: distributions(&moment).await?,
                estimates: estimates(&moment).await?,
                checks: checks(&moment).await?,
            })
        })
        .await
}

async fn alarms(moment: &Moment) -> Result<Vec<Alarm>, SourceError> {
    let clause = format!("order by still_on desc, first_seen desc, alarm_id limit {MOST}");
    let rows: Vec<AlarmRow> = moment.rows(Table::Alarms, &clause).await?;
    let alarm = |row: AlarmRow| Alarm {
        alarm_id: row.alarm_id,
        check: row.check,
        subject: name(&row.subject),
        words: row.words,
        severity: row.severity,
        statistic: row.statistic,
        value: row.value,
        critical: row.critical,
        p_value: row.p_value,
        false_alarm_rate: row.false_alarm_rate,
        basis: row.basis,
        window_start: row.window_start,
        window_end: row.window_end,
        window_rows: u64::try_from(row.window_rows).unwrap_or_default(),
        evidence: row.evidence,
        look_at: row.look_at,
        first_seen: row.first_seen,
        still_on: row.still_on,
        cleared_at: row.cleared_at,
        cleared_by: row.cleared_by,
        acknowledged_by: row.acknowledged_by,
    };
    Ok(rows.into_iter().map(alarm).collect())
}

/// The rows of a table whose window is the latest of what `by` keeps apart.
fn latest_windows(table: Table, by: &str, order: &str) -> String {
    format!(
        "select * from (select *, rank() over (partition by {by} \
         order by window_end desc, model_version desc, window_id desc) as nth from {}) \
         where {LATEST} order by {order}",
        table.name()
    )
}

async fn distributions(moment: &Moment) -> Result<Vec<Distribution>, SourceError> {
    if !moment.has(Table::Distributions)? {
        return Ok(Vec::new());
    }
    let sql = latest_windows(
        Table::Distributions,
        "basis, distribution",
        "basis, distribution, reference_share desc, window_share desc, name",
    );
    let mut found: Vec<Distribution> = Vec::new();
    for row in moment.select::<DistributionRow>(&sql).await? {
        let part = Part {
            name: name(&row.name),
            reference: row.reference_share,
            window: row.window_share,
        };
        match found.last_mut() {
            Some(last) if last.what == row.distribution && last.basis == row.basis => {
                last.parts.push(part);
            }
            _ => found.push(Distribution {
                what: row.distribution,
                basis: row.basis,
                window_start: row.window_start,
                window_end: row.window_end,
                parts: vec![part],
            }),
        }
    }
    Ok(found)
}

/// Of each window what was known last, the newest windows, oldest first.
async fn estimates(moment: &Moment) -> Result<Vec<Estimate>, SourceError> {
    if !moment.has(Table::Estimates)? {
        return Ok(Vec::new());
    }
    let sql = format!(
        "select * from (select *, row_number() over (partition by model_version, basis, window_id, metric \
         order by estimated_at desc, late_labels desc) as nth from {}) where {LATEST} \
         order by window_end desc, model_version desc, basis, metric limit {MOST}",
        Table::Estimates.name()
    );
    let mut rows: Vec<EstimateRow> = moment.select(&sql).await?;
    rows.reverse();
    let estimate = |row: EstimateRow| Estimate {
        model_version: row.model_version,
        basis: row.basis,
        metric: row.metric,
        window_start: row.window_start,
        window_end: row.window_end,
        estimate: row.estimate,
        lo: row.estimate_lo,
        hi: row.estimate_hi,
        late_labels: u64::try_from(row.late_labels).unwrap_or_default(),
        late_estimate: row.late_estimate,
        late_lo: row.late_lo,
        late_hi: row.late_hi,
        truth: row.truth,
    };
    Ok(rows.into_iter().map(estimate).collect())
}

async fn checks(moment: &Moment) -> Result<Vec<Checked>, SourceError> {
    if !moment.has(Table::Measurements)? {
        return Ok(Vec::new());
    }
    let sql = latest_windows(
        Table::Measurements,
        "basis",
        "basis, alarm desc, \"check\", subject",
    );
    let rows: Vec<MeasurementRow> = moment.select(&sql).await?;
    let checked = |row: MeasurementRow| Checked {
        check: row.check,
        subject: name(&row.subject),
        basis: row.basis,
        value: row.value,
        critical: row.critical,
        p_value: row.p_value,
        alarm: row.alarm,
        words: row.words,
    };
    Ok(rows.into_iter().map(checked).collect())
}
