//! Words of a server's, made fit for a sentence of ours.

/// The longest text of a server that an error repeats, in characters.
const LONGEST: usize = 300;

/// `text` on one line, without what steers a terminal or turns reading direction, cut visibly.
pub(crate) fn quoted(text: &str) -> String {
    let mut shown = String::new();
    let mut length = 0;
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()) {
        for c in word.chars().filter(|&c| !is_steering(c)) {
            if length == LONGEST {
                shown.push('…');
                return shown;
            }
            shown.push(c);
            length += 1;
        }
        if !shown.is_empty() && !shown.ends_with(' ') {
            shown.push(' ');
            length += 1;
        }
        if length > LONGEST {
            break;
        }
    }
    shown.trim_end().to_owned()
}

/// An error of the HTTP library with all its causes, without the address.
pub(crate) fn words(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut said = error.to_string();
    let mut cause = std::error::Error::source(&error);
    while let Some(inner) = cause {
        let inner_said = inner.to_string();
        if !said.contains(&inner_said) {
            said = format!("{said}: {inner_said}");
        }
        cause = inner.source();
    }
    quoted(&said)
}

fn is_steering(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_server_are_one_bounded_line_that_steers_nothing() {
        assert_eq!(quoted("a\n\tb\u{1b}[31m\u{202e}c"), "a b [31mc");
        let long = quoted(&"x".repeat(10_000));
        assert_eq!(long.chars().count(), LONGEST + 1);
        assert!(long.ends_with('…'));
        assert!(quoted(&"ab ".repeat(10_000)).chars().count() <= LONGEST + 1);
    }
}
