//! `run --every`: the moments that a cron expression names, and waiting for the next of them.

use std::time::Duration;

use chrono::{DateTime, SecondsFormat, Utc};
use croner::Cron;
use croner::parser::{CronParser, Seconds, Year};

use super::stop::Asked;
use crate::clock::Clock;
use crate::error::UserError;

/// A cron expression of five fields, in UTC: minute, hour, day of the month, month, day of the week.
/// As in crontab(5), a moment fits where either of the two days does, if both are given.
///
/// # Errors
/// [`UserError`] where the text is none, or one that names no moment after `now`.
pub fn parse(text: &str, now: DateTime<Utc>) -> Result<Cron, UserError> {
    let refused = |reason: String| {
        UserError::new(format!(
            "--every {text:?} is no schedule ({reason}): give minute, hour, day of the month, month and day of the week, as in '15 6 * * *' for each day at 6:15 UTC"
        ))
    };
    let parser = CronParser::builder()
        .seconds(Seconds::Disallowed)
        .year(Year::Disallowed)
        .build();
    let cron = parser
        .parse(text)
        .map_err(|e| refused(e.to_string().trim_end_matches('.').to_owned()))?;
    match next_time(&cron, now) {
        Some(_) => Ok(cron),
        None => Err(refused("it names no moment that ever comes".to_owned())),
    }
}

/// The first moment after another; ticks that were missed before it are not made up for.
pub fn next_time(cron: &Cron, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
    cron.find_next_occurrence(&after, false).ok()
}

/// The first moments after another, as people and programs read them.
pub fn next_times(cron: &Cron, after: DateTime<Utc>, count: usize) -> Vec<String> {
    let times = std::iter::successors(next_time(cron, after), |&time| next_time(cron, time));
    times.take(count).map(written).collect()
}

/// A moment of a schedule in RFC 3339.
pub fn written(moment: DateTime<Utc>) -> String {
    moment.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// Waits until the clock shows a moment; false if the program was asked to end before that.
pub async fn wait_until(moment: DateTime<Utc>, clock: Clock, asked: &mut Asked) -> bool {
    // Timers stand still while a machine sleeps, and its clock may be set: it is looked at often.
    const LOOK: Duration = Duration::from_secs(30);
    loop {
        let left = (moment - clock.now()).to_std().unwrap_or_default();
        if left.is_zero() {
            return !asked.already();
        }
        tokio::select! {
            () = tokio::time::sleep(left.min(LOOK)) => {}
            () = asked.yet() => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn first_three(text: &str, after: &str) -> Vec<String> {
        let after = at(after);
        next_times(&parse(text, after).unwrap(), after, 3)
    }

    #[test]
    fn the_next_times_are_crons() {
        for (text, after, expected) in [
            (
                "15 6 * * *",
                "2026-01-05T06:14:59Z",
                [
                    "2026-01-05T06:15:00Z",
                    "2026-01-06T06:15:00Z",
                    "2026-01-07T06:15:00Z",
                ],
            ),
            // A tick is not its own successor, and the year ends in between.
            (
                "0 0 * * *",
                "2026-12-31T00:00:00Z",
                [
                    "2027-01-01T00:00:00Z",
                    "2027-01-02T00:00:00Z",
                    "2027-01-03T00:00:00Z",
                ],
            ),
            (
                "*/20 8-9 * * mon-fri",
                "2026-01-09T09:21:30Z",
                [
                    "2026-01-09T09:40:00Z",
                    "2026-01-12T08:00:00Z",
                    "2026-01-12T08:20:00Z",
                ],
            ),
            // Sunday is 0, as in crontab(5).
            (
                "0 3 * * 0",
                "2026-01-05T00:00:00Z",
                [
                    "2026-01-11T03:00:00Z",
                    "2026-01-18T03:00:00Z",
                    "2026-01-25T03:00:00Z",
                ],
            ),
            // Of two kinds of days, either will do.
            (
                "0 0 13 * fri",
                "2026-02-07T00:00:00Z",
                [
                    "2026-02-13T00:00:00Z",
                    "2026-02-20T00:00:00Z",
                    "2026-02-27T00:00:00Z",
                ],
            ),
            (
                "0 0 29 2 *",
                "2026-01-01T00:00:00Z",
                [
                    "2028-02-29T00:00:00Z",
                    "2032-02-29T00:00:00Z",
                    "2036-02-29T00:00:00Z",
                ],
            ),
        ] {
            assert_eq!(first_three(text, after), expected, "{text} after {after}");
        }
    }

    #[test]
    fn what_is_no_schedule_is_refused_with_an_example() {
        for text in [
            "",
            "daily",
            "15 6 * *",
            "0 15 6 * * *",
            "0 15 6 * * * 2026",
            "60 6 * * *",
            "15 24 * * *",
            "15 6 0 * *",
            "15 6 * 13 *",
            "15 6 * * 8",
            "*/0 * * * *",
            "0 0 30 2 *",
        ] {
            let refused = parse(text, at("2026-01-05T00:00:00Z"));
            let Err(refused) = refused else {
                panic!("{text:?} was taken");
            };
            let words = refused.to_string();
            assert!(
                words.contains("--every") && words.contains("'15 6 * * *'"),
                "{words}"
            );
        }
    }

    #[tokio::test]
    async fn a_moment_that_has_come_is_not_waited_for() {
        let now = at("2026-01-05T06:15:00Z");
        let clock = Clock::Fixed(now);
        assert!(wait_until(now, clock, &mut Asked::never()).await);
        let earlier = at("2026-01-05T06:14:00Z");
        assert!(wait_until(earlier, clock, &mut Asked::never()).await);
    }
}
