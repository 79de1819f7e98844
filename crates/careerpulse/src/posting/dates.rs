//! Publication dates as the API writes them, and as it should not.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};

/// Reads a date: RFC 3339 with or without fractions (all of today's), or without a zone, or a day alone (both taken as UTC).
/// `None` for anything else and for years before 1990 or after 2100, which are slips.
pub fn parse_date(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim();
    let moment = DateTime::parse_from_rfc3339(text)
        .map(|moment| moment.with_timezone(&Utc))
        .ok()
        .or_else(|| {
            NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f")
                .ok()
                .map(|naive| naive.and_utc())
        })
        .or_else(|| {
            NaiveDate::parse_from_str(text, "%Y-%m-%d")
                .ok()?
                .and_hms_opt(0, 0, 0)
                .map(|naive| naive.and_utc())
        })?;
    let year = chrono::Datelike::year(&moment);
    (1990..=2100).contains(&year).then_some(moment)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_seen_in_the_api() {
        let noon = "2024-03-17T12:00:00+00:00"
            .parse::<DateTime<Utc>>()
            .unwrap();
        for text in [
            "2024-03-17T12:00:00Z",
            "2024-03-17T14:00:00+02:00",
            "2024-03-17T12:00:00",
            " 2024-03-17T12:00:00Z ",
        ] {
            assert_eq!(parse_date(text), Some(noon), "{text}");
        }
        assert_eq!(
            parse_date("2017-05-02T11:22:33.123456Z")
                .unwrap()
                .timestamp_subsec_micros(),
            123_456
        );
        assert_eq!(
            parse_date("2024-03-17").unwrap().to_rfc3339(),
            "2024-03-17T00:00:00+00:00"
        );
    }

    #[test]
    fn slips_are_no_dates() {
        for text in [
            "",
            "yesterday",
            "2024-02-30",
            "2024-13-01T00:00:00Z",
            "0001-01-01T00:00:00Z",
            "9999-01-01T00:00:00Z",
        ] {
            assert_eq!(parse_date(text), None, "{text}");
        }
    }
}
