//! Arrow data of any library, read where it lies.

use arrow_array::ffi_stream::ArrowArrayStreamReader;
use arrow_array::{
    Array, LargeStringArray, RecordBatch, RecordBatchReader, StringArray, StringViewArray,
};
use arrow_pyarrow::FromPyArrow;
use arrow_schema::{DataType, Schema, SchemaRef};
use careerpulse_model::PostingText;
use pyo3::prelude::*;

use crate::error::Error;
use crate::texts::type_name;

/// The columns that are looked at; the first must be there.
const COLUMNS: [&str; 4] = ["title", "description", "level", "location"];

/// Where each of [`COLUMNS`] stands.
pub type Places = [Option<usize>; 4];

/// Record batches, as the other side hands them over.
pub enum Source {
    /// By `__arrow_c_stream__`.
    Stream(ArrowArrayStreamReader),
    /// By `__arrow_c_array__`: a single one, gone when taken.
    Single(SchemaRef, Option<RecordBatch>),
}

impl Source {
    /// Asks an object for its data; nothing is copied.
    ///
    /// # Errors
    /// [`Error::Input`] for what is no Arrow data, or not by rows and columns.
    pub fn open(data: &Bound<'_, PyAny>) -> Result<Source, Error> {
        let has = |method: &str| data.hasattr(method).unwrap_or(false);
        let failed = |e: PyErr| {
            Error::Input(format!(
                "{} cannot be read as a table of Arrow's: {}",
                type_name(data),
                e.value(data.py())
            ))
        };
        if has("__arrow_c_stream__") {
            let reader = ArrowArrayStreamReader::from_pyarrow_bound(data).map_err(failed)?;
            return Ok(Source::Stream(reader));
        }
        if has("__arrow_c_array__") {
            let batch = RecordBatch::from_pyarrow_bound(data).map_err(failed)?;
            return Ok(Source::Single(batch.schema(), Some(batch)));
        }
        Err(Error::Input(format!(
            "predict takes a list of titles, a pandas DataFrame, or Arrow data, not {}",
            type_name(data)
        )))
    }

    /// The next batch, none at the end.
    ///
    /// # Errors
    /// What the other side says.
    pub fn next_batch(&mut self) -> Result<Option<RecordBatch>, Error> {
        match self {
            Source::Stream(reader) => Ok(reader.next().transpose()?),
            Source::Single(_, batch) => Ok(batch.take()),
        }
    }

    /// Where the columns stand that are looked at.
    ///
    /// # Errors
    /// [`Error::Input`] where title is missing, or a column holds no text.
    pub fn columns(&self) -> Result<Places, Error> {
        let schema = match self {
            Source::Stream(reader) => reader.schema(),
            Source::Single(schema, _) => SchemaRef::clone(schema),
        };
        let mut places = [None; 4];
        for (place, name) in places.iter_mut().zip(COLUMNS) {
            *place = schema.fields().iter().position(|f| f.name() == name);
            if let Some(place) = *place {
                check_type(&schema, place)?;
            }
        }
        if places[0].is_none() {
            let names: Vec<&str> = schema.fields().iter().map(|f| f.name().as_str()).collect();
            return Err(Error::Input(format!(
                "the table has no column title: it has {}",
                if names.is_empty() {
                    "none at all".into()
                } else {
                    names.join(", ")
                }
            )));
        }
        Ok(places)
    }
}

/// The postings of a batch, without HTML.
///
/// # Errors
/// [`Error::Input`] where a column holds no text.
pub fn postings_of(batch: &RecordBatch, places: &Places) -> Result<Vec<PostingText>, Error> {
    let column = |place: Option<usize>| match place {
        Some(place) => Texts::of(batch.column(place), batch.schema_ref(), place),
        None => Ok(Texts::Missing),
    };
    let [title, description, level, location] = places.map(column);
    let (title, description) = (title?, description?);
    let (level, location) = (level?, location?);
    let row = |i| {
        PostingText::cleaned(
            title.get(i).unwrap_or_default(),
            description.get(i).unwrap_or_default(),
            level.get(i),
            location.get(i),
        )
    };
    Ok((0..batch.num_rows()).map(row).collect())
}

enum Texts<'a> {
    Utf8(&'a StringArray),
    Large(&'a LargeStringArray),
    View(&'a StringViewArray),
    Missing,
}

impl<'a> Texts<'a> {
    fn of(array: &'a dyn Array, schema: &Schema, place: usize) -> Result<Texts<'a>, Error> {
        let any = array.as_any();
        if let Some(array) = any.downcast_ref() {
            return Ok(Texts::Utf8(array));
        }
        if let Some(array) = any.downcast_ref() {
            return Ok(Texts::Large(array));
        }
        if let Some(array) = any.downcast_ref() {
            return Ok(Texts::View(array));
        }
        check_type(schema, place).map(|()| Texts::Missing)
    }

    fn get(&self, i: usize) -> Option<&'a str> {
        match self {
            Texts::Utf8(array) => array.is_valid(i).then(|| array.value(i)),
            Texts::Large(array) => array.is_valid(i).then(|| array.value(i)),
            Texts::View(array) => array.is_valid(i).then(|| array.value(i)),
            Texts::Missing => None,
        }
    }
}

/// Text of any layout, or a column without any value.
fn check_type(schema: &Schema, place: usize) -> Result<(), Error> {
    let field = schema.field(place);
    match field.data_type() {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Null => Ok(()),
        other => Err(Error::Input(format!(
            "the column {} has Arrow's type {other}: cast it to string",
            field.name()
        ))),
    }
}
