//! Columns of a batch by name and kind: for tables with too many rows to go through JSON.

use arrow::array::{
    Array as _, AsArray as _, BooleanArray, Date32Array, Float64Array, Int64Array, RecordBatch,
    StringArray, TimestampMicrosecondArray,
};
use arrow::datatypes::{Date32Type, Float64Type, Int64Type, TimestampMicrosecondType};
use careerpulse_dashboard::source::SourceError;
use chrono::{DateTime, NaiveDate, Utc};

/// Text.
pub fn texts<'a>(batch: &'a RecordBatch, name: &str) -> Result<&'a StringArray, SourceError> {
    column(batch, name)?
        .as_string_opt()
        .ok_or_else(|| misfit(name))
}

/// Whole numbers.
pub fn ints<'a>(batch: &'a RecordBatch, name: &str) -> Result<&'a Int64Array, SourceError> {
    column(batch, name)?
        .as_primitive_opt::<Int64Type>()
        .ok_or_else(|| misfit(name))
}

/// Numbers.
pub fn floats<'a>(batch: &'a RecordBatch, name: &str) -> Result<&'a Float64Array, SourceError> {
    column(batch, name)?
        .as_primitive_opt::<Float64Type>()
        .ok_or_else(|| misfit(name))
}

/// Yes or no.
pub fn bools<'a>(batch: &'a RecordBatch, name: &str) -> Result<&'a BooleanArray, SourceError> {
    column(batch, name)?
        .as_boolean_opt()
        .ok_or_else(|| misfit(name))
}

/// Days.
pub fn dates<'a>(batch: &'a RecordBatch, name: &str) -> Result<&'a Date32Array, SourceError> {
    column(batch, name)?
        .as_primitive_opt::<Date32Type>()
        .ok_or_else(|| misfit(name))
}

/// Moments.
pub fn moments<'a>(
    batch: &'a RecordBatch,
    name: &str,
) -> Result<&'a TimestampMicrosecondArray, SourceError> {
    column(batch, name)?
        .as_primitive_opt::<TimestampMicrosecondType>()
        .ok_or_else(|| misfit(name))
}

/// A cell of text; none where it is null.
pub fn text(column: &StringArray, row: usize) -> Option<&str> {
    column.is_valid(row).then(|| column.value(row))
}

/// A whole number as a number.
pub fn int(column: &Int64Array, row: usize) -> Option<f64> {
    column.is_valid(row).then(|| column.value(row) as f64)
}

/// A number.
pub fn float(column: &Float64Array, row: usize) -> Option<f64> {
    column.is_valid(row).then(|| column.value(row))
}

/// A day.
pub fn date(column: &Date32Array, row: usize) -> Option<NaiveDate> {
    column
        .is_valid(row)
        .then(|| column.value_as_date(row))
        .flatten()
}

/// A moment.
pub fn moment(column: &TimestampMicrosecondArray, row: usize) -> Option<DateTime<Utc>> {
    column
        .is_valid(row)
        .then(|| DateTime::from_timestamp_micros(column.value(row)))
        .flatten()
}

fn column<'a>(
    batch: &'a RecordBatch,
    name: &str,
) -> Result<&'a arrow::array::ArrayRef, SourceError> {
    batch.column_by_name(name).ok_or_else(|| misfit(name))
}

fn misfit(name: &str) -> SourceError {
    SourceError::Failed(format!("column {name} is missing or of another kind").into())
}
