//! A look at late labels: whether they are as the model's probabilities promised.

use careerpulse_drift::{EstimateSettings, Figure, Score, Scored, score};
use chrono::{DateTime, NaiveDate, Utc};

use super::finding::{Finding, Look};
use super::late::{Arrival, Known, Late, Reference};
use super::list::About;
use crate::tables::Table;
use crate::tables::drift::{MeasurementRow, WARN};
use crate::tables::ml::ModelVersion;

/// What such looks are by, in the tables.
const BASIS: &str = "late_labels";

/// Late labels from which on they are compared with the estimate; each further look waits for twice as many.
const FIRST_LOOK: usize = 50;

/// The most late labels of a look, for its draws take time by their number.
const LAST_LOOK: usize = 1_600;

/// Whether late labels are as the probabilities said. Training does not learn from them, for Silver keeps
/// what it saw first, so that a new version is no remedy.
pub const LATE_LABELS: About = About {
    name: "late_labels",
    watches: "labels that the source gave later to postings that were imputed",
    statistic: "accuracy on them",
    critical: "drawn: labels by the model's own probabilities; at 50 labels and at each doubling, at half the rate of the look before",
    window: "the first 50, 100, … 1,600 labels that arrived since a version was made",
    severity: WARN,
};

/// Compares late labels with what the model's probabilities promised, where there are enough for a look
/// that has not been made; gives the look, and its row of `measurements`.
///
/// The looks of a version share one rate: the first has half of it, each further one half of what is left,
/// so that looking again and again raises no more false alarms.
///
/// # Errors
/// When the lake cannot be read, or the figures are no probabilities.
pub async fn look_at_late_labels(
    reference: &Reference<'_>,
    late: &Late,
    rate: f64,
) -> anyhow::Result<Option<(Look, MeasurementRow)>> {
    let version = reference.version;
    // What had its label before the version was made says nothing new: every version imputes it again.
    let made_on = version.created_at.date_naive();
    let news: Vec<&Arrival> = late
        .arrivals
        .iter()
        .filter(|arrival| arrival.labelled > made_on)
        .collect();
    let Some((rows, nth)) = milestone(news.len()) else {
        return Ok(None);
    };
    let window_id = format!("{rows} labels");
    let made = format!(
        "{} where model_version = {} and basis = '{BASIS}' and window_id = '{window_id}'",
        Table::Measurements.name(),
        version.version
    );
    if reference.ctx.lake.count(&made).await? > 0 {
        return Ok(None);
    }
    let level = level(rate, nth);
    let picked = late.picked(|arrival| arrival.labelled > made_on);
    let verdict = judge(&picked.first(rows), reference.known().await?, level)?;
    let (first, last) = (news[0], news[rows - 1]);
    let now = reference.ctx.clock.now();
    let look = Look {
        basis: BASIS,
        model_version: Some(version.version),
        window_id,
        start: first.labelled,
        end: last.labelled,
        data_until: end_of(last.labelled).min(now),
        asked: vec![LATE_LABELS.name],
        findings: match verdict.is_alarm {
            true => vec![finding(version, &verdict, level)],
            false => Vec::new(),
        },
    };
    let row = measurement(&look, version, &verdict, level, now);
    Ok(Some((look, row)))
}

/// The part of a rate that the `nth` look of a version has, from 0.
fn level(rate: f64, nth: u32) -> f64 {
    rate / f64::from(1_u32 << (nth + 1))
}

/// A look's verdict: of two figures the one that says it.
struct Verdict {
    score: Score,
    is_alarm: bool,
    statistic: &'static str,
    truth: f64,
    promised: Figure,
}

/// Scores late labels at a level. The interval is as wide as the alarm asks for: two figures are looked at,
/// each at half the level.
fn judge(late: &Scored<'_>, known: &Known, level: f64) -> anyhow::Result<Verdict> {
    let settings = EstimateSettings {
        // The smallest chance that draws can show is four in one more than their number.
        draws: ((5.0 / level).ceil() as usize).max(1_000),
        level: 1.0 - level / 2.0,
        ..EstimateSettings::default()
    };
    let score = score(late, &known.scored(), &settings)?;
    let (accuracy, macro_f1) = (score.estimate.accuracy, score.estimate.macro_f1);
    let is_outside = |truth: f64, figure: Figure| truth < figure.lo || truth > figure.hi;
    let by_f1 = is_outside(score.macro_f1, macro_f1) && !is_outside(score.accuracy, accuracy);
    let (statistic, truth, promised) = match by_f1 {
        true => ("macro F1 on them", score.macro_f1, macro_f1),
        false => (LATE_LABELS.statistic, score.accuracy, accuracy),
    };
    Ok(Verdict {
        is_alarm: score.p_value <= level,
        score,
        statistic,
        truth,
        promised,
    })
}

