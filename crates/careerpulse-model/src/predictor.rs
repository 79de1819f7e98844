//! A model with the encoder it needs: from texts to predictions in one call.

use std::sync::Arc;

use careerpulse_embed::Encoder;
use careerpulse_learn::DenseMatrix;

use crate::encoder::serves;
use crate::{
    Model, ModelError, PostingText, Prediction, Thresholds, boosted_texts, predict, vectorise,
};

/// A model ready to be asked.
pub struct Predictor {
    model: Model,
    encoder: Option<Arc<Encoder>>,
}

/// What a model says of one text.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The prediction.
    pub prediction: Prediction,
    /// Whether the model knows nothing that is in the text.
    pub is_blank: bool,
}

impl Predictor {
    /// A model and, where it looks at embeddings, the encoder that it was fitted with, or that one in
    /// 32-bit floats ([`encoder_for`](crate::encoder_for) loads it); predictors may share one.
    ///
    /// # Errors
    /// [`ModelError::Encoder`] where that encoder is missing or another one; ask
    /// [`Model::encoder_revision`] first which it is.
    pub fn new(model: Model, encoder: Option<Arc<Encoder>>) -> Result<Predictor, ModelError> {
        let Some(needed) = model.encoder_revision() else {
            let encoder = None;
            return Ok(Predictor { model, encoder });
        };
        match encoder {
            Some(encoder) if serves(&encoder, needed) => Ok(Predictor {
                model,
                encoder: Some(encoder),
            }),
            other => Err(ModelError::Encoder {
                needed: needed.to_owned(),
                found: other.map_or_else(|| "none".to_owned(), |e| e.revision().to_owned()),
            }),
        }
    }

    /// The model.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// An answer per posting, whose texts hold no HTML any more; `floors` may raise the model's thresholds.
    ///
    /// # Errors
    /// As [`vectorise`] and [`predict`].
    pub fn predict(
        &self,
        postings: &[PostingText],
        floors: &Thresholds,
    ) -> Result<Vec<Answer>, ModelError> {
        let vectoriser = &self.model.vectoriser;
        let encode = |encoder: &Encoder| {
            let texts = boosted_texts(vectoriser.title_repeats, postings);
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            let vectors = encoder.encode(&texts);
            DenseMatrix::new(vectors.dim, vectors.data)
        };
        let vectors = self.encoder.as_deref().map(encode).transpose()?;
        let inputs = vectorise(vectoriser, postings, vectors)?;
        let predictions = predict(&self.model, &inputs, floors)?.into_iter();
        let answers = predictions.zip(inputs.blank);
        Ok(answers
            .map(|(prediction, is_blank)| Answer {
                prediction,
                is_blank,
            })
            .collect())
    }
}
