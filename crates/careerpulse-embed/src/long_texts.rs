//! What becomes of a text with more tokens than the network reads at once.

use std::fmt;
use std::str::FromStr;

use crate::{EncoderError, MAX_TOKENS};

/// How a text of more than [`MAX_TOKENS`] tokens is embedded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum LongTexts {
    /// By its first [`MAX_TOKENS`] tokens alone, as the reference does.
    #[default]
    Cut,
    /// By the mean of windows of up to [`MAX_TOKENS`] tokens, each weighing as many tokens as it has,
    /// scaled to length one: the way of OpenAI's cookbook, "Embedding texts that are longer than the
    /// model's maximum context length". Windows do not overlap and are of even size; a text is read up
    /// to [`MAX_WINDOWS`] of them. A text of one window has the same vector either way.
    Windows,
}

/// Windows after which a text is cut.
pub const MAX_WINDOWS: usize = 8;

/// Tokens of a text that one window holds, the two special ones left out.
pub(crate) const WINDOW_TOKENS: usize = MAX_TOKENS - 2;

impl LongTexts {
    /// Both.
    pub const ALL: [LongTexts; 2] = [LongTexts::Cut, LongTexts::Windows];

    /// The word for it, as read by [`FromStr`].
    pub fn word(self) -> &'static str {
        match self {
            LongTexts::Cut => "cut",
            LongTexts::Windows => "windows",
        }
    }

    /// The most windows that one text has.
    pub(crate) fn most_windows(self) -> usize {
        match self {
            LongTexts::Cut => 1,
            LongTexts::Windows => MAX_WINDOWS,
        }
    }
}

impl fmt::Display for LongTexts {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for LongTexts {
    type Err = EncoderError;

    fn from_str(word: &str) -> Result<LongTexts, EncoderError> {
        let named = LongTexts::ALL.into_iter().find(|l| l.word() == word);
        named.ok_or_else(|| EncoderError::Word {
            found: word.to_owned(),
            known: "cut or windows",
        })
    }
}

/// Cuts a text's tokens into as few windows as hold them, whose sizes differ by one at most; no token
/// is one empty window.
pub(crate) fn windows(tokens: &[u32]) -> impl Iterator<Item = &[u32]> {
    let count = tokens.len().div_ceil(WINDOW_TOKENS).max(1);
    (0..count).map(move |i| &tokens[i * tokens.len() / count..(i + 1) * tokens.len() / count])
}

/// Adds a window's vector to its text's sum, as often as the window has tokens.
pub(crate) fn add_window(sum: &mut [f32], vector: &[f32], tokens: usize) {
    for (sum, value) in sum.iter_mut().zip(vector) {
        *sum += tokens as f32 * value;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::DIM;
    use crate::pool::scale_to_one;

    proptest! {
        #[test]
        fn windows_hold_every_token_once_in_order(count in 0u32..3000) {
            let tokens: Vec<u32> = (0..count).collect();
            let cut: Vec<&[u32]> = windows(&tokens).collect();
            prop_assert_eq!(&cut.concat(), &tokens);
            let sizes: Vec<usize> = cut.iter().map(|w| w.len()).collect();
            let (least, most) = (sizes.iter().min().unwrap_or(&0), sizes.iter().max().unwrap_or(&0));
            prop_assert!(*most <= WINDOW_TOKENS && most - least <= 1);
            prop_assert_eq!(sizes.len(), (count as usize).div_ceil(WINDOW_TOKENS).max(1));
        }
    }

    #[test]
    fn a_window_weighs_what_it_holds() {
        let mut sum = vec![0.0; DIM];
        let unit = |at: usize| -> Vec<f32> { (0..DIM).map(|i| f32::from(i == at)).collect() };
        add_window(&mut sum, &unit(0), 3);
        add_window(&mut sum, &unit(1), 4);
        scale_to_one(&mut sum);
        assert!((sum[0] - 0.6).abs() < 1e-6 && (sum[1] - 0.8).abs() < 1e-6);
    }
}
