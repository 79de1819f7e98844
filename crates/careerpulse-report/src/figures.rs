//! Numbers, shares and dates as people read them; what is unknown is a dash.

use chrono::{DateTime, NaiveDate, Utc};

/// What stands where no figure is known.
pub const UNKNOWN: &str = "–";

/// A whole number with commas: `12,345`.
pub fn count(value: f64) -> String {
    let digits = format!("{:.0}", value.abs());
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if value < 0.0 && digits != "0" {
        text.insert(0, '−');
    }
    text
}

/// A rate: one decimal below 100, where it says something, and none above.
pub fn rate(value: f64) -> String {
    if value.abs() < 99.95 {
        format!("{value:.1}").replace('-', "−")
    } else {
        count(value)
    }
}

/// A share of 0 to 1 in percent: `12.3 %`, with a space that does not break.
pub fn percent(share: f64) -> String {
    format!("{:.1}\u{a0}%", share * 100.0)
}

/// A change of a ratio in percent with its sign: 1.05 is `+5 %`.
pub fn change(ratio: f64) -> String {
    let points = ((ratio - 1.0) * 100.0).round();
    let sign = match points {
        p if p > 0.0 => "+",
        p if p < 0.0 => "−",
        _ => "±",
    };
    format!("{sign}{}\u{a0}%", count(points.abs()))
}

/// From one to the other: `12–19`.
pub fn range(low: String, high: String) -> String {
    format!("{low}–{high}")
}

/// A day: `3 Nov 2026`.
pub fn date(day: NaiveDate) -> String {
    day.format("%-d\u{a0}%b\u{a0}%Y").to_string()
}

/// A minute: `3 Nov 2026, 07:05 UTC`.
pub fn moment(at: DateTime<Utc>) -> String {
    format!("{}, {}", date(at.date_naive()), at.format("%H:%M\u{a0}UTC"))
}

/// A figure if there is one and it is a number, else a dash.
pub fn or_dash(value: Option<f64>, write: impl Fn(f64) -> String) -> String {
    let number = value.filter(|value| value.is_finite());
    number.map_or_else(|| UNKNOWN.to_owned(), write)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_people_write_them() {
        let written: Vec<String> = [0.0, 999.4, 1000.0, 1_234_567.0, -4321.0, -0.2]
            .map(count)
            .to_vec();
        assert_eq!(written, ["0", "999", "1,000", "1,234,567", "−4,321", "0"]);
        assert_eq!(
            [rate(3.12), rate(99.96), rate(-0.5)],
            ["3.1", "100", "−0.5"]
        );
        assert_eq!(percent(0.1234), "12.3\u{a0}%");
        let changes = [1.05, 0.5, 1.001, 13.0].map(change);
        assert_eq!(
            changes,
            ["+5\u{a0}%", "−50\u{a0}%", "±0\u{a0}%", "+1,200\u{a0}%"]
        );
        assert_eq!(or_dash(None, count), "–");
    }

    #[test]
    fn dates_are_spelt_out_in_utc() {
        let at = DateTime::from_timestamp(1_762_153_500, 0).unwrap();
        assert_eq!(moment(at).replace('\u{a0}', " "), "3 Nov 2025, 07:05 UTC");
    }
}
