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
    let edges = edges(lowered.as_bytes());
    for edge in edges.chunks_exact(2) {
        let (start, end) = (edge[0], edge[1]);
        if lowered.as_bytes()[start..end].is_ascii() {
            if end - start > 1 {
                each(start, end);
            }
        } else {
            for_each_wide_span(&lowered[start..end], |from, to| {
                each(start + from, start + to);
            });
        }
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
    if !lower_onto(text, &mut out) {
        // Whether a capital sigma ends its word is for the standard library to see.
        out = text.to_lowercase();
    }
    out.extend([' '; N]);
    out
}

/// Lower case, character by character; false, and `out` of no use, at a capital sigma.
fn lower_onto(text: &str, out: &mut String) -> bool {
    let mut copied = 0;
    let mut at = 0;
    while let Some(skipped) = first_wide(&text.as_bytes()[at..]) {
        at += skipped;
        let Some(c) = text[at..].chars().next() else {
            break;
        };
        if c == 'Σ' {
            return false;
        }
        let mut lowered = c.to_lowercase();
        if lowered.next() != Some(c) {
            out.push_str(&text[copied..at]);
            out.extend(c.to_lowercase());
            copied = at + c.len_utf8();
        }
        at += c.len_utf8();
    }
    out.push_str(&text[copied..]);
    out.make_ascii_lowercase();
    true
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

/// [`for_each_span`] in a text of word characters and any that are no ASCII.
fn for_each_wide_span(text: &str, mut each: impl FnMut(usize, usize)) {
    let (mut start, mut characters) = (0, 0);
    let mut ends = |start, end, characters| {
        // A run of one character is no token, however many bytes that character has.
        if characters > 1 {
            each(start, end);
        }
    };
    for (at, c) in text.char_indices() {
        if c.is_ascii() || is_word(c) {
            characters += 1;
        } else {
            ends(start, at, characters);
            (start, characters) = (at + c.len_utf8(), 0);
        }
    }
    ends(start, text.len(), characters);
}

/// Where runs of bytes that may be part of a word start and end, in turn.
///
/// Bytes are looked at eight to a machine word and 64 to a mask, whose edges are then picked
/// out: no branch depends on a byte, and so none is mispredicted at the end of every word.
fn edges(bytes: &[u8]) -> Vec<usize> {
    let mut edges = Vec::with_capacity(bytes.len() / 3);
    let mut before = 0;
    for (block, bytes) in bytes.chunks(64).enumerate() {
        let mut mask = 0;
        let (eights, rest) = bytes.as_chunks::<8>();
        for (i, &eight) in eights.iter().enumerate() {
            mask |= word_bits(u64::from_le_bytes(eight)) << (8 * i);
        }
        if !rest.is_empty() {
            let mut eight = [b' '; 8];
            eight[..rest.len()].copy_from_slice(rest);
            mask |= word_bits(u64::from_le_bytes(eight)) << (8 * eights.len());
        }
        let mut changes = mask ^ (mask << 1 | before);
        before = mask >> 63;
        while changes != 0 {
            edges.push(64 * block + changes.trailing_zeros() as usize);
            changes &= changes - 1;
        }
    }
    // A run open at the end; in a last block that is not full, the blank behind it was its edge.
    if before == 1 {
        edges.push(bytes.len());
    }
    edges
}

/// One bit for each of eight bytes: whether it is a small letter, a digit, `_` or no ASCII.
fn word_bits(bytes: u64) -> u64 {
    const ONES: u64 = u64::MAX / 255;
    const HIGH: u64 = ONES << 7;
    // Without its highest bit a byte can be added to without a carry into the next, and the
    // sum's highest bit then tells whether the byte is at least the one asked for.
    let low = bytes & !HIGH;
    let at_least = |byte: u8| low + ONES * u64::from(0x80 - byte);
    let letter = at_least(b'a') & !at_least(b'z' + 1);
    let digit = at_least(b'0') & !at_least(b'9' + 1);
    let underscore = at_least(b'_') & !at_least(b'_' + 1);
    let word = (letter | digit | underscore | bytes) & HIGH;
    // Gathers the eight highest bits (Warren, Hacker's Delight, section 7-4).
    (word >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
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
    fn tokens_are_found_wherever_they_lie_and_whatever_is_around_them() {
        for padding in 0..150 {
            for byte in 0..0x80_u8 {
                let around = char::from(byte).to_ascii_lowercase();
                let text = format!("{}{around}ab9{around}", " ".repeat(padding));
                let joined = around.is_ascii_alphanumeric() || around == '_';
                let expected = if joined { text.trim_start() } else { "ab9" };
                assert_eq!(tokens(&text), [expected], "{text:?}");
            }
        }
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
