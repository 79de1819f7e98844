//! Characters that act rather than show.

/// What of a text steers a terminal or a reader's eye.
pub fn steering(text: &str) -> impl Iterator<Item = &'static str> {
    let is_control = |c: char| c.is_control() && !['\n', '\t'].contains(&c);
    let found = [
        (text.contains(is_control), "a control character"),
        (
            text.contains(is_bidirectional),
            "a turn of the reading direction",
        ),
    ];
    found
        .into_iter()
        .filter(|(is, _)| *is)
        .map(|(_, what)| what)
}

/// Unicode's property Bidi_Control.
fn is_bidirectional(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether a text holds letters that are written from right to left.
pub fn has_other_direction(text: &str) -> bool {
    text.contains(|c: char| matches!(c, '\u{590}'..='\u{8ff}'))
}
