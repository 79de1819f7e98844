//! BERT's normaliser and pre-tokenizer: from raw text to the words that WordPiece splits.
//!
//! In order, as the reference does it: control characters go, white space becomes a space, CJK
//! ideographs stand alone, canonical decomposition, non-spacing marks go, lower case; then words
//! end at white space and every punctuation character is a word of its own. Text is decomposed
//! in runs between ASCII characters, which neither change nor reorder under decomposition.

use std::ops::ControlFlow;

use unicode_normalization::UnicodeNormalization;

use crate::characters::{is_ideograph, is_mark, is_punctuation, is_removed};
use crate::vocabulary::WORD_CHARS;

/// Hands the words of `text` to `each`, in order, until it breaks off. Of a word longer than
/// [`WORD_CHARS`] only enough is kept to see that it is.
pub fn for_each_word(
    text: &str,
    each: &mut impl FnMut(&str) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let mut words = Words {
        run: String::new(),
        word: String::new(),
        chars: 0,
        each,
    };
    for c in text.chars() {
        match c {
            'a'..='z' | '0'..='9' if words.run.is_empty() => words.push(c),
            '\t' | '\n' | '\r' | ' ' => words.space()?,
            '\0'..' ' | '\x7f' => {}
            '!'..='~' => {
                words.end_run()?;
                words.letter(c.to_ascii_lowercase())?;
            }
            _ if is_removed(c) => {}
            _ if c.is_whitespace() => words.space()?,
            _ if is_ideograph(c) => {
                words.space()?;
                words.run.push(c);
                words.space()?;
            }
            _ => words.run.push(c),
        }
    }
    words.space()
}

struct Words<'a, F> {
    /// Characters beyond ASCII that wait for their decomposition.
    run: String,
    word: String,
    chars: usize,
    each: &'a mut F,
}

impl<F: FnMut(&str) -> ControlFlow<()>> Words<'_, F> {
    fn space(&mut self) -> ControlFlow<()> {
        self.end_run()?;
        self.end_word()
    }

    fn end_run(&mut self) -> ControlFlow<()> {
        if self.run.is_empty() {
            return ControlFlow::Continue(());
        }
        let mut run = std::mem::take(&mut self.run);
        for c in run
            .nfd()
            .filter(|&c| !is_mark(c))
            .flat_map(char::to_lowercase)
        {
            self.letter(c)?;
        }
        run.clear();
        self.run = run;
        ControlFlow::Continue(())
    }

    fn end_word(&mut self) -> ControlFlow<()> {
        if self.chars == 0 {
            return ControlFlow::Continue(());
        }
        let flow = (self.each)(&self.word);
        self.word.clear();
        self.chars = 0;
        flow
    }

    fn letter(&mut self, c: char) -> ControlFlow<()> {
        if is_punctuation(c) {
            self.end_word()?;
            self.push(c);
            return self.end_word();
        }
        self.push(c);
        ControlFlow::Continue(())
    }

    fn push(&mut self, c: char) {
        if self.chars <= WORD_CHARS {
            self.word.push(c);
            self.chars += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        let mut words = Vec::new();
        let flow = for_each_word(text, &mut |word| {
            words.push(word.to_owned());
            ControlFlow::Continue(())
        });
        assert!(flow.is_continue());
        words
    }

    #[test]
    fn words_are_cut_and_folded() {
        assert_eq!(
            words("Ré\u{301}sumé, C++\u{a0}x"),
            ["resume", ",", "c", "+", "+", "x"]
        );
        assert_eq!(words("a\0b\u{200b}c \u{fffd}"), ["abc"]);
        assert_eq!(words("软件x"), ["软", "件", "x"]);
        assert_eq!(words(" \t\u{3000}\n"), Vec::<String>::new());
    }

    #[test]
    fn a_giant_word_is_not_kept_whole() {
        let giant = words(&"é".repeat(10_000));
        assert_eq!(giant[0].chars().count(), WORD_CHARS + 1);
    }

    #[test]
    fn nothing_is_read_after_the_break() {
        let mut count = 0;
        let flow = for_each_word("a b c", &mut |_| {
            count += 1;
            if count == 2 {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        });
        assert!(flow.is_break());
        assert_eq!(count, 2);
    }
}
