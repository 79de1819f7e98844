//! The name of what a vector depends on: made by the encoder, read where vectors were stored under it.

use crate::{LongTexts, MAX_TOKENS, Precision};

/// What a stored vector was made with, by the name that [`Encoder::revision`](crate::Encoder::revision)
/// gave it: the precision in use, never [`Precision::Auto`], and how long texts were read. `None` where
/// the name is of other weights, or of none at all.
pub fn parse_revision(revision: &str) -> Option<(Precision, LongTexts)> {
    let precisions = Precision::NAMED.into_iter();
    let mut known = precisions.flat_map(|p| LongTexts::ALL.map(|long_texts| (p, long_texts)));
    known.find(|(precision, long_texts)| revision_of(*precision, *long_texts) == revision)
}

/// The name of vectors in this precision, with long texts read so.
pub(crate) fn revision_of(precision: Precision, long_texts: LongTexts) -> String {
    let kept = match long_texts {
        LongTexts::Cut => MAX_TOKENS.to_string(),
        LongTexts::Windows => long_texts.to_string(),
    };
    format!("all-MiniLM-L6-v2/53aa5117/{precision}/{kept}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_as_it_was_made_and_a_strange_one_is_not() {
        for precision in Precision::NAMED {
            for long_texts in LongTexts::ALL {
                let revision = revision_of(precision, long_texts);
                assert_eq!(parse_revision(&revision), Some((precision, long_texts)));
            }
        }
        for strange in [
            "",
            "all-MiniLM-L6-v2/53aa5117/f32",
            "all-MiniLM-L6-v2/53aa5117/auto/256",
            "all-MiniLM-L6-v2/00000000/f32/256",
        ] {
            assert_eq!(parse_revision(strange), None, "{strange}");
        }
    }
}
