//! What of an export could act in the program that opens it.

use serde_json::Value;

use super::words;

/// The longest description in an answer, which is cut.
const LONGEST: usize = 200_100;

/// The longest of all other texts.
const LONGEST_LINE: usize = 2_000;

/// What is wrong with a CSV file: a cell that a spreadsheet would reckon, or one that steers.
pub fn csv(text: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(text.as_bytes());
    for row in reader.records() {
        let row = row.unwrap_or_else(|e| panic!("no CSV: {e}"));
        for cell in &row {
            if is_formula(cell) {
                wrong.push(format!("a formula: {cell:.200?}"));
            }
            wrong.extend(words::steering(cell).map(|what| format!("{what}: {cell:.200?}")));
        }
    }
    wrong
}

/// What a spreadsheet takes for a formula; numbers are none.
fn is_formula(cell: &str) -> bool {
    let signs = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];
    let begins = cell.starts_with(['\t', '\r', '\n']) || cell.trim_start().starts_with(signs);
    begins && cell.parse::<f64>().is_err()
}

/// What is wrong with JSON: control characters as they are, or texts that steer or do not end.
pub fn json(text: &str) -> Vec<String> {
    let value: Value = serde_json::from_str(text).unwrap_or_else(|e| panic!("no JSON: {e}"));
    let mut wrong: Vec<String> = words::steering(text).map(str::to_owned).collect();
    texts("", &value, &mut |field, text| {
        wrong.extend(words::steering(text).map(|what| format!("{what} in {field}: {text:.200?}")));
        let length = text.chars().count();
        let longest = match field.starts_with("description") {
            true => LONGEST,
            false => LONGEST_LINE,
        };
        if length > longest {
            wrong.push(format!("{length} characters in {field}: {text:.80?}"));
        }
    });
    wrong
}

fn texts(field: &str, value: &Value, look: &mut impl FnMut(&str, &str)) {
    match value {
        Value::String(text) => look(field, text),
        Value::Array(items) => items.iter().for_each(|item| texts(field, item, look)),
        Value::Object(fields) => fields.iter().for_each(|(name, value)| {
            look("a name", name);
            texts(name, value, look);
        }),
        _ => {}
    }
}

#[test]
fn what_acts_in_an_export_is_found() {
    let cells = [
        "=1+1",
        "+a",
        "-a",
        "@a",
        "\" =1\"",
        "\"\ta\"",
        "\"\ra\"",
        "＝1",
        "a\u{1b}[31m",
        "a\u{202e}",
    ];
    for cell in cells {
        assert!(!csv(&format!("x,{cell}\n")).is_empty(), "{cell:?}");
    }
    assert!(csv("-1.5,'=1,a=1,\"x\ny\"\n").is_empty());
    let long = "x".repeat(LONGEST_LINE + 1);
    for title in ["\u{202e}", "\u{9b}", "\u{1b}", long.as_str()] {
        let text = serde_json::json!({"title": title}).to_string();
        assert!(!json(&text).is_empty(), "{title:.20?}");
    }
    assert!(json("{\"title\": \"Nurse\"}").is_empty());
}
