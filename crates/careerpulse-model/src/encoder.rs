//! The encoder that a model needs, and the one that may stand in for it.

use std::path::Path;

use careerpulse_embed::{Encoder, EncoderError, Precision, parse_revision};

/// Loads the encoder of a model's revision from a folder of weights. Where this processor lacks its
/// precision, the encoder of 32-bit floats comes instead, which is what the others approximate: its
/// [`Encoder::precision`] says so. For a revision of other weights the one at hand comes, which
/// [`Predictor::new`](crate::Predictor::new) refuses.
///
/// # Errors
/// Where the files are not the pinned ones.
pub fn encoder_for(revision: &str, dir: &Path) -> Result<Encoder, EncoderError> {
    let (precision, long_texts) = parse_revision(revision).unwrap_or_default();
    let precision = precision.on_this_processor().unwrap_or(Precision::F32);
    Ok(Encoder::load(dir, precision)?.reading(long_texts))
}

/// Whether an encoder makes the vectors of a revision, or what they approximate: the same weights and
/// the same reading of long texts, in the same precision or in 32-bit floats.
pub(crate) fn serves(encoder: &Encoder, revision: &str) -> bool {
    let is_precise = encoder.precision() == Precision::F32;
    encoder.revision() == revision
        || parse_revision(revision)
            .is_some_and(|(_, long_texts)| is_precise && encoder.long_texts() == long_texts)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use careerpulse_embed::weights;

    use super::*;
    use crate::testing::model;
    use crate::{ModelError, Predictor};

    /// The revision of these weights in a precision, whether or not this processor has it.
    fn revision(precision: &str, kept: &str) -> String {
        format!("all-MiniLM-L6-v2/53aa5117/{precision}/{kept}")
    }

    #[test]
    fn what_a_model_needs_is_loaded_and_32_bit_floats_stand_in_for_it_and_nothing_else_does() {
        let Some(found) = weights::locate(None) else {
            assert!(
                std::env::var_os("CAREERPULSE_REQUIRE_ENCODER").is_none(),
                "the encoder's weights are demanded and missing"
            );
            return;
        };
        let asked = |revision: &str, encoder: &Encoder| {
            let mut model = model();
            model.vectoriser.embedding = Some(revision.to_owned());
            Predictor::new(model, Some(Arc::new(encoder.clone()))).map(|_| ())
        };
        let f32_cut = Encoder::load(&found.dir, Precision::F32).unwrap();
        for precision in ["f32", "bf16", "int8"] {
            for kept in ["256", "windows"] {
                let needed = revision(precision, kept);
                let encoder = encoder_for(&needed, &found.dir).unwrap();
                let is_itself = encoder.revision() == needed;
                assert!(is_itself || encoder.revision() == revision("f32", kept));
                asked(&needed, &encoder).unwrap();
                let with_f32 = asked(&needed, &f32_cut);
                assert_eq!(with_f32.is_ok(), kept == "256", "{needed}");
            }
        }
        let other = "all-MiniLM-L6-v2/00000000/f32/256";
        let refused = asked(other, &encoder_for(other, &found.dir).unwrap());
        assert!(matches!(refused, Err(ModelError::Encoder { .. })));
    }
}
