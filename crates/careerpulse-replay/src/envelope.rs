//! The bodies of the API's answers: a page of postings, and an error.

use bytes::Bytes;
use serde_json::json;

/// Postings on a page.
pub const ITEMS_PER_PAGE: u64 = 20;

/// What the API reports as the total for `matching` postings: 1.3 times as many,
/// rounded up, because the real one counts postings that it never hands out. It never
/// reports fewer than there are, and 0 only for 0.
pub fn reported_total(matching: u64) -> u64 {
    (matching.saturating_mul(13)).div_ceil(10)
}

/// The body of page `page` with these postings, of `matching` in all. The same input
/// gives the same bytes; `took` is therefore always 17.
pub fn page_body(page: u64, matching: u64, postings: &[&Bytes]) -> Bytes {
    let total = reported_total(matching);
    let page_count = total.div_ceil(ITEMS_PER_PAGE);
    let head = format!(
        "{{\"page\": {page}, \"page_count\": {page_count}, \"items_per_page\": {ITEMS_PER_PAGE}, \
         \"took\": 17, \"timed_out\": false, \"total\": {total}, \"results\": ["
    );
    let tail = "], \"aggregations\": {}}";
    let length: usize = postings.iter().map(|posting| posting.len() + 2).sum();
    let mut body = Vec::with_capacity(head.len() + length + tail.len());
    body.extend_from_slice(head.as_bytes());
    for (position, posting) in postings.iter().enumerate() {
        if position > 0 {
            body.extend_from_slice(b", ");
        }
        body.extend_from_slice(posting);
    }
    body.extend_from_slice(tail.as_bytes());
    Bytes::from(body)
}

/// The API's error body: `{"code": …, "error": …}`.
pub fn error_body(code: u16, message: &str) -> Bytes {
    Bytes::from(json!({ "code": code, "error": message }).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    #[test]
    fn totals_overstate_and_never_understate() {
        assert_eq!(reported_total(0), 0);
        assert_eq!(reported_total(1), 2);
        assert_eq!(reported_total(2_000), 2_600);
        assert!((1..5_000).all(|matching| reported_total(matching) > matching));
        assert!(reported_total(u64::MAX) > 0);
    }

    #[test]
    fn a_page_is_the_envelope_around_the_texts() {
        let texts = [Bytes::from("{\"id\" :1}"), Bytes::from("7")];
        let body = page_body(4, 102, &texts.iter().collect::<Vec<_>>());
        let parsed: Value = serde_json::from_slice(&body).unwrap();
        let expected = json!({"page": 4, "page_count": 7, "items_per_page": 20, "took": 17, "timed_out": false,
                              "total": 133, "results": [{"id": 1}, 7], "aggregations": {}});
        assert_eq!(parsed, expected);
        assert!(body.windows(9).any(|window| window == b"{\"id\" :1}"));
        let empty: Value = serde_json::from_slice(&page_body(9, 0, &[])).unwrap();
        assert_eq!(empty["results"], json!([]));
        assert_eq!(empty["page_count"], 0);
    }
}
