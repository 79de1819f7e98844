//! Small repairs of untrusted text.

pub use careerpulse_learn::{is_unprintable, one_line};
use serde_json::Value;

/// The words that mean "no category", compared trimmed and in lower case.
/// The asterisk stands for all categories in the lake's own tables.
const SENTINELS: [&str; 4] = ["", "none", "unknown", "*"];

/// Whether a category name says that there is none.
pub fn is_sentinel(name: &str) -> bool {
    SENTINELS.contains(&name.trim().to_lowercase().as_str())
}

/// The longest prefix of at most `max_bytes` that ends between characters.
pub fn prefix(text: &str, max_bytes: usize) -> &str {
    &text[..text.floor_char_boundary(max_bytes)]
}

/// JSON with U+FFFD in place of each escape of half a surrogate pair, which no text can hold; none where
/// there is no such escape.
pub fn with_whole_pairs(json: &str) -> Option<String> {
    let unit = |at: usize| {
        let digits = json.get(at..at + 6)?.strip_prefix("\\u")?;
        u16::from_str_radix(digits, 16).ok()
    };
    let (mut whole, mut copied, mut at) = (String::new(), 0, 0);
    while let Some(found) = json.get(at..).and_then(|rest| rest.find('\\')) {
        at += found;
        match (unit(at), unit(at + 6)) {
            (Some(0xD800..0xDC00), Some(0xDC00..0xE000)) => at += 12,
            (Some(0xD800..0xE000), _) => {
                whole.push_str(&json[copied..at]);
                whole.push('\u{FFFD}');
                at += 6;
                copied = at;
            }
            // Another escape: what follows the backslash begins none.
            _ => at += 2,
        }
    }
    (copied > 0).then(|| whole + &json[copied..])
}

/// A text with N for each number in it, so that what differs in numbers alone has one name.
pub fn without_numbers(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut in_number = false;
    for c in text.chars() {
        let is_digit = c.is_ascii_digit();
        match is_digit {
            true if in_number => {}
            true => plain.push('N'),
            false => plain.push(c),
        }
        in_number = is_digit;
    }
    plain
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
    fn half_a_pair_is_replaced_and_nothing_else_is() {
        let half =
            r#"["\ud800", "\udc00x", "\ud83d\ude00", "\ud83d\ud83d\ude00", "\\ud800", "\u00e9\n"]"#;
        let whole = with_whole_pairs(half).unwrap();
        let read: Vec<String> = serde_json::from_str(&whole).unwrap();
        assert_eq!(
            read,
            [
                "\u{fffd}",
                "\u{fffd}x",
                "😀",
                "\u{fffd}😀",
                "\\ud800",
                "é\n"
            ]
        );
        for text in [
            r#""\ud83d\ude00""#,
            r#""\\ud800""#,
            "é\\",
            "\\u12",
            "",
            r"\u+800",
        ] {
            assert_eq!(with_whole_pairs(text), None, "{text}");
        }
    }

    #[test]
    fn fragments_are_short_and_harmless() {
        let long = Value::String("\u{1b}[31m".to_owned() + &"é".repeat(1_000));
        let shown = fragment(&long);
        assert!(shown.chars().count() == 200 && !shown.contains('\u{1b}'));
    }
}
