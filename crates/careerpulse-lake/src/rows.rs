//! Structs to Arrow batches and back, through serde: one definition of a row serves both ways.

use arrow::array::{ArrowPrimitiveType, AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, FieldRef, Float32Type, Schema};
use arrow::json::ReaderBuilder;
use arrow::json::writer::{LineDelimited, WriterBuilder};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::sync::Arc;

use crate::error::LakeError;
use crate::spec::TableSpec;

/// One batch with the table's schema from serialisable rows (dates as `YYYY-MM-DD`, moments as RFC 3339).
///
/// # Errors
/// [`LakeError::Rows`] when a row lacks a required column or a value has another type.
pub fn to_batch<T: Serialize>(spec: &TableSpec, rows: &[T]) -> Result<RecordBatch, LakeError> {
    let schema = spec.arrow_schema();
    let misfit = |e: arrow::error::ArrowError| LakeError::Rows {
        table: spec.full_name(),
        detail: e.to_string(),
    };
    let mut decoder = ReaderBuilder::new(schema.clone())
        .with_batch_size(rows.len().max(1))
        .build_decoder()
        .map_err(misfit)?;
    decoder.serialize(rows).map_err(misfit)?;
    Ok(decoder
        .flush()
        .map_err(misfit)?
        .unwrap_or_else(|| RecordBatch::new_empty(schema)))
}

/// The rows of batches as structs.
///
/// # Errors
/// [`LakeError::Rows`] when a column is missing or has another type than the struct's field.
pub fn from_batches<T: DeserializeOwned>(batches: &[RecordBatch]) -> Result<Vec<T>, LakeError> {
    let mut rows = Vec::with_capacity(batches.iter().map(RecordBatch::num_rows).sum());
    for batch in batches {
        let mut writer = WriterBuilder::new()
            .with_explicit_nulls(true)
            .build::<_, LineDelimited>(Vec::new());
        writer.write(batch).map_err(|e| misfit(e.to_string()))?;
        writer.finish().map_err(|e| misfit(e.to_string()))?;
        let lines = writer.into_inner();
        for row in serde_json::Deserializer::from_slice(&lines).into_iter::<T>() {
            rows.push(row.map_err(|e| misfit(e.to_string()))?);
        }
    }
    Ok(rows)
}

/// A column of lists of 32-bit floats as one array, row after row; every list has `width` numbers.
///
/// # Errors
/// [`LakeError::Rows`] for a column that is missing or of another kind, and for a list of another length.
pub fn float_lists(batch: &RecordBatch, column: &str, width: usize) -> Result<Vec<f32>, LakeError> {
    let lists = number_lists::<Float32Type>(batch, column)?;
    let mut values = Vec::with_capacity(batch.num_rows() * width);
    for list in lists {
        if list.len() != width {
            return Err(misfit(format!(
                "a list of {column} holds {} values, not {width} numbers",
                list.len()
            )));
        }
        values.extend_from_slice(&list);
    }
    Ok(values)
}

/// A column of lists of numbers, a list per row.
///
/// # Errors
/// [`LakeError::Rows`] for a column that is missing or of another kind.
pub fn number_lists<T: ArrowPrimitiveType>(
    batch: &RecordBatch,
    column: &str,
) -> Result<Vec<Vec<T::Native>>, LakeError> {
    let lists = batch
        .column_by_name(column)
        .and_then(|column| column.as_list_opt::<i32>())
        .ok_or_else(|| misfit(format!("{column} is no column of lists")))?;
    (0..batch.num_rows())
        .map(|row| {
            let list = lists.value(row);
            let numbers = list.as_primitive_opt::<T>().ok_or_else(|| {
                misfit(format!("a list of {column} holds no numbers of its kind"))
            })?;
            Ok(numbers.values().to_vec())
        })
        .collect()
}

fn misfit(detail: String) -> LakeError {
    LakeError::Rows {
        table: "query result".into(),
        detail,
    }
}

/// Casts view types, which scans hand out, to plain ones, which callers downcast.
pub(crate) fn without_views(batch: &RecordBatch) -> Result<RecordBatch, arrow::error::ArrowError> {
    let schema = batch.schema();
    let fields: Vec<FieldRef> = schema.fields().iter().map(plain_field).collect();
    let columns = batch
        .columns()
        .iter()
        .zip(&fields)
        .map(|(column, field)| {
            if column.data_type() == field.data_type() {
                Ok(column.clone())
            } else {
                cast(column, field.data_type())
            }
        })
        .collect::<Result<Vec<_>, _>>()?;
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)
}

fn plain_field(field: &FieldRef) -> FieldRef {
    Arc::new(Field::new(
        field.name(),
        plain_type(field.data_type()),
        field.is_nullable(),
    ))
}

fn plain_type(data_type: &DataType) -> DataType {
    match data_type {
        DataType::Utf8View | DataType::LargeUtf8 => DataType::Utf8,
        DataType::BinaryView | DataType::LargeBinary => DataType::Binary,
        DataType::Dictionary(_, values) => plain_type(values),
        DataType::List(item) | DataType::ListView(item) => DataType::List(plain_field(item)),
        DataType::Struct(fields) => DataType::Struct(fields.iter().map(plain_field).collect()),
        other => other.clone(),
    }
}
