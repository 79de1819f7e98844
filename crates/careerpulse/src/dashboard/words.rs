//! Sentences of the views, and texts cut to what a page can hold.

use careerpulse_dashboard::source::SourceError;

/// Characters of a title, name or note that are shown.
const NAME: usize = 300;

/// Nothing has been done yet that could be shown.
pub fn not_yet(what: &str, command: &str) -> SourceError {
    SourceError::NotYet(format!("{what}: `careerpulse {command}` makes it"))
}

/// The sentence where no version is in production.
pub fn no_production() -> SourceError {
    not_yet("no model version is in production yet", "run")
}

/// A title or name, cut where it is longer than anybody reads.
pub fn name(text: &str) -> String {
    cut(text, NAME)
}

/// The first `most` characters, with an ellipsis where there are more.
pub fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_long_is_cut_between_characters() {
        assert_eq!(cut("Nurse", 5), "Nurse");
        assert_eq!(cut("Nürse wanted", 5), "Nürse…");
        assert_eq!(cut("Nurse wanted", 6), "Nurse…");
        assert_eq!(name(&"é".repeat(1_000_000)).chars().count(), NAME + 1);
    }
}
