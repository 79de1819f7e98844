//! The encoder that the tasks measure, from where its weights are: the one place that loads it.

use anyhow::{Context, Result};
use careerpulse_embed::{Encoder, Precision, weights};
use serde_json::Value;

/// The encoder at a precision. Errors where the weights are not there, or the processor lacks it.
pub fn load(precision: Precision) -> Result<Encoder> {
    let found = weights::locate(None)
        .context("the encoder's weights are missing: `careerpulse encoder pull` fetches them")?;
    Ok(Encoder::load(&found.dir, precision)?)
}

/// The precisions by name: null where the processor has it, else why not.
pub fn precisions() -> Value {
    let all = Precision::NAMED.into_iter();
    all.map(|precision| {
        let lacking = precision.on_this_processor().err();
        (precision.word(), lacking.map(|error| error.to_string()))
    })
    .collect()
}
