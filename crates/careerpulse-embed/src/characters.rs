//! The character classes of BERT's normaliser.
//!
//! They come from `unicode_categories`, as old as its tables are, because the reference takes
//! them from there: a newer table would cut some five hundred characters otherwise than the
//! network was trained and is served with.

use unicode_categories::UnicodeCategories;

/// Beyond ASCII: control, format and private characters, and U+FFFD.
pub fn is_removed(c: char) -> bool {
    c == '\u{fffd}' || c.is_other()
}

/// Ideographs that BERT sets apart, by the blocks that it lists, the reference's slip included
/// (U+2B920 where the block begins at U+2B820).
pub fn is_ideograph(c: char) -> bool {
    matches!(c,
        '\u{4e00}'..='\u{9fff}'
        | '\u{3400}'..='\u{4dbf}'
        | '\u{20000}'..='\u{2a6df}'
        | '\u{2a700}'..='\u{2b73f}'
        | '\u{2b740}'..='\u{2b81f}'
        | '\u{2b920}'..='\u{2ceaf}'
        | '\u{f900}'..='\u{faff}'
        | '\u{2f800}'..='\u{2fa1f}')
}

/// Accents and other marks that take no space of their own.
pub fn is_mark(c: char) -> bool {
    c.is_mark_nonspacing()
}

/// ASCII symbols, and punctuation by Unicode.
pub fn is_punctuation(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_punctuation();
    }
    c.is_punctuation()
}
