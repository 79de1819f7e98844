//! Text cut into words the way scikit-learn cuts it.

use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

/// Calls `each` with every token of `lowered`: scikit-learn's pattern `(?u)\b\w\w+\b`.
///
/// `\w` is Python's: a letter or number by general category (not the wider
/// Unicode property Alphabetic, which Rust's `char::is_alphanumeric` follows and
/// which takes in vowel signs), or `_`. A run of at least two such characters is a
/// token. Lower the text first with [`lower`].
pub fn for_each_token<'t>(lowered: &'t str, mut each: impl FnMut(&'t str)) {
    for_each_span(lowered, |start, end| each(&lowered[start..end]));
}

/// Calls `each` with where every token of `lowered` starts and ends; see [`for_each_token`].
pub(crate) fn for_each_span(lowered: &str, mut each: impl FnMut(usize, usize)) {
    let bytes = lowered.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        let mut characters = 0;
        let gap = loop {
            let width = match bytes.get(at).map_or(GAP, |&byte| KINDS[usize::from(byte)]) {
                WORD => 1,
                GAP => break 1,
                _ => match wide_word(lowered, at) {
                    Ok(width) => width,
                    Err(width) => break width,
                },
            };
            characters += 1;
            at += width;
        };
        // A run of one character is no token, however many bytes that character has.
        if characters > 1 {
            each(start, at);
        }
        at += gap;
    }
}

/// Lower case as Python's `str.lower` makes it.
///
/// Both follow Unicode's full mapping: `İ` becomes `i` and a combining dot (which
/// ends the token), and a capital sigma becomes `ς` at the end of a word.
pub fn lower(text: &str) -> String {
    lower_padded::<0>(text)
}

/// [`lower`] with `N` spaces behind, so that `N` bytes can be read from any token on.
pub(crate) fn lower_padded<const N: usize>(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + N);
    // Whether a capital sigma ends its word is for the standard library to see.
    if text.contains('Σ') {
        out.push_str(&text.to_lowercase());
    } else {
        lower_onto(text, &mut out);
    }
    out.extend([' '; N]);
    out
}

/// Lower case, character by character: right wherever there is no capital sigma.
fn lower_onto(text: &str, out: &mut String) {
    let first = out.len();
    let mut copied = 0;
    let mut at = 0;
    while let Some(skipped) = first_wide(&text.as_bytes()[at..]) {
        at += skipped;
        let Some(c) = text[at..].chars().next() else {
            break;
        };
        let mut lowered = c.to_lowercase();
        if lowered.next() != Some(c) {
            out.push_str(&text[copied..at]);
            out.extend(c.to_lowercase());
            copied = at + c.len_utf8();
        }
        at += c.len_utf8();
    }
    out.push_str(&text[copied..]);
    out[first..].make_ascii_lowercase();
}

/// Place of the first byte that is no ASCII.
fn first_wide(bytes: &[u8]) -> Option<usize> {
    // Whole blocks are looked at with vector registers.
    let plain = bytes
        .chunks(64)
        .take_while(|block| block.is_ascii())
        .count()
        * 64;
    let rest = bytes.get(plain..)?;
    let at = rest.iter().position(|byte| !byte.is_ascii())?;
    Some(plain + at)
}

/// The width in bytes of the character at `at`, as an error where it is part of no word.
fn wide_word(lowered: &str, at: usize) -> Result<usize, usize> {
    // `at` only ever moves by whole characters, so one starts here.
    let c = lowered[at..].chars().next().unwrap_or(' ');
    if is_word(c) {
        Ok(c.len_utf8())
    } else {
        Err(c.len_utf8())
    }
}

/// What a byte is: between words, in a word, or the start of a wider character.
const GAP: u8 = 0;
const WORD: u8 = 1;
const WIDE: u8 = 2;
const KINDS: [u8; 256] = {
    let mut kinds = [GAP; 256];
    let mut byte = 0;
    while byte < 256 {
        if byte >= 0x80 {
            kinds[byte] = WIDE;
        } else if (byte as u8).is_ascii_alphanumeric() || byte as u8 == b'_' {
            kinds[byte] = WORD;
        }
        byte += 1;
    }
    kinds
};

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
