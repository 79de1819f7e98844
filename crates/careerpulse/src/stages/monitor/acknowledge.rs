//! People and alarms: who has taken note of which.

use super::store::{store_alarms, stored_alarms};
use crate::error::UserError;
use crate::stage::Ctx;
use crate::tables::Table;
use crate::tables::alarms::Alarm;

/// The fewest digits that name an alarm.
const SHORTEST: usize = 4;

/// All alarms, the newest first.
///
/// # Errors
/// When the table cannot be read.
pub async fn all_alarms(ctx: &Ctx) -> anyhow::Result<Vec<Alarm>> {
    if ctx.lake.version(Table::Alarms.spec()).await?.is_none() {
        return Ok(Vec::new());
    }
    let mut alarms = stored_alarms(ctx).await?;
    alarms.sort_by(|a, b| {
        b.first_seen
            .cmp(&a.first_seen)
            .then(a.alarm_id.cmp(&b.alarm_id))
    });
    Ok(alarms)
}

/// The alarm with an id, or with one that begins so.
///
/// # Errors
/// [`UserError`] where no alarm, or more than one, has such an id.
pub fn alarm_named<'a>(alarms: &'a [Alarm], id: &str) -> Result<&'a Alarm, UserError> {
    let is_named = |alarm: &&Alarm| id.len() >= SHORTEST && alarm.alarm_id.starts_with(id);
    let named: Vec<&Alarm> = alarms.iter().filter(is_named).collect();
    match named[..] {
        [alarm] => Ok(alarm),
        _ => Err(UserError::new(format!(
            "{} an id that begins with {}: `careerpulse alarms list --all` shows the ids, of which {SHORTEST} or more digits will do",
            if named.is_empty() {
                "no alarm has"
            } else {
                "several alarms have"
            },
            id.escape_debug()
        ))),
    }
}

/// Notes that somebody has seen an alarm; the alarm stays on. One that is acknowledged already keeps its
/// first note.
///
/// # Errors
/// As [`alarm_named`], and when the table cannot be written.
pub async fn acknowledge(ctx: &Ctx, id: &str, who: &str) -> anyhow::Result<Alarm> {
    let stored = all_alarms(ctx).await?;
    let mut alarm = alarm_named(&stored, id)?.clone();
    if alarm.acknowledged_at.is_none() {
        alarm.acknowledged_at = Some(ctx.clock.now());
        alarm.acknowledged_by = Some(who.to_owned());
        let is_other = |other: &Alarm| other.alarm_id != alarm.alarm_id;
        let others = stored.iter().filter(|other| is_other(other)).cloned();
        let mut alarms: Vec<Alarm> = others.chain([alarm.clone()]).collect();
        alarms.sort_by(|a, b| a.alarm_id.cmp(&b.alarm_id));
        store_alarms(ctx, &stored, &alarms).await?;
    }
    Ok(alarm)
}
