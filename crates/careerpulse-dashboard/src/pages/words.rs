//! Words of others, made harmless: one line, bounded, without what steers a reader's eye.
//!
//! Markup is no concern of this room: the templates escape every value.

use careerpulse_report::words::{invisible, line, or_unnamed};
pub use careerpulse_report::words::{name, spaced};

/// Longest title that is shown in a list, in characters.
pub const TITLE: usize = 300;
/// Longest title that is shown anywhere, in characters.
pub const WHOLE_TITLE: usize = 5_000;
/// Longest message or neighbour's text that is shown, in characters.
const PASSAGE: usize = 1_200;

/// A title as it is shown in a list.
pub fn title(text: &str) -> String {
    or_unnamed(line(text, TITLE))
}

/// A title as it is shown where it is read.
pub fn whole_title(text: &str) -> String {
    line(text, WHOLE_TITLE)
}

/// A reason, a note, a passage of a description.
pub fn passage(text: &str) -> String {
    line(text, PASSAGE)
}

/// The text without what has no shape of its own but changes the order or look of others, or steers the
/// terminal that it is copied to.
pub fn steady(text: &str) -> String {
    let is_seen = |c: &char| !invisible(*c) && (!c.is_control() || matches!(c, '\n' | '\t'));
    text.chars().filter(is_seen).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_the_eye_leaves_and_words_stay() {
        assert_eq!(title("Sales \u{202e}gnp.exe\u{2069}"), "Sales gnp.exe");
        assert_eq!(
            title("Vertrieb für Ärzte,\n 営業"),
            "Vertrieb für Ärzte, 営業"
        );
        assert_eq!(name("\u{200b}\u{feff} "), "(no name)");
    }

    #[test]
    fn a_long_title_is_cut_and_shows_it() {
        let long = title(&"é".repeat(1_000_000));
        assert_eq!(long.chars().count(), TITLE + 1);
        assert!(long.ends_with('…'));
    }
}
