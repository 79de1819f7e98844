//! What a request asks for: the page and the filters, or the reason to refuse it.

use url::form_urlencoded;

/// Longest query string that is read, in bytes; a real one has a few hundred.
const MAX_QUERY: usize = 8 * 1024;

/// A query that was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// The page, counted from 0. A number too large for 64 bits reads as `u64::MAX`.
    pub page: u64,
    /// What the postings must bear.
    pub filters: Filters,
    /// Whether an `api_key` came with it. The key itself is not kept.
    pub keyed: bool,
}

/// The values asked for, by filter; an empty list filters nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filters {
    /// Category names.
    pub categories: Vec<String>,
    /// Level names.
    pub levels: Vec<String>,
    /// Location names.
    pub locations: Vec<String>,
    /// Company names.
    pub companies: Vec<String>,
}

/// Why a query is refused, in the words of the API's error body; never the caller's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// There is no `page`.
    #[error("Value `page` is required")]
    PageMissing,
    /// `page` is not a whole number from 0 on.
    #[error("Value `page` must be a whole number from 0 on")]
    PageNotANumber,
    /// `page` came more than once.
    #[error("Value `page` is given more than once")]
    PageRepeated,
    /// The query is over 8 kB.
    #[error("The query is too long")]
    TooLong,
    /// A `%` without two hex digits, or bytes that are not UTF-8.
    #[error("The query is not valid percent-encoded UTF-8")]
    Encoding,
}

/// Reads the part of an address after `?`. Names other than `page`, `category`,
/// `level`, `location`, `company` and `api_key` are ignored (`descending` too), and so
/// are blank filter values.
///
/// # Errors
/// [`QueryError`] where `page` is missing, repeated or no number, the query is longer
/// than 8 kB, or its percent-encoding is broken.
pub fn parse(raw: &str) -> Result<Query, QueryError> {
    if raw.len() > MAX_QUERY {
        return Err(QueryError::TooLong);
    }
    if !well_encoded(raw) {
        return Err(QueryError::Encoding);
    }
    let mut page = None;
    let mut filters = Filters::default();
    let mut keyed = false;
    for (name, value) in form_urlencoded::parse(raw.as_bytes()) {
        let values = match name.as_ref() {
            "page" if page.is_some() => return Err(QueryError::PageRepeated),
            "page" => {
                page = Some(page_number(&value)?);
                continue;
            }
            "api_key" => {
                keyed |= !value.is_empty();
                continue;
            }
            "category" => &mut filters.categories,
            "level" => &mut filters.levels,
            "location" => &mut filters.locations,
            "company" => &mut filters.companies,
            _ => continue,
        };
        if !value.trim().is_empty() {
            values.push(value.into_owned());
        }
    }
    let page = page.ok_or(QueryError::PageMissing)?;
    Ok(Query {
        page,
        filters,
        keyed,
    })
}

/// One spelling for all queries that ask for the same: filters in a fixed order, their
/// values sorted, no key. It is what faults are drawn for and what is logged.
pub fn canonical(query: &Query) -> String {
    let mut out = form_urlencoded::Serializer::new(String::new());
    let filters = [
        ("category", &query.filters.categories),
        ("company", &query.filters.companies),
        ("level", &query.filters.levels),
        ("location", &query.filters.locations),
    ];
    for (name, values) in filters {
        let mut values: Vec<&String> = values.iter().collect();
        values.sort();
        values.dedup();
        for value in values {
            out.append_pair(name, value);
        }
    }
    out.append_pair("page", &query.page.to_string());
    out.finish()
}

fn page_number(value: &str) -> Result<u64, QueryError> {
    if value.is_empty() || !value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(QueryError::PageNotANumber);
    }
    // Only digits are left, so the one way to fail is to be too large.
    Ok(value.parse().unwrap_or(u64::MAX))
}

/// The lenient form decoder would let broken escapes through and replace bad bytes.
fn well_encoded(raw: &str) -> bool {
    let mut bytes = raw.bytes();
    let mut decoded = Vec::with_capacity(raw.len());
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            decoded.push(byte);
            continue;
        }
        let mut digit = || bytes.next().and_then(|byte| char::from(byte).to_digit(16));
        match (digit(), digit()) {
            (Some(high), Some(low)) => decoded.push((high * 16 + low) as u8),
            _ => return false,
        }
    }
    std::str::from_utf8(&decoded).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_full_query_is_read() {
        let query =
            parse("page=3&category=Data+and+Analytics&category=Law&location=Boston%2C%20MA&level=Mid%20Level&api_key=s3cret&descending=true")
                .unwrap();
        assert_eq!(query.page, 3);
        assert_eq!(query.filters.categories, ["Data and Analytics", "Law"]);
        assert_eq!(query.filters.locations, ["Boston, MA"]);
        assert_eq!(query.filters.levels, ["Mid Level"]);
        assert!(query.keyed);
    }

    #[test]
    fn one_spelling_for_one_question_and_no_key_in_it() {
        let one = parse("category=B&api_key=s3cret&page=7&category=A&level=").unwrap();
        let other = parse("page=007&descending=1&category=A&category=B").unwrap();
        assert_eq!(canonical(&one), "category=A&category=B&page=7");
        assert_eq!(canonical(&one), canonical(&other));
    }

    #[test]
    fn hostile_queries_are_refused() {
        use QueryError::*;
        let long = format!("page=0&category={}", "x".repeat(10_000));
        let cases = [
            ("", PageMissing),
            ("category=page", PageMissing),
            ("page=", PageNotANumber),
            ("page=-1", PageNotANumber),
            ("page=+1", PageNotANumber),
            ("page=abc", PageNotANumber),
            ("page=1.0", PageNotANumber),
            ("page=%D9%A1", PageNotANumber),
            ("page=1&page=2", PageRepeated),
            ("page=0&category=%", Encoding),
            ("page=0&category=%4", Encoding),
            ("page=0&category=%zz", Encoding),
            ("page=0&category=%ff%fe", Encoding),
            (&long, TooLong),
        ];
        for (raw, expected) in cases {
            assert_eq!(parse(raw), Err(expected), "{raw}");
        }
        assert_eq!(parse("page=99999999999999999999").unwrap().page, u64::MAX);
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(raw in ".{0,200}") {
            let _ = parse(&raw);
        }

        #[test]
        fn the_canonical_spelling_asks_the_same(page: u64, category in "x.{0,40}", company in ".{0,40}y") {
            let filters = Filters { categories: vec![category], companies: vec![company], ..Filters::default() };
            let spelled = canonical(&Query { page, filters, keyed: false });
            prop_assert_eq!(canonical(&parse(&spelled).unwrap()), spelled);
        }
    }
}
