//! Sentence embeddings by all-MiniLM-L6-v2; loading its weights is not part of the work.

use std::path::Path;

use anyhow::Result;
use careerpulse_embed::{Embeddings, Encoder, Precision};

use crate::arrays::{read_texts, write_array};
use crate::encoder;

/// The encoder and what it embeds.
pub struct Input {
    encoder: Encoder,
    texts: Vec<String>,
}

/// Errors where the weights are not there, or the processor lacks the precision.
pub fn load(data: &Path, precision: Precision) -> Result<Input> {
    Ok(Input {
        encoder: encoder::load(precision)?,
        texts: read_texts(&data.join("texts.ndjson"))?,
    })
}

/// One vector per text.
pub fn run(input: &Input) -> Result<Embeddings> {
    let texts: Vec<&str> = input.texts.iter().map(String::as_str).collect();
    Ok(input.encoder.encode(&texts))
}

/// All vectors.
pub fn answer(_: &Input, embeddings: &Embeddings, answers: &Path) -> Result<()> {
    write_array(&answers.join("rows.f32"), &embeddings.data)
}
