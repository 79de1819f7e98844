//! Alarms in plain words, distributions then and now, estimate against truth.

use askama::Template;
use axum::extract::RawQuery;
use axum::response::Response;

use super::bars;
use super::chart::Chart;
use super::estimates;
use super::markup::{self, Markup};
use super::query::{self, Query};
use super::shell::{self, Shell};
use super::{figures, links, words};
use crate::conditional::Now;
use crate::view::monitoring::{Alarm, Checked, Distribution, Monitoring};

/// `GET /monitoring`: `metric`, `basis` of the estimates.
pub async fn show(Now(now): Now, RawQuery(asked): RawQuery) -> Response {
    let asked = query::parse(asked.as_deref());
    match now.monitoring().await {
        Ok(view) => shell::page(&page(&view, &asked)),
        Err(error) => shell::instead("/monitoring", &error),
    }
}

#[derive(Template)]
#[template(path = "monitoring.html")]
struct Page {
    shell: Shell,
    on: Vec<AlarmCard>,
    off: Vec<AlarmCard>,
    alarms_csv: String,
    distributions: Vec<Shares>,
    distributions_csv: String,
    choices: Vec<estimates::Choice>,
    estimates: Option<Chart>,
    checks: Vec<CheckRow>,
    checks_csv: String,
}

struct AlarmCard {
    id: String,
    words: String,
    check: String,
    subject: String,
    severity: String,
    meaning: &'static str,
    facts: Vec<(&'static str, String)>,
    from: Markup,
    to: Markup,
    first_seen: Markup,
    cleared: Option<(Markup, String)>,
    acknowledged_by: Option<String>,
    evidence: Vec<(i64, String)>,
    look_at: String,
}

struct Shares {
    title: String,
    from: Markup,
    to: Markup,
    parts: Vec<SharePart>,
}

struct SharePart {
    name: String,
    reference: String,
    window: String,
    points: String,
    drawn: Markup,
}

struct CheckRow {
    check: String,
    subject: String,
    basis: String,
    words: String,
    value: String,
    critical: String,
    p_value: String,
    alarm: bool,
}

fn page(view: &Monitoring, asked: &Query) -> Page {
    let csv = |part: &str| links::csv(&format!("monitoring/{part}"), &Query::default());
    let (on, off): (Vec<&Alarm>, Vec<&Alarm>) =
        view.alarms.iter().partition(|alarm| alarm.still_on);
    Page {
        shell: shell::shell("Monitoring", "/monitoring"),
        on: on.into_iter().map(card).collect(),
        off: off.into_iter().map(card).collect(),
        alarms_csv: csv("alarms"),
        distributions: view.distributions.iter().map(shares).collect(),
        distributions_csv: csv("distributions"),
        choices: estimates::choices(&view.estimates, asked),
        estimates: estimates::chart(&view.estimates, asked, csv("estimates")),
        checks: view.checks.iter().map(check).collect(),
        checks_csv: csv("checks"),
    }
}

fn card(alarm: &Alarm) -> AlarmCard {
    let mut facts = vec![
        ("What was computed", words::spaced(&alarm.statistic)),
        ("Its value", figures::number(alarm.value)),
        ("An alarm from", figures::number(alarm.critical)),
    ];
    if let Some(p) = alarm.p_value {
        facts.push(("Chance of it without a cause", figures::number(p)));
    }
    if let Some(rate) = alarm.false_alarm_rate {
        facts.push(("False alarms of this check", figures::percent(rate)));
    }
    facts.push((
        "Rests on",
        format!("{} rows", figures::whole(alarm.window_rows)),
    ));
    facts.push(("Windows by day", words::spaced(&alarm.basis)));
    AlarmCard {
        id: words::name(&alarm.alarm_id),
        words: words::passage(&alarm.words),
        check: words::spaced(&alarm.check),
        subject: if alarm.subject.is_empty() {
            String::new()
        } else {
            words::name(&alarm.subject)
        },
        severity: words::name(&alarm.severity),
        meaning: match alarm.severity.as_str() {
            "retrain" => "the next scheduled run trains anew",
            _ => "a person should look",
        },
        facts,
        from: markup::day(alarm.window_start),
        to: markup::day(alarm.window_end),
        first_seen: markup::moment(alarm.first_seen),
        cleared: alarm.cleared_at.map(|at| {
            let why = alarm.cleared_by.as_deref().map(words::passage);
            (markup::moment(at), why.unwrap_or_default())
        }),
        acknowledged_by: alarm.acknowledged_by.as_deref().map(words::name),
        evidence: alarm
            .evidence
            .iter()
            .take(12)
            .map(|posting| (*posting, links::prediction(*posting)))
            .collect(),
        look_at: words::steady(&alarm.look_at).chars().take(2_000).collect(),
    }
}

fn shares(distribution: &Distribution) -> Shares {
    let parts = distribution.parts.iter();
    let largest = parts.fold(0.0_f64, |largest, part| {
        largest.max(part.reference).max(part.window)
    });
    let parts = distribution.parts.iter().map(|part| SharePart {
        name: words::name(&part.name),
        reference: figures::percent(part.reference),
        window: figures::percent(part.window),
        points: signed_points(part.window - part.reference),
        drawn: bars::then_and_now(part.reference, part.window, largest),
    });
    Shares {
        title: format!(
            "{}, by day {}",
            words::spaced(&distribution.what),
            words::spaced(&distribution.basis)
        ),
        from: markup::day(distribution.window_start),
        to: markup::day(distribution.window_end),
        parts: parts.collect(),
    }
}

/// A difference of shares in percentage points.
fn signed_points(difference: f64) -> String {
    let tenths = (difference * 1000.0).round() / 10.0;
    let sign = match tenths {
        t if t > 0.0 => "+",
        t if t < 0.0 => "−",
        _ => "±",
    };
    format!("{sign}{:.1}", tenths.abs())
}

fn check(checked: &Checked) -> CheckRow {
    CheckRow {
        check: words::spaced(&checked.check),
        subject: if checked.subject.is_empty() {
            "all".to_owned()
        } else {
            words::name(&checked.subject)
        },
        basis: words::spaced(&checked.basis),
        words: words::passage(&checked.words),
        value: figures::or_dash(checked.value, figures::number),
        critical: figures::or_dash(checked.critical, figures::number),
        p_value: figures::or_dash(checked.p_value, figures::number),
        alarm: checked.alarm,
    }
}
