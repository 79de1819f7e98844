//! The days that are looked at: named in the address, or the last of a series.

use chrono::{Days, NaiveDate};

use super::{chart, query};
use crate::view::demand::Day;

/// Days of a category shown at first: more would hide the week in a thicket.
pub const SHOWN: u64 = 91;

/// Days that are looked at; ends that are not named lie open.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Range {
    /// The first.
    pub from: Option<NaiveDate>,
    /// The last.
    pub to: Option<NaiveDate>,
}

/// The days that an address names.
pub fn range(query: &query::Query) -> Range {
    let (from, to) = (query::day(query, "from"), query::day(query, "to"));
    match (from, to) {
        (Some(first), Some(last)) if first > last => Range::default(),
        _ => Range { from, to },
    }
}

/// Whether a day is within a range.
pub fn within(range: &Range, day: NaiveDate) -> bool {
    range.from.is_none_or(|from| day >= from) && range.to.is_none_or(|to| day <= to)
}

/// A range as a script is given it; none where it is open on both sides.
pub fn seconds_of(range: &Range, first: NaiveDate, last: NaiveDate) -> Option<(f64, f64)> {
    if *range == Range::default() {
        return None;
    }
    let from = range.from.unwrap_or(first).max(first);
    let to = range.to.unwrap_or(last).min(last);
    (from < to).then(|| (chart::seconds(from), chart::seconds(to)))
}

/// A way to look at fewer days.
pub struct Preset {
    /// Its words.
    pub name: &'static str,
    /// Where it leads.
    pub address: String,
    /// Whether it is what is looked at.
    pub is_current: bool,
    /// The first day; empty for all.
    pub from: String,
}

/// The days that an address names, else the last of a series: so many that its week can be seen.
pub fn range_or_last(query: &query::Query, days: &[Day], count: u64) -> Range {
    let named = range(query);
    match days.last() {
        Some(last) if named == Range::default() => Range {
            from: last.date.checked_sub_days(Days::new(count)),
            to: None,
        },
        _ => named,
    }
}

/// The last month, three months, half-year, and all days, beside what is looked at.
pub fn presets(path: &str, asked: &query::Query, days: &[Day], seen: &Range) -> Vec<Preset> {
    let first = days.first().map(|day| day.date);
    let last = days.last().map(|day| day.date);
    let open = query::without(&query::without(asked, "to"), "from");
    let choices = [
        ("1 month", Some(30)),
        ("3 months", Some(91)),
        ("6 months", Some(182)),
        ("All", None),
    ];
    let choices = choices.into_iter();
    choices
        .map(|(name, days)| {
            let from = match days {
                Some(days) => last.and_then(|last| last.checked_sub_days(Days::new(days))),
                None => first,
            };
            let text = from.map(|day| day.to_string()).unwrap_or_default();
            let is_all = days.is_none() && seen.from.is_none_or(|from| Some(from) <= first);
            Preset {
                name,
                address: query::address(
                    path,
                    &query::with(&open, "from", from.is_some().then_some(text.as_str())),
                ),
                is_current: seen.to.is_none() && (is_all || seen.from == from),
                from: text,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_become_seconds_and_a_range_is_cut_to_what_there_is() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert_eq!(chart::seconds(day("1970-01-02")), 86_400.0);
        let asked = range(&query::parse(Some("from=2026-01-01&to=2027-01-01")));
        let seen = seconds_of(&asked, day("2026-03-01"), day("2026-04-01"));
        assert_eq!(
            seen,
            Some((
                chart::seconds(day("2026-03-01")),
                chart::seconds(day("2026-04-01"))
            ))
        );
        let turned = range(&query::parse(Some("from=2026-02-01&to=2026-01-01")));
        assert_eq!(turned, Range::default());
    }
}
