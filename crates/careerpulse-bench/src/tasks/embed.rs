//! Sentence embeddings by all-MiniLM-L6-v2; loading its weights is not part of the work.

use std::path::Path;

use anyhow::{Context, Result};
use careerpulse_embed::{Embeddings, Encoder, weights};

use crate::arrays::{read_texts, write_array};

/// The encoder and what it embeds.
pub struct Input {
    encoder: Encoder,
    texts: Vec<String>,
}

/// Errors where the weights are not there.
pub fn load(data: &Path) -> Result<Input> {
    let found = weights::locate(None)
        .context("the encoder's weights are missing: `careerpulse encoder pull` fetches them")?;
    Ok(Input {
        encoder: Encoder::load(&found.dir)?,
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
