//! What was measured on a window, as rows and as a look that alarms follow from.

use careerpulse_drift::{Measurement, Report, Skipped};
use chrono::{DateTime, Utc};

use super::finding::{Finding, Look};
use super::windows::Window;
use crate::tables::Table;
use crate::tables::drift::{DistributionRow, MeasurementRow};
use crate::tables::ml::ModelVersion;

/// The rows of `measurements`: a check that was passed over has one too, so that a measured window always
/// has some.
pub fn measurement_rows(
    window: &Window,
    version: &ModelVersion,
    report: &Report,
    now: DateTime<Utc>,
) -> Vec<MeasurementRow> {
    let row = |check: &str| MeasurementRow {
        model_version: version.version,
        basis: window.basis.word().to_owned(),
        window_id: window.id.clone(),
        check: check.to_owned(),
        subject: String::new(),
        window_start: window.start,
        window_end: window.end,
        severity: severity_of(check).to_owned(),
        statistic: String::new(),
        value: None,
        critical: None,
        p_value: None,
        false_alarm_rate: None,
        alarm: false,
        reference_rows: 0,
        window_rows: 0,
        words: String::new(),
        measured_at: now,
    };
    let measured = |found: &Measurement| MeasurementRow {
        subject: found.subject.clone().unwrap_or_default(),
        statistic: found.statistic.to_owned(),
        value: Some(found.value),
        critical: found.critical,
        p_value: Some(found.p_value),
        false_alarm_rate: Some(found.false_alarm_rate),
        alarm: found.alarm,
        reference_rows: found.reference_rows as i64,
        window_rows: found.window_rows as i64,
        words: found.words.clone(),
        ..row(found.check)
    };
    let passed_over = |skipped: &Skipped| MeasurementRow {
        words: format!("passed over: {}", skipped.reason),
        ..row(skipped.check)
    };
    let measured = report.measurements.iter().map(measured);
    measured
        .chain(report.skipped.iter().map(passed_over))
        .collect()
}

/// The rows of `distributions`.
pub fn distribution_rows(
    window: &Window,
    version: &ModelVersion,
    report: &Report,
) -> Vec<DistributionRow> {
    let distributions = report.distributions.iter();
    distributions
        .map(|distribution| DistributionRow {
            model_version: version.version,
            basis: window.basis.word().to_owned(),
            window_id: window.id.clone(),
            window_start: window.start,
            window_end: window.end,
            distribution: distribution.what.to_owned(),
            name: distribution.name.clone(),
            reference_count: distribution.reference.count as i64,
            reference_share: distribution.reference.share,
            window_count: distribution.window.count as i64,
            window_share: distribution.window.share,
        })
        .collect()
}

/// The look that alarms follow from.
pub fn look(window: &Window, version: &ModelVersion, report: &Report) -> Look {
    let alarms = report.measurements.iter().filter(|found| found.alarm);
    let is_asked = |check: &&careerpulse_drift::Check| {
        report
            .skipped
            .iter()
            .all(|skipped| skipped.check != check.name)
    };
    let asked = careerpulse_drift::CHECKS.iter().filter(is_asked);
    Look {
        basis: window.basis.word(),
        model_version: Some(version.version),
        window_id: window.id.clone(),
        start: window.start,
        end: window.end,
        data_until: window.data_until,
        asked: asked.map(|check| check.name).collect(),
        findings: alarms
            .map(|found| finding(window, version, found))
            .collect(),
    }
}

fn finding(window: &Window, version: &ModelVersion, found: &Measurement) -> Finding {
    Finding {
        check: found.check,
        subject: found.subject.clone().unwrap_or_default(),
        severity: found.severity.word(),
        statistic: found.statistic,
        value: found.value,
        critical: found.critical.unwrap_or(found.value),
        p_value: Some(found.p_value),
        false_alarm_rate: Some(found.false_alarm_rate),
        window_rows: found.window_rows,
        reference_rows: Some(found.reference_rows),
        words: found.words.clone(),
        evidence: found.evidence.clone(),
        look_at: format!(
            "select p.* from {} p where {}",
            Table::JobPostings.name(),
            window.condition(version)
        ),
    }
}

fn severity_of(check: &str) -> &'static str {
    let mut checks = careerpulse_drift::CHECKS.iter();
    checks
        .find(|known| known.name == check)
        .map_or("", |known| known.severity.word())
}
