//! The life of alarms: raised by one look, kept on by the next, cleared by a quiet one or a new version.

use std::collections::BTreeMap;

use careerpulse_model::sha256_hex;
use chrono::{DateTime, Utc};

use super::finding::{Finding, Look};
use crate::tables::alarms::Alarm;

/// The end of the words for an alarm that went off because another version is in production.
const TOOK_OVER: &str = "took over";

/// The alarms after some looks, in the order of their ids; the same looks again change nothing.
///
/// `production` is the version that imputes now, with the moment at which it took over.
pub fn after_looks(
    stored: Vec<Alarm>,
    looks: &[Look],
    production: Option<(i64, DateTime<Utc>)>,
    now: DateTime<Utc>,
) -> Vec<Alarm> {
    let mut alarms: BTreeMap<String, Alarm> = stored
        .into_iter()
        .map(|alarm| (alarm.alarm_id.clone(), alarm))
        .collect();
    // A version that reigns again, after a rollback, has its alarms back.
    for alarm in alarms.values_mut() {
        let is_superseded = alarm
            .cleared_by
            .as_ref()
            .is_some_and(|by| by.ends_with(TOOK_OVER));
        let reigns = production.is_some_and(|(version, _)| alarm.model_version == Some(version));
        if is_superseded && reigns {
            alarm.still_on = true;
            alarm.cleared_at = None;
            alarm.cleared_by = None;
        }
    }
    for look in looks {
        heed(&mut alarms, look, now);
    }
    for alarm in alarms.values_mut().filter(|alarm| alarm.still_on) {
        let Some((version, since)) = production else {
            continue;
        };
        if alarm.model_version.is_some_and(|own| own != version) {
            clear(alarm, since, format!("version {version} {TOOK_OVER}"));
        }
    }
    alarms.into_values().collect()
}

fn heed(alarms: &mut BTreeMap<String, Alarm>, look: &Look, now: DateTime<Utc>) {
    let is_of_look = |alarm: &Alarm| {
        alarm.basis == look.basis
            && alarm.model_version == look.model_version
            && look.asked.iter().any(|check| *check == alarm.check)
    };
    let is_same = |alarm: &Alarm, finding: &Finding| {
        alarm.check == finding.check && alarm.subject == finding.subject
    };
    for alarm in alarms.values_mut().filter(|alarm| alarm.still_on) {
        let is_found = look.findings.iter().any(|finding| is_same(alarm, finding));
        if is_of_look(alarm) && !is_found {
            clear(
                alarm,
                now,
                format!("the window {} is quiet", look.window_id),
            );
        }
    }
    for finding in &look.findings {
        let on = alarms
            .values()
            .find(|alarm| alarm.still_on && is_of_look(alarm) && is_same(alarm, finding));
        let id = on.map_or_else(|| alarm_id(look, finding), |alarm| alarm.alarm_id.clone());
        let known = alarms.remove(&id);
        alarms.insert(id.clone(), raised(id, look, finding, known, now));
    }
}

/// The alarm of a finding; one that is known keeps its beginning, and who took note of it.
fn raised(
    id: String,
    look: &Look,
    finding: &Finding,
    known: Option<Alarm>,
    now: DateTime<Utc>,
) -> Alarm {
    Alarm {
        alarm_id: id,
        check: finding.check.to_owned(),
        subject: finding.subject.clone(),
        basis: look.basis.to_owned(),
        model_version: look.model_version,
        severity: finding.severity.to_owned(),
        statistic: finding.statistic.to_owned(),
        value: finding.value,
        critical: finding.critical,
        p_value: finding.p_value,
        false_alarm_rate: finding.false_alarm_rate,
        window_id: look.window_id.clone(),
        window_start: look.start,
        window_end: look.end,
        window_rows: finding.window_rows as i64,
        reference_rows: finding.reference_rows.map(|rows| rows as i64),
        data_until: look.data_until,
        words: finding.words.clone(),
        evidence: finding.evidence.clone(),
        look_at: finding.look_at.clone(),
        first_seen: known.as_ref().map_or(now, |alarm| alarm.first_seen),
        still_on: true,
        cleared_at: None,
        cleared_by: None,
        acknowledged_at: known.as_ref().and_then(|alarm| alarm.acknowledged_at),
        acknowledged_by: known
            .as_ref()
            .and_then(|alarm| alarm.acknowledged_by.clone()),
        notified_at: known.as_ref().and_then(|alarm| alarm.notified_at),
    }
}

fn clear(alarm: &mut Alarm, at: DateTime<Utc>, by: String) {
    alarm.still_on = false;
    alarm.cleared_at = Some(at);
    alarm.cleared_by = Some(by);
}

