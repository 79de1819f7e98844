//! From a text to at most 256 token ids, the same as the reference `tokenizers` package gives.

use std::ops::ControlFlow;
use std::path::Path;

use serde_json::Value;

use crate::EncoderError;
use crate::long_texts::WINDOW_TOKENS;
use crate::normalize::for_each_word;
use crate::vocabulary::{Vocabulary, split_word, vocabulary};

/// BERT's uncased WordPiece (Devlin et al. 2019) with the vocabulary of all-MiniLM-L6-v2.
pub struct Tokenizer {
    vocabulary: Vocabulary,
    /// Names such as `[SEP]`, which the reference takes for the token itself wherever they stand.
    special: Vec<(String, u32)>,
    start: u32,
    end: u32,
}

/// Reads the vocabulary and the special tokens of a `tokenizer.json`; `path` is named in errors.
pub(crate) fn read_tokenizer(bytes: &[u8], path: &Path) -> Result<Tokenizer, EncoderError> {
    let bad = |reason: String| EncoderError::Vocabulary {
        path: path.to_owned(),
        reason,
    };
    let json: Value = serde_json::from_slice(bytes).map_err(|error| bad(error.to_string()))?;
    let pieces = json["model"]["vocab"]
        .as_object()
        .ok_or_else(|| bad("no `model.vocab`".into()))?;
    let id = |piece: &str| {
        let id = pieces
            .get(piece)
            .and_then(Value::as_u64)
            .and_then(|id| u32::try_from(id).ok());
        id.ok_or_else(|| bad(format!("no usable id for `{piece}`")))
    };
    let numbered = pieces.keys().map(|piece| Ok((piece.as_str(), id(piece)?)));
    let numbered: Vec<(&str, u32)> = numbered.collect::<Result<_, EncoderError>>()?;
    let names = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];
    let special = names
        .into_iter()
        .map(|name| Ok((name.to_owned(), id(name)?)));
    Ok(Tokenizer {
        vocabulary: vocabulary(numbered.into_iter(), id("[UNK]")?),
        special: special.collect::<Result<_, EncoderError>>()?,
        start: id("[CLS]")?,
        end: id("[SEP]")?,
    })
}

impl Tokenizer {
    /// Between 2 and [`MAX_TOKENS`](crate::MAX_TOKENS) ids, `[CLS]` first and `[SEP]` last. Reading stops where the
    /// ids are full, so a text of megabytes costs no more than its beginning.
    pub fn encode(&self, text: &str) -> Vec<u32> {
        self.enclose(&self.content(text, WINDOW_TOKENS))
    }

    /// Ids between `[CLS]` and `[SEP]`.
    pub(crate) fn enclose(&self, ids: &[u32]) -> Vec<u32> {
        let mut enclosed = Vec::with_capacity(ids.len() + 2);
        enclosed.push(self.start);
        enclosed.extend_from_slice(ids);
        enclosed.push(self.end);
        enclosed
    }

    /// The first ids of a text, `most` at most, without the two that enclose them.
    pub(crate) fn content(&self, text: &str, most: usize) -> Vec<u32> {
        let mut ids = Vec::new();
        let mut rest = text;
        let mut from = 0;
        while ids.len() < most {
            let bracket = rest[from..].find('[').map(|at| from + at);
            let special = bracket.and_then(|at| self.special_at(&rest[at..]));
            match (bracket, special) {
                (None, _) => {
                    self.encode_plain(rest, most, &mut ids);
                    break;
                }
                (Some(at), None) => from = at + 1,
                (Some(at), Some((length, id))) => {
                    self.encode_plain(&rest[..at], most, &mut ids);
                    ids.push(id);
                    (rest, from) = (&rest[at + length..], 0);
                }
            }
        }
        ids.truncate(most);
        ids
    }

    fn special_at(&self, text: &str) -> Option<(usize, u32)> {
        let found = self.special.iter().find(|(name, _)| text.starts_with(name));
        found.map(|(name, id)| (name.len(), *id))
    }

    fn encode_plain(&self, text: &str, most: usize, ids: &mut Vec<u32>) {
        let _broken_off = for_each_word(text, &mut |word| {
            split_word(&self.vocabulary, word, ids);
            if ids.len() < most {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_without_vocabulary_is_named() {
        for (bytes, wanted) in [
            (&b"{}"[..], "model.vocab"),
            (b"[", "EOF"),
            (br#"{"model":{"vocab":{"[CLS]":1}}}"#, "`[UNK]`"),
            (br#"{"model":{"vocab":{"[CLS]":-1}}}"#, "`[CLS]`"),
        ] {
            let error = read_tokenizer(bytes, Path::new("tokenizer.json"));
            let message = error.err().expect("this file is bad").to_string();
            assert!(
                message.contains("tokenizer.json") && message.contains(wanted),
                "{message}"
            );
        }
    }
}
