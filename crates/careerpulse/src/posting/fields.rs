//! Fields of a raw posting that this program does not know: the source has changed.

use serde_json::{Map, Value};

use super::text::{prefix, without_numbers};

/// What The Muse sends, by what it is sent in.
const KNOWN: [(&str, &[&str]); 7] = [
    (
        "",
        &[
            "contents",
            "name",
            "type",
            "publication_date",
            "short_name",
            "model_type",
            "id",
            "locations",
            "categories",
            "levels",
            "tags",
            "refs",
            "company",
        ],
    ),
    ("locations", &["name"]),
    ("categories", &["name"]),
    ("levels", &["name", "short_name"]),
    ("tags", &["name", "short_name"]),
    ("refs", &["landing_page"]),
    ("company", &["id", "short_name", "name"]),
];

/// The most unknown fields that are told of one posting: a hostile one may have any number.
const MOST: usize = 20;

/// Unknown fields as (path, kind of value): paths of printable characters, at most 100 of them. Numbers in
/// them are N, so that an object keyed by ids is one field.
pub fn unknown_fields(raw: &Map<String, Value>) -> Vec<(String, &'static str)> {
    let mut found = Vec::new();
    for (parent, known) in KNOWN {
        let objects: Vec<&Map<String, Value>> = match raw.get(parent) {
            _ if parent.is_empty() => vec![raw],
            Some(Value::Object(object)) => vec![object],
            Some(Value::Array(items)) => items.iter().filter_map(Value::as_object).collect(),
            _ => continue,
        };
        for (name, value) in objects.into_iter().flatten() {
            if found.len() == MOST {
                return found;
            }
            if known.contains(&name.as_str()) {
                continue;
            }
            let entry = (path(parent, name), kind(value));
            if !found.contains(&entry) {
                found.push(entry);
            }
        }
    }
    found
}

fn path(parent: &str, name: &str) -> String {
    let dot = if parent.is_empty() { "" } else { "." };
    let name = prefix(name, 400).escape_debug().to_string();
    let path = without_numbers(&format!("{parent}{dot}{name}"));
    path.chars().take(100).collect()
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "text",
        Value::Array(_) => "list",
        Value::Object(_) => "object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unknown(raw: &Value) -> Vec<(String, &'static str)> {
        unknown_fields(raw.as_object().unwrap())
    }

    #[test]
    fn new_fields_are_found_at_any_depth_and_known_ones_are_not() {
        let raw = serde_json::json!({
            "id": 1, "name": "n", "salary": 5, "tags": [],
            "company": {"id": 1, "size": "L"},
            "locations": [{"name": "a", "lat": 1.5}, {"name": "b", "lat": 2.5}],
        });
        assert_eq!(
            unknown(&raw),
            [
                ("salary".to_owned(), "number"),
                ("locations.lat".to_owned(), "number"),
                ("company.size".to_owned(), "text"),
            ]
        );
    }

    #[test]
    fn hostile_names_are_harmless_short_and_few() {
        let mut raw = Map::new();
        for i in 1..1_000 {
            let name = format!("\u{1b}[m{}{}", "y".repeat(i), "x".repeat(5_000));
            raw.insert(name, Value::Null);
        }
        let found = unknown_fields(&raw);
        assert_eq!(found.len(), MOST);
        assert!(
            found
                .iter()
                .all(|(path, _)| path.chars().count() == 100 && !path.contains(char::is_control))
        );
    }

    #[test]
    fn an_object_keyed_by_ids_is_one_field() {
        let mut company = Map::new();
        for id in 0..1_000 {
            company.insert(format!("c_{id}"), Value::Null);
        }
        let raw = serde_json::json!({"company": company});
        assert_eq!(unknown(&raw), [("company.c_N".to_owned(), "null")]);
    }
}