impl Verdict {
    /// The end of the interval on the truth's side.
    fn critical(&self) -> f64 {
        match self.truth < self.promised.value {
            true => self.promised.lo,
            false => self.promised.hi,
        }
    }

    fn words(&self) -> String {
        format!(
            "{} imputed postings whose label arrived late: {} is {:.3}, where the model's probabilities promised {:.3} ({:.3} to {:.3})",
            self.score.estimate.rows,
            self.statistic,
            self.truth,
            self.promised.value,
            self.promised.lo,
            self.promised.hi
        )
    }
}

fn measurement(
    look: &Look,
    version: &ModelVersion,
    verdict: &Verdict,
    level: f64,
    now: DateTime<Utc>,
) -> MeasurementRow {
    MeasurementRow {
        model_version: version.version,
        basis: look.basis.to_owned(),
        window_id: look.window_id.clone(),
        check: LATE_LABELS.name.to_owned(),
        subject: String::new(),
        window_start: look.start,
        window_end: look.end,
        severity: LATE_LABELS.severity.to_owned(),
        statistic: verdict.statistic.to_owned(),
        value: Some(verdict.truth),
        critical: Some(verdict.critical()),
        p_value: Some(verdict.score.p_value),
        false_alarm_rate: Some(level),
        alarm: verdict.is_alarm,
        reference_rows: verdict.score.estimate.labelled_rows as i64,
        window_rows: verdict.score.estimate.rows as i64,
        words: verdict.words(),
        measured_at: now,
    }
}

fn finding(version: &ModelVersion, verdict: &Verdict, level: f64) -> Finding {
    Finding {
        check: LATE_LABELS.name,
        subject: String::new(),
        severity: LATE_LABELS.severity,
        statistic: verdict.statistic,
        value: verdict.truth,
        critical: verdict.critical(),
        p_value: Some(verdict.score.p_value),
        false_alarm_rate: Some(level),
        window_rows: verdict.score.estimate.rows,
        reference_rows: Some(verdict.score.estimate.labelled_rows),
        words: verdict.words(),
        evidence: Vec::new(),
        look_at: format!(
            "select c.posting_id, c.category as imputed, c.probability, s.category as labelled from {} c join {} s on c.posting_id = s.posting_id where s.category is not null and c.model_version = {}",
            Table::CategoryPredictions.name(),
            Table::Sightings.name(),
            version.version
        ),
    }
}

/// How many labels the latest look is at, and how many looks were before it.
fn milestone(labels: usize) -> Option<(usize, u32)> {
    let looks = std::iter::successors(Some(FIRST_LOOK), |rows| Some(2 * rows));
    let reached = looks.take_while(|rows| *rows <= labels.min(LAST_LOOK));
    reached.zip(0..).last()
}

fn end_of(day: NaiveDate) -> DateTime<Utc> {
    let next = day.succ_opt().unwrap_or(day);
    next.and_time(chrono::NaiveTime::MIN).and_utc()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_wait_for_twice_as_many_labels_each() {
        assert_eq!(milestone(49), None);
        assert_eq!(milestone(50), Some((50, 0)));
        assert_eq!(milestone(399), Some((200, 2)));
        assert_eq!(milestone(1_000_000), Some((1_600, 5)));
    }

    #[test]
    fn every_look_can_raise_an_alarm() {
        let known = late(1_000, |row| row % 10 != 0).known;
        for nth in 0..6 {
            let rows = FIRST_LOOK << nth;
            for rate in [0.01, 0.001] {
                let wrong = late(rows, |_| false);
                let verdict = judge(&wrong.known.first(rows), &known, level(rate, nth)).unwrap();
                assert!(verdict.is_alarm, "look {nth} at {rate}");
                assert!(verdict.truth < verdict.critical(), "look {nth} at {rate}");
            }
        }
    }

    fn late(rows: usize, right: impl Fn(usize) -> bool) -> Late {
        let day = NaiveDate::from_ymd_opt(2026, 6, 1).unwrap();
        let mut late = Late::default();
        late.known.classes = 2;
        for row in 0..rows {
            late.known.values.extend([0.9, 0.1]);
            late.known.labels.push(u32::from(!right(row)));
            late.arrivals.push(Arrival {
                ingest_id: "a".to_owned(),
                day,
                is_new: true,
                seen: DateTime::UNIX_EPOCH,
                labelled: day,
            });
        }
        late
    }

    #[test]
    fn labels_as_promised_are_quiet_and_others_an_alarm() {
        let known = late(1_000, |row| row % 10 != 0).known;
        let of = |late: &Late| judge(&late.known.first(100), &known, 0.0025).unwrap();
        assert!(!of(&late(120, |row| row % 10 != 0)).is_alarm);
        let broken = of(&late(120, |row| row % 2 == 0));
        assert!(broken.is_alarm && broken.words().contains("accuracy on them is 0.500"));
    }
}
