//! What a table is: its name, columns, keys and the words that explain them.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Fields, Schema, SchemaRef, TimeUnit};
use deltalake::kernel::{ArrayType, DataType as DeltaType, PrimitiveType, StructField, StructType};

/// The type of a column: those of Delta that the lake uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// UTF-8 text.
    Text,
    /// 64-bit signed integer.
    Int,
    /// 64-bit float.
    Float,
    /// 32-bit float.
    Float32,
    /// True or false.
    Bool,
    /// A day, UTC.
    Date,
    /// A moment in microseconds, UTC.
    Timestamp,
    /// A list of one kind; Delta knows no fixed-size lists, so vectors are lists too.
    List(&'static Kind),
    /// Named fields.
    Struct(&'static [Column]),
}

/// One column of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// Its type.
    pub kind: Kind,
    /// Whether it may be null.
    pub nullable: bool,
    /// What it holds, in a sentence; stored in the Delta schema.
    pub comment: &'static str,
}

impl Column {
    /// A column that is never null.
    pub const fn required(name: &'static str, kind: Kind, comment: &'static str) -> Self {
        Self {
            name,
            kind,
            nullable: false,
            comment,
        }
    }

    /// A column that may be null.
    pub const fn optional(name: &'static str, kind: Kind, comment: &'static str) -> Self {
        Self {
            name,
            kind,
            nullable: true,
            comment,
        }
    }
}

/// A table of the lake, as data: everything needed to create and check it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TableSpec {
    /// The schema, which is also the folder above the table's.
    pub schema: &'static str,
    /// The table's name and folder.
    pub name: &'static str,
    /// What a row is, in a sentence.
    pub comment: &'static str,
    /// The columns in order.
    pub columns: &'static [Column],
    /// The columns that identify a row.
    pub keys: &'static [&'static str],
    /// The columns that the files are laid out by.
    pub partition_by: &'static [&'static str],
    /// Whether rows are never changed or removed (`delta.appendOnly`).
    pub append_only: bool,
}

impl TableSpec {
    /// `schema.table`, as SQL and users write it.
    pub fn full_name(&self) -> String {
        format!("{}.{}", self.schema, self.name)
    }

    /// The Arrow schema of the table's batches.
    pub fn arrow_schema(&self) -> SchemaRef {
        Arc::new(Schema::new(arrow_fields(self.columns)))
    }

    pub(crate) fn delta_columns(&self) -> Vec<StructField> {
        self.columns.iter().map(delta_field).collect()
    }
}

fn arrow_fields(columns: &[Column]) -> Fields {
    columns
        .iter()
        .map(|c| Field::new(c.name, arrow_type(c.kind), c.nullable))
        .collect()
}

fn arrow_type(kind: Kind) -> DataType {
    match kind {
        Kind::Text => DataType::Utf8,
        Kind::Int => DataType::Int64,
        Kind::Float => DataType::Float64,
        Kind::Float32 => DataType::Float32,
        Kind::Bool => DataType::Boolean,
        Kind::Date => DataType::Date32,
        Kind::Timestamp => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        Kind::List(item) => {
            DataType::List(Arc::new(Field::new("element", arrow_type(*item), true)))
        }
        Kind::Struct(columns) => DataType::Struct(arrow_fields(columns)),
    }
}

fn delta_field(column: &Column) -> StructField {
    let field = StructField::new(
        column.name.to_owned(),
        delta_type(column.kind),
        column.nullable,
    );
    if column.comment.is_empty() {
        return field;
    }
    field.with_metadata([("comment", column.comment)])
}

fn delta_type(kind: Kind) -> DeltaType {
    match kind {
        Kind::Text => DeltaType::Primitive(PrimitiveType::String),
        Kind::Int => DeltaType::Primitive(PrimitiveType::Long),
        Kind::Float => DeltaType::Primitive(PrimitiveType::Double),
        Kind::Float32 => DeltaType::Primitive(PrimitiveType::Float),
        Kind::Bool => DeltaType::Primitive(PrimitiveType::Boolean),
        Kind::Date => DeltaType::Primitive(PrimitiveType::Date),
        Kind::Timestamp => DeltaType::Primitive(PrimitiveType::Timestamp),
        Kind::List(item) => DeltaType::Array(Box::new(ArrayType::new(delta_type(*item), true))),
        Kind::Struct(columns) => DeltaType::Struct(Box::new(StructType::new_unchecked(
            columns.iter().map(delta_field),
        ))),
    }
}
