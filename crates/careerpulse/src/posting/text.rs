//! Small repairs of untrusted text.

use serde_json::Value;

/// The words that mean "no category", compared trimmed and in lower case.
const SENTINELS: [&str; 3] = ["", "none", "unknown"];

/// Whether a category name says that there is none.
pub fn is_sentinel(name: &str) -> bool {
    SENTINELS.contains(&name.trim().to_lowercase().as_str())
}

/// One line of text: control and bidirectional-override characters removed, white space folded.
/// The flag says whether characters were removed (folding white space is no repair worth a note).
pub fn one_line(text: &str) -> (String, bool) {
    let mut removed = false;
    let mut line = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_whitespace() {
            if !line.is_empty() && !line.ends_with(' ') {
                line.push(' ');
            }
        } else if is_unprintable(c) {
            removed = true;
        } else {
            line.push(c);
        }
    }
    line.truncate(line.trim_end().len());
    (line, removed)
}

/// Whether a character steers a terminal or a page's layout rather than showing on it.
pub fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

/// The longest prefix of at most `max_bytes` that ends between characters.
pub fn prefix(text: &str, max_bytes: usize) -> &str {
    &text[..text.floor_char_boundary(max_bytes)]
}

/// The beginning of a value, fit for a log or a page: at most 200 characters, control characters escaped.
pub fn fragment(value: &Value) -> String {
    let text = match value {
        Value::String(text) => prefix(text, 800).to_owned(),
        other => {
            let text = other.to_string();
            prefix(&text, 800).to_owned()
        }
    };
    text.escape_debug().take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentinels_in_any_case_and_spacing() {
        assert!(
            ["", "  ", "Unknown", " UNKNOWN ", "None"]
                .iter()
                .all(|name| is_sentinel(name))
        );
        assert!(!is_sentinel("Unknown Arts"));
    }

    #[test]
    fn one_line_removes_what_steers_and_folds_the_rest() {
        assert_eq!(
            one_line("  Data\u{0} \u{202E}Engineer\t\n II "),
            ("Data Engineer II".into(), true)
        );
        assert_eq!(one_line("a\u{a0}b"), ("a b".into(), false));
        assert_eq!(one_line(" \u{0} "), (String::new(), true));
    }

    #[test]
    fn fragments_are_short_and_harmless() {
        let long = Value::String("\u{1b}[31m".to_owned() + &"é".repeat(1_000));
        let shown = fragment(&long);
        assert!(shown.chars().count() == 200 && !shown.contains('\u{1b}'));
    }
}
