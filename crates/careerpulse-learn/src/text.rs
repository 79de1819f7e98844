//! A posting's short texts: names made one line, title and description made one text.

/// `(title + " ") * repeats + description`: repeating the title weighs its words more.
///
/// With `repeats = 0` the text is the description alone.
pub fn boosted(title: &str, description: &str, repeats: usize) -> String {
    let mut text = String::with_capacity((title.len() + 1) * repeats + description.len());
    for _ in 0..repeats {
        text.push_str(title);
        text.push(' ');
    }
    text.push_str(description);
    text
}

/// One line of text: control and bidirectional-override characters removed, white space folded.
/// The flag says whether characters were removed (folding white space is no repair worth a note).
pub fn one_line(text: &str) -> (String, bool) {
    let mut removed = false;
    let mut line = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_whitespace() {
            if !line.is_empty() && !line.ends_with(' ') {
                line.push(' ');
            }
        } else if is_unprintable(c) {
            removed = true;
        } else {
            line.push(c);
        }
    }
    line.truncate(line.trim_end().len());
    (line, removed)
}

/// Whether a character steers a terminal or a page's layout rather than showing on it.
pub fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61C}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_title_is_repeated_before_the_description() {
        assert_eq!(boosted("Nurse", "ward work", 0), "ward work");
        assert_eq!(boosted("Nurse", "ward work", 2), "Nurse Nurse ward work");
        assert_eq!(boosted("", "ward", 1), " ward");
    }

    #[test]
    fn one_line_removes_what_steers_and_folds_the_rest() {
        assert_eq!(
            one_line("  Data\u{0} \u{202E}Engineer\u{61C}\t\n II "),
            ("Data Engineer II".into(), true)
        );
        assert_eq!(one_line("a\u{a0}b"), ("a b".into(), false));
        assert_eq!(one_line(" \u{0} "), (String::new(), true));
    }
}
