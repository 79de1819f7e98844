//! New alarms to whoever listens, once each.

use chrono::{DateTime, Utc};
use serde_json::json;

use crate::tables::alarms::Alarm;
use crate::webhook::Webhook;

/// Posts the alarms that nobody was told of, all in one body, and marks them as told: those that are on, and
/// those that were not there `before` and have gone off again meanwhile. The answer says why it could not;
/// then the next run tries again with what is on. A body may come twice, if the program is killed right
/// after it: `alarm_id` tells.
pub async fn notify(
    webhook: Option<&Webhook>,
    before: &[Alarm],
    alarms: &mut [Alarm],
    now: DateTime<Utc>,
) -> Option<String> {
    let webhook = webhook?;
    let is_known = |id: &str| before.iter().any(|alarm| alarm.alarm_id == id);
    let is_news = |alarm: &&mut Alarm| {
        alarm.notified_at.is_none() && (alarm.still_on || !is_known(&alarm.alarm_id))
    };
    let mut news: Vec<&mut Alarm> = alarms.iter_mut().filter(is_news).collect();
    if news.is_empty() {
        return None;
    }
    let body = json!({"event": "alarms", "sent_at": now, "alarms": news});
    match webhook.post(&body).await {
        Ok(()) => {
            for alarm in &mut news {
                alarm.notified_at = Some(now);
            }
            None
        }
        Err(why) => Some(format!("{why}; the next run tries again")),
    }
}
