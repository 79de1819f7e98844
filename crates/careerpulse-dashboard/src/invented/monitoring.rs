//! Alarms of each kind, distributions, estimates, checks.

use chrono::Days;

use super::{CATEGORIES, hours_ago, noise, today};
use crate::view::monitoring::{Alarm, Checked, Distribution, Estimate, Monitoring, Part};

/// The monitoring page's records.
pub(super) fn monitoring() -> Monitoring {
    Monitoring {
        alarms: alarms(),
        distributions: vec![
            distribution("label_distribution", "ingested", &CATEGORIES[..12], 1),
            distribution("predicted_distribution", "published", &CATEGORIES[..12], 50),
            distribution(
                "language",
                "ingested",
                &[
                    "English",
                    "German",
                    "French",
                    "Spanish",
                    "Portuguese",
                    "other",
                ],
                90,
            ),
            distribution(
                "text_length",
                "ingested",
                &[
                    "under 500",
                    "500 to 1,000",
                    "1,000 to 2,000",
                    "2,000 to 4,000",
                    "over 4,000",
                ],
                120,
            ),
        ],
        estimates: estimates(),
        checks: checks(),
    }
}

fn alarms() -> Vec<Alarm> {
    let alarm = |id: &str, check: &str, subject: &str, severity: &str, words: &str, hours| {
        Alarm {
        alarm_id: id.to_owned(),
        check: check.to_owned(),
        subject: subject.to_owned(),
        words: words.to_owned(),
        severity: severity.to_owned(),
        statistic: "js_distance".to_owned(),
        value: 0.141,
        critical: 0.082,
        p_value: Some(0.0004),
        false_alarm_rate: Some(0.01),
        basis: "ingested".to_owned(),
        window_start: today() - Days::new(9),
        window_end: today(),
        window_rows: 1_412,
        evidence: vec![9_100_003, 9_100_041, 9_100_077],
        look_at: "select category, count(*) from gold.labeled_postings\nwhere first_seen_at > '2026-11-11' group by 1 order by 2 desc".to_owned(),
        first_seen: hours_ago(hours),
        still_on: true,
        cleared_at: None,
        cleared_by: None,
        acknowledged_by: None,
    }
    };
    let share = alarm(
        "b1f0c2",
        "category_share",
        "Retail",
        "retrain",
        "Retail's share of new labelled postings has more than doubled, from 4.1 % to 9.3 %; by chance that happens in fewer than 1 of 100 such windows.",
        30,
    );
    let whole = alarm(
        "77ad90",
        "label_distribution",
        "",
        "retrain",
        "The categories of new postings are no longer those the model was trained on.",
        30,
    );
    let fresh = Alarm {
        statistic: "hours_since_last_answer".to_owned(),
        value: 51.0,
        critical: 36.0,
        p_value: None,
        false_alarm_rate: None,
        basis: "crawl".to_owned(),
        acknowledged_by: Some("mira".to_owned()),
        ..alarm(
            "04c5e1",
            "freshness",
            "category=Education",
            "warn",
            "The slice category=Education has had no answer for 51 hours; others had one today.",
            12,
        )
    };
    let field = Alarm {
        statistic: "unknown_fields".to_owned(),
        value: 1.0,
        critical: 1.0,
        p_value: None,
        evidence: Vec::new(),
        basis: "crawl".to_owned(),
        look_at: "select * from silver.unknown_fields".to_owned(),
        ..alarm(
            "5e33bd",
            "schema",
            "salary_range",
            "warn",
            "The source sends a field that is not known: salary_range <script>alert(1)</script>.",
            12,
        )
    };
    let late = Alarm {
        statistic: "accuracy".to_owned(),
        basis: "late_labels".to_owned(),
        still_on: false,
        cleared_at: Some(hours_ago(70)),
        cleared_by: Some("the window 2026-w44 is quiet".to_owned()),
        ..alarm(
            "9a2217",
            "late_accuracy",
            "",
            "warn",
            "Of 164 postings whose label arrived late 71.3 % were imputed right; 80.4 % were expected.",
            400,
        )
    };
    vec![share, whole, fresh, field, late]
}

fn distribution(what: &str, basis: &str, names: &[&str], seed: u64) -> Distribution {
    let weights: Vec<(f64, f64)> = (0..names.len() as u64)
        .map(|at| {
            let then = 1.0 / (at as f64 + 1.5);
            (then, then * (0.7 + 0.7 * noise(seed + at)))
        })
        .collect();
    let (then, now): (f64, f64) = weights
        .iter()
        .fold((0.0, 0.0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    let parts = names.iter().zip(&weights).map(|(name, weight)| Part {
        name: (*name).to_owned(),
        reference: weight.0 / then,
        window: weight.1 / now,
    });
    Distribution {
        what: what.to_owned(),
        basis: basis.to_owned(),
        window_start: today() - Days::new(9),
        window_end: today(),
        parts: parts.collect(),
    }
}

fn estimates() -> Vec<Estimate> {
    let mut estimates = Vec::new();
    for (metric, level) in [("accuracy", 0.86), ("macro_f1", 0.81)] {
        for window in 0..22_u64 {
            let sinking = if window > 15 {
                0.011 * (window - 15) as f64
            } else {
                0.0
            };
            let estimate = level - sinking + 0.02 * (noise(window + 300) - 0.5);
            let late = (window > 2 && window < 20).then_some(estimate - 0.02);
            estimates.push(Estimate {
                model_version: if window > 12 { 7 } else { 6 },
                basis: "ingested".to_owned(),
                metric: metric.to_owned(),
                window_start: today() - Days::new((21 - window) * 9 + 8),
                window_end: today() - Days::new((21 - window) * 9),
                estimate: Some(estimate),
                lo: Some(estimate - 0.018),
                hi: Some(estimate + 0.018),
                late_labels: if late.is_some() { 80 + window * 6 } else { 0 },
                late_estimate: late,
                late_lo: late.map(|value| value - 0.05),
                late_hi: late.map(|value| value + 0.05),
                truth: late.map(|value| value + 0.09 * (noise(window + 700) - 0.6)),
            });
        }
    }
    estimates
}

fn checks() -> Vec<Checked> {
    let kinds = [
        "label_distribution",
        "predicted_distribution",
        "confidence",
        "abstention",
        "embedding_drift",
        "text_length",
        "missing_categories",
    ];
    let mut checks: Vec<Checked> = kinds
        .iter()
        .enumerate()
        .map(|(at, kind)| {
            let alarm = at == 0;
            let value = if alarm {
                0.141
            } else {
                0.02 + 0.04 * noise(at as u64 + 60)
            };
            Checked {
                check: (*kind).to_owned(),
                subject: String::new(),
                basis: "ingested".to_owned(),
                value: Some(value),
                critical: Some(0.082),
                p_value: Some(if alarm {
                    0.0004
                } else {
                    0.1 + 0.8 * noise(at as u64)
                }),
                alarm,
                words: if alarm {
                    "more than chance explains"
                } else {
                    "as chance explains"
                }
                .to_owned(),
            }
        })
        .collect();
    checks.push(Checked {
        check: "category_share".to_owned(),
        subject: "Real Estate".to_owned(),
        basis: "ingested".to_owned(),
        value: None,
        critical: None,
        p_value: None,
        alarm: false,
        words:
            "passed over: 31 rows are too few to tell; they are taken together with the next window"
                .to_owned(),
    });
    checks
}
