//! The weights of all-MiniLM-L6-v2 as the forward pass wants them.

use std::path::Path;

use crate::attention::HEAD_DIM;
use crate::matmul::{Linear, linear};
use crate::norm::LayerNorm;
use crate::tensors::{Tensors, parse, take};
use crate::{DIM, EncoderError};

/// Width of the feed-forward part.
pub const INNER: usize = 1536;

const LAYERS: usize = 6;
const VOCABULARY: usize = 30_522;
const POSITIONS: usize = 512;

/// One transformer layer.
pub struct Layer {
    /// Queries, keys and values side by side, `1/√HEAD_DIM` folded into the queries.
    pub qkv: Linear,
    /// Projection of the attended values.
    pub output: Linear,
    /// Norm after the attention.
    pub attention_norm: LayerNorm,
    /// First half of the feed-forward part.
    pub up: Linear,
    /// Second half of the feed-forward part.
    pub down: Linear,
    /// Norm after the feed-forward part.
    pub norm: LayerNorm,
}

/// The whole network.
pub struct Model {
    /// `[30522, DIM]`.
    pub words: Vec<f32>,
    /// `[512, DIM]`, the embedding of token type 0 already added.
    pub positions: Vec<f32>,
    /// Norm of the embeddings.
    pub norm: LayerNorm,
    /// Six of them.
    pub layers: Vec<Layer>,
}

/// Builds the model from the bytes of a safetensors file; `path` is named in errors.
pub fn build(bytes: &[u8], path: &Path) -> Result<Model, EncoderError> {
    let tensors = &parse(bytes, path)?;
    let types = take(
        tensors,
        "embeddings.token_type_embeddings.weight",
        &[2, DIM],
    )?;
    let positions = "embeddings.position_embeddings.weight";
    let mut positions = take(tensors, positions, &[POSITIONS, DIM])?;
    for row in positions.chunks_exact_mut(DIM) {
        row.iter_mut().zip(&types).for_each(|(p, t)| *p += t);
    }
    Ok(Model {
        words: take(
            tensors,
            "embeddings.word_embeddings.weight",
            &[VOCABULARY, DIM],
        )?,
        positions,
        norm: layer_norm(tensors, "embeddings.LayerNorm")?,
        layers: (0..LAYERS)
            .map(|i| layer(tensors, i))
            .collect::<Result<_, _>>()?,
    })
}

fn layer(tensors: &Tensors, index: usize) -> Result<Layer, EncoderError> {
    let name = |part: &str| format!("encoder.layer.{index}.{part}");
    Ok(Layer {
        qkv: query_key_value(tensors, &name("attention.self"))?,
        output: dense(tensors, &name("attention.output.dense"), DIM, DIM)?,
        attention_norm: layer_norm(tensors, &name("attention.output.LayerNorm"))?,
        up: dense(tensors, &name("intermediate.dense"), INNER, DIM)?,
        down: dense(tensors, &name("output.dense"), DIM, INNER)?,
        norm: layer_norm(tensors, &name("output.LayerNorm"))?,
    })
}

fn query_key_value(tensors: &Tensors, name: &str) -> Result<Linear, EncoderError> {
    let scale = 1.0 / (HEAD_DIM as f32).sqrt();
    let (mut weight, mut bias) = (Vec::new(), Vec::new());
    for (part, factor) in [("query", scale), ("key", 1.0), ("value", 1.0)] {
        let w = take(tensors, &format!("{name}.{part}.weight"), &[DIM, DIM])?;
        let b = take(tensors, &format!("{name}.{part}.bias"), &[DIM])?;
        weight.extend(w.into_iter().map(|x| x * factor));
        bias.extend(b.into_iter().map(|x| x * factor));
    }
    Ok(linear(&weight, bias))
}

fn dense(
    tensors: &Tensors,
    name: &str,
    outputs: usize,
    inputs: usize,
) -> Result<Linear, EncoderError> {
    let weight = take(tensors, &format!("{name}.weight"), &[outputs, inputs])?;
    Ok(linear(
        &weight,
        take(tensors, &format!("{name}.bias"), &[outputs])?,
    ))
}

fn layer_norm(tensors: &Tensors, name: &str) -> Result<LayerNorm, EncoderError> {
    Ok(LayerNorm {
        scale: take(tensors, &format!("{name}.weight"), &[DIM])?,
        shift: take(tensors, &format!("{name}.bias"), &[DIM])?,
    })
}
