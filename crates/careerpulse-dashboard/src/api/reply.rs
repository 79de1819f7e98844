//! How answers are written.

use axum::response::{IntoResponse, Response};
use http::header::{ACCEPT, CONTENT_DISPOSITION, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue};
use serde::Serialize;

use super::params::Format;
use crate::csv::{Table, Tabular};
use crate::problem::{Kind, Problem};

/// What a handler gives.
pub type Reply = Result<Response, Problem>;

/// A record as JSON.
pub fn json<T: Serialize>(record: &T) -> Reply {
    let body = serde_json::to_vec(record).map_err(|error| {
        tracing::error!(%error, "a view is no JSON");
        Problem::new(
            Kind::Internal,
            "The answer could not be written; the program's log says why.",
        )
    })?;
    Ok(([(CONTENT_TYPE, "application/json")], body).into_response())
}

/// Records as JSON or CSV; `name` is the CSV file's, without its ending.
pub fn list<T: Serialize + Tabular>(format: Format, name: &str, records: &[T]) -> Reply {
    either(format, name, &records, || Table::of(records))
}

/// A record as JSON, or a table of it as CSV.
pub fn either<T: Serialize>(
    format: Format,
    name: &str,
    record: &T,
    table: impl FnOnce() -> Table,
) -> Reply {
    match format {
        Format::Json => json(record),
        Format::Csv => Ok(csv(name, &table())),
    }
}

/// The format that the query names, or else the one that is accepted rather; JSON where both are alike.
pub fn format(named: Option<Format>, headers: &HeaderMap) -> Format {
    let csv = quality(headers, "text", "csv");
    let json = quality(headers, "application", "json");
    match named {
        Some(named) => named,
        None if csv > json => Format::Csv,
        None => Format::Json,
    }
}

fn csv(name: &str, table: &Table) -> Response {
    let mut response = table.text().into_response();
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/csv; charset=utf-8; header=present"),
    );
    // Names are ours, never a posting's.
    let file = format!("attachment; filename=\"careerpulse-{name}.csv\"");
    if let Ok(file) = HeaderValue::try_from(file) {
        headers.insert(CONTENT_DISPOSITION, file);
    }
    response
}

/// How gladly a media type is accepted, in thousandths: by its nearest range (RFC 9110, section 12.5.1).
fn quality(headers: &HeaderMap, class: &str, kind: &str) -> u16 {
    let values = headers.get_all(ACCEPT).iter();
    let values = values.filter_map(|value| value.to_str().ok());
    let ranges = values.flat_map(|value| value.split(','));
    let fits = ranges.filter_map(|range| {
        let mut parts = range.split(';').map(str::trim);
        let (a, b) = parts.next()?.split_once('/')?;
        let nearness = match (a.eq_ignore_ascii_case(class), b.eq_ignore_ascii_case(kind)) {
            (true, true) => 2,
            (true, false) if b == "*" => 1,
            _ if a == "*" && b == "*" => 0,
            _ => return None,
        };
        let q = parts.find_map(|part| part.strip_prefix("q=")?.parse::<f64>().ok());
        Some((nearness, (q.unwrap_or(1.0).clamp(0.0, 1.0) * 1000.0) as u16))
    });
    fits.max_by_key(|(nearness, _)| *nearness)
        .map_or(0, |(_, quality)| quality)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepted(accept: &str) -> Format {
        let headers = HeaderMap::from_iter([(ACCEPT, accept.parse().unwrap())]);
        format(None, &headers)
    }

    #[test]
    fn csv_is_given_to_those_who_rather_have_it() {
        for accept in [
            "text/csv",
            "TEXT/CSV",
            "text/csv, application/json;q=0.5",
            "text/*",
            "text/csv;q=0.2, application/json;q=0.1, */*;q=0.1",
        ] {
            assert_eq!(accepted(accept), Format::Csv, "{accept}");
        }
        for accept in [
            "",
            "*/*",
            "application/json, text/csv",
            "text/csv;q=0",
            "text/html, */*;q=0.8",
            "text/csv;q=0.1, */*",
        ] {
            assert_eq!(accepted(accept), Format::Json, "{accept}");
        }
        let headers = HeaderMap::from_iter([(ACCEPT, "text/csv".parse().unwrap())]);
        assert_eq!(format(Some(Format::Json), &headers), Format::Json);
    }
}
