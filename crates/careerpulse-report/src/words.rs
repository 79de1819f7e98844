//! Words of others, made harmless: one line, bounded, without what steers a terminal or a reader's eye.
//!
//! Markup is no concern of this room: the templates escape every value.

/// Longest name that is shown, in characters.
const NAME: usize = 80;
/// Longest message that is shown, in characters.
const MESSAGE: usize = 240;

/// A category, level, location, model or slice as it is shown.
pub fn name(text: &str) -> String {
    or_unnamed(line(text, NAME))
}

/// An error or a reason as it is shown.
pub fn message(text: &str) -> String {
    line(text, MESSAGE)
}

/// A column or model name of ours in words: `new_corrected` is "new corrected".
pub fn spaced(text: &str) -> String {
    name(&text.replace('_', " "))
}

/// The first words of `text` in one line, at most `longest` characters and an ellipsis.
pub fn line(text: &str, longest: usize) -> String {
    let mut shown = String::new();
    let mut length = 0;
    let mut gap = false;
    for c in text.chars() {
        if c.is_whitespace() || c.is_control() {
            gap = true;
            continue;
        }
        if invisible(c) {
            continue;
        }
        if length >= longest {
            shown.push('…');
            return shown;
        }
        if gap && !shown.is_empty() {
            shown.push(' ');
            length += 1;
        }
        gap = false;
        shown.push(c);
        length += 1;
    }
    shown
}

/// A name, or that there is none.
pub fn or_unnamed(name: String) -> String {
    if name.is_empty() {
        "(no name)".to_owned()
    } else {
        name
    }
}

/// Whether a character has no shape of its own but changes the order or the look of others:
/// bidirectional marks and overrides, zero-width and tag characters, and what is no character at all.
pub fn invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
        || u32::from(c) & 0xfffe == 0xfffe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_the_eye_leaves_and_words_stay() {
        assert_eq!(name("Sales \u{202e}gnp.exe\u{2069}"), "Sales gnp.exe");
        assert_eq!(name("a\u{0}b\n\t c\u{1b}[31m"), "a b c [31m");
        assert_eq!(name("Vertrieb für Ärzte, 営業"), "Vertrieb für Ärzte, 営業");
        assert_eq!(name("\u{200b}\u{feff} "), "(no name)");
        assert_eq!(spaced("seasonal_naive"), "seasonal naive");
    }

    #[test]
    fn a_long_name_is_cut_and_shows_it() {
        let long = name(&"é".repeat(500));
        assert_eq!(long.chars().count(), NAME + 1);
        assert!(long.ends_with('…'));
        assert_eq!(name(&"é".repeat(NAME)).chars().count(), NAME);
    }
}
