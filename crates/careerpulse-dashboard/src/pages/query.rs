//! What stands behind an address's question mark. What cannot be read is passed over: a page is for people,
//! and the API says what is wrong.

use chrono::NaiveDate;

/// Names and values in their order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Query(Vec<(String, String)>);

/// Longest value that is heeded, in bytes.
const LONGEST: usize = 400;

/// The names and values of a query string; empty and overlong values are left out.
pub fn parse(text: Option<&str>) -> Query {
    let pairs = form_urlencoded::parse(text.unwrap_or_default().as_bytes());
    let pairs = pairs.map(|(name, value)| (name.into_owned(), value.trim().to_owned()));
    Query(
        pairs
            .filter(|(_, value)| !value.is_empty() && value.len() <= LONGEST)
            .collect(),
    )
}

/// The first value of a name.
pub fn one<'a>(query: &'a Query, name: &str) -> Option<&'a str> {
    let found = query.0.iter().find(|(key, _)| key == name);
    found.map(|(_, value)| value.as_str())
}

/// All values of a name, each once.
pub fn all(query: &Query, name: &str) -> Vec<String> {
    let mut values: Vec<String> = Vec::new();
    for (key, value) in &query.0 {
        if key == name && !values.contains(value) {
            values.push(value.clone());
        }
    }
    values
}

/// A finite number.
pub fn number(query: &Query, name: &str) -> Option<f64> {
    let value = one(query, name)?.parse().ok();
    value.filter(|value: &f64| value.is_finite())
}

/// A number written in percent, as a share between 0 and 1.
pub fn share(query: &Query, name: &str) -> Option<f64> {
    number(query, name).map(|percent| (percent / 100.0).clamp(0.0, 1.0))
}

/// A day, as `2026-11-03`.
pub fn day(query: &Query, name: &str) -> Option<NaiveDate> {
    one(query, name)?.parse().ok()
}

/// The query with every value of `name` replaced by `values`.
pub fn with<'a>(query: &Query, name: &str, values: impl IntoIterator<Item = &'a str>) -> Query {
    let mut pairs = query.0.clone();
    pairs.retain(|(key, _)| key != name);
    let values = values.into_iter();
    pairs.extend(values.map(|value| (name.to_owned(), value.to_owned())));
    Query(pairs)
}

/// The query without `name`.
pub fn without(query: &Query, name: &str) -> Query {
    with(query, name, [])
}

/// The query with only the values of `names`.
pub fn only(query: &Query, names: &[&str]) -> Query {
    let mut pairs = query.0.clone();
    pairs.retain(|(key, _)| names.contains(&key.as_str()));
    Query(pairs)
}

/// An address with the query behind it.
pub fn address(path: &str, query: &Query) -> String {
    if query.0.is_empty() {
        return path.to_owned();
    }
    let mut text = form_urlencoded::Serializer::new(String::new());
    text.extend_pairs(&query.0);
    format!("{path}?{}", text.finish())
}

/// A name as one segment of a path.
pub fn segment(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

/// The names and values other than those of `names`: what a form carries along.
pub fn others(query: &Query, names: &[&str]) -> Vec<(String, String)> {
    let mut pairs = query.0.clone();
    pairs.retain(|(key, _)| !names.contains(&key.as_str()));
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_keeps_what_it_is_given_and_drops_what_is_empty() {
        let query = parse(Some(
            "category=A%26B&category=C&category=C&q=&from=2026-11-03",
        ));
        assert_eq!(all(&query, "category"), ["A&B", "C"]);
        assert_eq!(one(&query, "q"), None);
        assert_eq!(day(&query, "from"), NaiveDate::from_ymd_opt(2026, 11, 3));
        let query = without(&with(&query, "category", ["D"]), "from");
        assert_eq!(address("/", &query), "/?category=D");
        assert_eq!(segment("Media, PR/IT"), "Media%2C%20PR%2FIT");
        assert_eq!(number(&parse(Some("x=NaN")), "x"), None);
    }
}
