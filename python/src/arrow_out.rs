//! Predictions as Arrow data, for any library that reads it.

use std::sync::{Arc, Mutex, PoisonError};

use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{
    ArrayRef, BooleanArray, Float64Array, Int64Array, ListArray, RecordBatch, RecordBatchIterator,
    StringArray, StructArray,
};
use arrow_buffer::OffsetBuffer;
use arrow_schema::{DataType, Field, Fields, Schema, SchemaRef};
use careerpulse_model::Answer;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;

use crate::error::Error;

/// Predictions that any Arrow library takes, by `__arrow_c_stream__`: `pyarrow.table(stream)`.
#[pyclass(module = "careerpulse._careerpulse", frozen)]
pub struct ArrowStream {
    batches: Mutex<Vec<RecordBatch>>,
}

impl ArrowStream {
    /// A stream of batches that [`as_batch`] made.
    pub fn new(batches: Vec<RecordBatch>) -> ArrowStream {
        ArrowStream {
            batches: Mutex::new(batches),
        }
    }
}

#[pymethods]
impl ArrowStream {
    /// The data, which may be asked for again; a wish for another schema is left to the reader's cast,
    /// as the interface allows.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        drop(requested_schema);
        let batches = self.batches.lock().unwrap_or_else(PoisonError::into_inner);
        let batches = batches.clone().into_iter().map(Ok);
        let reader = RecordBatchIterator::new(batches, schema());
        let stream = FFI_ArrowArrayStream::new(Box::new(reader));
        PyCapsule::new_with_value(py, stream, c"arrow_array_stream")
    }
}

/// A row per answer: category, probability, runner_up, gap, top3, neighbours, abstained.
///
/// # Errors
/// None that input can bring about.
pub fn as_batch(answers: &[Answer]) -> Result<RecordBatch, Error> {
    let rows = || answers.iter().map(|answer| &answer.prediction);
    let scored: Vec<_> = rows().flat_map(|row| &row.top3).collect();
    let near: Vec<_> = rows().flat_map(|row| &row.neighbours).collect();
    let columns: Vec<ArrayRef> = vec![
        texts(rows().map(|row| row.category.as_str())),
        numbers(rows().map(|row| row.probability)),
        Arc::new(StringArray::from_iter(
            rows().map(|row| row.runner_up.as_deref()),
        )),
        numbers(rows().map(|row| row.gap)),
        list(
            scored_fields(),
            vec![
                texts(scored.iter().map(|s| s.category.as_str())),
                numbers(scored.iter().map(|s| s.probability)),
            ],
            rows().map(|row| row.top3.len()),
        )?,
        list(
            neighbour_fields(),
            vec![
                Arc::new(Int64Array::from_iter_values(
                    near.iter().map(|n| n.posting_id),
                )),
                numbers(near.iter().map(|n| n.similarity)),
            ],
            rows().map(|row| row.neighbours.len()),
        )?,
        Arc::new(BooleanArray::from_iter(
            rows().map(|row| Some(row.abstained)),
        )),
    ];
    Ok(RecordBatch::try_new(schema(), columns)?)
}

fn schema() -> SchemaRef {
    Arc::new(Schema::new(vec![
        Field::new("category", DataType::Utf8, false),
        Field::new("probability", DataType::Float64, false),
        Field::new("runner_up", DataType::Utf8, true),
        Field::new("gap", DataType::Float64, false),
        Field::new("top3", DataType::List(entry(scored_fields())), false),
        Field::new(
            "neighbours",
            DataType::List(entry(neighbour_fields())),
            false,
        ),
        Field::new("abstained", DataType::Boolean, false),
    ]))
}

fn scored_fields() -> Fields {
    Fields::from(vec![
        Field::new("category", DataType::Utf8, false),
        Field::new("probability", DataType::Float64, false),
    ])
}

fn neighbour_fields() -> Fields {
    Fields::from(vec![
        Field::new("posting_id", DataType::Int64, false),
        Field::new("similarity", DataType::Float64, false),
    ])
}

fn entry(fields: Fields) -> Arc<Field> {
    Arc::new(Field::new("item", DataType::Struct(fields), false))
}

fn texts<'a>(values: impl Iterator<Item = &'a str>) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(values))
}

fn numbers(values: impl Iterator<Item = f64>) -> ArrayRef {
    Arc::new(Float64Array::from_iter_values(values))
}

fn list(
    fields: Fields,
    columns: Vec<ArrayRef>,
    lengths: impl Iterator<Item = usize>,
) -> Result<ArrayRef, Error> {
    let entries = StructArray::try_new(fields.clone(), columns, None)?;
    let offsets = OffsetBuffer::from_lengths(lengths);
    let list = ListArray::try_new(entry(fields), offsets, Arc::new(entries), None)?;
    Ok(Arc::new(list))
}
