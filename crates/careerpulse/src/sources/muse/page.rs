//! The envelope of a page: what paging needs of a body, and nothing of its postings.

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;
use thiserror::Error;

/// What a page says about itself and the feed. The API promises little of it, so everything
/// but the results may be missing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Envelope {
    /// The page number it believes to be, from 0.
    pub page: Option<u64>,
    /// Pages of the slice; overstates what can be reached.
    pub page_count: Option<u64>,
    /// Postings of the slice; overstates what can be reached.
    pub total: Option<u64>,
    /// Postings on this page.
    pub results_len: u64,
    /// The names of all locations of all postings, repeats included; empty where they could
    /// not be read.
    pub locations: Vec<String>,
}

/// Why a body is no page.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PageError {
    /// Not JSON, or cut off.
    #[error("the body is not JSON from byte {offset} on: {reason}")]
    NotJson {
        /// Bytes before the place that could not be read.
        offset: usize,
        /// The parser's own words.
        reason: String,
    },
    /// JSON, but without a list `results`.
    #[error("the body has no list `results`: {reason}")]
    NoResults {
        /// What it has instead.
        reason: String,
    },
}

/// Reads the envelope of a body. The postings are only counted: no error inside one of them,
/// such as half a surrogate pair in a title, makes the page unreadable.
///
/// # Errors
/// [`PageError`] where the body is not JSON or has no list `results`.
pub fn parse_envelope(body: &str) -> Result<Envelope, PageError> {
    let no_results = |reason: &str| PageError::NoResults {
        reason: reason.to_owned(),
    };
    // Syntax first: a derived struct would stop at the first surprise and call
    // broken JSON behind it merely incomplete.
    if let Err(error) = serde_json::from_str::<IgnoredAny>(body) {
        return Err(PageError::NotJson {
            offset: offset_of(body, error.line(), error.column()),
            reason: error.to_string(),
        });
    }
    // Serde would read a bare list as a struct's fields in order.
    if !body.trim_start().starts_with('{') {
        return Err(no_results("it is not an object"));
    }
    let counted: Counted =
        serde_json::from_str(body).map_err(|_| no_results("`results` is something else"))?;
    let results = counted
        .results
        .ok_or_else(|| no_results("it is missing or null"))?;
    Ok(Envelope {
        page: counted.page.as_u64(),
        page_count: counted.page_count.as_u64(),
        total: counted.total.as_u64(),
        results_len: results.len() as u64,
        locations: locations_of(body),
    })
}

/// The fields of the envelope; the numbers as whatever they are, so that one of a strange
/// type is merely unknown.
#[derive(Deserialize)]
struct Counted {
    #[serde(default)]
    page: Value,
    #[serde(default)]
    page_count: Value,
    #[serde(default)]
    total: Value,
    results: Option<Vec<IgnoredAny>>,
}

#[derive(Deserialize)]
struct Located {
    results: Vec<PostingLocations>,
}

#[derive(Deserialize)]
struct PostingLocations {
    locations: Option<Vec<Location>>,
}

#[derive(Deserialize)]
struct Location {
    name: Option<String>,
}

/// A hint for splitting a slice, so a page whose locations are odd simply gives none.
fn locations_of(body: &str) -> Vec<String> {
    let Ok(located) = serde_json::from_str::<Located>(body) else {
        return Vec::new();
    };
    located
        .results
        .into_iter()
        .flat_map(|posting| posting.locations.unwrap_or_default())
        .filter_map(|location| location.name)
        .collect()
}

/// Byte offset of a 1-based line and column (in bytes) as `serde_json` reports them.
fn offset_of(body: &str, line: usize, column: usize) -> usize {
    let before: usize = body
        .split_inclusive('\n')
        .take(line.saturating_sub(1))
        .map(str::len)
        .sum();
    (before + column.saturating_sub(1)).min(body.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_envelope_is_read_and_its_postings_only_counted() {
        let body = r#"{"page":3,"page_count":17,"total":333,"took":1,"aggregations":{},"results":[
            {"id":1,"locations":[{"name":"Berlin, Germany"},{"name":"Flexible / Remote"}]},
            {"id":2,"locations":null},{"locations":[{"name":"Berlin, Germany"}]}]}"#;
        let envelope = parse_envelope(body).unwrap();
        assert_eq!(envelope.page, Some(3));
        assert_eq!(envelope.page_count, Some(17));
        assert_eq!(envelope.total, Some(333));
        assert_eq!(envelope.results_len, 3);
        assert_eq!(
            envelope.locations,
            ["Berlin, Germany", "Flexible / Remote", "Berlin, Germany"]
        );
    }

    #[test]
    fn everything_but_the_results_may_be_missing_or_strange() {
        let bare = parse_envelope(r#"{"results":[7,"x",null,{"name":"\ud800"}]}"#).unwrap();
        assert_eq!(bare.results_len, 4);
        assert_eq!(bare.total, None);
        let odd =
            r#"{"page":null,"page_count":"many","total":-1,"results":[{"locations":"here"}]}"#;
        let odd = parse_envelope(odd).unwrap();
        assert_eq!((odd.page, odd.page_count, odd.total), (None, None, None));
        assert_eq!(odd.results_len, 1);
        assert!(odd.locations.is_empty());
    }

    #[test]
    fn broken_json_is_placed() {
        let body = "{\"page\":0,\n\"results\":[{\"id\":1},oops]}";
        let Err(PageError::NotJson { offset, .. }) = parse_envelope(body) else {
            panic!("broken JSON was read");
        };
        assert_eq!(&body[offset..], "oops]}");
        let cut = parse_envelope("{\"results\":[{\"id\":1},{\"na");
        assert!(matches!(cut, Err(PageError::NotJson { .. })), "{cut:?}");
        assert!(matches!(
            parse_envelope(""),
            Err(PageError::NotJson { offset: 0, .. })
        ));
        assert!(matches!(
            parse_envelope("<html>"),
            Err(PageError::NotJson { offset: 0, .. })
        ));
    }

    #[test]
    fn json_without_a_list_of_results_is_another_error() {
        for body in [
            "{}",
            "[]",
            "[0,1,2,[]]",
            "null",
            "\"page\"",
            r#"{"results":null}"#,
            r#"{"results":{"0":{}}}"#,
            r#"{"code":500,"error":"x"}"#,
        ] {
            let error = parse_envelope(body).unwrap_err();
            assert!(
                matches!(error, PageError::NoResults { .. }),
                "{body}: {error}"
            );
        }
    }
}
