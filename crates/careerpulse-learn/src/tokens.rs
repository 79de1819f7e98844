//! Text cut into words the way scikit-learn cuts it.

use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

/// Calls `each` with every token of `lowered`: scikit-learn's pattern `(?u)\b\w\w+\b`.
///
/// `\w` is Python's: a letter or number by general category (not the wider
/// Unicode property Alphabetic, which Rust's `char::is_alphanumeric` follows and
/// which takes in vowel signs), or `_`. A run of at least two such characters is a
/// token. Lower the text first with [`lower`].
pub fn for_each_token<'t>(lowered: &'t str, mut each: impl FnMut(&'t str)) {
    let bytes = lowered.as_bytes();
    let mut start = None;
    let mut at = 0;
    while at < bytes.len() {
        let (word, width) = if bytes[at] < 0x80 {
            (is_ascii_word(bytes[at]), 1)
        } else {
            // `at` only ever moves by whole characters, so one starts here.
            let c = lowered[at..].chars().next().unwrap_or(' ');
            (is_word(c), c.len_utf8())
        };
        match (word, start) {
            (true, None) => start = Some((at, width)),
            (false, Some((from, first))) => {
                emit(&lowered[from..at], first, &mut each);
                start = None;
            }
            _ => {}
        }
        at += width;
    }
    if let Some((from, first)) = start {
        emit(&lowered[from..], first, &mut each);
    }
}

/// Lower case as Python's `str.lower` makes it.
///
/// Both follow Unicode's full mapping: `İ` becomes `i` and a combining dot (which
/// ends the token), and a capital sigma becomes `ς` at the end of a word.
pub fn lower(text: &str) -> String {
    // Whether a capital sigma ends its word is for the standard library to see.
    if text.contains('Σ') {
        return text.to_lowercase();
    }
    let mut out = String::with_capacity(text.len());
    for run in text
        .as_bytes()
        .chunk_by(|a, b| a.is_ascii() == b.is_ascii())
    {
        // A run of either kind ends between characters, so it is text itself.
        let run = str::from_utf8(run).unwrap_or_default();
        if run.is_ascii() {
            let start = out.len();
            out.push_str(run);
            out[start..].make_ascii_lowercase();
        } else {
            out.extend(run.chars().flat_map(char::to_lowercase));
        }
    }
    out
}

/// A run of one character is no token, however many bytes that character has.
fn emit<'t>(run: &'t str, first_char: usize, each: &mut impl FnMut(&'t str)) {
    if run.len() > first_char {
        each(run);
    }
}

fn is_ascii_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn is_word(c: char) -> bool {
    matches!(
        c.general_category_group(),
        GeneralCategoryGroup::Letter | GeneralCategoryGroup::Number
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> Vec<String> {
        let lowered = lower(text);
        let mut out = Vec::new();
        for_each_token(&lowered, |token| out.push(token.to_owned()));
        out
    }

    #[test]
    fn runs_of_two_or_more_word_characters_are_tokens() {
        assert_eq!(
            tokens("C++ & C# in R&D, a b2b_x Co."),
            ["in", "b2b_x", "co"]
        );
        assert_eq!(tokens(""), [""; 0]);
        assert_eq!(tokens("x"), [""; 0]);
        assert_eq!(tokens("é èà"), ["èà"]);
    }

    #[test]
    fn lower_case_is_the_standard_librarys() {
        for text in ["Senior NURSE – Zürich ÄÖ", "ΟΔΟΣ ΣΑ", "İI", "", "ẞß", "Ÿ"] {
            assert_eq!(lower(text), text.to_lowercase());
        }
    }

    #[test]
    fn pythons_corner_cases() {
        // The combining dot that lowering makes of İ is no word character.
        assert_eq!(tokens("İstanbul"), ["stanbul"]);
        assert_eq!(tokens("ΟΔΟΣ"), ["οδος"]);
        // A Devanagari vowel sign (Mc) ends a token in Python.
        assert_eq!(tokens("कि कम"), ["कम"]);
        assert_eq!(tokens("½² 10²"), ["½²", "10²"]);
        assert_eq!(tokens("don’t"), ["don"]);
    }
}
