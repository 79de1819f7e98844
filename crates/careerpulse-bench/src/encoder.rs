//! The encoder that the tasks measure, from where its weights are: the one place that loads it.

use anyhow::{Context, Result};
use careerpulse_embed::{Encoder, EncoderError, Precision, weights};
use serde_json::{Map, Value};

/// The encoder at a precision. Errors where the weights are not there, or the processor lacks it.
pub fn load(precision: Precision) -> Result<Encoder> {
    let found = weights::locate(None)
        .context("the encoder's weights are missing: `careerpulse encoder pull` fetches them")?;
    Ok(Encoder::load(&found.dir, precision)?)
}

/// The precisions by name: null where the processor has it, else why not.
///
/// # Errors
/// Weights that are not there, or are not the pinned ones.
pub fn precisions() -> Result<Value> {
    let mut all = Map::new();
    for precision in [Precision::F32, Precision::Bf16, Precision::Int8] {
        all.insert(precision.to_string(), lacking(precision)?.into());
    }
    Ok(Value::Object(all))
}

/// Why a precision cannot be had on this processor, if so.
fn lacking(precision: Precision) -> Result<Option<String>> {
    let Err(error) = load(precision) else {
        return Ok(None);
    };
    match error.downcast_ref() {
        Some(EncoderError::Unsupported { .. }) => Ok(Some(error.to_string())),
        _ => Err(error),
    }
}
