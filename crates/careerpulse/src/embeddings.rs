//! The embeddings table as arrays: vectors in, a matrix in the order of the asking rows out.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Int64Array, ListArray, RecordBatch, StringArray};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::DataType;
use careerpulse_embed::Embeddings;
use careerpulse_lake::query::literal;
use careerpulse_lake::rows::float_lists;
use careerpulse_lake::{Lake, LakeError};
use careerpulse_learn::DenseMatrix;
use futures::TryStreamExt as _;
use serde::Deserialize;

use crate::tables::Table;

/// Rows of `careerpulse_gold.embeddings`, one per text hash.
///
/// # Errors
/// When there are not as many hashes as vectors.
pub fn vectors_batch(
    hashes: &[&str],
    revision: &str,
    title_repeats: usize,
    vectors: &Embeddings,
) -> anyhow::Result<RecordBatch> {
    let schema = Table::Embeddings.spec().arrow_schema();
    let DataType::List(element) = schema.field_with_name("vector")?.data_type().clone() else {
        anyhow::bail!("column `vector` of the embeddings table is no list");
    };
    let offsets = OffsetBuffer::from_lengths(std::iter::repeat_n(vectors.dim, vectors.rows));
    let values = Arc::new(arrow::array::Float32Array::from(vectors.data.clone()));
    let columns: Vec<ArrayRef> = vec![
        Arc::new(StringArray::from(hashes.to_vec())),
        Arc::new(StringArray::from(vec![revision; hashes.len()])),
        Arc::new(Int64Array::from(vec![title_repeats as i64; hashes.len()])),
        Arc::new(ListArray::try_new(element, offsets, values, None)?),
    ];
    Ok(RecordBatch::try_new(schema, columns)?)
}

/// The embeddings of texts as a matrix, a row per hash in the order given; `None` where one is missing.
///
/// # Errors
/// When the table cannot be read or a vector has another length than the others.
pub async fn read_vectors(
    lake: &Lake,
    revision: &str,
    title_repeats: usize,
    hashes: &[&str],
) -> anyhow::Result<Option<DenseMatrix>> {
    let mut places: HashMap<&str, Vec<usize>> = HashMap::new();
    for (place, hash) in hashes.iter().enumerate() {
        places.entry(hash).or_default().push(place);
    }
    let sql = format!(
        "select text_hash, vector from {} where encoder_revision = {} and title_repeats = {title_repeats}",
        Table::Embeddings.name(),
        literal(revision),
    );
    let mut batches = lake.stream(&sql).await?;
    let dim = careerpulse_embed::DIM;
    let mut values = vec![0.0_f32; hashes.len() * dim];
    let mut found = 0;
    while let Some(batch) = batches.try_next().await? {
        let (keys, vectors) = (batch["text_hash"].as_string::<i32>(), vectors_of(&batch)?);
        for (row, vector) in vectors.chunks_exact(dim).enumerate() {
            for place in places.remove(keys.value(row)).into_iter().flatten() {
                values[place * dim..(place + 1) * dim].copy_from_slice(vector);
                found += 1;
            }
        }
    }
    Ok(if found == hashes.len() {
        Some(DenseMatrix::new(dim, values)?)
    } else {
        None
    })
}

/// The `vector` column of some rows as one array, row after row.
///
/// # Errors
/// When a vector has another length than the encoder's.
pub fn vectors_of(rows: &RecordBatch) -> Result<Vec<f32>, LakeError> {
    float_lists(rows, "vector", careerpulse_embed::DIM)
}

/// One way that texts were embedded.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Known {
    /// The encoder.
    pub encoder_revision: String,
    /// How often the title stood before the description.
    pub title_repeats: usize,
}

/// The ways that the table holds: first the one with most texts, which is in use rather than a former
/// one; equals in the order of their names.
///
/// # Errors
/// When the table cannot be read.
pub async fn known_revisions(lake: &Lake) -> anyhow::Result<Vec<Known>> {
    let sql = format!(
        "select encoder_revision, title_repeats from {} group by encoder_revision, title_repeats \
         order by count(*) desc, encoder_revision, title_repeats",
        Table::Embeddings.name()
    );
    Ok(lake.rows(&sql).await?)
}
