//! Time comes in through here, so that a test can choose it.

use std::time::Instant;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

use crate::error::UserError;

/// The variable that `--now` beats.
pub const NOW_VARIABLE: &str = "CAREERPULSE_NOW";

/// Where the present moment comes from.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub enum Clock {
    /// The machine's clock.
    #[default]
    System,
    /// A moment of the user's choice, from which time goes on as it does: for simulations.
    From {
        /// What the clock showed when it was started.
        moment: DateTime<Utc>,
        /// When it was started.
        started: Instant,
    },
    /// Always the same moment, for tests and replays.
    Fixed(DateTime<Utc>),
}

impl Clock {
    /// A clock that shows a moment now, and goes on from there.
    ///
    /// # Errors
    /// [`UserError`] where the text is neither an RFC 3339 moment nor a day; `named` is the flag
    /// or variable that it stands in.
    pub fn starting_at(named: &str, text: &str) -> Result<Self, UserError> {
        let moment = moment(text.trim()).ok_or_else(|| {
            UserError::new(format!(
                "{named} {text:?} is no moment: write a day as 2026-01-05 (its beginning, UTC) or a moment as 2026-01-05T06:00:00Z"
            ))
        })?;
        Ok(Self::From {
            moment,
            started: Instant::now(),
        })
    }

    /// The present moment.
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that asks the machine"
    )]
    pub fn now(self) -> DateTime<Utc> {
        match self {
            Self::System => Utc::now(),
            Self::From { moment, started } => moment + started.elapsed(),
            Self::Fixed(at) => at,
        }
    }
}

/// Years in which a clock can run on, and whose moments a table can hold.
const YEARS: std::ops::Range<i32> = 1970..10_000;

fn moment(text: &str) -> Option<DateTime<Utc>> {
    use chrono::Datelike as _;
    let of_day = |day: NaiveDate| day.and_time(NaiveTime::MIN).and_utc();
    let moment = match DateTime::parse_from_rfc3339(text) {
        Ok(moment) => moment.with_timezone(&Utc),
        Err(_) => of_day(NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?),
    };
    YEARS.contains(&moment.year()).then_some(moment)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_clock_starts_where_it_is_told_and_goes_on() {
        for (text, seconds) in [
            ("2026-01-05", 1_767_571_200),
            ("2026-01-05T06:00:00Z", 1_767_592_800),
            ("2026-01-05T06:00:00+01:00", 1_767_589_200),
        ] {
            let clock = Clock::starting_at("--now", text).unwrap();
            let Clock::From { moment, started } = clock else {
                panic!("{clock:?}");
            };
            assert_eq!(moment.timestamp(), seconds, "{text}");
            let earlier = Clock::From {
                moment,
                started: started.checked_sub(Duration::from_secs(60)).unwrap(),
            };
            assert!(earlier.now() >= moment + Duration::from_secs(60), "{text}");
            assert!(clock.now() >= moment, "{text}");
        }
    }

    #[test]
    fn what_is_no_moment_is_refused_with_an_example() {
        for text in [
            "",
            "today",
            "2026-13-01",
            "05.01.2026",
            "2026-01-05 06:00",
            "12026-01-05",
            "1066-10-14",
        ] {
            let words = Clock::starting_at("--now", text).unwrap_err().to_string();
            assert!(
                words.contains("--now") && words.contains("2026-01-05"),
                "{words}"
            );
        }
    }
}
