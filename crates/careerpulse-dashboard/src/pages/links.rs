//! Addresses of pages and of the API's CSV.

use super::query::{self, Query, segment};

/// A category's page.
pub fn category(name: &str) -> String {
    format!("/categories/{}", segment(name))
}

/// A prediction's page.
pub fn prediction(posting_id: i64) -> String {
    format!("/imputation/{posting_id}")
}

/// A version's page.
pub fn version(version: i64) -> String {
    format!("/models/{version}")
}

/// A part of the API as CSV: `path` under `/api/v1/`, with what is asked of it.
pub fn csv(path: &str, asked: &Query) -> String {
    query::address(
        &format!("/api/v1/{path}"),
        &query::with(asked, "format", ["csv"]),
    )
}

/// An address at the source if it is one of http(s); others are not linked.
pub fn outside(address: &str) -> Option<String> {
    let lower: String = address.chars().take(8).collect::<String>().to_lowercase();
    let is_web = lower.starts_with("https://") || lower.starts_with("http://");
    let is_plain = !address.contains(|c: char| c.is_control() || c.is_whitespace());
    (is_web && is_plain && address.len() <= 2_000).then(|| address.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_web_is_linked() {
        assert!(outside("HTTPS://example.org/a").is_some());
        for bad in [
            "javascript:alert(1)",
            "data:text/html,x",
            " https://e.org",
            "//e.org",
            "https://e.org/\n",
        ] {
            assert_eq!(outside(bad), None, "{bad}");
        }
    }
}
