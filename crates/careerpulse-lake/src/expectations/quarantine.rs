//! Rows that were left out, kept so that nothing is lost: which, by which expectation, since when.

use arrow::array::RecordBatch;
use arrow::json::writer::{LineDelimited, WriterBuilder};
use arrow::util::display::array_value_to_string;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Expectation;
use crate::error::LakeError;
use crate::spec::{Column, Kind, TableSpec};

/// Rows that an expectation kept out of their table.
pub const QUARANTINE: TableSpec = TableSpec {
    schema: "careerpulse_monitoring",
    name: "quarantine",
    comment: "A row that an expectation kept out of its table; its table may have it since, where the expectation was changed",
    columns: &[
        Column::required("table_name", Kind::Text, "The table that lacks the row"),
        Column::required("expectation", Kind::Text, "The expectation's name"),
        Column::required(
            "row_key",
            Kind::Text,
            "The row's key columns, as posting_id=5",
        ),
        Column::required(
            "row",
            Kind::Text,
            "The row as JSON, its long texts and lists cut short",
        ),
        Column::required("reason", Kind::Text, "What did not hold of it, as SQL"),
        Column::required(
            "first_seen_at",
            Kind::Timestamp,
            "When it was first left out, UTC",
        ),
    ],
    keys: &["table_name", "expectation", "row_key"],
    partition_by: &[],
    append_only: true,
};

/// A row of [`QUARANTINE`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the table's column comments say it")]
pub struct Quarantined {
    pub table_name: String,
    pub expectation: String,
    pub row_key: String,
    pub row: String,
    pub reason: String,
    pub first_seen_at: DateTime<Utc>,
}

/// Characters kept of a text, and of one within a list.
const MAX_TEXT: usize = 2_000;
const MAX_TEXT_IN_LIST: usize = 200;
/// Entries kept of a list.
const MAX_ENTRIES: usize = 20;

/// What is kept of rows that break an expectation.
pub(super) fn quarantined(
    expectation: &Expectation,
    rows: &RecordBatch,
    at: DateTime<Utc>,
) -> Result<Vec<Quarantined>, LakeError> {
    let misfit = |detail: String| LakeError::Rows {
        table: expectation.table.full_name(),
        detail,
    };
    let mut writer = WriterBuilder::new()
        .with_explicit_nulls(true)
        .build::<_, LineDelimited>(Vec::new());
    let written = writer.write(rows).and_then(|()| writer.finish());
    written.map_err(|e| misfit(e.to_string()))?;
    let lines = writer.into_inner();
    serde_json::Deserializer::from_slice(&lines)
        .into_iter::<Map<String, Value>>()
        .enumerate()
        .map(|(place, row)| {
            let mut row = row.map_err(|e| misfit(e.to_string()))?;
            for value in row.values_mut() {
                shorten(value, MAX_TEXT);
            }
            Ok(Quarantined {
                table_name: expectation.table.full_name(),
                expectation: expectation.name.clone(),
                row_key: row_key(&expectation.table, rows, place)?,
                row: Value::Object(row).to_string(),
                reason: format!("does not hold: {}", expectation.holds),
                first_seen_at: at,
            })
        })
        .collect()
}

/// A row's key columns as text, such as `posting_id=5, seen_date=2026-01-31`.
pub(super) fn row_key(
    table: &TableSpec,
    rows: &RecordBatch,
    place: usize,
) -> Result<String, LakeError> {
    let values = table.keys.iter().map(|key| {
        let value = rows.column_by_name(key).map_or_else(
            || Ok(String::new()),
            |column| array_value_to_string(column, place),
        );
        let value = value.map_err(|e| LakeError::Rows {
            table: table.full_name(),
            detail: e.to_string(),
        })?;
        Ok(format!("{key}={value}"))
    });
    Ok(values.collect::<Result<Vec<_>, LakeError>>()?.join(", "))
}

/// Cuts what has no end, and says so where it was cut.
fn shorten(value: &mut Value, max_text: usize) {
    match value {
        Value::String(text) => {
            if let Some((end, _)) = text.char_indices().nth(max_text) {
                let cut = text[end..].chars().count();
                text.truncate(end);
                text.push_str(&format!("… ({cut} characters more)"));
            }
        }
        Value::Array(entries) => {
            let cut = entries.len().saturating_sub(MAX_ENTRIES);
            entries.truncate(MAX_ENTRIES);
            for entry in &mut *entries {
                shorten(entry, MAX_TEXT_IN_LIST);
            }
            if cut > 0 {
                entries.push(Value::String(format!("… ({cut} more)")));
            }
        }
        Value::Object(fields) => fields
            .values_mut()
            .for_each(|field| shorten(field, MAX_TEXT_IN_LIST)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_has_no_end_is_cut_and_says_so() {
        let mut row =
            json!({"text": "é".repeat(5_000), "list": vec!["x".repeat(300); 30], "number": 5});
        shorten(&mut row["text"], MAX_TEXT);
        shorten(&mut row["list"], MAX_TEXT);
        let text = row["text"].as_str().unwrap();
        assert!(text.ends_with("é… (3000 characters more)"), "{text}");
        let list = row["list"].as_array().unwrap();
        assert_eq!((list.len(), &list[20]), (21, &json!("… (10 more)")));
        assert!(list[0].as_str().unwrap().ends_with("(100 characters more)"));
        assert_eq!(row["number"], 5);
    }
}
