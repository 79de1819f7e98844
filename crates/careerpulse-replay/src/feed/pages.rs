//! A folder of recorded pages, and the postings inside them.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use serde::de::IgnoredAny;
use serde_json::{Deserializer, Value};

use super::{Feed, FeedError, read_error};

/// Reads every `pageN.json` of the folder in the order of N. Postings are kept once
/// for each id, the first seen; those without an id are all kept.
pub(super) fn read(folder: &Path) -> Result<Feed, FeedError> {
    let mut feed = Feed::default();
    let mut seen = HashSet::new();
    for path in numbered_pages(folder)? {
        let page = std::fs::read(&path).map_err(|source| read_error(&path, source))?;
        let page = Bytes::from(page);
        for raw in postings_of(&page) {
            let Ok(value) = serde_json::from_slice::<Value>(&raw) else {
                continue;
            };
            let id = value.get("id").filter(|id| !id.is_null());
            if id.is_none_or(|id| seen.insert(id.to_string())) {
                feed.push(raw, &value);
            }
        }
        feed.recorded.push(page);
    }
    Ok(feed)
}

fn numbered_pages(folder: &Path) -> Result<Vec<PathBuf>, FeedError> {
    let entries = std::fs::read_dir(folder).map_err(|source| read_error(folder, source))?;
    let mut pages = Vec::new();
    for entry in entries {
        let path = entry.map_err(|source| read_error(folder, source))?.path();
        if let Some(number) = page_number(&path) {
            pages.push((number, path));
        }
    }
    if pages.is_empty() {
        return Err(FeedError::NoPages {
            path: folder.to_owned(),
        });
    }
    pages.sort();
    for (expected, (number, path)) in (0..).zip(&pages) {
        if *number != expected {
            return Err(FeedError::PageNumbers {
                path: folder.to_owned(),
                expected: expected.min(*number),
                found: path.file_name().unwrap_or_default().display().to_string(),
            });
        }
    }
    Ok(pages.into_iter().map(|(_, path)| path).collect())
}

fn page_number(path: &Path) -> Option<u64> {
    let name = path.file_name()?.to_str()?;
    let digits = name.strip_prefix("page")?.strip_suffix(".json")?;
    let all_digits = digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|_| all_digits)
}

/// The texts of the items of the page's `results`, as slices of the page. A page that
/// is not a JSON object, or whose `results` is no list, has none.
fn postings_of(page: &Bytes) -> Vec<Bytes> {
    // The walk below relies on the page being well formed, so that is settled first.
    match serde_json::from_slice::<Value>(page) {
        Ok(Value::Object(fields)) if fields.get("results").is_some_and(Value::is_array) => {}
        _ => return Vec::new(),
    }
    let mut results = Vec::new();
    let mut at = skip_to_value(page, 0) + 1;
    while let Some(key_end) = value_end(page, at) {
        let key = serde_json::from_slice::<String>(&page[skip_to_value(page, at)..key_end]);
        let start = skip_to_value(page, key_end);
        let Some(end) = value_end(page, start) else {
            break;
        };
        if key.is_ok_and(|key| key == "results") && page[start] == b'[' {
            results = items_of(page, start);
        }
        at = end;
    }
    results
}

/// The items of the list that starts at `start`.
fn items_of(page: &Bytes, start: usize) -> Vec<Bytes> {
    let mut items = Vec::new();
    let mut at = start + 1;
    while let Some(end) = value_end(page, at) {
        items.push(page.slice(skip_to_value(page, at)..end));
        at = end;
    }
    items
}

/// Where the next value of a list or object begins: past white space, `,` and `:`.
fn skip_to_value(page: &[u8], at: usize) -> usize {
    let between = |byte: &&u8| byte.is_ascii_whitespace() || matches!(byte, b',' | b':');
    at + page[at..].iter().take_while(between).count()
}

/// Where the value that follows `at` ends; `None` at the end of its list or object.
fn value_end(page: &[u8], at: usize) -> Option<usize> {
    let start = skip_to_value(page, at);
    let rest = page.get(start..).filter(|rest| !rest.is_empty())?;
    if matches!(rest[0], b']' | b'}') {
        return None;
    }
    let mut values = Deserializer::from_slice(rest).into_iter::<IgnoredAny>();
    values.next()?.ok()?;
    Some(start + values.byte_offset())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(page: &'static str) -> Vec<Bytes> {
        postings_of(&Bytes::from_static(page.as_bytes()))
    }

    #[test]
    fn postings_are_cut_out_as_they_stand() {
        let page = "\n{ \"page\" : 0, \"took\":1.5e3,\"aggregations\": {\"results\": [9]},\
                    \"results\" :[ {\"id\" : 1, \"name\": \"] , }\\\"\"} ,{\"id\":2},3 ]\n , \"total\": 1 } ";
        assert_eq!(
            texts(page),
            ["{\"id\" : 1, \"name\": \"] , }\\\"\"}", "{\"id\":2}", "3"]
        );
    }

    #[test]
    fn a_page_without_results_has_none() {
        for page in [
            "",
            "<html>",
            "[1]",
            "{}",
            "{\"results\": 3}",
            "{\"results\": [1",
            "{\"results\": []}",
        ] {
            assert_eq!(texts(page), Vec::<Bytes>::new(), "{page}");
        }
    }

    fn folder_of(pages: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in pages {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        folder
    }

    #[test]
    fn pages_are_ordered_by_number_and_ids_kept_once() {
        let folder = folder_of(&[
            ("page10.json", "not json"),
            (
                "page2.json",
                "{\"results\":[{\"id\":1,\"name\":\"again\"},{\"id\":3},{\"name\":\"no id\"}]}",
            ),
            ("page01.json", "{\"results\":[{\"id\":2}]}"),
            ("page0.json", "{\"results\":[{\"id\":1}]}"),
            ("pages.json", "{}"),
            ("notes.txt", ""),
        ]);
        let found = read(folder.path()).unwrap_err().to_string();
        assert!(found.contains("page 3 is missing"), "{found}");

        std::fs::rename(
            folder.path().join("page10.json"),
            folder.path().join("page003.json"),
        )
        .unwrap();
        let feed = read(folder.path()).unwrap();
        assert_eq!(feed.recorded_pages(), 4);
        assert_eq!(
            feed.postings,
            [
                "{\"id\":1}",
                "{\"id\":2}",
                "{\"id\":3}",
                "{\"name\":\"no id\"}"
            ]
        );
    }

    #[test]
    fn a_number_twice_and_no_pages_are_refused() {
        let twice = folder_of(&[("page0.json", "{}"), ("page00.json", "{}")]);
        assert!(matches!(
            read(twice.path()),
            Err(FeedError::PageNumbers { .. })
        ));
        let none = folder_of(&[
            ("page.json", "{}"),
            ("page-1.json", "{}"),
            ("page+1.json", "{}"),
        ]);
        assert!(matches!(read(none.path()), Err(FeedError::NoPages { .. })));
    }
}