/// The same for the same finding on the same window, so that a look which was killed half-way and made
/// again raises one alarm.
fn alarm_id(look: &Look, finding: &Finding) -> String {
    let version = look.model_version.unwrap_or_default();
    let parts = [
        finding.check,
        &finding.subject,
        look.basis,
        &version.to_string(),
        &look.window_id,
    ];
    sha256_hex(parts.join("\u{1f}").as_bytes())[..12].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(minute: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_780_000_000 + 60 * minute, 0).unwrap()
    }

    fn finding(subject: &str) -> Finding {
        Finding {
            check: "categories",
            subject: subject.to_owned(),
            severity: "retrain",
            statistic: "share",
            value: 0.2,
            critical: 0.1,
            p_value: Some(1e-6),
            false_alarm_rate: Some(0.001),
            window_rows: 400,
            reference_rows: Some(10_000),
            words: format!("{subject} doubled"),
            evidence: vec![1, 2],
            look_at: "select 1".to_owned(),
        }
    }

    fn look(version: i64, window: u32, subjects: &[&str]) -> Look {
        Look {
            basis: "ingested",
            model_version: Some(version),
            window_id: format!("w{window}"),
            start: chrono::NaiveDate::from_ymd_opt(2026, 6, 1).unwrap(),
            end: chrono::NaiveDate::from_ymd_opt(2026, 6, 2).unwrap(),
            data_until: at(i64::from(window)),
            asked: vec!["categories"],
            findings: subjects.iter().map(|subject| finding(subject)).collect(),
        }
    }

    fn on(alarms: &[Alarm]) -> Vec<(&str, &str)> {
        let on = alarms.iter().filter(|alarm| alarm.still_on);
        on.map(|alarm| (alarm.subject.as_str(), alarm.window_id.as_str()))
            .collect()
    }

    #[test]
    fn an_alarm_is_raised_kept_cleared_and_raised_anew() {
        let step = |stored, looks: &[Look], minute| {
            after_looks(stored, looks, Some((1, at(0))), at(minute))
        };
        let first = step(Vec::new(), &[look(1, 1, &["Sales"])], 10);
        assert_eq!(on(&first), [("Sales", "w1")]);
        let kept = step(first.clone(), &[look(1, 2, &["Sales"])], 20);
        assert_eq!((kept.len(), on(&kept)), (1, vec![("Sales", "w2")]));
        assert_eq!(kept[0].first_seen, at(10), "it keeps its beginning");
        assert_eq!(kept[0].alarm_id, first[0].alarm_id);
        let quiet = step(kept, &[look(1, 3, &[])], 30);
        assert!(on(&quiet).is_empty());
        assert_eq!(quiet[0].cleared_at, Some(at(30)));
        let again = step(quiet, &[look(1, 4, &["Sales"])], 40);
        assert_eq!((again.len(), on(&again)), (2, vec![("Sales", "w4")]));
    }

    #[test]
    fn a_new_version_clears_the_alarms_of_the_old_one() {
        let alarms = after_looks(
            Vec::new(),
            &[look(1, 1, &["Sales"])],
            Some((1, at(0))),
            at(1),
        );
        let alarms = after_looks(alarms, &[], Some((2, at(5))), at(6));
        assert!(on(&alarms).is_empty());
        assert_eq!(alarms[0].cleared_at, Some(at(5)));
        assert_eq!(alarms[0].cleared_by.as_deref(), Some("version 2 took over"));
        let back = after_looks(alarms.clone(), &[], Some((1, at(7))), at(8));
        assert_eq!(on(&back), [("Sales", "w1")], "a rollback brings it back");
        let quiet = after_looks(alarms, &[look(1, 2, &[])], Some((1, at(7))), at(8));
        assert!(on(&quiet).is_empty(), "but not past a quiet window");
    }

    #[test]
    fn a_check_that_could_not_be_made_leaves_its_alarm_as_it_is() {
        let alarms = after_looks(Vec::new(), &[look(1, 1, &["Sales"])], None, at(1));
        let passed_over = Look {
            asked: Vec::new(),
            ..look(1, 2, &[])
        };
        assert_eq!(
            after_looks(alarms.clone(), &[passed_over], None, at(2)),
            alarms
        );
    }

    #[test]
    fn who_took_note_stays_while_it_is_on() {
        let mut alarms = after_looks(Vec::new(), &[look(1, 1, &["Sales"])], None, at(1));
        alarms[0].acknowledged_at = Some(at(2));
        alarms[0].notified_at = Some(at(1));
        let alarms = after_looks(alarms, &[look(1, 2, &["Sales"])], None, at(3));
        assert_eq!(alarms[0].acknowledged_at, Some(at(2)));
        assert_eq!(alarms[0].notified_at, Some(at(1)));
    }

    proptest! {
        #[test]
        fn looking_again_after_a_kill_changes_nothing(
            windows in prop::collection::vec(prop::collection::vec(0_usize..3, 0..3), 1..6),
            split in 0_usize..6,
        ) {
            let names = ["Sales", "Law", "Arts"];
            let looks: Vec<Look> = windows.iter().zip(1..).map(|(subjects, nth)| {
                let mut subjects: Vec<&str> = subjects.iter().map(|&s| names[s]).collect();
                subjects.dedup();
                subjects.sort_unstable();
                subjects.dedup();
                look(1, nth, &subjects)
            }).collect();
            let state = |stored, looks: &[Look]| after_looks(stored, looks, Some((1, at(0))), at(9));
            let once = state(Vec::new(), &looks);
            prop_assert_eq!(&state(once.clone(), &looks), &once, "the same looks again");
            let split = split.min(looks.len());
            let parts = state(state(Vec::new(), &looks[..split]), &looks[split..]);
            prop_assert_eq!(&parts, &once, "in two runs");
            prop_assert!(once.iter().all(|alarm| alarm.still_on == alarm.cleared_at.is_none()));
        }
    }
}
