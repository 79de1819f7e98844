//! The packed forward pass: the tokens of several texts in one matrix, no padding between them.
//!
//! Linear layers see all tokens of the pack as rows of one product, attention goes text by text
//! (the layout of variable-length attention in FlashAttention and text-embeddings-inference).

use crate::DIM;
use crate::attention::{Buffer as AttentionBuffer, attend};
use crate::kernels::{Finish, layer_norm};
use crate::linear::{self, run};
use crate::model::{INNER, Layer, Model};
use crate::panels::ROWS;
use crate::pool::mean_pool;

/// Buffers of one thread, grown to the largest pack seen and used again.
#[derive(Default)]
pub struct Scratch {
    x: Vec<f32>,
    qkv: Vec<f32>,
    context: Vec<f32>,
    inner: Vec<f32>,
    linear: linear::Buffer,
    attention: AttentionBuffer,
}

/// Embeds the texts of one pack, given as token ids (each text at least two and at most
/// [`crate::MAX_TOKENS`], ids below the vocabulary's size), into `out`, `[texts, DIM]`.
///
/// The matrices have rows up to a multiple of [`ROWS`]; what stands in those beyond the last token
/// meets no other row.
pub fn forward(model: &Model, texts: &[&[u32]], scratch: &mut Scratch, out: &mut [f32]) {
    let tokens: usize = texts.iter().map(|ids| ids.len()).sum();
    let rows = tokens.next_multiple_of(ROWS);
    scratch.x.resize(rows * DIM, 0.0);
    scratch.qkv.resize(rows * 3 * DIM, 0.0);
    scratch.context.resize(rows * DIM, 0.0);
    scratch.x[tokens * DIM..].fill(0.0);
    scratch.context[tokens * DIM..].fill(0.0);
    embed(model, texts, &mut scratch.x);
    for layer in &model.layers {
        self_attention(model, layer, texts, scratch);
        feed_forward(model, layer, scratch);
    }
    let mut start = 0;
    for (ids, row) in texts.iter().zip(out.chunks_exact_mut(DIM)) {
        let end = start + ids.len() * DIM;
        mean_pool(&scratch.x[start..end], row);
        start = end;
    }
}

/// Rows that go through both halves of the feed-forward part before the next ones do, so that the
/// widest matrix of the pass stays in the second-level cache.
const BLOCK: usize = 128;

fn embed(model: &Model, texts: &[&[u32]], x: &mut [f32]) {
    let places = texts.iter().flat_map(|ids| ids.iter().enumerate());
    for (row, (position, &id)) in x.chunks_exact_mut(DIM).zip(places) {
        let word = &model.words[id as usize * DIM..][..DIM];
        let position = &model.positions[position * DIM..][..DIM];
        for ((value, w), p) in row.iter_mut().zip(word).zip(position) {
            *value = w + p;
        }
    }
    layer_norm(model.processor, x, &model.norm);
}

fn self_attention(model: &Model, layer: &Layer, texts: &[&[u32]], scratch: &mut Scratch) {
    let Scratch {
        x,
        qkv,
        context,
        linear,
        attention,
        ..
    } = scratch;
    let processor = model.processor;
    run(processor, &layer.qkv, x, linear, Finish::Store, qkv);
    let mut row = 0;
    for ids in texts {
        let qkv = &qkv[row * 3 * DIM..][..ids.len() * 3 * DIM];
        let context = &mut context[row * DIM..][..ids.len() * DIM];
        attend(
            processor,
            model.attention,
            ids.len(),
            qkv,
            attention,
            context,
        );
        row += ids.len();
    }
    run(processor, &layer.output, context, linear, Finish::Add, x);
    layer_norm(processor, x, &layer.attention_norm);
}

fn feed_forward(model: &Model, layer: &Layer, scratch: &mut Scratch) {
    let Scratch {
        x, inner, linear, ..
    } = scratch;
    for x in x.chunks_mut(BLOCK * DIM) {
        inner.resize(x.len() / DIM * INNER, 0.0);
        run(model.processor, &layer.up, x, linear, Finish::Gelu, inner);
        run(model.processor, &layer.down, inner, linear, Finish::Add, x);
        layer_norm(model.processor, x, &layer.norm);
    }
}
