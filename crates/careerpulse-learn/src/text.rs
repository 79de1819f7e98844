//! A posting's two texts made one.

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_title_is_repeated_before_the_description() {
        assert_eq!(boosted("Nurse", "ward work", 0), "ward work");
        assert_eq!(boosted("Nurse", "ward work", 2), "Nurse Nurse ward work");
        assert_eq!(boosted("", "ward", 1), " ward");
    }
}
