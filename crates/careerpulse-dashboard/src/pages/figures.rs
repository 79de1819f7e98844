//! Numbers, shares and dates as people read them; what is unknown is a dash.

pub use careerpulse_report::figures::{UNKNOWN, count, date, moment, or_dash, percent, rate};

/// A whole number with commas.
pub fn whole(value: u64) -> String {
    count(value as f64)
}

/// A number with one decimal, such as an index.
pub fn tenths(value: f64) -> String {
    format!("{value:.1}").replace('-', "−")
}

/// A number of any size, to about three significant digits.
pub fn number(value: f64) -> String {
    match value.abs() {
        0.0 => "0".to_owned(),
        size if size < 0.001 => format!("{value:.1e}").replace('-', "−"),
        size if size < 1.0 => format!("{value:.3}").replace('-', "−"),
        size if size < 10.0 => format!("{value:.2}").replace('-', "−"),
        _ => rate(value),
    }
}

/// A score between 0 and 1: `0.873`.
pub fn score(value: f64) -> String {
    format!("{value:.3}")
}

/// A difference of scores with its sign: `+0.012`.
pub fn difference(value: f64) -> String {
    signed(value, format!("{:.3}", value.abs()))
}

/// A difference of shares in percentage points: `12.3 points`.
pub fn points(difference: f64) -> String {
    format!("{:.1}\u{a0}points", difference * 100.0)
}

/// A change as a share with its sign in whole percent: 0.05 is `+5 %`.
pub fn change(share: f64) -> String {
    let points = (share * 100.0).round();
    format!("{}\u{a0}%", signed(points, count(points.abs())))
}

/// Wall-clock seconds: `0.4 s`, `12 s`, `3 min 20 s`.
pub fn seconds(value: f64) -> String {
    match value {
        v if v < 10.0 => format!("{v:.1}\u{a0}s"),
        v if v < 59.5 => format!("{v:.0}\u{a0}s"),
        v => {
            let whole = v.round();
            format!(
                "{}\u{a0}min {:.0}\u{a0}s",
                count((whole / 60.0).floor()),
                whole % 60.0
            )
        }
    }
}

fn signed(value: f64, size: String) -> String {
    match value {
        v if v > 0.0 => format!("+{size}"),
        v if v < 0.0 => format!("−{size}"),
        _ => format!("±{size}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_people_write_them() {
        let written = [0.0, 999.4, 1_234_567.0, -4321.0, -0.2].map(count);
        assert_eq!(written, ["0", "999", "1,234,567", "−4,321", "0"]);
        assert_eq!([rate(3.12), rate(99.96)], ["3.1", "100"]);
        assert_eq!([number(0.000_04), number(0.0412)], ["4.0e−5", "0.041"]);
        assert_eq!(
            [0.05, -0.5, 0.001].map(change),
            ["+5\u{a0}%", "−50\u{a0}%", "±0\u{a0}%"]
        );
        assert_eq!(difference(-0.0123), "−0.012");
        assert_eq!(
            [0.42, 59.4, 200.0].map(seconds),
            ["0.4\u{a0}s", "59\u{a0}s", "3\u{a0}min 20\u{a0}s"]
        );
        assert_eq!(or_dash(Some(f64::NAN), count), UNKNOWN);
    }
}
