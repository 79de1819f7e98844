//! The packed forward pass: the tokens of several texts in one matrix, no padding between them.
//!
//! Linear layers see all tokens of the pack as rows of one product, attention goes text by text
//! (the layout of variable-length attention in FlashAttention and text-embeddings-inference).

use crate::DIM;
use crate::activation::{add_bias, bias_gelu};
use crate::attention::attend;
use crate::matmul::apply;
use crate::model::{INNER, Layer, Model};
use crate::norm::{layer_norm, residual_layer_norm};
use crate::pool::mean_pool;

/// Buffers of one thread, grown to the largest pack seen and used again.
#[derive(Default)]
pub struct Scratch {
    x: Vec<f32>,
    qkv: Vec<f32>,
    context: Vec<f32>,
    inner: Vec<f32>,
    scores: Vec<f32>,
}

/// Embeds the texts of one pack, given as token ids (each at least one, at most 512, below the
/// vocabulary's size), into `out`, `[texts, DIM]`.
pub fn forward(model: &Model, texts: &[&[u32]], scratch: &mut Scratch, out: &mut [f32]) {
    let tokens: usize = texts.iter().map(|ids| ids.len()).sum();
    let longest = texts.iter().map(|ids| ids.len()).max().unwrap_or(0);
    grow(&mut scratch.x, tokens * DIM);
    grow(&mut scratch.qkv, tokens * 3 * DIM);
    grow(&mut scratch.context, tokens * DIM);
    grow(&mut scratch.inner, tokens.min(BLOCK) * INNER);
    grow(&mut scratch.scores, longest * longest);
    embed(model, texts, &mut scratch.x[..tokens * DIM]);
    for layer in &model.layers {
        self_attention(layer, texts, tokens, scratch);
        feed_forward(layer, tokens, scratch);
    }
    let mut start = 0;
    for (ids, row) in texts.iter().zip(out.chunks_exact_mut(DIM)) {
        let end = start + ids.len() * DIM;
        mean_pool(&scratch.x[start..end], row);
        start = end;
    }
}

/// Most rows that go through both halves of the feed-forward part before the next ones do, so
/// that the widest matrix of the pass stays in the second-level cache.
const BLOCK: usize = 256;

fn grow(buffer: &mut Vec<f32>, len: usize) {
    if buffer.len() < len {
        buffer.resize(len, 0.0);
    }
}

fn embed(model: &Model, texts: &[&[u32]], x: &mut [f32]) {
    let places = texts.iter().flat_map(|ids| ids.iter().enumerate());
    for (row, (position, &id)) in x.chunks_exact_mut(DIM).zip(places) {
        let word = &model.words[id as usize * DIM..][..DIM];
        let position = &model.positions[position * DIM..][..DIM];
        for ((value, w), p) in row.iter_mut().zip(word).zip(position) {
            *value = w + p;
        }
    }
    layer_norm(x, &model.norm);
}

fn self_attention(layer: &Layer, texts: &[&[u32]], tokens: usize, scratch: &mut Scratch) {
    let x = &mut scratch.x[..tokens * DIM];
    let qkv = &mut scratch.qkv[..tokens * 3 * DIM];
    let context = &mut scratch.context[..tokens * DIM];
    apply(&layer.qkv, tokens, x, qkv);
    add_bias(qkv, &layer.qkv.bias);
    let mut row = 0;
    for ids in texts {
        let rows = row..row + ids.len();
        let qkv = &qkv[rows.start * 3 * DIM..rows.end * 3 * DIM];
        let context = &mut context[rows.start * DIM..rows.end * DIM];
        attend(ids.len(), qkv, &mut scratch.scores, context);
        row = rows.end;
    }
    let projected = &mut qkv[..tokens * DIM];
    apply(&layer.output, tokens, context, projected);
    residual_layer_norm(x, projected, &layer.output.bias, &layer.attention_norm);
}

fn feed_forward(layer: &Layer, tokens: usize, scratch: &mut Scratch) {
    // Blocks of even size: a last block of a single row would take the product's vector kernel,
    // whose sums need not run in the same order.
    let rows = tokens.div_ceil(tokens.div_ceil(BLOCK).max(1));
    for x in scratch.x[..tokens * DIM].chunks_mut(rows.max(1) * DIM) {
        let rows = x.len() / DIM;
        let inner = &mut scratch.inner[..rows * INNER];
        let projected = &mut scratch.context[..rows * DIM];
        apply(&layer.up, rows, x, inner);
        bias_gelu(inner, &layer.up.bias);
        apply(&layer.down, rows, inner, projected);
        residual_layer_norm(x, projected, &layer.down.bias, &layer.norm);
    }
}
