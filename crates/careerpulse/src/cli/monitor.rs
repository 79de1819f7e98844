//! `monitor` and `alarms`.

use super::args::{AlarmsAction, MonitorArgs};
use super::context;
use super::exit::Outcome;
use super::guard::guard_existing;
use super::output::{print, print_json, safe, table};
use super::promote::user;
use super::run::one;
use crate::config::Config;
use crate::stages::monitor::{acknowledge, alarm_named, all_alarms, checks};
use crate::tables::alarms::Alarm;

/// `careerpulse monitor`.
pub async fn monitor(args: MonitorArgs, config: Config, json: bool) -> anyhow::Result<Outcome> {
    if args.list {
        list_checks(json)?;
        return Ok(Outcome::Done);
    }
    let outcome = one("monitor", config.clone(), json).await?;
    let mut on = all_alarms(&context(&config)?).await?;
    on.retain(|alarm| alarm.still_on);
    if !json && !on.is_empty() {
        print(&alarm_table(&on))?;
    }
    // Of an alarm that somebody has acknowledged, a person knows.
    let is_unseen = on.iter().any(|alarm| alarm.acknowledged_at.is_none());
    if args.fail_on_drift && is_unseen {
        return Ok(Outcome::Refused);
    }
    Ok(outcome)
}

/// `careerpulse alarms list|ack`.
pub async fn alarms(action: AlarmsAction, config: &Config, json: bool) -> anyhow::Result<Outcome> {
    let ctx = context(config)?;
    match action {
        AlarmsAction::List { all } => {
            let mut alarms = all_alarms(&ctx).await?;
            alarms.retain(|alarm| all || alarm.still_on);
            if json {
                alarms.iter().try_for_each(print_json)?;
            } else if alarms.is_empty() {
                print("no alarm is on\n")?;
            } else {
                print(&alarm_table(&alarms))?;
            }
        }
        AlarmsAction::Show { id } => {
            let alarms = all_alarms(&ctx).await?;
            let alarm = alarm_named(&alarms, &id)?;
            match json {
                true => print_json(alarm)?,
                false => print(&alarm_words(alarm))?,
            }
        }
        AlarmsAction::Ack { id } => {
            let _lock = guard_existing(&ctx.lake, "alarms ack", ctx.clock)?;
            let alarm = acknowledge(&ctx, &id, &user()).await?;
            match json {
                true => print_json(&alarm)?,
                false => print(&format!(
                    "{} is acknowledged: {}\n",
                    alarm.alarm_id,
                    safe(&alarm.words)
                ))?,
            }
        }
    }
    Ok(Outcome::Done)
}

fn alarm_table(alarms: &[Alarm]) -> String {
    let rows: Vec<Vec<String>> = alarms
        .iter()
        .map(|alarm| {
            let state = match (alarm.still_on, &alarm.acknowledged_by) {
                (false, _) => "cleared".to_owned(),
                (true, None) => "on".to_owned(),
                (true, Some(who)) => format!("on, seen by {}", safe(who)),
            };
            vec![
                alarm.alarm_id.clone(),
                alarm.check.clone(),
                safe(&alarm.words).to_string(),
                format!(
                    "{} to {}\nby {}",
                    alarm.window_start, alarm.window_end, alarm.basis
                ),
                alarm.severity.clone(),
                state,
            ]
        })
        .collect();
    table(
        &[
            "alarm",
            "check",
            "what was seen",
            "window",
            "asks for",
            "state",
        ],
        &rows,
    )
}

fn alarm_words(alarm: &Alarm) -> String {
    let moment = |at: &chrono::DateTime<chrono::Utc>| at.format("%Y-%m-%d %H:%M UTC").to_string();
    let mut lines = vec![
        safe(&alarm.words).to_string(),
        format!(
            "  {}: {:.4}, an alarm from {:.4} on{}",
            alarm.statistic,
            alarm.value,
            alarm.critical,
            alarm
                .p_value
                .map_or(String::new(), |p| format!(" (p {p:.1e})"))
        ),
    ];
    if let Some(rate) = alarm.false_alarm_rate {
        lines.push(format!(
            "  false alarms of this check: {:.3} % of windows without a cause",
            100.0 * rate
        ));
    }
    let compared = alarm
        .reference_rows
        .map_or(String::new(), |rows| format!(", compared with {rows}"));
    lines.push(format!(
        "  window by {}: {} to {}, {} rows{compared}",
        alarm.basis, alarm.window_start, alarm.window_end, alarm.window_rows
    ));
    if let Some(version) = alarm.model_version {
        lines.push(format!("  beside what version {version} knew"));
    }
    lines.push(format!("  first seen {}", moment(&alarm.first_seen)));
    if let (Some(at), Some(by)) = (&alarm.cleared_at, &alarm.cleared_by) {
        lines.push(format!("  cleared {}: {}", moment(at), safe(by)));
    }
    if let (Some(at), Some(by)) = (&alarm.acknowledged_at, &alarm.acknowledged_by) {
        lines.push(format!("  acknowledged {} by {}", moment(at), safe(by)));
    }
    if !alarm.evidence.is_empty() {
        let ids: Vec<String> = alarm.evidence.iter().map(ToString::to_string).collect();
        lines.push(format!("  postings to look at: {}", ids.join(", ")));
    }
    lines.push(format!(
        "  look at: careerpulse sql {}",
        shell_quoted(&safe(&alarm.look_at))
    ));
    lines.join("\n") + "\n"
}

/// A text as one word of a shell, whatever it holds: names in it are the source's.
fn shell_quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

fn list_checks(json: bool) -> anyhow::Result<()> {
    let all = checks();
    if json {
        return all.iter().try_for_each(print_json);
    }
    let rows: Vec<Vec<String>> = all
        .iter()
        .map(|check| {
            let cells = [
                check.name,
                check.watches,
                check.statistic,
                check.critical,
                check.window,
                check.severity,
            ];
            cells.map(str::to_owned).to_vec()
        })
        .collect();
    print(&table(
        &[
            "check",
            "watches",
            "statistic",
            "an alarm from",
            "window",
            "asks for",
        ],
        &rows,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quoted_text_is_one_word_of_a_shell() {
        let text = "select 'a' from t where x = '$(rm -rf /)`\"\\'";
        let echoed = std::process::Command::new("sh")
            .args(["-c", &format!("printf %s {}", shell_quoted(text))])
            .output()
            .unwrap();
        assert_eq!(String::from_utf8(echoed.stdout).unwrap(), text);
    }
}
