//! One raw posting to one row, with a note for everything that had to be repaired.

use serde_json::{Map, Value};

use super::dates::parse_date;
use super::fields::unknown_fields;
use super::text::{fragment, is_sentinel, one_line, prefix};
use crate::tables::silver::JobPosting;

/// The most characters of a category, level, location or tag. These are keys, which tables, addresses and
/// queries repeat; the API's questions take as many.
const LONGEST_NAME: usize = 200;

/// What was wrong with a raw posting, and how it looked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// In words.
    pub reason: String,
    /// The beginning of what was wrong.
    pub fragment: Option<String>,
}

/// A row from a raw posting, with its repairs.
#[derive(Debug)]
pub struct Record {
    /// The row; `first_seen_at` and `ingest_id` are the page's.
    pub posting: JobPosting,
    /// What was changed to make it one.
    pub repairs: Vec<Finding>,
    /// How many of the posting's categories were sentinels.
    pub sentinels: u64,
    /// Fields that this program does not know, each with the kind of its value.
    pub unknown_fields: Vec<(String, &'static str)>,
}

/// Reads a raw posting; `template` carries what the page knows (`first_seen_at`, `ingest_id`).
///
/// # Errors
/// A [`Finding`] when the value cannot be a posting: no object, or no usable `id`.
pub fn read_record(
    raw: &Value,
    template: &JobPosting,
    max_description: usize,
) -> Result<Record, Finding> {
    let Value::Object(fields) = raw else {
        return Err(Finding {
            reason: "the posting is no JSON object".into(),
            fragment: Some(fragment(raw)),
        });
    };
    let mut repairs = Vec::new();
    let posting_id = read_id(fields, &mut repairs)?;
    let mut sentinels = 0;
    let categories = names(fields, "categories", &mut repairs);
    let category = categories.iter().find(|name| {
        let sentinel = is_sentinel(name);
        sentinels += u64::from(sentinel);
        !sentinel
    });
    let category = category.cloned();
    let levels = names(fields, "levels", &mut repairs);
    let posting = JobPosting {
        posting_id,
        title: line(fields, "name", &mut repairs),
        description: description(fields, max_description, &mut repairs),
        category,
        categories,
        level: levels.first().cloned(),
        levels,
        locations: names(fields, "locations", &mut repairs),
        company_id: fields
            .get("company")
            .and_then(|c| c.get("id"))
            .and_then(Value::as_i64),
        company_name: fields
            .get("company")
            .and_then(Value::as_object)
            .and_then(|c| line(c, "name", &mut repairs)),
        tags: names(fields, "tags", &mut repairs),
        posting_type: line(fields, "type", &mut repairs),
        publication_date: publication_date(fields, &mut repairs),
        landing_page: landing_page(fields, &mut repairs),
        ..template.clone()
    };
    Ok(Record {
        posting,
        repairs,
        sentinels,
        unknown_fields: unknown_fields(fields),
    })
}

fn read_id(fields: &Map<String, Value>, repairs: &mut Vec<Finding>) -> Result<i64, Finding> {
    let Some(id) = fields.get("id").filter(|id| !id.is_null()) else {
        return Err(Finding {
            reason: "the posting has no `id`".into(),
            fragment: Some(fragment(&Value::Object(fields.clone()))),
        });
    };
    let number = match id {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => {
            let number = text.trim().parse().ok();
            if number.is_some() {
                repairs.push(Finding {
                    reason: "`id` is a string; read as a number".into(),
                    fragment: Some(fragment(id)),
                });
            }
            number
        }
        _ => None,
    };
    number.filter(|number| *number >= 0).ok_or_else(|| Finding {
        reason: "`id` is no whole number from 0".into(),
        fragment: Some(fragment(id)),
    })
}

/// A text field as one line; null where it is missing, empty or of another type.
fn line(fields: &Map<String, Value>, key: &str, repairs: &mut Vec<Finding>) -> Option<String> {
    match fields.get(key)? {
        Value::Null => None,
        Value::String(text) => {
            let (line, removed) = one_line(text);
            if removed {
                repairs.push(Finding {
                    reason: format!("control characters removed from `{key}`"),
                    fragment: Some(fragment(&fields[key])),
                });
            }
            (!line.is_empty()).then_some(line)
        }
        other => {
            repairs.push(wrong_type(key, "text", other));
            None
        }
    }
}

fn description(
    fields: &Map<String, Value>,
    max_bytes: usize,
    repairs: &mut Vec<Finding>,
) -> Option<String> {
    match fields.get("contents")? {
        Value::Null => None,
        Value::String(html) => {
            let mut html = html.clone();
            if html.contains('\0') {
                html.retain(|c| c != '\0');
                repairs.push(Finding {
                    reason: "NUL removed from `contents`".into(),
                    fragment: None,
                });
            }
            if html.len() > max_bytes {
                repairs.push(Finding {
                    reason: format!("`contents` of {} bytes cut to {max_bytes}", html.len()),
                    fragment: None,
                });
                html.truncate(prefix(&html, max_bytes).len());
            }
            (!html.trim().is_empty()).then_some(html)
        }
        other => {
            repairs.push(wrong_type("contents", "text", other));
            None
        }
    }
}

/// The names in a list of `{"name": …}`; entries of another form are left out with a note, and names
/// longer than any are cut.
fn names(fields: &Map<String, Value>, key: &str, repairs: &mut Vec<Finding>) -> Vec<String> {
    let items = match fields.get(key) {
        None | Some(Value::Null) => return Vec::new(),
        Some(Value::Array(items)) => items,
        Some(other) => {
            repairs.push(wrong_type(key, "a list", other));
            return Vec::new();
        }
    };
    let mut names = Vec::with_capacity(items.len());
    for item in items {
        match item.get("name").or(Some(item)) {
            Some(Value::String(name)) => {
                let mut name = one_line(name).0;
                if let Some((end, _)) = name.char_indices().nth(LONGEST_NAME) {
                    repairs.push(Finding {
                        reason: format!("a name in `{key}` cut to {LONGEST_NAME} characters"),
                        fragment: Some(fragment(&Value::String(name.clone()))),
                    });
                    name.truncate(name[..end].trim_end().len());
                }
                if !names.contains(&name) {
                    names.push(name);
                }
            }
            _ => repairs.push(wrong_type(key, "a list of names", item)),
        }
    }
    names
}

fn publication_date(
    fields: &Map<String, Value>,
    repairs: &mut Vec<Finding>,
) -> Option<chrono::DateTime<chrono::Utc>> {
    let value = fields
        .get("publication_date")
        .filter(|value| !value.is_null())?;
    let date = value.as_str().and_then(parse_date);
    if date.is_none() {
        repairs.push(Finding {
            reason: "`publication_date` is no date; left empty".into(),
            fragment: Some(fragment(value)),
        });
    }
    date
}

fn landing_page(fields: &Map<String, Value>, repairs: &mut Vec<Finding>) -> Option<String> {
    let value = fields
        .get("refs")?
        .get("landing_page")
        .filter(|value| !value.is_null())?;
    let page = value
        .as_str()
        .and_then(|text| url::Url::parse(text.trim()).ok());
    let page = page.filter(|url| matches!(url.scheme(), "http" | "https"));
    if page.is_none() {
        repairs.push(Finding {
            reason: "`landing_page` is no http(s) address; left empty".into(),
            fragment: Some(fragment(value)),
        });
    }
    page.map(String::from)
}

fn wrong_type(key: &str, wanted: &str, found: &Value) -> Finding {
    Finding {
        reason: format!("`{key}` is not {wanted}; left empty"),
        fragment: Some(fragment(found)),
    }
}
